"""Takes a submission in: the lead, its answers, its consents and its code, in one transaction."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from pyrometer.app.capture.forms import coupons
from pyrometer.app.capture.forms.questions import HANDLES
from pyrometer.app.capture.forms.tickets import Ticket
from pyrometer.app.capture.forms.visitors import Visitor
from pyrometer.app.capture.models import Form
from pyrometer.app.consent import actions as consent
from pyrometer.app.consent.models import Purpose
from pyrometer.app.consent.purposes import EMAIL
from pyrometer.app.consent.queries import DOUBLE
from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Source


class NobodyError(ValueError):
    """A submission that doesn't say whom to reach."""


@dataclass(frozen=True)
class Submitted:
    """What became of a submission; sent a second time it is `fresh` no more. `code` is None where all are taken."""

    lead: int | None
    fresh: bool
    code: str | None = None


def submit(
    *,
    form: Form,
    ticket: Ticket,
    visitor: Visitor,
    answers: Mapping[str, Any],
    agreed: Collection[str],
    address: str | None,
    agent: str,
    now: datetime,
) -> Submitted:
    """Take it in, once. Raises NobodyError where there is no handle by which somebody can be reached."""
    reached = tuple((kind, str(answers[kind])) for kind in HANDLES if kind in answers)
    handles = (*reached, *visitor.handles)
    if not reached and visitor.lead is None:
        raise NobodyError
    message = Incoming(
        once=f"form:{ticket.nonce}:{_digest(answers, agreed)}",
        occurred_at=now,
        received_at=now,
        source=Source.FORM,
        handles=handles,
        event=form.event,
        properties={"form": form.slug, "page": ticket.page, "language": ticket.language},
        traits={trait: value for trait, value in answers.items() if trait not in HANDLES},
        address=address,
        agent=agent,
        consents=dict.fromkeys(agreed, True),
    )
    with transaction.atomic():
        taken = take(incoming=[message], now=now)
        if taken.refused:
            raise NobodyError(taken.refused[0].reason)
        lead = taken.lead_of.get(message.once)
        code = coupons.give(form=form, handle=handles[0], now=now) if form.kind == Form.Kind.POPUP else None
        if lead is not None:
            Form.objects.filter(pk=form.pk).update(submissions=F("submissions") + 1)
            _agree(form=form, lead=lead, message=message, ticket=ticket, email=str(answers.get("email", "")))
    return Submitted(lead, lead is not None, code)


def _digest(answers: Mapping[str, Any], agreed: Collection[str]) -> str:
    """Sent twice, the same answers count once; who went back and corrected one has said something new."""
    text = json.dumps([sorted(answers.items()), sorted(agreed)], ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def _agree(*, form: Form, lead: int, message: Incoming, ticket: Ticket, email: str) -> None:
    """Keep the yes with its proof: the text that was shown, when, from where, on which form.

    That an address wants mail counts once somebody who reads its mail has said so.
    """
    shown = dict(ticket.consents)
    for purpose in Purpose.objects.filter(slug__in=message.consents, active=True).order_by("slug"):
        twice = purpose.slug == EMAIL and bool(email)
        said = consent.record(
            lead=lead,
            purpose=purpose.slug,
            given=True,
            text=shown[purpose.slug],
            at=message.occurred_at,
            now=message.received_at,
            address=message.address,
            source=f"form:{form.slug}",
            basis=DOUBLE if twice else "consent",
        )
        if twice:
            consent.ask_to_confirm(consent=said, to=email, language=ticket.language, now=message.received_at)
