"""When a lead was last seen: by what it did, and not by what others told of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from pyrometer.app.evidence.actions import mark_bot, merge, retract_events
from pyrometer.app.evidence.models import Event, Lead
from pyrometer.app.evidence.sightings import never_seen
from pyrometer.app.people.audit import Actor
from tests.app.evidence.conftest import NOW, message, took

pytestmark = pytest.mark.django_db
Say = Callable[..., int]
LATER = NOW + timedelta(days=200)


def seen(lead: int) -> datetime:
    return Lead.objects.get(pk=lead).last_seen_at


@pytest.mark.parametrize(
    ("source", "event", "at"),
    [
        ("import", None, NOW),
        ("api", None, NOW),
        ("hand", None, NOW),
        ("wire", None, NOW),
        ("form", None, LATER),
        ("survey", None, LATER),
        ("call", None, LATER),
        ("chat", None, LATER),
        ("mail", None, LATER),
        ("import", "webinar_attended", LATER),
        ("api", "demo_requested", LATER),
    ],
)
def test_what_others_tell_of_a_lead_is_no_sign_of_life(say: Say, source: str, event: str | None, at: datetime) -> None:
    lead = say("email:ada@acme.test")
    took(message("email:ada@acme.test", source=source, event=event, traits={"employees": 7}, at=LATER), now=LATER)
    assert seen(lead) == at


def test_a_scanner_that_is_found_out_late_did_not_show_its_lead(say: Say, carol: Actor) -> None:
    lead = say("email:ada@acme.test")
    clicks = [
        message("email:ada@acme.test", source="mail", event="email_clicked", at=LATER + timedelta(hours=hour))
        for hour in range(2)
    ]
    took(*clicks, now=LATER)
    first, second = Event.objects.filter(name="email_clicked").order_by("occurred_at")
    mark_bot(events=[second.pk], reason="scanner", now=LATER)
    assert seen(lead) == LATER
    retract_events(events=[first.pk], reason="a test", actor=carol, now=LATER)
    assert seen(lead) == NOW
    took(message("email:ada@acme.test", source="form", traits={"need": "yes"}, at=LATER), now=LATER)
    mark_bot(events=[Event.objects.get(name="page_viewed").pk], reason="scanner", now=LATER)
    assert seen(lead) == LATER, "it said something"


def test_of_whom_only_a_machine_was_seen_was_seen_when_it_came_in() -> None:
    machine = [
        message(
            "anonymous:a1", event="page_viewed", at=NOW + timedelta(days=day), received_at=NOW + timedelta(days=day)
        )
        for day in range(3)
    ]
    (lead,) = {took(each).lead_of[each.once] for each in machine}
    mark_bot(events=list(Event.objects.values_list("pk", flat=True)), reason="too fast", now=LATER)
    assert seen(lead) == NOW


def test_a_lead_is_seen_in_what_any_of_those_that_are_one_did(say: Say, carol: Actor) -> None:
    ada, home = say("email:ada@acme.test"), say("email:ada@home.test")
    took(message("email:ada@home.test", event="call_held", at=LATER), now=LATER)
    merge(winner=ada, loser=home, reason="the same", actor=carol, now=LATER)
    assert seen(ada) == LATER
    mark_bot(events=[Event.objects.get(name="call_held").pk], reason="scanner", now=LATER)
    assert seen(ada) == seen(home) == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("source", "event", "never"),
    [
        ("import", None, True),
        ("hand", None, True),
        ("api", None, True),
        ("import", "webinar_attended", False),
        ("form", None, False),
        ("wire", "page_viewed", False),
        ("inference", "survey_ignored", True),
    ],
)
def test_who_was_only_told_of_was_never_seen(source: str, event: str | None, never: bool) -> None:
    took(message("email:ada@acme.test", source=source, event=event, traits={"employees": 7}, at=NOW), now=NOW)
    ada = Lead.objects.get()
    assert never_seen([ada]) == ({ada.pk} if never else set())
    took(message("email:ada@acme.test", source="wire", event="page_viewed", at=LATER), now=LATER)
    assert never_seen(Lead.objects.all()) == set()
