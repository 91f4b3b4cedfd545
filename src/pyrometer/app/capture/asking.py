"""Where a lead is asked by mail whether it meant a yes that a stranger may have said for it."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from pyrometer.app.evidence.models import Handle, HandleKind


def owned(root: int, before: datetime) -> QuerySet[Handle]:
    """The handles that a root and those that share it were known by before a moment."""
    return Handle.objects.filter(lead__root=root, first_seen_at__lt=before)


def asked_at(root: int, *, refused: datetime | None, before: datetime, typed: str) -> str:
    """Where the lead is asked: at the first address that it had before; empty where there is none to be asked at.

    Anybody can write an address of theirs beside somebody else's number, and come back. So a lead that `refused` is
    asked only at an address from before that, and any other at the first of those from `before` what is said now; only
    where it had none, at the one that was `typed`.
    """
    addresses = owned(root, before).filter(kind=HandleKind.EMAIL)
    if refused is not None:
        addresses = addresses.filter(first_seen_at__lte=refused)
    first = addresses.order_by("first_seen_at", "pk").values_list("value", flat=True).first()
    return first or ("" if refused is not None else typed)
