"""Codes that pop-ups give away: one for each visitor, and no more than there are."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection

from pyrometer.app.capture.models import Coupon, Form
from pyrometer.app.evidence.models import Handle


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
    visitor = _visitor(form.pk, handle)
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
