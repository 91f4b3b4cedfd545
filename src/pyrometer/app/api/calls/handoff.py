"""Hand-off: who has a lead, attempts, verdicts and outcomes, for a CRM that sales works in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Literal

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from ninja.responses import Status
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, WithJsonSchema

from pyrometer.app.api.calls.leads import root_of
from pyrometer.app.api.cursors import Cursor, Limit, Page, page
from pyrometer.app.api.doors import LIST, actor_of, door
from pyrometer.app.api.fields import Given, Id, Moment, Text
from pyrometer.app.api.once import once
from pyrometer.app.api.problems import Problem
from pyrometer.app.handoff import actions
from pyrometer.app.handoff.models import Assignment, Attempt, Outcome, Verdict
from pyrometer.app.handoff.verdicts import REASONS
from pyrometer.errors import UsageError

router = Router(tags=["hand-off"])

VerdictName = Literal[tuple(Verdict.Kind.values)]  # type: ignore[valid-type]
ReasonName = Literal[("", *(key for key, _name in REASONS))]  # type: ignore[valid-type]
ChannelName = Literal["call", "email", "social", "meeting"]
MOST = Decimal("999999999999.99")


def _day(value: object) -> object:
    if not isinstance(value, str):
        raise ValueError("write a day as 2026-06-01")
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ValueError("write a day as 2026-06-01") from None


def _money(value: object) -> object:
    if not isinstance(value, str) or not value.isascii() or len(value) > 20:
        raise ValueError('write an amount as text, so that it stays exact: "1200.50"')
    try:
        return Decimal(value)
    except ArithmeticError:
        raise ValueError('write an amount as "1200.50"') from None


def _whole_cents(value: Decimal) -> Decimal:
    if not value.is_finite() or not 0 <= value <= MOST or value != value.quantize(Decimal("0.01")):
        raise ValueError("an amount isn't negative and has two decimals at most")
    return value


Day = Annotated[date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"}, mode="validation")]
Money = Annotated[
    Decimal,
    BeforeValidator(_money),
    AfterValidator(_whole_cents),
    WithJsonSchema({"type": "string", "pattern": r"^[0-9]{1,12}(\.[0-9]{1,2})?$"}, mode="validation"),
]


class AttemptGiven(Given):
    """A try to reach the lead."""

    channel: ChannelName
    reached: bool
    note: Annotated[Text, Field(max_length=10_000)] = ""


class VerdictGiven(Given):
    """What sales says of the lead; `until` goes with `not_now`."""

    verdict: VerdictName
    reason: ReasonName = ""
    note: Annotated[Text, Field(max_length=10_000)] = ""
    until: Day | None = None


class OutcomeGiven(Given):
    """How the lead really ended. Revenue belongs to what was won."""

    won: bool
    decided_at: Moment
    revenue: Money | None = None
    currency: Annotated[str, Field(pattern=r"^([A-Z]{3})?$")] = ""
    source: Annotated[Text, Field(min_length=1, max_length=60)] = "api"


class AssignmentShape(BaseModel):
    """A lead in somebody's hands; `rep` is their address, null where nobody could take it."""

    id: int
    lead: int
    rep: str | None
    because: str
    at: datetime
    due_at: datetime | None
    responded_at: datetime | None
    ended_at: datetime | None


class AttemptShape(BaseModel):
    """A try to reach a lead."""

    id: int
    assignment: int
    channel: str
    reached: bool
    note: str
    at: datetime


class VerdictShape(BaseModel):
    """What sales said; `attempted` is whether anybody had tried to reach the lead."""

    id: int
    lead: int
    assignment: int
    verdict: str
    reason: str
    note: str
    until: date | None
    attempted: bool
    at: datetime


class OutcomeShape(BaseModel):
    """How a lead ended."""

    id: int
    lead: int
    won: bool
    revenue: str | None
    currency: str
    decided_at: datetime
    source: str


@router.get("/assignments", response=Page[AssignmentShape], auth=LIST, operation_id="list_assignments")
def list_assignments(
    request: HttpRequest, cursor: Cursor = None, limit: Limit = 50, open: bool | None = None
) -> Page[AssignmentShape]:
    """Hand-offs in the order in which they were made; with `open=true` those that haven't ended."""
    rows = Assignment.objects.select_related("rep__user")
    if open is not None:
        rows = rows.filter(ended_at__isnull=open)
    return page(rows, _assignments, cursor=cursor, limit=limit)


@router.post(
    "/leads/{lead}/attempts",
    response={201: AttemptShape},
    auth=door("write", "inbox.work"),
    operation_id="log_attempt",
)
@once
def log_attempt(request: HttpRequest, lead: Id, attempt: AttemptGiven) -> Status:
    """Write down a try to reach a lead that is in somebody's hands. 409 where it isn't."""
    made = actions.log_attempt(
        assignment=_open(lead),
        channel=attempt.channel,
        reached=attempt.reached,
        note=attempt.note,
        actor=actor_of(request),
        now=timezone.now(),
    )
    return Status(201, _attempt(made))


@router.post(
    "/leads/{lead}/verdicts",
    response={201: VerdictShape},
    auth=door("write", "inbox.work"),
    operation_id="give_verdict",
)
@once
def give_verdict(request: HttpRequest, lead: Id, verdict: VerdictGiven) -> Status:
    """Say what sales thinks of a lead that is in somebody's hands. 409 where it isn't."""
    made = actions.give_verdict(
        assignment=_open(lead),
        kind=verdict.verdict,
        reason=verdict.reason,
        note=verdict.note,
        until=verdict.until,
        actor=actor_of(request),
        now=timezone.now(),
    )
    return Status(201, _verdicts([made])[0])


@router.get("/verdicts", response=Page[VerdictShape], auth=LIST, operation_id="list_verdicts")
def list_verdicts(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> Page[VerdictShape]:
    """Verdicts in the order in which they were given."""
    return page(Verdict.objects.select_related("assignment"), _verdicts, cursor=cursor, limit=limit)


@router.delete(
    "/verdicts/{verdict}",
    response=AssignmentShape,
    auth=door("write", "inbox.work"),
    operation_id="take_verdict_back",
)
@once
def take_verdict_back(request: HttpRequest, verdict: Id) -> AssignmentShape:
    """Take a verdict back, within three days: the lead is in the same hands again, and the clock goes on.

    It is for who gave it, for managers, and for programs with a key that may write. 409 where it is too late or the
    lead has gone on since.
    """
    given = Verdict.objects.select_related("assignment").filter(pk=verdict).first()
    if given is None:
        raise Problem(404, f"there is no verdict {verdict}; it may have been taken back already")
    try:
        held = actions.take_back(verdict=given, actor=actor_of(request), now=timezone.now())
    except UsageError as error:
        raise Problem(409, str(error)) from None
    return _assignments([held])[0]


@router.post(
    "/leads/{lead}/outcomes",
    response={201: OutcomeShape},
    auth=door("write", "inbox.work"),
    operation_id="record_outcome",
)
@once
def record_outcome(request: HttpRequest, lead: Id, outcome: OutcomeGiven) -> Status:
    """Note how a lead really ended; the same from the same source at the same time is noted once."""
    made = actions.record_outcome(
        lead=root_of(lead).pk,
        won=outcome.won,
        decided_at=outcome.decided_at,
        revenue=outcome.revenue,
        currency=outcome.currency,
        source=outcome.source,
        actor=actor_of(request),
        now=timezone.now(),
    )
    return Status(201, _outcomes([made])[0])


@router.get("/outcomes", response=Page[OutcomeShape], auth=LIST, operation_id="list_outcomes")
def list_outcomes(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> Page[OutcomeShape]:
    """Outcomes in the order in which they were noted: what `learn` and `backtest` read."""
    return page(Outcome.objects.all(), _outcomes, cursor=cursor, limit=limit)


def _open(lead: int) -> Assignment:
    root = root_of(lead)
    held = Assignment.objects.filter(lead__root=root, ended_at__isnull=True).order_by("pk").first()
    if held is None:
        raise Problem(409, f"lead {root.pk} is in nobody's hands, so there is nothing to say of it yet")
    return held


def _assignments(rows: Sequence[Assignment]) -> list[AssignmentShape]:
    return [
        AssignmentShape(
            id=row.pk,
            lead=row.lead_id,
            rep=None if row.rep is None else row.rep.user.email,
            because=row.because,
            at=row.at,
            due_at=row.due_at,
            responded_at=row.responded_at,
            ended_at=row.ended_at,
        )
        for row in rows
    ]


def _attempt(row: Attempt) -> AttemptShape:
    return AttemptShape(
        id=row.pk,
        assignment=row.assignment_id,
        channel=row.channel,
        reached=row.reached,
        note=row.note,
        at=row.at,
    )


def _verdicts(rows: Sequence[Verdict]) -> list[VerdictShape]:
    return [
        VerdictShape(
            id=row.pk,
            lead=row.assignment.lead_id,
            assignment=row.assignment_id,
            verdict=row.kind,
            reason=row.reason,
            note=row.note,
            until=row.until,
            attempted=row.attempted,
            at=row.at,
        )
        for row in rows
    ]


def _outcomes(rows: Sequence[Outcome]) -> list[OutcomeShape]:
    return [
        OutcomeShape(
            id=row.pk,
            lead=row.lead_id,
            won=row.won,
            revenue=None if row.revenue is None else f"{row.revenue:.2f}",
            currency=row.currency,
            decided_at=row.decided_at,
            source=row.source,
        )
        for row in rows
    ]
