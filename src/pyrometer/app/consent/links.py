"""Links by which a lead confirms, takes back, sees and changes without signing in; signed, each good for one thing.

What stops something works for ever: old mails are answered, too. What shows or changes more is good for half a year,
since mails are passed on; and what gives data out, erases them, or says yes needs the lead's mailbox besides.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core import signing

from pyrometer.app.consent.models import Consent, Wanted

LASTS = timedelta(days=30)
"""How long a yes can be confirmed."""
CHOICES_LAST = timedelta(days=180)
"""How long a link shows a lead's choices; after that it can still say no to everything."""

_CONFIRM = "pyrometer.consent.confirm"
_UNSUBSCRIBE = "pyrometer.consent.unsubscribe"
_CHOICES = "pyrometer.consent.choices"
_WANTED = "pyrometer.consent.wanted"


def confirm(consent: Consent) -> str:
    """Where a yes is confirmed."""
    return f"/confirm/{signing.dumps(consent.pk, salt=_CONFIRM)}/"


def confirmed(token: str) -> Consent | None:
    """The consent that a link is for; None where it isn't one, is too old, or the lead was erased."""
    try:
        pk = signing.loads(token, salt=_CONFIRM, max_age=LASTS)
    except signing.BadSignature:
        return None
    return Consent.objects.select_related("purpose", "lead__root").filter(pk=pk).first()


def unsubscribe(lead: int, purpose: str) -> str:
    """Where a lead says no to a purpose. It never ends: old mails are answered, too."""
    return f"/unsubscribe/{signing.dumps([lead, purpose], salt=_UNSUBSCRIBE)}/"


def unsubscribed(token: str) -> tuple[int, str] | None:
    """The lead and the purpose that a link is for."""
    try:
        lead, purpose = signing.loads(token, salt=_UNSUBSCRIBE)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(lead), str(purpose)


def fresh(token: str) -> bool:
    """Whether a link to unsubscribe is so new that it may lead to the choices."""
    try:
        signing.loads(token, salt=_UNSUBSCRIBE, max_age=CHOICES_LAST)
    except signing.BadSignature:
        return False
    return True


def choices(lead: int, now: datetime) -> str:
    """Where a lead sees and changes what it agreed to."""
    return f"/choices/{signing.dumps([lead, int(now.timestamp())], salt=_CHOICES)}/"


def chosen(token: str, now: datetime) -> tuple[int, bool] | None:
    """The lead of such a link, and whether it is too old for more than saying no; None where it isn't one."""
    try:
        lead, made = signing.loads(token, salt=_CHOICES)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return int(lead), now.timestamp() - made > CHOICES_LAST.total_seconds()


def wanted(request: Wanted) -> str:
    """Where what a lead asked for is confirmed, fetched and followed."""
    return f"/yours/{signing.dumps([request.pk, request.lead_id], salt=_WANTED)}/"


def asked(token: str) -> tuple[Wanted | None, int] | None:
    """What a link is for, and whose it is; nothing of it is left once the lead was erased. None: it isn't one."""
    try:
        pk, lead = signing.loads(token, salt=_WANTED)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Wanted.objects.filter(pk=pk, lead=lead).select_related("lead__root").first(), int(lead)
