"""Takes an answer in: evidence of the lead, and what the question knows of it, in one transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from pyrometer.app.evidence.actions import retract_events, take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.locks import lock_handles, share_writing
from pyrometer.app.evidence.models import Event, Source
from pyrometer.app.evidence.queries import best_handle
from pyrometer.app.handoff.views import definition as agreed
from pyrometer.app.nurture.models import Asked
from pyrometer.app.nurture.surveys import values
from pyrometer.app.nurture.surveys.following import MOST_IN_A_ROW, next_open
from pyrometer.app.nurture.surveys.questions import Question, question_of, words_of
from pyrometer.app.nurture.surveys.values import WrongAnswerError
from pyrometer.app.people.audit import Actor

ANSWERED = "survey_answered"
MOST_ANSWERS = 20
"""Nobody changes their mind more often; programs may."""
SURVEYS = Actor("surveys")


class UnaskedError(Exception):
    """A question that nobody is asked any more: the definition in force doesn't have it."""


class GoneError(Exception):
    """A question of a lead that was erased."""


def answer(
    *,
    asked: Asked,
    value: str,
    now: datetime,
    address: str | None = None,
    agent: str = "",
    language: str = "en",
    visit: str = "",
) -> Asked:
    """Keep an answer, as it was sent; the question as it stands then.

    What is answered anew takes the place of what was said before, with a later date: the event of the earlier answer is
    taken back, so that one question never counts twice. The same again, of the same `visit` of the page, does nothing.
    Raises WrongAnswerError, UnaskedError, GoneError.
    """
    question = question_of(asked, language)
    if question is None:
        raise UnaskedError
    said = values.read(question, value, language)
    if question.trait and agreed.says_nothing(agreed.live(), question.trait, said):
        raise WrongAnswerError("missing")
    with transaction.atomic():
        here, handle = _locked(asked.pk)
        if here.answered_at is not None and not visit and here.answer == said:
            return here
        message = _message(here, question, said, handle, now, address, agent, visit or str(here.changes))
        return _keep(here, message, said, now)


def answer_next(
    *,
    first: Asked,
    criterion: str,
    value: str,
    now: datetime,
    address: str | None = None,
    agent: str = "",
    language: str = "en",
    visit: str = "",
) -> Asked:
    """Keep the answer to a question that the page offered after another one's; it counts as asked with its answer.

    Raises as `answer` does; UnaskedError, too, where the page wouldn't offer it, or not after so many.
    """
    with transaction.atomic():
        here, _ = _locked(first.pk)
        following = here.followed_by.filter(criterion=criterion).first()
        if following is None:
            if here.followed_by.count() + 1 >= MOST_IN_A_ROW or next_open(here) != criterion:
                raise UnaskedError
            following = Asked.objects.create(
                lead_id=here.lead_id, criterion=criterion, content=here.content, follows=here, at=now
            )
        return answer(
            asked=following, value=value, now=now, address=address, agent=agent, language=language, visit=visit
        )


def _locked(asked: int) -> tuple[Asked, tuple[str, str]]:
    """A question, with the handle by which its lead is known, which nobody else writes about until we are done."""
    lead = Asked.objects.filter(pk=asked).values_list("lead_id", flat=True).first()
    handle = best_handle(lead) if lead is not None else None
    if handle is None:
        raise GoneError
    share_writing()
    lock_handles([handle])
    # An erasure may have been before us: then the handle is nobody's, and taking evidence in would make a lead of it.
    rows = Asked.objects.select_related("enrolment__programme", "follows__enrolment__programme")
    here = rows.filter(pk=asked, lead__erased_at__isnull=True).first()
    if here is None:
        raise GoneError
    return here, handle


def _message(
    here: Asked,
    question: Question,
    said: Any,
    handle: tuple[str, str],
    now: datetime,
    address: str | None,
    agent: str,
    visit: str,
) -> Incoming:
    text = {} if question.trait else {"text": said}
    digest = hashlib.sha256(json.dumps(said).encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return Incoming(
        once=f"survey:{here.pk}:{visit[:40]}:{digest}",
        occurred_at=now,
        received_at=now,
        source=Source.SURVEY,
        handles=(handle,),
        event=ANSWERED,
        properties={**properties(here), **text},
        traits={question.trait: said} if question.trait else {},
        address=address,
        agent=agent[:400].replace("\0", ""),
    )


def properties(asked: Asked) -> Mapping[str, Any]:
    """What events about a question say of it: which it was, in which content and programme, and where it was asked."""
    first = asked.follows or asked
    found = {
        "criterion": asked.criterion,
        "question": "" if asked.criterion or asked.form else words_of(asked.question)[:200],
        "form": asked.form,
        "content": asked.content,
        "programme": first.enrolment.programme.key if first.enrolment is not None else "",
        "channel": "page" if asked.follows_id else "email",
    }
    return {name: value for name, value in found.items() if value}


def _keep(here: Asked, message: Incoming, said: Any, now: datetime) -> Asked:
    taken = take(incoming=[message], now=now)
    if taken.refused:
        raise WrongAnswerError("refused")
    if taken.duplicates:
        return here
    if here.changes >= MOST_ANSWERS:
        # What was just taken in goes with the transaction.
        raise WrongAnswerError("often")
    take_back([here], "answered anew" if here.message else "answered later", now)
    here.answered_at, here.answer, here.message = now, said, message.once
    here.changes += 1
    here.save(update_fields=["answered_at", "answer", "message", "changes"])
    return here


def ignored_message(asked: Asked) -> str:
    """The id of the event that says that a question was ignored."""
    return f"survey:{asked.pk}:ignored"


def take_back(rows: list[Asked], reason: str, now: datetime) -> None:
    """Take back what was said so far of questions whose answers are known now: the former answer, or that there is
    none."""
    ids = {message for row in rows for message in (row.message, ignored_message(row)) if message}
    events = Event.objects.filter(
        lead__root__in=[row.lead.root_id for row in rows], message_id__in=ids, retracted_at__isnull=True
    )
    if found := list(events.values_list("pk", flat=True)):
        retract_events(events=found, reason=reason, actor=SURVEYS, now=now)
