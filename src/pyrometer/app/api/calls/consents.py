"""Consent: what leads agreed to, with its proof; and the purposes that they are asked for."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any

from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone
from ninja import Router
from ninja.responses import Status
from pydantic import BaseModel, Field
from pydantic.networks import IPvAnyAddress

from pyrometer.app.api.calls.leads import root_of
from pyrometer.app.api.cursors import Cursor, Limit, Page, page
from pyrometer.app.api.doors import actor_of, door
from pyrometer.app.api.fields import Given, Id, Moment, Text
from pyrometer.app.api.once import once
from pyrometer.app.api.problems import Problem
from pyrometer.app.consent import actions
from pyrometer.app.consent.models import Consent, Purpose
from pyrometer.app.consent.queries import DOUBLE, counts, words_of
from pyrometer.app.evidence.models import Lead
from pyrometer.errors import UsageError

router = Router(tags=["consent"])

Slug = Annotated[str, Field(min_length=1, max_length=50, pattern=r"^[-a-zA-Z0-9_]+$")]
SOURCE = "api"


class ConsentGiven(Given):
    """A yes or no with its proof: the text that the lead saw, and where and when it said it.

    With `double_opt_in` a yes counts once the lead has answered the mail that this sends.
    """

    purpose: Slug
    given: bool
    text: Annotated[str, Field(min_length=1, max_length=10_000, pattern=r"^[^\x00]+$")]
    at: Moment | None = None
    address: Annotated[str, Field(max_length=45, pattern=r"^[0-9a-fA-F.:]+$")] | None = None
    page: Annotated[Text, Field(max_length=300)] = ""
    double_opt_in: bool = False


class ConsentShape(BaseModel):
    """A word as it is kept. `counts`: it is a yes, confirmed where it has to be; `current`: it is the word in force.

    `asked_at`: when the lead was asked by mail whether it was its own; null where nobody asked.
    """

    id: int
    lead: int
    purpose: str
    given: bool
    counts: bool
    current: bool
    at: datetime
    recorded_at: datetime | None
    asked_at: datetime | None
    confirmed_at: datetime | None
    basis: str
    text: str
    edition: int | None
    source: str
    page: str
    address: str | None


class PurposeShape(BaseModel):
    """What data may be used for: on which basis, which evidence belongs to it, and the words that ask for it."""

    slug: str
    names: dict[str, str]
    texts: dict[str, str]
    basis: str
    reason: str
    covers: dict[str, list[str]]
    active: bool
    edition: int


@router.get("/purposes", response=Page[PurposeShape], auth=door("read", "lead.read"), operation_id="list_purposes")
def list_purposes(request: HttpRequest, cursor: Cursor = None, limit: Limit = 50) -> Page[PurposeShape]:
    """All purposes, also those that were put away."""
    return page(Purpose.objects.all(), _purposes, cursor=cursor, limit=limit)


@router.get(
    "/leads/{lead}/consents",
    response=Page[ConsentShape],
    auth=door("read", "lead.read"),
    operation_id="list_consents_of_lead",
)
def list_consents(request: HttpRequest, lead: Id, cursor: Cursor = None, limit: Limit = 50) -> Page[ConsentShape]:
    """What a lead said to the purposes, with all that are one with it, the latest first: the proof."""
    root = root_of(lead)
    rows = Consent.objects.filter(lead__root=root).select_related("purpose", "edition")
    return page(rows, lambda found: _consents(root, found), cursor=cursor, limit=limit, newest=True)


@router.post(
    "/leads/{lead}/consents",
    response={201: ConsentShape},
    auth=door("write", "lead.edit"),
    operation_id="record_consent",
)
@once
def record_consent(request: HttpRequest, lead: Id, consent: ConsentGiven) -> Status:
    """Keep what a lead said elsewhere: on your own page, in your shop, on paper. It counts at once."""
    root, now = root_of(lead), timezone.now()
    waits = consent.double_opt_in and consent.given
    if waits and not root.email:
        wrong = "the lead has no address to confirm it at"
        raise Problem(422, wrong, errors=[("body.double_opt_in", wrong)])
    try:
        with transaction.atomic():
            made = actions.record(
                lead=root.pk,
                purpose=consent.purpose,
                given=consent.given,
                text=consent.text,
                at=consent.at or now,
                now=now,
                address=_address(consent.address),
                source=SOURCE,
                page=consent.page,
                basis=DOUBLE if waits else "consent",
                actor=actor_of(request),
            )
            if waits:
                actions.ask_to_confirm(consent=made, to=root.email, language=root.language or "en", now=now)
    except UsageError as error:
        raise Problem(422, str(error), errors=[("body", str(error))]) from None
    return Status(201, _consents(root, [made])[0])


def _address(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        return str(IPvAnyAddress(text))  # type: ignore[operator]
    except ValueError:
        wrong = f"`{text}` is no IP address"
        raise Problem(422, wrong, errors=[("body.address", wrong)]) from None


def _consents(root: Lead, rows: Sequence[Consent]) -> list[ConsentShape]:
    current = {word.pk for word in words_of([root.pk]).get(root.pk, {}).values()}
    return [
        ConsentShape(
            id=row.pk,
            lead=row.lead_id,
            purpose=row.purpose.slug,
            given=row.given,
            counts=counts(row),
            current=row.pk in current,
            at=row.at,
            recorded_at=row.recorded_at,
            asked_at=row.asked_at,
            confirmed_at=row.confirmed_at,
            basis=row.basis,
            text=row.text,
            edition=None if row.edition is None else row.edition.number,
            source=row.source,
            page=row.page,
            address=row.address,
        )
        for row in rows
    ]


def _purposes(rows: Sequence[Any]) -> list[PurposeShape]:
    return [
        PurposeShape(
            slug=row.slug,
            names=row.names,
            texts=row.texts,
            basis=row.basis,
            reason=row.reason,
            covers=row.covers,
            active=row.active,
            edition=row.number,
        )
        for row in rows
    ]
