"""Links that work once: a new user's first way in, or somebody's way back."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from pyrometer.app.people.audit import Actor, record
from pyrometer.app.people.models import Invitation, User

LASTS = timedelta(days=7)
"""How long somebody has to accept."""
WAY_BACK_LASTS = timedelta(hours=1)
"""How long a way back in stays open: less, since it opens an account with something in it."""


class SpentError(Exception):
    """The link has been used, has expired, or was taken back meanwhile."""


def invite(*, email: str, role: str, now: datetime, user: User | None = None) -> str:
    """A token for `/welcome/<token>`. Without an address, the first administrator says it; with a user, a way back."""
    token = secrets.token_urlsafe(32)
    Invitation.objects.create(
        digest=digest(token),
        email=email.strip().lower(),
        role=role,
        user=user,
        created_at=now,
        expires_at=now + (WAY_BACK_LASTS if user else LASTS),
    )
    return token


def link(token: str) -> str:
    """The address that a token is sent as."""
    return f"{settings.ORIGIN}/welcome/{token}"


def find(token: str, now: datetime) -> Invitation | None:
    """The invitation of a link that still works. Looking at it doesn't use it: mail scanners look at every link."""
    found = Invitation.objects.select_related("user").filter(digest=digest(token), used_at=None).first()
    return found if found and _open(found, now) else None


def accept(
    *, invitation: Invitation, email: str, name: str, password: str, now: datetime, language: str = "en"
) -> User:
    """Use an invitation: make its user, or give the user it is for a new password. Raises SpentError.

    `email` counts only where the invitation has none. The caller has checked the password.
    """
    with transaction.atomic():
        # Of two who use a link at the same moment, one finds the row as it was.
        if not _open(invitation, now) or not Invitation.objects.filter(pk=invitation.pk, used_at=None).update(
            used_at=now
        ):
            raise SpentError
        user = invitation.user
        if user:
            # The second factor stays: a mailbox alone does not open an account that has one.
            user.set_password(password)
            user.save(update_fields=["password"])
            action = "user.password_renewed"
        else:
            email = invitation.email or email
            if User.objects.filter(email=email.strip().lower()).exists():
                raise SpentError
            user = User.objects.create_user(email=email, role=invitation.role, name=name, password=password)
            user.language = language
            user.save(update_fields=["language"])
            action = "user.joined"
        # Other links of the same person have done their work.
        Invitation.objects.filter(email=user.email, used_at=None).update(used_at=now)
        record(actor=Actor.of(user), action=action, subject=f"user:{user.pk}", at=now, detail={"role": user.role})
    return user


def _open(invitation: Invitation, now: datetime) -> bool:
    if invitation.expires_at <= now:
        return False
    if invitation.user:
        return invitation.user.is_active
    # The link without an address is for the first user of all, and ends with them.
    return bool(invitation.email) or not User.objects.exists()


def digest(token: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(token.encode()).hexdigest()
