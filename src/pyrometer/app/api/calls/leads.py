"""Leads: written by handle, read with their reasons, searched, exported, erased."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import uuid4

from django.db.models import F
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from ninja import Query, Router
from ninja.responses import Status
from pydantic import BaseModel, Field, JsonValue

from pyrometer.app.api import shapes
from pyrometer.app.api.cursors import Cursor, Limit, Page, page
from pyrometer.app.api.doors import LIST, actor_of, door
from pyrometer.app.api.fields import Given, Id, Moment, Name, Text
from pyrometer.app.api.once import once
from pyrometer.app.api.problems import Problem
from pyrometer.app.api.shapes import Kind, LeadShape, StageName, Warmth
from pyrometer.app.evidence import actions, queries
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Lead
from pyrometer.app.temperature.queries import explain

router = Router(tags=["leads"])


class HandleGiven(Given):
    """What a lead is known by."""

    kind: Kind
    value: Annotated[str, Field(min_length=1, max_length=254, pattern=r"^[^\x00]+$")]


Handles = Annotated[list[HandleGiven], Field(min_length=1, max_length=20)]
Traits = Annotated[dict[Name, JsonValue], Field(max_length=200)]


class LeadGiven(Given):
    """A lead to be written: who it is, and what is known of it."""

    handles: Handles
    traits: Traits = {}
    channel: Annotated[Text, Field(max_length=60)] = ""
    occurred_at: Moment | None = None


class TraitShape(BaseModel):
    """The answer that counts for a trait."""

    value: Any
    source: str
    author: str
    occurred_at: datetime


class ContributionShape(BaseModel):
    """A line of a score's sum: what a rule gave, from how many events, the freshest when."""

    rule: str
    sentence: str
    points: float
    hits: int | None
    last_at: date | None
    cut: float


class SumShape(BaseModel):
    """A score; its contributions add up to its points exactly."""

    score: str
    points: float
    grade: str
    contributions: list[ContributionShape]


class WithheldShape(BaseModel):
    """Evidence that isn't counted: for want of a yes to which purpose, since when (null: the lead never agreed)."""

    purpose: str
    since: datetime | None
    events: int
    answers: int


class ReasonsShape(BaseModel):
    """Why a lead has its temperature, read anew as of now; what is missing for the next one, and what to ask next."""

    lead: int
    temperature: str
    as_of: datetime
    sums: list[SumShape]
    missing: list[dict[str, Any]]
    criteria: dict[str, str]
    flags: dict[str, bool | None]
    question: str | None
    withheld: list[WithheldShape]


class LeadInFull(LeadShape):
    """A lead with its traits."""

    traits: dict[str, TraitShape]


@router.get("", response=Page[LeadShape], auth=LIST, operation_id="list_leads")
def list_leads(
    request: HttpRequest,
    cursor: Cursor = None,
    limit: Limit = 50,
    temperature: Warmth | None = None,
    stage: StageName | None = None,
    handle_kind: Annotated[Kind | None, Query(description="With `handle`: whoever is known by it.")] = None,
    handle: Annotated[str | None, Query(min_length=1, max_length=254, pattern=r"^[^\x00]+$")] = None,
    q: Annotated[
        str | None,
        Query(min_length=1, max_length=200, pattern=r"^[^\x00]+$", description="Words; the best matches, one page."),
    ] = None,
) -> Page[LeadShape]:
    """Leads in the order in which they came in; or those that a handle or words mean."""
    if (handle is None) != (handle_kind is None):
        wrong = "`handle` and `handle_kind` go together"
        raise Problem(422, wrong, errors=[("query.handle", wrong)])
    if handle is not None:
        found = queries.by_handle(str(handle_kind), handle)
        return Page(items=shapes.leads([found] if found and found.erased_at is None else []), next=None)
    if q is not None:
        return Page(items=shapes.leads(queries.search(q, limit)), next=None)
    rows = Lead.objects.filter(root=F("pk"), erased_at__isnull=True).select_related("company")
    if temperature is not None:
        rows = rows.filter(reading__temperature=temperature)
    if stage is not None:
        rows = rows.filter(reading__stage=stage)
    return page(rows, shapes.leads, cursor=cursor, limit=limit)


@router.post(
    "", response={200: LeadInFull, 201: LeadInFull}, auth=door("write", "lead.edit"), operation_id="upsert_lead"
)
@once
def upsert_lead(request: HttpRequest, lead: LeadGiven) -> Status:
    """Write a lead by its handles: the one that has one of them already (200), or a new one (201).

    Traits that are named get a new answer; the others stay.
    """
    now = timezone.now()
    message = Incoming(
        once=f"api:{uuid4()}",
        occurred_at=lead.occurred_at or now,
        received_at=now,
        source="api",
        handles=tuple((handle.kind, handle.value) for handle in lead.handles),
        traits=lead.traits,
        author=actor_of(request).name,
        channel=lead.channel,
    )
    taken = actions.take(incoming=[message], now=now)
    if taken.refused:
        raise Problem(422, taken.refused[0].reason, errors=[("body", taken.refused[0].reason)])
    written = taken.lead_of[message.once]
    root = root_of(written)
    return Status(201 if written in taken.created and root.pk == written else 200, in_full(root))


@router.get("/{lead}", response=LeadInFull, auth=door("read", "lead.read"), operation_id="read_lead")
def read_lead(request: HttpRequest, lead: Id) -> LeadInFull:
    """One lead, with its reading and its traits. The id of a lead that was merged leads to the one it became."""
    return in_full(root_of(lead))


@router.get("/{lead}/reasons", response=ReasonsShape, auth=door("read", "lead.read"), operation_id="read_reasons")
def read_reasons(request: HttpRequest, lead: Id) -> ReasonsShape:
    """Why a lead has its temperature: the exact sum of every score. 404 where no definition is live."""
    root = root_of(lead)
    found = explain(root.pk, timezone.now())
    if found is None:
        raise Problem(404, "no definition is live, so nothing says how warm this lead is")
    return ReasonsShape(
        lead=root.pk,
        temperature=found.temperature,
        as_of=found.as_of,
        sums=[
            SumShape(
                score=each.score,
                points=each.points,
                grade=each.grade,
                contributions=[ContributionShape(**vars(line)) for line in each.lines],
            )
            for each in found.sums
        ],
        missing=[each.as_dict() for each in found.missing],
        criteria=dict(found.criteria),
        flags=dict(found.flags),
        question=None if found.question is None else found.question.text,
        withheld=[WithheldShape(**vars(each)) for each in found.withheld],
    )


@router.post("/{lead}/export", auth=door("admin", "lead.export"), operation_id="export_lead", response=dict[str, Any])
def export_lead(request: HttpRequest, lead: Id) -> HttpResponse:
    """All that is known about a lead, to be handed to the one it is about. The audit log says that it was done.

    Each call reads anew; an idempotency key would keep a copy here.
    """
    from django.http import JsonResponse

    found = actions.export(lead=root_of(lead).pk, actor=actor_of(request), now=timezone.now())
    return JsonResponse(found)


@router.delete("/{lead}", response={204: None}, auth=door("admin", "lead.erase"), operation_id="erase_lead")
@once
def erase_lead(request: HttpRequest, lead: Id) -> Status:
    """Erase a lead and everything about it, for good."""
    actions.erase(lead=root_of(lead).pk, actor=actor_of(request), now=timezone.now())
    return Status(204, None)


def root_of(lead: int) -> Lead:
    """The root of a lead, with its company. Raises Problem where there is none, or it was erased."""
    found = Lead.objects.select_related("root__company").filter(pk=lead).first()
    if found is None or found.root is None or found.root.erased_at is not None:
        raise Problem(404, f"there is no lead {lead}")
    return found.root


def in_full(root: Lead) -> LeadInFull:
    """A root with all that the API says of one lead."""
    (shape,) = shapes.leads([root])
    traits = {
        name: TraitShape(value=answer.value, source=answer.source, author=answer.author, occurred_at=answer.occurred_at)
        for name, answer in queries.profile(root.pk).items()
    }
    return LeadInFull(**dict(shape), traits=traits)
