"""Clears away what nobody needs any more: ended sessions, dead links, old records of who tried to sign in."""

from __future__ import annotations

from datetime import datetime, timedelta

from axes.models import AccessAttempt, AccessLog
from django.contrib.sessions.models import Session
from django.db.models import F

from pyrometer.app.people.models import Invitation

LINKS = timedelta(days=30)
NEVER_OPEN = timedelta(days=1)
"""What was asked for an address that nobody has; strangers may ask for as many as they like to make up."""
ATTEMPTS = timedelta(days=30)
"""Records of sign-ins hold addresses of machines; they are kept for looking into an attack, and no longer."""


def prune(now: datetime) -> int:
    """Do it; how many rows went."""
    gone = [
        Session.objects.filter(expire_date__lt=now).delete(),
        Invitation.objects.filter(expires_at__lt=now - LINKS).delete(),
        Invitation.objects.filter(expires_at=F("created_at"), created_at__lt=now - NEVER_OPEN).delete(),
        AccessAttempt.objects.filter(attempt_time__lt=now - ATTEMPTS).delete(),
        AccessLog.objects.filter(attempt_time__lt=now - ATTEMPTS).delete(),
    ]
    return sum(rows for rows, _by_model in gone)
