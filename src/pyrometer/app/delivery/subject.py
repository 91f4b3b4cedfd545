"""Tells a lead which mails it was sent; what stood in them isn't kept."""

from __future__ import annotations

from datetime import datetime

from pyrometer.app.consent.words import say
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.evidence.models import Handle, HandleKind, Lead

MOST = 500


def tell(root: Lead, language: str, now: datetime) -> list[str]:
    """The mails to its addresses, the latest first."""
    addresses = Handle.objects.filter(lead__root=root, kind=HandleKind.EMAIL).values_list("value", flat=True)
    mails = Outgoing.objects.filter(channel="email", payload__to__in=list(addresses)).order_by("-created_at", "-pk")
    return [say(language, _name(mail), day=mail.done_at or mail.created_at) for mail in mails[:MOST]]


def _name(mail: Outgoing) -> str:
    return "mail_sent" if mail.done_at else "mail_failed" if mail.given_up_at else "mail_waits"
