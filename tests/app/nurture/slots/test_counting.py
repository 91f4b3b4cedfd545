"""What the tracker tells of slots is counted, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pyrometer.app.consent import access
from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.merging import merge
from pyrometer.app.evidence.models import Event, Lead
from pyrometer.app.nurture.models import CouponGiven, CouponList, Seen, Shown
from pyrometer.app.nurture.slots.choices import Choice
from pyrometer.app.nurture.slots.counting import count
from pyrometer.app.nurture.slots.queries import told
from pyrometer.app.people.audit import Actor
from tests.app.nurture.slots.conftest import NOW, Ask, lead_of, slot

pytestmark = pytest.mark.django_db
_turn = iter(range(10_000))


def did(visitor: str, what: str, slot_name: object = "hero", content: object = "hello", *, after: int = 0) -> None:
    """Something that the tracker told, by the wire."""
    at = NOW + timedelta(minutes=after)
    message = Incoming(
        once=f"did:{next(_turn)}",
        occurred_at=at,
        received_at=at,
        source="wire",
        handles=(("anonymous", visitor),),
        event=f"content_{what}",
        properties={"slot": slot_name, "content": content},
    )
    assert not take(incoming=[message], now=NOW).refused


def test_what_was_seen_and_done_is_counted_once(world: None) -> None:
    hero = slot(Choice("hello"))
    assert count(NOW) == 0
    did("ada", "seen")
    did("ada", "seen", after=5)
    did("ada", "clicked", after=6)
    did("bob", "seen")
    did("bob", "dismissed", after=1)
    assert count(NOW) == 5
    assert count(NOW) == 0
    ada = Seen.objects.get(lead__handles__value="ada")
    assert (ada.count, ada.last_at, ada.clicked_at, ada.dismissed_at) == (
        2, NOW + timedelta(minutes=5), NOW + timedelta(minutes=6), None,
    )  # fmt: skip
    (line,) = told(hero)
    assert (line.seen, line.clicked.part, line.clicked.whole, line.dismissed.part) == (3, 1, 2, 1)
    assert 0 < line.clicked.low < 0.5 < line.clicked.high < 1
    did("ada", "seen", after=7)
    did("ada", "clicked", after=3)
    assert count(NOW) == 2
    ada.refresh_from_db()
    # What comes late is no later for that.
    assert (ada.count, ada.clicked_at) == (3, NOW + timedelta(minutes=6))
    shown = Shown.objects.get()
    assert (shown.seen, shown.clicked, shown.seen_by, shown.clicked_by, shown.dismissed_by) == (4, 2, 2, 1, 1)


def test_what_names_none_of_ours_counts_nowhere(world: None) -> None:
    slot(Choice("hello"))
    assert count(NOW) == 0
    for given in (("nothing", "hello"), ("hero", "nothing"), (7, None), ({"a": 1}, ["hello"]), ("x" * 900, "y" * 900),
                  ("hero\n", "hello"), ("", ""), ("=1+1", "hello")):  # fmt: skip
        did("ada", "seen", *given)
    assert count(NOW) == 8
    assert not Seen.objects.exists()
    assert not Shown.objects.exists()


def test_machines_count_nowhere(world: None) -> None:
    slot(Choice("hello"))
    count(NOW)
    did("ada", "seen")
    Event.objects.filter(name="content_seen").update(bot="too fast for a person")
    count(NOW)
    assert not Seen.objects.exists()


def test_who_turned_out_to_be_one_saw_it_together(ask: Ask) -> None:
    slot(Choice("compare", temperature=("warm",)), Choice("hello"), most_seen=2)
    count(NOW)
    ada, same = lead_of("ada", pages=2), lead_of("same", pages=2)
    for visitor in ("ada", "same"):
        did(visitor, "seen", content="compare")
    count(NOW)
    assert ask(anonymousId="ada").json()["content"] == "compare"
    merge(winner=ada.pk, loser=same.pk, reason="", actor=Actor("test"), now=NOW)
    assert ask(anonymousId="ada").json()["content"] == "hello"
    assert ask(anonymousId="same").json()["content"] == "hello"


def test_a_lead_is_told_what_it_was_shown(world: None) -> None:
    slot(Choice("hello"))
    count(NOW)
    did("ada", "seen")
    did("ada", "dismissed")
    count(NOW)
    lead = Lead.objects.get()
    source = CouponList.objects.create(name="spring", shared="S-10", at=NOW)
    CouponGiven.objects.create(list=source, lead=lead, code="S-10", once="x", at=NOW)
    lines = access.everything(lead, "en", NOW)["shown"]
    assert lines == [
        "“hello” in hero: seen 1 times, last on 15 Jun 2026",
        "“hello”: closed on 15 Jun 2026",
        "The code S-10, given on 15 Jun 2026",
    ]
    for language in ("de", "sv", "ja"):
        assert "S-10" in " ".join(access.told(lead, language, NOW)["shown"])
