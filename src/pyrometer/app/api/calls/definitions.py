"""Definitions: the versions of the agreement, and new drafts. Both teams sign and publish on its pages."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from ninja.responses import Status
from pydantic import BaseModel, Field

from pyrometer.app.agreement import actions
from pyrometer.app.agreement.examining import examine
from pyrometer.app.agreement.models import Version
from pyrometer.app.api.cursors import Cursor, Limit, Page, page
from pyrometer.app.api.doors import door
from pyrometer.app.api.fields import Given, Id, Text
from pyrometer.app.api.once import once
from pyrometer.app.api.problems import Problem

router = Router(tags=["agreement"])


class DraftGiven(Given):
    """A definition as YAML, and what changes with it."""

    text: Annotated[Text, Field(min_length=1, max_length=500_000)]
    note: Annotated[Text, Field(max_length=400)] = ""


class SignatureShape(BaseModel):
    """A team's yes."""

    team: str
    name: str
    at: datetime


class VersionShape(BaseModel):
    """A version, without its text."""

    number: int
    name: str
    note: str
    state: str
    fingerprint: str
    created_at: datetime
    proposed_at: datetime | None
    live_at: datetime | None
    retired_at: datetime | None
    signatures: list[SignatureShape]


class ProblemShape(BaseModel):
    """What is wrong with a text, or odd: an `error` has to be mended before it can be proposed."""

    level: str
    line: int | None
    what: str
    why: str
    fix: str


class VersionInFull(VersionShape):
    """A version with its text, and what is wrong with it."""

    text: str
    problems: list[ProblemShape]


@router.get("", response=Page[VersionShape], auth=door("read", "agreement.read"), operation_id="list_definitions")
def list_definitions(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> Page[VersionShape]:
    """All versions, the newest first."""
    rows = Version.objects.defer("text").prefetch_related("signatures")
    return page(rows, _shapes, cursor=cursor, limit=limit, newest=True)


@router.post("", response={201: VersionInFull}, auth=door("admin", "agreement.edit"), operation_id="upload_definition")
@once
def upload_definition(request: HttpRequest, draft: DraftGiven) -> Status:
    """Keep a definition as a draft; `problems` says what is wrong with it. On its page it is proposed and signed."""
    caller = request.auth  # type: ignore[attr-defined]
    if caller.user is None and caller.key.created_by is None:
        raise Problem(409, "a draft has somebody's name, and whoever made this key is gone; make a new key")
    version = actions.upload(text=draft.text, note=draft.note, actor=caller.actor, now=timezone.now())
    return Status(201, _in_full(version))


@router.get("/live", response=VersionInFull, auth=door("read", "agreement.read"), operation_id="read_live_definition")
def read_live_definition(request: HttpRequest) -> VersionInFull:
    """The version that leads are read by."""
    found = Version.objects.filter(state="live").first()
    if found is None:
        raise Problem(404, "no version is live yet")
    return _in_full(found)


@router.get("/{number}", response=VersionInFull, auth=door("read", "agreement.read"), operation_id="read_definition")
def read_definition(request: HttpRequest, number: Id) -> VersionInFull:
    """One version, with its text."""
    found = Version.objects.filter(number=number).first()
    if found is None:
        raise Problem(404, f"there is no version {number}")
    return _in_full(found)


def _in_full(version: Version) -> VersionInFull:
    (shape,) = _shapes([version])
    problems = [
        ProblemShape(level=each.level, line=each.line, what=each.what, why=each.why, fix=each.fix)
        for each in examine(version.text).problems
    ]
    return VersionInFull(**dict(shape), text=version.text, problems=problems)


def _shapes(rows: Sequence[Version]) -> list[VersionShape]:
    return [
        VersionShape(
            number=row.number,
            name=row.name,
            note=row.note,
            state=row.state,
            fingerprint=row.fingerprint,
            created_at=row.created_at,
            proposed_at=row.proposed_at,
            live_at=row.live_at,
            retired_at=row.retired_at,
            signatures=[SignatureShape(team=each.team, name=each.name, at=each.at) for each in row.signatures.all()],
        )
        for row in rows
    ]
