"""Events and answers: written in batches by handle, or for one lead, and read again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from pydantic import BaseModel, Field, JsonValue

from pyrometer.app.api.calls.leads import Handles, Traits, root_of
from pyrometer.app.api.cursors import Cursor, Limit, Page, page
from pyrometer.app.api.doors import actor_of, door
from pyrometer.app.api.fields import Given, Id, Moment, Name, Text
from pyrometer.app.api.once import once
from pyrometer.app.evidence import actions
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Event, TraitChange

router = Router()

Properties = Annotated[dict[Name, JsonValue], Field(max_length=200)]
MessageId = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[!-~]+$")]
SourceName = Literal["api", "call", "chat", "form", "survey", "mail"]


class EventGiven(Given):
    """Something that a lead did. `id` is the sender's: what comes again with it does nothing."""

    id: MessageId
    handles: Handles
    event: Name
    properties: Properties = {}
    occurred_at: Moment
    channel: Annotated[Text, Field(max_length=60)] = ""


class AnswerGiven(Given):
    """Answers to questions about a lead, and who gave them."""

    id: MessageId
    handles: Handles
    traits: Annotated[Traits, Field(min_length=1)]
    occurred_at: Moment
    source: SourceName = "api"
    author: Annotated[Text, Field(max_length=254)] = ""


class EventsGiven(Given):
    """A batch of events."""

    events: Annotated[list[EventGiven], Field(min_length=1, max_length=500)]


class AnswersGiven(Given):
    """A batch of answers."""

    answers: Annotated[list[AnswerGiven], Field(min_length=1, max_length=500)]


class RefusedShape(BaseModel):
    """A message that can't be taken in; it keeps none of the others out."""

    id: str
    reason: str


class TakenShape(BaseModel):
    """What became of a batch. `leads` are those that were written to, by the id of the message."""

    leads: dict[str, int]
    duplicates: list[str]
    refused: list[RefusedShape]


class EventShape(BaseModel):
    """An event as it is kept."""

    id: int
    lead: int
    event: str
    properties: dict[str, Any]
    occurred_at: datetime
    received_at: datetime
    source: str
    bot: str
    retracted_at: datetime | None


class AnswerShape(BaseModel):
    """An answer as it is kept."""

    id: int
    lead: int
    trait: str
    value: Any
    occurred_at: datetime
    received_at: datetime
    source: str
    author: str
    retracted_at: datetime | None


@router.post(
    "/events", response=TakenShape, auth=door("write", "lead.edit"), operation_id="write_events", tags=["evidence"]
)
@once
def write_events(request: HttpRequest, batch: EventsGiven) -> TakenShape:
    """Write events, up to 500 at a time. The leads are found or made by their handles."""
    now = timezone.now()
    return _take(
        request,
        [
            (
                each.id,
                Incoming(
                    once=_once(request, each.id),
                    occurred_at=each.occurred_at,
                    received_at=now,
                    source="api",
                    handles=tuple((handle.kind, handle.value) for handle in each.handles),
                    event=each.event,
                    properties=each.properties,
                    channel=each.channel,
                ),
            )
            for each in batch.events
        ],
        now,
    )


@router.post(
    "/answers", response=TakenShape, auth=door("write", "lead.edit"), operation_id="write_answers", tags=["evidence"]
)
@once
def write_answers(request: HttpRequest, batch: AnswersGiven) -> TakenShape:
    """Write answers, up to 500 at a time: what a lead said, with source and author. Null: no longer known."""
    now = timezone.now()
    name = actor_of(request).name
    return _take(
        request,
        [
            (
                each.id,
                Incoming(
                    once=_once(request, each.id),
                    occurred_at=each.occurred_at,
                    received_at=now,
                    source=each.source,
                    handles=tuple((handle.kind, handle.value) for handle in each.handles),
                    traits=each.traits,
                    author=each.author or name,
                ),
            )
            for each in batch.answers
        ],
        now,
    )


@router.get(
    "/leads/{lead}/events",
    response=Page[EventShape],
    auth=door("read", "lead.read"),
    operation_id="list_events",
    tags=["evidence"],
)
def list_events(request: HttpRequest, lead: Id, cursor: Cursor = None, limit: Limit = 50) -> Page[EventShape]:
    """What a lead did, what was learned last first; a machine's doing and what was taken back is marked."""
    rows = Event.objects.filter(lead__root=root_of(lead))
    return page(rows, _events, cursor=cursor, limit=limit, newest=True)


@router.get(
    "/leads/{lead}/answers",
    response=Page[AnswerShape],
    auth=door("read", "lead.read"),
    operation_id="list_answers",
    tags=["evidence"],
)
def list_answers(request: HttpRequest, lead: Id, cursor: Cursor = None, limit: Limit = 50) -> Page[AnswerShape]:
    """The log of a lead's traits, what was learned last first."""
    rows = TraitChange.objects.filter(lead__root=root_of(lead))
    return page(rows, _answers, cursor=cursor, limit=limit, newest=True)


def _once(request: HttpRequest, given: str) -> str:
    # Two callers may number their messages alike.
    return f"api:{request.auth.name}:{given}"  # type: ignore[attr-defined]


def _take(request: HttpRequest, messages: Sequence[tuple[str, Incoming]], now: datetime) -> TakenShape:
    ids = {message.once: given for given, message in messages}
    taken = actions.take(incoming=[message for _, message in messages], now=now)
    return TakenShape(
        leads={ids[known]: lead for known, lead in taken.lead_of.items()},
        duplicates=[ids[known] for known in taken.duplicates],
        refused=[RefusedShape(id=ids[each.once], reason=each.reason) for each in taken.refused],
    )


def _events(rows: Sequence[Event]) -> list[EventShape]:
    return [
        EventShape(
            id=row.pk,
            lead=row.lead_id,
            event=row.name,
            properties=row.properties,
            occurred_at=row.occurred_at,
            received_at=row.received_at,
            source=row.source,
            bot=row.bot,
            retracted_at=row.retracted_at,
        )
        for row in rows
    ]


def _answers(rows: Sequence[TraitChange]) -> list[AnswerShape]:
    return [
        AnswerShape(
            id=row.pk,
            lead=row.lead_id,
            trait=row.trait,
            value=row.value,
            occurred_at=row.occurred_at,
            received_at=row.received_at,
            source=row.source,
            author=row.author,
            retracted_at=row.retracted_at,
        )
        for row in rows
    ]
