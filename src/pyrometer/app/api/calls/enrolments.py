"""Who is in a programme: leads are put in and taken out, and where a lead stands."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from pyrometer.app.api.calls.leads import root_of
from pyrometer.app.api.calls.programmes import Key, conflicting, found_programme
from pyrometer.app.api.cursors import Cursor, Limit, Page, page
from pyrometer.app.api.doors import actor_of, door
from pyrometer.app.api.fields import Given, Id, Text
from pyrometer.app.api.once import once
from pyrometer.app.api.problems import Problem
from pyrometer.app.nurture.actions import people as actions
from pyrometer.app.nurture.models import Enrolment

router = Router(tags=["nurture"])


class LeadToEnrol(Given):
    """The lead that is put in."""

    lead: Annotated[int, Field(ge=1, le=2**63 - 1)]


class Because(Given):
    """Why it is taken out."""

    because: Annotated[Text, Field(min_length=1, max_length=200)]


class EnrolmentShape(BaseModel):
    """Somebody in a programme; `because` is why it ended, in words."""

    id: int
    lead: int
    programme: str
    version: int
    step: str
    standing: str
    held_back: bool
    by: str
    entered_at: datetime
    due_at: datetime | None
    waits_for: str
    ended_at: datetime | None
    why: str
    because: str


@router.post(
    "/programmes/{key}/enrolments",
    response={201: EnrolmentShape},
    auth=door("write", "nurture.edit"),
    operation_id="enrol_lead",
)
@once
def enrol_lead(request: HttpRequest, key: Key, given: LeadToEnrol) -> Status:
    """Put a lead in, whatever the condition says; it isn't compared with anybody. 409 where it would leave at once."""
    here, lead = found_programme(key), root_of(given.lead)
    row = conflicting(lambda: actions.enrol(programme=here, lead=lead.pk, actor=actor_of(request), now=timezone.now()))
    return Status(201, _enrolments([row])[0])


@router.post(
    "/enrolments/{enrolment}/removal",
    response=EnrolmentShape,
    auth=door("write", "nurture.edit"),
    operation_id="remove_enrolment",
)
@once
def remove_enrolment(request: HttpRequest, enrolment: Id, given: Because) -> EnrolmentShape:
    """Take somebody out of a programme; mails that wait to leave don't. 409 where it is out already."""
    row = Enrolment.objects.filter(pk=enrolment).first()
    if row is None:
        raise Problem(404, f"there is no enrolment {enrolment}")
    if not given.because.strip():
        raise Problem(422, "say why", errors=[("body.because", "say why")])
    conflicting(
        lambda: actions.remove(enrolment=row, because=given.because, actor=actor_of(request), now=timezone.now())
    )
    row = Enrolment.objects.select_related("programme", "version", "lead").get(pk=enrolment)
    return _enrolments([row])[0]


@router.get(
    "/leads/{lead}/enrolments",
    response=Page[EnrolmentShape],
    auth=door("read", "nurture.read"),
    operation_id="list_enrolments",
)
def list_enrolments(request: HttpRequest, lead: Id, cursor: Cursor = None, limit: Limit = 50) -> Page[EnrolmentShape]:
    """The programmes that a lead is or was in, the newest first."""
    rows = Enrolment.objects.filter(lead__root=root_of(lead)).select_related("programme", "version", "lead")
    return page(rows, _enrolments, cursor=cursor, limit=limit, newest=True)


def _enrolments(rows: Sequence[Enrolment]) -> list[EnrolmentShape]:
    return [
        EnrolmentShape(
            id=row.pk,
            lead=row.lead.root_id or row.lead_id,
            programme=row.programme.key,
            version=row.version.number,
            step=row.step,
            standing=row.standing,
            held_back=row.held_back,
            by=row.by,
            entered_at=row.entered_at,
            due_at=row.due_at,
            waits_for=row.waits_for,
            ended_at=row.ended_at,
            why=row.why,
            because=row.because,
        )
        for row in rows
    ]
