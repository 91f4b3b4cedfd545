"""What a machine did doesn't count, and says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from pyrometer.app.evidence import bots
from pyrometer.app.evidence.bots import Click
from pyrometer.app.evidence.models import Cursor, Event, Lead, Retraction
from pyrometer.app.evidence.queries import rows_of
from pyrometer.app.evidence.watching import watch
from pyrometer.app.people.models import AuditEntry
from tests.app.evidence.conftest import NOW, message, took

Say = Callable[..., int]
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.0"
    " Mobile/15E148 Safari/604.1"
)


@pytest.mark.parametrize(
    ("agent", "reason"),
    [
        (FIREFOX, ""),
        (PHONE, ""),
        ("", ""),
        ("analytics-python/2.3.2", ""),
        ("python-requests/2.31", ""),
        ("Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "crawler: Googlebot"),
        ("Mozilla/5.0 (X11) HeadlessChrome/120 Safari/537.36", "crawler: Headless"),
        ("Mozilla/5.0 BingPreview/1.0b", "scanner: BingPreview"),
        ("Barracuda Sentinel (EE)", "scanner: Barracuda"),
    ],
)
def test_by_agent(agent: str, reason: str) -> None:
    assert bots.of_agent(agent) == reason


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({}, ""),
        ({"delivered_at": NOW - timedelta(seconds=4)}, "scanner: clicked at once"),
        ({"delivered_at": NOW - timedelta(seconds=5)}, ""),
        ({"method": "head"}, "scanner: asked for the head only"),
        ({"host": "ec2-1-2.compute-1.amazonaws.com"}, "data centre: amazonaws.com"),
        ({"host": "notamazonaws.com"}, ""),
        ({"agent": FIREFOX, "host": "p5b.dip0.t-ipconnect.de"}, ""),
    ],
)
def test_by_click(changed: dict[str, Any], reason: str) -> None:
    assert bots.of_click(Click(**{"mail": "m", "link": "a", "at": NOW} | changed)) == reason


def clicks(*links: str, apart: float = 0.2, mail: str = "m") -> list[Click]:
    return [Click(mail, link, NOW + timedelta(seconds=apart * place)) for place, link in enumerate(links)]


def test_all_links_at_once() -> None:
    assert set(bots.of_clicks(clicks("a", "b", "c")).values()) == {"scanner: all links at once"}
    assert bots.of_clicks(clicks("a", "b", "c", apart=0.6)) == {}
    assert bots.of_clicks(clicks("a", "a", "a")) == {}, "somebody clicked twice"
    assert bots.of_clicks(clicks("a", "b") + clicks("c", mail="another")) == {}
    assert len(bots.of_clicks(clicks("a", "b"), {"m": 2})) == 2
    assert bots.of_clicks(clicks("a", "b", "c"), {"m": 9}) == {}


@pytest.mark.django_db
def test_a_crawler_makes_no_points_and_does_not_show_its_lead_as_seen(say: Say) -> None:
    lead = say("anonymous:a1")
    before = Lead.objects.get(pk=lead)
    Lead.objects.update(touched_at=None)
    assert say("anonymous:a1", agent="Googlebot/2.1") == lead
    after = Lead.objects.get(pk=lead)
    assert (after.last_seen_at, after.touched_at) == (before.last_seen_at, None)
    assert Event.objects.get(pk=Event.objects.latest("pk").pk).bot == "crawler: Googlebot"
    assert len(rows_of([lead]).events) == 1


@pytest.mark.django_db
def test_a_machine_that_is_found_out_later_loses_its_points(say: Say) -> None:
    person = say("anonymous:person")
    times = [NOW + timedelta(milliseconds=100 * number) for number in range(bots.FAST)]
    first, rest = times[:5], times[5:]
    lead = took(*(message("anonymous:fast", event="page_viewed", at=at) for at in first)).created[0]
    assert watch(NOW) == 0
    took(*(message("anonymous:fast", event="page_viewed", at=at) for at in rest))
    Lead.objects.update(touched_at=None)
    assert len(rows_of([lead]).events) == bots.FAST
    assert watch(NOW) == bots.FAST
    assert rows_of([lead]).events == []
    assert len(rows_of([person]).events) == 1
    assert Lead.objects.get(pk=lead).touched_at == NOW
    assert Lead.objects.get(pk=person).touched_at is None
    assert Retraction.objects.filter(lead=lead, reason="too fast for a person").count() == bots.FAST
    assert AuditEntry.objects.get(action="mark_bot").actor == "bots"
    assert watch(NOW) == 0
    Cursor.objects.update(upto=0)
    assert watch(NOW) == 0, "known already"


@pytest.mark.django_db
def test_a_scanner_of_links_is_found_out_with_its_last_click(say: Say) -> None:
    properties = [{"mail": "42", "link": link} for link in "abc"]
    each = [
        message("email:ada@acme.test", event="email_clicked", source="mail", properties=what, at=click.at)
        for what, click in zip(properties, clicks("a", "b", "c"), strict=True)
    ]
    took(*each)
    assert not Event.objects.exclude(bot="").exists()
    assert watch(NOW) == 3
    assert set(Event.objects.values_list("bot", flat=True)) == {"scanner: all links at once"}


@pytest.mark.django_db
def test_a_click_at_once_is_known_for_it_when_it_comes(say: Say) -> None:
    delivered = (NOW - timedelta(seconds=1)).isoformat()
    properties = {"mail": "42", "link": "a", "delivered_at": delivered}
    took(message("email:ada@acme.test", event="email_clicked", source="mail", properties=properties))
    assert Event.objects.get().bot == "scanner: clicked at once"
