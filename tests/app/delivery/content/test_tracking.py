"""Links and pictures in mails: they lead where they were to, and what is noticed is of those who agreed, and once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import example, given
from hypothesis import strategies as st

from pyrometer.app.delivery import outbox, sending
from pyrometer.app.delivery.email.content.tracking import links, seeing
from pyrometer.app.delivery.email.content.tracking.links import Click, Source
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.evidence import actions as evidence
from pyrometer.app.evidence.models import Event
from pyrometer.app.evidence.queries import rows_of
from pyrometer.app.people.audit import Actor

from .leads import FIREFOX, NOW, lead, says

TARGET = "https://acme.example/plans?a=1&b=2#c"
APPLE = "Mozilla/5.0"
GMAIL = "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)"
Seen = Callable[..., bool]


def source(who: int) -> Source:
    return Source(who, "programme:7:3", "what-plans-cost", "pricing")


def click(
    who: int, *, after: timedelta = timedelta(hours=1), agent: str = FIREFOX, target: str = TARGET, **more: Any
) -> bool:
    found = Click(source(who), more.pop("number", 1), target)
    return seeing.clicked(click=found, method=more.pop("method", "GET"), agent=agent, now=NOW + after)


def opening(who: int, *, after: timedelta = timedelta(hours=1), agent: str = FIREFOX, method: str = "GET") -> bool:
    return seeing.opened(source=source(who), method=method, agent=agent, now=NOW + after)


def works() -> list[Event]:
    """What the worker makes of it."""
    while sending.work(NOW + timedelta(days=3)):
        pass
    return list(Event.objects.filter(source="mail").order_by("occurred_at", "pk"))


def delivered(at: Any = NOW) -> None:
    """The mail as it was sent."""
    outbox.post(channel="email", once="programme:7:3", payload={"to": "ada@acme.example"}, now=NOW)
    Outgoing.objects.filter(once="programme:7:3").update(done_at=at)


@pytest.fixture
def ada(db: None) -> int:
    """A lead who agreed to profiling."""
    found = lead()
    says(found, True)
    return found


texts = st.text(max_size=60)


@given(who=st.integers(1, 2**60), mail=texts, content=texts, topic=texts, number=st.integers(1, 500), path=texts)
@example(1, "", "", "", 1, "?x=/:.\"'<>\ud7ff\u202e")
def test_a_link_says_what_it_was_made_of(who: int, mail: str, content: str, topic: str, number: int, path: str) -> None:
    made, target = Source(who, mail, content, topic), f"https://acme.example/{path}"
    link = links.click(made, target, number)
    assert link.startswith("/m/")
    assert link.endswith("/")
    assert "/" not in link[3:-1]
    assert links.clicked(link[3:-1]) == Click(made, number, target)
    shown = links.picture(made)
    assert links.opened(shown.removeprefix("/m/").removesuffix(".gif")) == made


@given(at=st.integers(0, 400), letter=st.sampled_from("abcXYZ019-_:."))
def test_a_link_with_a_letter_changed_is_none(at: int, letter: str) -> None:
    token = links.click(Source(1, "m", "c"), TARGET, 1)[3:-1]
    at %= len(token)
    changed = token[:at] + letter + token[at + 1 :]
    if changed != token:
        found = links.clicked(changed)
        # The last letter of base 64 has bits that say nothing.
        assert found is None or found.target == TARGET


def test_a_token_of_one_kind_is_none_of_the_other() -> None:
    token = links.click(Source(1, "m", "c"), TARGET, 1)[3:-1]
    shown = links.picture(Source(1, "m", "c"))[3:-4]
    assert links.opened(token) is None
    assert links.clicked(shown) is None
    assert links.clicked("x" * 5_000) is None


@pytest.mark.django_db
def test_following_a_link_leads_to_its_target_and_is_evidence_once(ada: int, client: Client) -> None:
    delivered()
    before = timezone.now()
    link = links.click(source(ada), TARGET, 2)
    for _ in range(3):
        answer = client.get(link, headers={"User-Agent": FIREFOX})
        assert (answer.status_code, answer.headers["Location"]) == (302, TARGET)
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer.headers["Cache-Control"]
    assert Event.objects.filter(source="mail").count() == 0
    sending.work(timezone.now())
    events = list(Event.objects.filter(source="mail"))
    # Three within a minute, or on both sides of one.
    assert 1 <= len(events) <= 2
    assert (events[0].name, events[0].lead_id, events[0].bot) == ("email_clicked", ada, "")
    assert before <= events[0].occurred_at <= timezone.now()
    assert events[0].properties == {
        "mail": "programme:7:3",
        "content": "what-plans-cost",
        "topic": "pricing",
        "channel": "email",
        "link": TARGET,
        "method": "GET",
        "delivered_at": NOW.isoformat(),
    }
    assert not Outgoing.objects.filter(channel=seeing.CHANNEL).exists()


@pytest.mark.django_db
def test_opening_shows_a_dot_and_is_evidence(ada: int, client: Client) -> None:
    shown = links.picture(source(ada))
    answer = client.get(shown, headers={"User-Agent": FIREFOX})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "image/gif")
    assert answer.content.startswith(b"GIF89a\x01\x00\x01\x00")
    assert "no-store" in answer.headers["Cache-Control"]
    assert answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    sending.work(timezone.now())
    (event,) = Event.objects.filter(source="mail")
    assert (event.name, event.bot, event.properties["content"]) == ("email_opened", "", "what-plans-cost")
    assert "proxy" not in event.properties


@pytest.mark.django_db
def test_a_broken_link_is_a_page_that_says_so_and_never_leads_anywhere(client: Client) -> None:
    whole = links.click(Source(1, "m", "c"), TARGET, 1)
    for path in (whole[:-5] + "/", "/m/https://evil.example/", "/m/x/", whole.replace("/m/", "/m/x")):
        answer = client.get(path)
        assert answer.status_code == 404
        assert "Location" not in answer.headers
    assert "This link doesn't work" in client.get(whole[:-5] + "/").content.decode()
    assert client.get("/m/x.gif").status_code == 404
    assert client.post(whole).status_code == 405


@pytest.mark.django_db
def test_a_target_that_is_no_page_is_not_gone_to(client: Client) -> None:
    assert client.get(links.click(Source(1, "m", "c"), "javascript:alert(1)", 1)).status_code == 404


@pytest.mark.django_db
@pytest.mark.parametrize("said", [None, False])
def test_of_who_did_not_agree_nothing_is_kept_and_the_link_works(said: bool | None, client: Client) -> None:
    bo = lead("bo@acme.example")
    if said is not None:
        says(bo, said)
    assert client.get(links.click(source(bo), TARGET, 1)).headers["Location"] == TARGET
    assert client.get(links.picture(source(bo))).status_code == 200
    assert not Outgoing.objects.exists()


@pytest.mark.django_db
def test_a_no_counts_from_when_it_is_said(ada: int) -> None:
    assert click(ada)
    says(ada, False, at=NOW + timedelta(hours=2))
    assert not click(ada, after=timedelta(hours=3))
    assert not opening(ada, after=timedelta(hours=3))
    assert [event.name for event in works()] == ["email_clicked"]


@pytest.mark.django_db
def test_an_erased_lead_is_led_on_and_leaves_nothing(ada: int, client: Client, carol: Any) -> None:
    assert click(ada)
    evidence.erase(lead=ada, actor=Actor.of(carol), now=NOW + timedelta(hours=2))
    assert not Outgoing.objects.exists()
    assert client.get(links.click(source(ada), TARGET, 1)).headers["Location"] == TARGET
    assert works() == []


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "bot"),
    [
        ({}, ""),
        ({"after": timedelta(seconds=4)}, "scanner: clicked at once"),
        ({"after": timedelta(seconds=6)}, ""),
        ({"method": "HEAD"}, "scanner: asked for the head only"),
        ({"agent": "Barracuda Sentinel (EE)"}, "scanner: Barracuda"),
        ({"agent": "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"}, "crawler: Googlebot"),
        ({"agent": "a\0b\ud800" + "x" * 1000}, ""),
    ],
)
def test_a_click_of_a_machine_is_marked_and_does_not_count(ada: int, more: dict[str, Any], bot: str) -> None:
    delivered()
    assert click(ada, **more)
    (event,) = works()
    assert event.bot == bot
    assert len(rows_of([ada]).events) == (0 if bot else 1)


@pytest.mark.django_db
@pytest.mark.parametrize(("agent", "proxy"), [(APPLE, "apple"), (GMAIL, "gmail"), ("YahooMailProxy; x", "yahoo")])
def test_an_open_by_a_proxy_is_marked_so_and_does_not_count(ada: int, agent: str, proxy: str) -> None:
    assert opening(ada, agent=agent)
    assert opening(ada, agent=FIREFOX)
    machine, person = sorted(works(), key=lambda event: event.bot, reverse=True)
    assert (machine.properties["proxy"], machine.bot.split(":")[0]) == (proxy, "scanner")
    assert (person.properties.get("proxy"), person.bot) == (None, "")
    assert [event["mail"] for event in rows_of([ada]).events] == ["programme:7:3"]


@pytest.mark.django_db
def test_a_scanner_that_was_there_first_does_not_hide_the_reader(ada: int) -> None:
    delivered()
    click(ada, after=timedelta(seconds=2), agent="Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/120.0 Safari/537.36")
    click(ada, after=timedelta(seconds=40))
    assert [event.bot for event in works()] == ["scanner: clicked at once", ""]


@pytest.mark.django_db
def test_the_same_again_is_the_same_and_another_link_or_day_is_another(ada: int) -> None:
    for _ in range(2):
        click(ada)
        click(ada, number=2, target="https://acme.example/other")
        click(ada, after=timedelta(hours=2))
        opening(ada)
        opening(ada, after=timedelta(hours=2))
        opening(ada, after=timedelta(days=1))
    first = [(event.name, event.properties.get("link")) for event in works()]
    assert first.count(("email_clicked", TARGET)) == 2
    assert first.count(("email_clicked", "https://acme.example/other")) == 1
    assert first.count(("email_opened", None)) == 2
    click(ada)
    opening(ada)
    # What was evidence already, and is asked for once more, stays one.
    assert len(works()) == len(first)


@pytest.mark.django_db
def test_what_a_merged_lead_does_counts_for_the_one_it_is(ada: int, carol: Any) -> None:
    other = lead("ada@home.example")
    evidence.merge(winner=ada, loser=other, reason="the same", actor=Actor.of(carol), now=NOW)
    assert click(other)
    (event,) = works()
    assert event.lead_id == other
    assert len(rows_of([ada]).events) == 1


@pytest.mark.django_db
def test_what_was_seen_does_not_wait_for_mails(ada: int, settings: Any) -> None:
    settings.MAIL_SERVER = None
    for number in range(sending.BATCH + 5):
        outbox.post(channel="email", once=f"m{number}", payload={"to": "x@acme.example"}, now=NOW)
    click(ada)
    sending.work(NOW + timedelta(hours=2))
    assert Event.objects.filter(name="email_clicked").exists()
