"""Links to a question: signed, good for half a year, and with nothing in them but numbers."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.core import signing

from pyrometer.app.nurture.models import Asked

LASTS = timedelta(days=180)
"""Mails are passed on, so no link answers for ever."""
LONGEST = 200
"""Letters of a token; a longer one is none of ours."""
_SALT = "pyrometer.nurture.survey"


def _signer() -> signing.Signer:
    """Of links: made of the same, a link is the same, whenever its mail is composed."""
    return signing.Signer(salt=_SALT)


def path(asked: Asked, now: datetime) -> str:
    """Where a lead answers a question; of one that isn't kept yet, an address where nothing is."""
    if asked.pk is None:
        return "/survey/preview/"
    return f"/survey/{_signer().sign_object([asked.pk, int(now.timestamp())])}/"


def asked_by(token: str, now: datetime) -> int | None:
    """The question of a link, by its number; None where it isn't ours, or too old."""
    if len(token) > LONGEST:
        return None
    try:
        asked, made = map(int, _signer().unsign_object(token))
    except (signing.BadSignature, ValueError, TypeError):
        return None
    # Clocks of several machines differ by a little.
    return asked if -60 <= now.timestamp() - made <= LASTS.total_seconds() else None
