"""Leads, readings and the like as the API shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any, Literal

from pydantic import BaseModel

from pyrometer.app.evidence.models import Handle, Lead
from pyrometer.app.temperature.models import Reading, Stage, Transition

Warmth = Literal["hot", "warm", "cool"]
Kind = Literal["email", "phone", "social", "user", "anonymous"]
StageName = Literal[tuple(Stage.values)]  # type: ignore[valid-type]


class HandleShape(BaseModel):
    """What a lead is known by."""

    kind: str
    value: str


class CompanyShape(BaseModel):
    """The organisation that a lead belongs to; the domain is null where only its name was said."""

    domain: str | None
    name: str


class ReadingShape(BaseModel):
    """A lead as the live definition reads it."""

    lead: int
    temperature: str
    stage: str
    stage_since: datetime
    scores: dict[str, Any]
    grades: dict[str, Any]
    criteria: dict[str, Any]
    missing: list[Any]
    strongest: list[Any]
    hot_since: datetime | None
    as_of: datetime
    recheck_on: date | None
    fingerprint: str

    @classmethod
    def of(cls, reading: Reading) -> ReadingShape:
        """The shape of a row."""
        return cls(
            lead=reading.pk,
            temperature=reading.temperature,
            stage=reading.stage,
            stage_since=reading.stage_since,
            scores=reading.scores,
            grades=reading.grades,
            criteria=reading.criteria,
            missing=reading.missing,
            strongest=reading.strongest,
            hot_since=reading.hot_since,
            as_of=reading.as_of,
            recheck_on=reading.recheck_on,
            fingerprint=reading.fingerprint,
        )


class LeadShape(BaseModel):
    """A lead, with all that turned out to be the same one."""

    id: int
    name: str
    email: str
    phone: str
    language: str
    country: str
    channel: str
    anonymous: bool
    company: CompanyShape | None
    handles: list[HandleShape]
    created_at: datetime
    last_seen_at: datetime
    reading: ReadingShape | None


class TransitionShape(BaseModel):
    """A change of temperature or stage, with its reasons."""

    id: int
    lead: int
    kind: str
    before: str
    after: str
    cause: str
    reasons: list[Any]
    fingerprint: str
    at: datetime


def leads(roots: Sequence[Lead]) -> list[LeadShape]:
    """The shapes of some roots, with two queries for all of them; their company comes with them."""
    ids = [root.pk for root in roots]
    readings = Reading.objects.in_bulk(ids)
    handles: dict[int, list[HandleShape]] = {}
    for root, kind, value in (
        Handle.objects.filter(lead__root__in=ids).order_by("pk").values_list("lead__root_id", "kind", "value")
    ):
        handles.setdefault(root, []).append(HandleShape(kind=kind, value=value))
    return [
        LeadShape(
            id=root.pk,
            name=root.name,
            email=root.email,
            phone=root.phone,
            language=root.language,
            country=root.country,
            channel=root.channel,
            anonymous=root.anonymous,
            company=_company(root),
            handles=handles.get(root.pk, []),
            created_at=root.created_at,
            last_seen_at=root.last_seen_at,
            reading=ReadingShape.of(readings[root.pk]) if root.pk in readings else None,
        )
        for root in roots
    ]


def transitions(rows: Sequence[Transition]) -> list[TransitionShape]:
    """The shapes of some transitions."""
    return [
        TransitionShape(
            id=row.pk,
            lead=row.lead_id,
            kind=row.kind,
            before=row.before,
            after=row.after,
            cause=row.cause,
            reasons=row.reasons,
            fingerprint=row.fingerprint,
            at=row.at,
        )
        for row in rows
    ]


def _company(root: Lead) -> CompanyShape | None:
    """What is known of a lead's company: by the domain of its address, by name only, or nothing."""
    domain = root.company.domain if root.company else None
    name = root.company_name or (root.company.name if root.company else "")
    return CompanyShape(domain=domain, name=name) if domain or name else None
