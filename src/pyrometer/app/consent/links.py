"""Links in mails by which a lead confirms or takes back its yes without signing in; signed, good for that alone."""

from __future__ import annotations

from datetime import timedelta

from django.core import signing

from pyrometer.app.consent.models import Consent

LASTS = timedelta(days=30)
"""How long a yes can be confirmed."""

_CONFIRM = "pyrometer.consent.confirm"
_UNSUBSCRIBE = "pyrometer.consent.unsubscribe"


def confirm(consent: Consent) -> str:
    """Where a yes is confirmed."""
    return f"/confirm/{signing.dumps(consent.pk, salt=_CONFIRM)}/"


def confirmed(token: str) -> Consent | None:
    """The consent that a link is for; None where it isn't one, is too old, or the lead was erased."""
    try:
        pk = signing.loads(token, salt=_CONFIRM, max_age=LASTS)
    except signing.BadSignature:
        return None
    return Consent.objects.select_related("purpose").filter(pk=pk).first()


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


def headers(lead: int, purpose: str, origin: str) -> dict[str, str]:
    """The headers of a mail by which mail programs offer to unsubscribe with one click (RFC 8058)."""
    return {
        "List-Unsubscribe": f"<{origin}{unsubscribe(lead, purpose)}>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
