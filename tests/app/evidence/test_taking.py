"""Messages in: each once, whole, and the bad ones handed back with the reason."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pyrometer.app.evidence.actions import Taken, take
from pyrometer.app.evidence.models import Company, Event, Lead, Seen, TraitChange
from pyrometer.app.evidence.seen import prune
from tests.app.evidence.conftest import NOW, message, took

pytestmark = pytest.mark.django_db
Say = Callable[..., int]


def test_a_retry_does_nothing(say: Say) -> None:
    each = message("email:ada@acme.test", event="demo_requested", traits={"name": "Ada"})
    assert took(each).duplicates == ()
    Lead.objects.update(touched_at=None)
    again = took(each, now=NOW + timedelta(days=1))
    assert again == Taken(duplicates=(each.once,))
    assert took(each, each, message("email:ada@acme.test", once="new")).duplicates == (each.once, each.once)
    assert Event.objects.count() == 1
    assert TraitChange.objects.filter(trait="name").count() == 1


def test_a_repetition_within_a_batch_is_one(say: Say) -> None:
    each = message("user:u1", event="demo_requested")
    assert took(each, each).duplicates == (each.once,)
    assert Event.objects.count() == 1


def test_all_of_a_message_is_kept() -> None:
    late = NOW + timedelta(minutes=5)
    each = message(
        "email:Ada@acme.test",
        event="page_viewed",
        properties={"topic": "pricing", "deep": {"a": [1, None]}},
        traits={"industry": "care", "budget": 12.5, "newsletter": True, "need": None},
        author="form",
        source="form",
        channel="webinar",
        received_at=late,
        once="x" * 300,
    )
    lead = took(each, now=late).lead_of[each.once]
    event = Event.objects.get()
    assert (event.name, event.occurred_at, event.received_at, event.source) == ("page_viewed", NOW, late, "form")
    assert event.properties == {"topic": "pricing", "deep": {"a": [1, None]}}
    assert len(event.message_id) == 64
    answers = {answer.trait: answer for answer in TraitChange.objects.filter(lead=lead)}
    assert {trait: answer.value for trait, answer in answers.items()} == {
        "industry": "care",
        "budget": 12.5,
        "newsletter": True,
        "need": None,
        "channel": "webinar",
        "email": "ada@acme.test",
        "email_kind": "company",
    }
    assert (answers["budget"].author, answers["email_kind"].source) == ("form", "inference")


def test_what_a_site_repeats_with_every_page_is_kept_once_a_day(say: Say) -> None:
    def values(trait: str) -> list[Any]:
        return list(TraitChange.objects.filter(trait=trait).order_by("pk").values_list("value", flat=True))

    for _ in range(3):
        say("user:u1", traits={"plan": 1, "seats": 5})
    assert (values("plan"), values("seats")) == ([1], [5])
    say("user:u1", traits={"plan": True, "seats": 6})
    say("user:u1", traits={"plan": 1, "seats": 5})
    assert (values("plan"), values("seats")) == ([1, True, 1], [5, 6, 5]), "said anew after something else"
    say("user:u1", traits={"plan": 1}, author="somebody else")
    took(message("user:u1", traits={"plan": 1}, author="somebody else", at=NOW + timedelta(days=1)))
    took(message("user:u1", traits={"plan": 1}, author="somebody else", at=NOW - timedelta(days=1)))
    assert len(values("plan")) == 6
    took(*(message("user:u2", traits={"plan": 1}) for _ in range(3)))
    assert len(values("plan")) == 7


def test_the_row_says_what_lists_show(say: Say) -> None:
    lead = say("email:ada@acme.test", traits={"firstName": "Ada", "lastName": "L.", "country": "de"}, channel="ads")
    say("email:ada@acme.test", "phone:+49301234567", traits={"locale": "sv-SE", "company": "Acme"}, channel="event")
    row = Lead.objects.select_related("company").get(pk=lead)
    assert (row.name, row.email, row.phone, row.country, row.language) == (
        "Ada L.",
        "ada@acme.test",
        "+49301234567",
        "DE",
        "sv",
    )
    assert row.channel == "ads", "the one that produced it"
    assert Company.objects.get() == row.company
    assert (Company.objects.get().domain, Company.objects.get().name) == ("acme.test", "Acme")
    assert row.last_seen_at == NOW + timedelta(hours=1)


def test_free_mail_is_no_company(say: Say) -> None:
    assert Lead.objects.get(pk=say("email:ada@gmail.com")).company is None
    assert TraitChange.objects.get(trait="email_kind").value == "free"


def test_a_clock_that_is_ahead_does_not_make_a_lead_seen_in_the_future(say: Say) -> None:
    each = message("user:u1", event="a", at=NOW + timedelta(days=400), received_at=NOW)
    assert Lead.objects.get(pk=took(each).lead_of[each.once]).last_seen_at == NOW


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"handles": ()}, "it names nobody"),
        ({"handles": (("email", "ada"),)}, "'ada' is no email address"),
        ({"handles": (("user", "null"),)}, "which programs send where there is none"),
        ({"event": ""}, "1 to 120 characters"),
        ({"event": "x" * 121}, "1 to 120 characters"),
        ({"traits": {"": 1}}, "1 to 120 characters"),
        ({"source": "telepathy"}, "there is no source 'telepathy'"),
        ({"properties": {"a": float("nan")}}, "no JSON"),
        ({"properties": {"a": {1, 2}}}, "no JSON"),
        ({"properties": {"a": [{"b": "x\0y"}]}}, "NUL character"),
        ({"traits": {"a\0": 1}}, "NUL character"),
        ({"traits": {"a": "\ud800"}}, "half of a letter"),
        ({"once": ""}, "no id"),
        ({"occurred_at": datetime(2026, 6, 1)}, "say no zone"),  # noqa: DTZ001
    ],
)
def test_a_message_that_can_not_be_taken_in_is_handed_back_and_sinks_no_other(
    changed: dict[str, Any], why: str
) -> None:
    from dataclasses import replace

    bad = replace(message("email:bea@acme.test", event="a", once="bad"), **changed)
    taken = took(message("email:ada@acme.test", event="a", once="good"), bad)
    assert list(taken.lead_of) == ["good"]
    (refused,) = taken.refused
    assert refused.once == bad.once
    assert why in refused.reason
    assert Event.objects.count() == 1


def test_text_that_only_looks_like_a_nul_is_kept() -> None:
    took(message("user:u1", event="a", properties={"code": "\\u0000", "face": "\U0001f600"}))
    assert Event.objects.get().properties == {"code": "\\u0000", "face": "\U0001f600"}


def test_one_bad_handle_does_not_matter_beside_a_good_one(say: Say) -> None:
    lead = say("email:nonsense", "user:u1")
    assert Lead.objects.get(pk=lead).email == ""


def test_nothing_is_left_of_a_batch_that_fails() -> None:
    too_long = message("user:u1", event="a", author="a", traits={"a": 1})

    def messages() -> Any:
        yield too_long
        raise RuntimeError("the sender's end")

    with pytest.raises(RuntimeError):
        take(incoming=messages(), now=NOW)
    assert not Lead.objects.exists()
    assert not Seen.objects.exists()


def test_a_batch_costs_the_same_number_of_queries_whatever_its_size() -> None:
    def queries(size: int) -> int:
        batch = [message(f"anonymous:{size}-{number}", event="page_viewed") for number in range(size)]
        took(*batch)
        again = [message(f"anonymous:{size}-{number}", event="page_viewed") for number in range(size)]
        with CaptureQueriesContext(
            connection,
        ) as context:
            took(*again)
        # A prepared statement that runs for many rows counts once for each time it is sent.
        return len({query["sql"] for query in context.captured_queries})

    assert queries(3) == queries(60)


def test_what_was_seen_is_forgotten_after_90_days(say: Say) -> None:
    took(message("user:u1", event="a", once="old"))
    took(message("user:u1", event="b", once="new"), now=NOW + timedelta(days=2))
    assert prune(NOW + timedelta(days=91)) == 1
    assert Seen.objects.count() == 1
    assert prune(NOW + timedelta(days=91)) == 0


def test_what_comes_again_after_it_was_forgotten_is_known_by_its_evidence(say: Say) -> None:
    late = NOW + timedelta(days=91)
    event = message("user:u1", event="a", once="event", at=NOW)
    answer = message("user:u2", event=None, traits={"plan": 1}, once="answer", at=NOW)
    took(event, answer)
    prune(late)
    Lead.objects.update(touched_at=None)
    new = message("user:u3", event="b", once="new", at=late)
    taken = took(event, new, answer, message("user:u1", event="c", once="more", at=late), now=late)
    assert (set(taken.lead_of), set(taken.duplicates)) == ({"new", "more"}, {"event", "answer"})
    assert sorted(Event.objects.values_list("message_id", flat=True)) == ["event", "more", "new"]
    assert Lead.objects.count() == 3
    assert Lead.objects.filter(touched_at=None).count() == 1
    assert took(event, answer, now=late).duplicates == ("event", "answer")
    assert Seen.objects.count() == 4
