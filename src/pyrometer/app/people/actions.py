"""What is done to people: invited, given a role, let out and in again. Each writes the audit log as it does it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.utils.module_loading import import_string

from pyrometer.app.people import invitations, keys
from pyrometer.app.people.audit import Actor, record
from pyrometer.app.people.models import ApiKey, Invitation, Role, User
from pyrometer.app.people.sealed import MAILED_LINK, seal

AGAIN = timedelta(minutes=5)
"""A way back is mailed to an address once in this time, so that nobody's mailbox can be filled from here."""


class RefusedError(Exception):
    """What was asked for can't be done; the text says why, to the person who asked."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class LastAdminError(RefusedError):
    """Nobody could administer the installation afterwards."""


class TakenError(RefusedError):
    """Somebody with that address is there already."""


def invite(*, actor: Actor, email: str, role: str, language: str, now: datetime) -> str:
    """Invite somebody by mail; the link's token, for where mail doesn't arrive. Raises TakenError."""
    email = email.strip().lower()
    with transaction.atomic():
        if User.objects.filter(email=email).exists():
            raise TakenError(email)
        # The newest link counts: whoever asks for another may have sent the first one to the wrong place.
        Invitation.objects.filter(email=email, used_at=None).update(used_at=now)
        token = invitations.invite(email=email, role=role, now=now)
        record(actor=actor, action="user.invited", subject=f"email:{email}", at=now, detail={"role": role})
        _mail("invitation", token, to=email, language=language, now=now, context={"by": str(actor.user or actor.name)})
    return token


def take_back(*, actor: Actor, invitation: Invitation, now: datetime) -> None:
    """End an invitation that nobody has accepted yet."""
    with transaction.atomic():
        if Invitation.objects.filter(pk=invitation.pk, used_at=None).update(used_at=now):
            record(actor=actor, action="user.uninvited", subject=f"email:{invitation.email}", at=now)


def way_back(*, email: str, now: datetime) -> None:
    """Mail a way back in to whoever has that address. Does as much for an address that nobody has, but for the mail."""
    email = email.strip().lower()
    with transaction.atomic():
        if Invitation.objects.filter(email=email, created_at__gt=now - AGAIN).exists():
            return
        user = User.objects.filter(email=email, is_active=True).first()
        if user:
            # Ends no other link: anybody may ask, and would end the one that an administrator gave.
            token = invitations.invite(email=email, role=user.role, now=now, user=user)
            record(actor=Actor.of(user), action="user.way_back_asked", subject=f"user:{user.pk}", at=now)
            _mail("way_back", token, to=email, language=user.language, now=now, context={"name": user.name})
        else:
            # Written down, though it opens nothing: how long the answer takes must not tell who has an account.
            token = invitations.invite(email=email, role=Role.SALES, now=now)
            Invitation.objects.filter(email=email, created_at=now).update(used_at=now, expires_at=now)


def link_back(*, actor: Actor, user: User, now: datetime) -> str:
    """A way back in for somebody whom an administrator helps; the link's token. It is mailed, too, where mails are."""
    with transaction.atomic():
        Invitation.objects.filter(user=user, used_at=None).update(used_at=now)
        token = invitations.invite(email=user.email, role=user.role, now=now, user=user)
        record(actor=actor, action="user.way_back_given", subject=f"user:{user.pk}", at=now)
        _mail("way_back", token, to=user.email, language=user.language, now=now, context={"name": user.name})
    return token


def change_role(*, actor: Actor, user: User, role: str, now: datetime) -> None:
    """Give somebody another role. Raises LastAdminError."""
    with transaction.atomic():
        before = _locked(user)
        if before.role == role:
            return
        if role != Role.ADMIN:
            _not_the_last_admin(before)
        User.objects.filter(pk=user.pk).update(role=role)
        record(
            actor=actor,
            action="user.role_changed",
            subject=f"user:{user.pk}",
            at=now,
            detail={"email": user.email, "from": before.role, "to": role},
        )
    user.role = role


def deactivate(*, actor: Actor, user: User, now: datetime, revoked: Iterable[ApiKey] = ()) -> None:
    """Shut somebody out, at once: sessions and open links end, and come to life no more. Raises LastAdminError.

    `revoked` are keys that end with it: whoever made one may still know it.
    """
    with transaction.atomic():
        before = _locked(user)
        if not before.is_active:
            return
        _not_the_last_admin(before)
        User.objects.filter(pk=user.pk).update(is_active=False, epoch=F("epoch") + 1)
        Invitation.objects.filter(user=user, used_at=None).update(used_at=now)
        record(actor=actor, action="user.deactivated", subject=f"user:{user.pk}", at=now, detail={"email": user.email})
        for key in revoked:
            keys.revoke(actor=actor, key=key, now=now)
    user.is_active = False


def reactivate(*, actor: Actor, user: User, now: datetime) -> None:
    """Let somebody in again, with the password and the role of before."""
    with transaction.atomic():
        if User.objects.filter(pk=user.pk, is_active=False).update(is_active=True):
            record(
                actor=actor, action="user.reactivated", subject=f"user:{user.pk}", at=now, detail={"email": user.email}
            )
    user.is_active = True


def change_password(*, user: User, password: str, now: datetime) -> None:
    """A new password; all other sessions end. The caller has asked for the old one."""
    with transaction.atomic():
        user.set_password(password)
        user.save(update_fields=["password"])
        record(actor=Actor.of(user), action="user.password_changed", subject=f"user:{user.pk}", at=now)


def end_sessions(*, user: User, now: datetime) -> None:
    """Sign somebody out everywhere."""
    with transaction.atomic():
        user.epoch += 1
        user.save(update_fields=["epoch"])
        record(actor=Actor.of(user), action="user.sessions_ended", subject=f"user:{user.pk}", at=now)


def _locked(user: User) -> User:
    """The user as the database has it now. All active administrators are locked with them, in one order."""
    list(User.objects.select_for_update().filter(role=Role.ADMIN, is_active=True).order_by("pk").values_list("pk"))
    return User.objects.select_for_update().get(pk=user.pk)


def _not_the_last_admin(user: User) -> None:
    others = User.objects.filter(role=Role.ADMIN, is_active=True).exclude(pk=user.pk)
    if user.role == Role.ADMIN and user.is_active and not others.exists():
        raise LastAdminError(user.email)


def _mail(template: str, token: str, *, to: str, language: str, now: datetime, context: dict[str, Any]) -> None:
    if settings.MAIL_SERVER is None:
        # Whoever asked is shown the link; here it would only wait for somebody to read it.
        return
    # Rooms import one way, and delivery stands above this one: the settings say where letters are posted.
    post = import_string(settings.PEOPLE_POST)
    payload = {
        "to": to,
        "template": template,
        "language": language,
        "context": context,
        "sealed_link": seal(f"/welcome/{token}", purpose=MAILED_LINK),
    }
    post(channel="email", once=f"link:{invitations.digest(token)}", payload=payload, now=now)
