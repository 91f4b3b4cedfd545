"""Codes that pop-ups give away: one for each visitor, and no more than there are."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils.module_loading import import_string

from pyrometer.app.capture.forms.showing import texts
from pyrometer.app.capture.forms.tickets import Ticket
from pyrometer.app.capture.forms.words import WORDS
from pyrometer.app.capture.models import Coupon, Form
from pyrometer.app.evidence.models import Handle, HandleKind


@dataclass(frozen=True)
class Given:
    """What a visitor is shown: a code, or a word of `words.WORDS` that says why there is none."""

    code: str | None = None
    why: str = ""


def give(*, form: Form, handle: tuple[str, str], ticket: Ticket, sure: bool, now: datetime) -> Given:
    """The code of a visitor: the next, or the one they got before.

    Codes that are good for one are shown once: anybody can write anybody's address. Who writes it again gets the code
    by mail; who sends the same page again, or is known for sure (`sure`), is shown it. The caller has the transaction
    open in which the visitor becomes a lead.
    """
    codes = [str(code) for code in form.offer.get("codes") or []]
    if not codes:
        return Given()
    if connection.features.has_select_for_update:
        # One after the other: two must not get the last code.
        Form.objects.select_for_update().filter(pk=form.pk).first()
    visitor = _visitor(form.pk, handle)
    before = Coupon.objects.filter(form=form, visitor=visitor).first()
    if before is not None:
        if len(codes) == 1 or sure or before.nonce == ticket.nonce:
            return Given(before.code)
        return Given(None, "mailed" if _mailed(before, handle, ticket.language, now) else "before")
    code = _next(form, codes)
    if code is None:
        return Given(None, "taken")
    Coupon.objects.create(form=form, code=code, visitor=visitor, nonce=ticket.nonce, given_at=now)
    return Given(code)


def _mailed(coupon: Coupon, handle: tuple[str, str], language: str, now: datetime) -> bool:
    """Mail a code to whom it was given, once a day; False where there is no address, or nothing to mail by."""
    kind, address = handle
    if kind != HandleKind.EMAIL or settings.MAIL_SERVER is None:
        return False
    said = WORDS[language]["code"]
    # Rooms import one way: the settings say where letters are posted.
    post = import_string(settings.PEOPLE_POST)
    subject = texts(coupon.form, language)["title"] or said
    payload = {"to": address, "language": language, "subject": subject, "text": f"{said} {coupon.code}\n"}
    post(channel="email", once=f"code:{coupon.pk}:{now:%Y-%m-%d}", payload=payload, now=now)
    return True


def left(form: Form) -> int | None:
    """How many there still are; None where there is no end to them."""
    codes, limit = form.offer.get("codes") or [], form.offer.get("limit")
    if len(codes) == 1:
        return None if not limit else max(0, int(limit) - Coupon.objects.filter(form=form).count())
    given = set(Coupon.objects.filter(form=form, code__in=codes).values_list("code", flat=True))
    return len(set(codes) - given)


def forget(leads: Sequence[int], handles: Sequence[tuple[str, str]], now: datetime) -> None:
    """Forget who got a code; that it was given stays known, or somebody else would get it again."""
    for given in _of(handles):
        given.visitor = f"erased:{given.pk}"
        given.save(update_fields=["visitor"])


def tell(leads: Sequence[int]) -> list[dict[str, Any]]:
    """The codes that some leads got, for an export."""
    handles = list(Handle.objects.filter(lead__in=leads).values_list("kind", "value"))
    return [{"form": each.form.slug, "code": each.code, "given_at": each.given_at.isoformat()} for each in _of(handles)]


def _of(handles: Sequence[tuple[str, str]]) -> list[Coupon]:
    forms = list(Coupon.objects.order_by().values_list("form", flat=True).distinct())
    visitors = [_visitor(form, handle) for form in forms for handle in handles]
    return list(Coupon.objects.filter(visitor__in=visitors).select_related("form"))


def _visitor(form: int, handle: tuple[str, str]) -> str:
    return hashlib.sha256(f"{form}:{handle[0]}:{handle[1]}".encode()).hexdigest()


def _next(form: Form, codes: list[str]) -> str | None:
    """Of one code as many as its limit says, of several each once."""
    if left(form) == 0:
        return None
    if len(codes) == 1:
        return codes[0]
    given = set(Coupon.objects.filter(form=form, code__in=codes).values_list("code", flat=True))
    return next(code for code in codes if code not in given)
