"""Where a lead is asked by mail whether it meant a yes that a stranger may have said for it."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from pyrometer.app.evidence.models import Handle, Lead


def owned(root: int, before: datetime) -> QuerySet[Handle]:
    """The handles that a root and those that share it were known by before a moment."""
    return Handle.objects.filter(lead__root=root, first_seen_at__lt=before)


def asked_at(root: int, own: Collection[str], typed: str) -> str:
    """Where the lead is asked: at the address that was typed if it was its own before, else at another of its own.

    An address that is new is asked only where the lead had none; or whoever wrote it beside somebody else's number
    would confirm for them. Empty: there is no address.
    """
    if not own or typed in own:
        return typed
    shown = Lead.objects.values_list("email", flat=True).get(pk=root)
    return shown if shown in own else min(own)
