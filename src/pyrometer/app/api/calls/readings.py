"""Readings and transitions: how warm leads are, and every change of it."""

from __future__ import annotations

from typing import Literal

from django.http import HttpRequest
from ninja import Router

from pyrometer.app.api import shapes
from pyrometer.app.api.calls.leads import root_of
from pyrometer.app.api.cursors import Cursor, Limit, Page, page
from pyrometer.app.api.doors import LIST, door
from pyrometer.app.api.fields import Id
from pyrometer.app.api.problems import Problem
from pyrometer.app.api.shapes import ReadingShape, StageName, TransitionShape, Warmth
from pyrometer.app.temperature.models import Reading, Transition

router = Router(tags=["temperature"])


@router.get("/readings", response=Page[ReadingShape], auth=LIST, operation_id="list_readings")
def list_readings(
    request: HttpRequest,
    cursor: Cursor = None,
    limit: Limit = 50,
    temperature: Warmth | None = None,
    stage: StageName | None = None,
) -> Page[ReadingShape]:
    """Readings in the order of their leads."""
    rows = Reading.objects.filter(lead__erased_at__isnull=True)
    if temperature is not None:
        rows = rows.filter(temperature=temperature)
    if stage is not None:
        rows = rows.filter(stage=stage)
    return page(rows, lambda found: [ReadingShape.of(row) for row in found], cursor=cursor, limit=limit)


@router.get("/leads/{lead}/reading", response=ReadingShape, auth=door("read", "lead.read"), operation_id="read_reading")
def read_reading(request: HttpRequest, lead: Id) -> ReadingShape:
    """How the live definition reads a lead. 404 until it was read for the first time."""
    root = root_of(lead)
    reading = Reading.objects.filter(pk=root.pk).first()
    if reading is None:
        raise Problem(404, f"lead {root.pk} wasn't read yet")
    return ReadingShape.of(reading)


@router.get("/transitions", response=Page[TransitionShape], auth=LIST, operation_id="list_transitions")
def list_transitions(
    request: HttpRequest,
    cursor: Cursor = None,
    limit: Limit = 50,
    kind: Literal["temperature", "stage"] | None = None,
) -> Page[TransitionShape]:
    """Every change of a temperature or stage, in the order in which they were written: a feed to follow."""
    rows = Transition.objects.all()
    if kind is not None:
        rows = rows.filter(kind=kind)
    return page(rows, shapes.transitions, cursor=cursor, limit=limit)


@router.get(
    "/leads/{lead}/transitions",
    response=Page[TransitionShape],
    auth=door("read", "lead.read"),
    operation_id="list_transitions_of_lead",
)
def list_transitions_of_lead(
    request: HttpRequest, lead: Id, cursor: Cursor = None, limit: Limit = 50
) -> Page[TransitionShape]:
    """The history of one lead, the latest first."""
    rows = Transition.objects.filter(lead=root_of(lead))
    return page(rows, shapes.transitions, cursor=cursor, limit=limit, newest=True)
