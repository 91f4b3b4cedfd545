"""Codes that pop-ups give away: one for each visitor, and no more than there are."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import connection

from pyrometer.app.capture.models import Coupon, Form


def give(*, form: Form, handle: tuple[str, str], now: datetime) -> str | None:
    """The code of a visitor: the one they got before, else the next; None where all are taken.

    The caller has the transaction open in which the visitor becomes a lead.
    """
    codes = [str(code) for code in form.offer.get("codes") or []]
    if not codes:
        return None
    if connection.features.has_select_for_update:
        # One after the other: two must not get the last code.
        Form.objects.select_for_update().filter(pk=form.pk).first()
    visitor = hashlib.sha256(f"{form.pk}:{handle[0]}:{handle[1]}".encode()).hexdigest()
    before = Coupon.objects.filter(form=form, visitor=visitor).values_list("code", flat=True).first()
    if before is not None:
        return before
    code = _next(form, codes)
    if code is not None:
        Coupon.objects.create(form=form, code=code, visitor=visitor, given_at=now)
    return code


def left(form: Form) -> int | None:
    """How many there still are; None where there is no end to them."""
    codes, limit = form.offer.get("codes") or [], form.offer.get("limit")
    if len(codes) == 1:
        return None if not limit else max(0, int(limit) - Coupon.objects.filter(form=form).count())
    given = set(Coupon.objects.filter(form=form, code__in=codes).values_list("code", flat=True))
    return len(set(codes) - given)


def _next(form: Form, codes: list[str]) -> str | None:
    """Of one code as many as its limit says, of several each once."""
    if left(form) == 0:
        return None
    if len(codes) == 1:
        return codes[0]
    given = set(Coupon.objects.filter(form=form, code__in=codes).values_list("code", flat=True))
    return next(code for code in codes if code not in given)
