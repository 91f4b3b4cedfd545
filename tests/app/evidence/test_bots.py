"""What a machine did doesn't count, and says so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db.models import Count
from django.db.models.signals import post_init

from pyrometer.app.evidence import bots
from pyrometer.app.evidence.bots import Click
from pyrometer.app.evidence.incoming import Incoming
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


def views(who: str, *seconds: float) -> list[Incoming]:
    """Page views of a visitor, so many seconds from NOW."""
    return [message(f"anonymous:{who}", event="page_viewed", at=NOW + timedelta(seconds=each)) for each in seconds]


FAST = [0.1 * number for number in range(bots.FAST)]


def marked() -> dict[int, int]:
    """How many events of which lead are a machine's."""
    found = Event.objects.exclude(bot="").values_list("lead").annotate(Count("pk"))
    return dict(found.values_list("lead", "pk__count"))


@pytest.mark.django_db
def test_leads_whose_times_overlap_are_judged_each_by_itself() -> None:
    # Half of what is too fast each, at the same time: together they are, and each of them isn't.
    halves = views("one", *FAST[:6]) + views("two", *FAST[6:])
    fast, slow = views("fast", *FAST), views("slow", *range(-30, 30, 2))
    # A machine's past: what it did long before is a person's.
    late = views("late", *range(-4000, -3900, 10), *(each + 20 for each in FAST))
    lead_of = took(*halves, *slow, *fast, *late).lead_of
    assert watch(NOW) == 2 * bots.FAST
    assert marked() == {lead_of[each[-1].once]: bots.FAST for each in (fast, late)}


@pytest.mark.django_db
def test_what_came_before_is_judged_with_what_comes_beside_it() -> None:
    """Several leads, each with a visit that was begun in one run and ends in the next, the one within the other."""
    visits = [views(f"v{number}", *(each + number * 0.3 for each in FAST)) for number in range(4)]
    took(*(each for visit in visits for each in visit[:-1]))
    assert watch(NOW) == 0
    lead_of = took(*(visit[-1] for visit in visits[:3])).lead_of
    assert watch(NOW) == 3 * bots.FAST
    assert marked() == dict.fromkeys(lead_of.values(), bots.FAST)


@pytest.mark.django_db
def test_only_what_is_near_is_read() -> None:
    """A lead's own past, and that of leads that are looked at with it, however far apart they are."""
    past = [day * 86_400 for day in range(-400, 0, 2)]
    took(*views("one", *past), *views("two", *past))
    watch(NOW)
    took(*views("one", -400 * 86_400 + 5, 10), *views("two", -7))
    read: list[datetime] = []

    def note(instance: Event, **_: object) -> None:
        read.append(instance.occurred_at)

    post_init.connect(note, sender=Event)
    try:
        assert watch(NOW) == 0
    finally:
        post_init.disconnect(note, sender=Event)
    seconds = sorted((at - NOW).total_seconds() for at in read)
    assert seconds == [-400 * 86_400, -400 * 86_400 + 5, -7, 10]
