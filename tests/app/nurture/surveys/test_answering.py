"""Answers become evidence: once, with a date and a source; anew with a later one; all of it or nothing."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection, connections, transaction

from pyrometer.app.consent.actions import record as say
from pyrometer.app.evidence.actions import erase, merge
from pyrometer.app.evidence.exporting import export
from pyrometer.app.evidence.models import Event, Lead, TraitChange
from pyrometer.app.nurture.models import Asked
from pyrometer.app.nurture.surveys import answering
from pyrometer.app.nurture.surveys.answering import (
    MOST_ANSWERS,
    GoneError,
    UnaskedError,
    answer,
    answer_next,
)
from pyrometer.app.nurture.surveys.following import next_open
from pyrometer.app.nurture.surveys.subject import tell
from pyrometer.app.nurture.surveys.values import WrongAnswerError
from pyrometer.app.people.audit import Actor
from pyrometer.app.temperature.models import Reading

from .conftest import Ask, NewLead, read_all

pytestmark = pytest.mark.django_db
DORA = Actor("dora@example.com")
HOUR = timedelta(hours=1)


def counted() -> list[dict[str, Any]]:
    """The properties of the events that count."""
    rows = Event.objects.filter(name=answering.ANSWERED, retracted_at__isnull=True, bot="")
    return list(rows.order_by("pk").values_list("properties", flat=True))


def test_an_answer_is_evidence_with_its_source_and_date(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    asked = ask(new_lead(), content="first-mail")
    answer(asked=asked, value="confirmed", now=now, address="192.0.2.1", agent="Firefox")
    change = TraitChange.objects.get(trait="need")
    assert (change.value, change.source, change.occurred_at) == ("confirmed", "survey", now)
    assert counted() == [{"criterion": "need", "content": "first-mail", "programme": "welcome", "channel": "email"}]
    asked.refresh_from_db()
    assert (asked.answer, asked.answered_at, asked.changes) == ("confirmed", now, 1)
    read_all(now)
    reading = Reading.objects.get()
    assert reading.criteria["need"] == "met"
    assert reading.temperature == "warm"
    assert Lead.objects.get().last_seen_at == now


@pytest.mark.parametrize(
    ("criterion", "value", "kept"),
    [
        ("budget", "2,000", 2000),
        ("influence", "no", False),
        ("timeline", "2026-09-01", "2026-09-01"),
        ("size", "12", 12),
    ],
)
def test_answers_of_each_kind(
    new_lead: NewLead, ask: Ask, now: datetime, criterion: str, value: str, kept: Any
) -> None:
    answer(asked=ask(new_lead(), criterion), value=value, now=now)
    assert TraitChange.objects.filter(source="survey").values_list("value", flat=True).get() == kept
    read_all(now)
    assert Reading.objects.get().criteria[criterion] == ("unmet" if kept is False else "met")


def test_own_words_with_and_without_a_trait(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    ada = new_lead()
    free = ask(ada, "", question={"de": "Was fehlt?", "en": "What is missing?"})
    answer(asked=free, value="A <b>lid</b>.\r\nAnd a spout.", now=now)
    into = ask(ada, "", question={"en": "What do you wish for?"}, trait="wish")
    answer(asked=into, value="a lid", now=now)
    assert counted() == [
        {"question": "What is missing?", "programme": "welcome", "channel": "email",
         "text": "A <b>lid</b>.\nAnd a spout."},
        {"question": "What do you wish for?", "programme": "welcome", "channel": "email"},
    ]  # fmt: skip
    assert TraitChange.objects.filter(source="survey").values_list("trait", "value").get() == ("wish", "a lid")


def test_answering_again_changes_the_answer_and_counts_once(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    asked = ask(new_lead())
    answer(asked=asked, value="none", now=now, visit="a")
    answer(asked=asked, value="confirmed", now=now + HOUR, visit="b")
    answer(asked=asked, value="none", now=now + 2 * HOUR, visit="c")
    changes = TraitChange.objects.filter(trait="need").order_by("occurred_at")
    assert [each.value for each in changes] == ["none", "confirmed", "none"]
    assert len(counted()) == 1
    assert Event.objects.filter(name="survey_answered").count() == 3
    read_all(now + 2 * HOUR)
    reading = Reading.objects.get()
    assert reading.criteria["need"] == "unmet"
    assert float(reading.scores["interest"]) == 5


def test_the_same_sent_twice_is_one_answer(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    asked = ask(new_lead())
    for after in (0, 1, 2):
        answer(asked=asked, value="none", now=now + after * HOUR, visit="a")
    for after in (3, 4):
        answer(asked=asked, value="none", now=now + after * HOUR)
    assert TraitChange.objects.filter(trait="need").count() == 1
    assert Event.objects.filter(name="survey_answered").count() == 1
    asked.refresh_from_db()
    assert (asked.changes, asked.answered_at) == (1, now)
    # Who comes back and says the same has said it later.
    answer(asked=asked, value="none", now=now + timedelta(days=40), visit="b")
    assert TraitChange.objects.filter(trait="need").count() == 2
    assert len(counted()) == 1


def test_what_makes_no_sense_leaves_nothing(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    ada = new_lead()
    before = Event.objects.count()
    for asked, value, word in [
        (ask(ada), "maybe", "choose"),
        (ask(ada, "size"), "many", "number"),
        (ask(ada, "", question={"en": "Wish?"}, trait="wish"), "N/A", "missing"),
    ]:
        with pytest.raises(WrongAnswerError) as caught:
            answer(asked=asked, value=value, now=now)
        assert caught.value.word == word
    for gone in (ask(ada, "silent"), ask(ada, "never")):
        with pytest.raises(UnaskedError):
            answer(asked=gone, value="x", now=now)
    assert Event.objects.count() == before
    assert not Asked.objects.filter(answered_at__isnull=False).exists()


def test_nobody_changes_an_answer_for_ever(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    asked = ask(new_lead())
    for number in range(MOST_ANSWERS):
        answer(asked=asked, value=("none", "confirmed")[number % 2], now=now + number * HOUR)
    with pytest.raises(WrongAnswerError) as caught:
        answer(asked=asked, value="none", now=now + timedelta(days=3))
    assert caught.value.word == "often"
    assert len(counted()) == 1


def test_nothing_stands_between_an_answer_and_its_evidence(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    """Wherever the work is broken off, either both are there or neither is."""
    asked = ask(new_lead())
    left = 1_000

    def breaking(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal left
        if "SAVEPOINT" not in sql:
            if left == 0:
                raise BrokenError
            left -= 1
        return execute(sql, params, many, context)

    with transaction.atomic(), connection.execute_wrapper(breaking):
        answer(asked=asked, value="confirmed", now=now)
        transaction.set_rollback(True)
    statements = 1_000 - left
    assert statements > 10
    for place in range(statements):
        left = place
        with connection.execute_wrapper(breaking), pytest.raises(BrokenError):
            answer(asked=asked, value="confirmed", now=now)
        assert not Event.objects.filter(name="survey_answered").exists()
        assert not TraitChange.objects.filter(trait="need").exists()
        assert not Asked.objects.filter(answered_at__isnull=False).exists()
    answer(asked=asked, value="confirmed", now=now)
    assert len(counted()) == 1


class BrokenError(Exception):
    """The worker was killed here."""


def test_evidence_of_who_refuses_profiling_is_kept_and_does_not_count(
    new_lead: NewLead, ask: Ask, now: datetime
) -> None:
    ada = new_lead()
    say(lead=ada.pk, purpose="profiling", given=False, text="", at=now, now=now, source="hand")
    answer(asked=ask(ada), value="confirmed", now=now)
    read_all(now)
    assert TraitChange.objects.filter(trait="need").exists()
    assert Reading.objects.get().criteria["need"] == "unknown"


def test_a_merged_lead_answers_for_the_lead_that_it_is_one_with(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    ada, other = new_lead(), new_lead("countess")
    asked = ask(other)
    merge(winner=ada.pk, loser=other.pk, reason="one", actor=DORA, now=now)
    answer(asked=asked, value="confirmed", now=now)
    read_all(now)
    assert Reading.objects.get(pk=ada.pk).criteria["need"] == "met"
    # It came in for the one that was asked, so that a merge can be taken apart.
    assert Event.objects.get(name="survey_answered").lead_id == other.pk
    assert len(tell(Lead.objects.get(pk=ada.pk), "en", now)) == 1


def test_an_erased_lead_is_gone_and_an_answer_makes_no_new_one(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    ada = new_lead()
    asked = ask(ada)
    answer(asked=asked, value="confirmed", now=now)
    erase(lead=ada.pk, actor=DORA, now=now)
    assert not Asked.objects.exists()
    with pytest.raises(GoneError):
        answer(asked=asked, value="none", now=now)
    assert not Lead.objects.filter(erased_at__isnull=True).exists()
    assert not Event.objects.exists()


def test_a_lead_is_told_and_given_what_it_was_asked(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    ada = new_lead()
    answer(asked=ask(ada), value="confirmed", now=now)
    answer(asked=ask(ada, "influence"), value="no", now=now + HOUR)
    ask(ada, "size", at=now + 2 * HOUR)
    ask(ada, "", form="demo", at=now - HOUR)
    told = tell(Lead.objects.get(), "en", now)
    assert told == [
        "“How many are you?”: asked on 15 Jun 2026, not answered",
        "“Do you decide alone?”: you answered “No” on 15 Jun 2026",
        "“What goes wrong today?”: you answered “confirmed” on 15 Jun 2026",
        "“demo”: asked on 15 Jun 2026, not answered",
    ]
    assert "「いいえ」" in tell(Lead.objects.get(), "ja", now)[1]
    found = export(lead=ada.pk, actor=DORA, now=now)
    assert {row["answer"] for row in found["questions_asked"]} == {"confirmed", False, None}


def test_one_more_question_of_the_framework_that_is_not_known(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    ada = new_lead()
    read_all(now)
    asked = ask(ada)
    with pytest.raises(UnaskedError):
        answer_next(first=asked, criterion="need", value="none", now=now)
    answer(asked=asked, value="confirmed", now=now)
    assert next_open(asked) == "budget"
    with pytest.raises(UnaskedError):
        # It isn't offered yet.
        answer_next(first=asked, criterion="timeline", value="2026-09-01", now=now)
    with pytest.raises(WrongAnswerError):
        answer_next(first=asked, criterion="budget", value="a lot", now=now)
    assert Asked.objects.count() == 1
    for _ in range(2):
        answer_next(first=asked, criterion="budget", value="2000", now=now, visit="v")
    assert next_open(asked) == "influence"
    answer_next(first=asked, criterion="influence", value="yes", now=now)
    # Three are enough, whatever else isn't known.
    assert next_open(asked) is None
    with pytest.raises(UnaskedError):
        answer_next(first=asked, criterion="timeline", value="2026-09-01", now=now)
    assert [each["channel"] for each in counted()] == ["email", "page", "page"]
    assert {each["programme"] for each in counted()} == {"welcome"}
    # The answer to one that was offered can be changed, too.
    answer_next(first=asked, criterion="budget", value="3000", now=now + HOUR)
    assert len(counted()) == 3
    assert TraitChange.objects.filter(trait="budget_amount").count() == 2


def test_what_is_known_is_not_asked_next(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    ada = new_lead(budget_amount=50, signs_alone=True)
    asked = ask(ada)
    answer(asked=asked, value="confirmed", now=now)
    # The budget stands against it, and is known all the same.
    assert next_open(asked) == "timeline"
    own = ask(ada, "", question={"en": "What is missing?"})
    answer(asked=own, value="a lid", now=now)
    assert next_open(own) is None


@pytest.mark.django_db(transaction=True)
def test_two_answers_at_once_leave_one_that_counts(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite a transaction that writes is alone: make test-postgresql")
    asked = ask(new_lead())
    failed: list[BaseException] = []

    def send(value: str) -> None:
        try:
            answer(asked=asked, value=value, now=now, visit=value)
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=(value,)) for value in ("none", "confirmed", "possible")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failed == []
    asked.refresh_from_db()
    assert asked.changes == 3
    assert len(counted()) == 1
    assert Event.objects.get(name="survey_answered", retracted_at__isnull=True).message_id == asked.message
