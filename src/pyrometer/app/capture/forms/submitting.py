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
from pyrometer.app.capture.forms.agreeing import agree
from pyrometer.app.capture.forms.questions import HANDLES
from pyrometer.app.capture.forms.tickets import Ticket
from pyrometer.app.capture.forms.visitors import Visitor
from pyrometer.app.capture.models import Form
from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Source


class NobodyError(ValueError):
    """A submission that doesn't say whom to reach."""


@dataclass(frozen=True)
class Submitted:
    """What became of a submission; sent a second time it is `fresh` no more. `why` says why there is no code."""

    lead: int | None
    fresh: bool
    code: str | None = None
    why: str = ""


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
    # Who says anew who it is may say that it is somebody else.
    sure = visitor.lead is not None and not reached
    if not reached and not sure:
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
        given = coupons.Given()
        if form.kind == Form.Kind.POPUP:
            given = coupons.give(form=form, handle=handles[0], ticket=ticket, sure=sure, now=now)
        if lead is not None:
            Form.objects.filter(pk=form.pk).update(submissions=F("submissions") + 1)
            agree(
                form=form,
                lead=lead,
                message=message,
                ticket=ticket,
                typed=str(answers.get("email", "")),
                sure=sure,
            )
    return Submitted(lead, lead is not None, given.code, given.why)


def _digest(answers: Mapping[str, Any], agreed: Collection[str]) -> str:
    """Sent twice, the same answers count once; who went back and corrected one has said something new."""
    text = json.dumps([sorted(answers.items()), sorted(agreed)], ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
