"""Who may call what: a secret key by its scopes, or somebody who is signed in by the rights of their role."""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from ninja.security import APIKeyCookie, HttpBearer
from ninja.utils import check_csrf

from pyrometer.app.api.problems import Problem
from pyrometer.app.people import keys
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import RIGHTS, may
from pyrometer.app.people.models import ApiKey, User
from pyrometer.app.people.pace import Pace

pace = Pace()


@dataclass(frozen=True)
class Caller:
    """Who calls: a key or a user."""

    name: str
    actor: Actor
    user: User | None = None
    key: ApiKey | None = None


class SecretKey(HttpBearer):
    """`Authorization: Bearer sk_…`, with a scope."""

    def __init__(self, scope: str) -> None:
        super().__init__()
        self.scope = scope

    def authenticate(self, request: HttpRequest, token: str) -> Caller | None:
        """The caller, or None where nobody has that key."""
        key = keys.find_secret(token.strip())
        if key is None:
            return None
        caller = Caller(f"key:{key.pk}", Actor(key.name or key.public, key=key), key=key)
        _paced(caller)
        if not keys.covers(key, self.scope):
            raise Problem(403, f"this key may not do that: it needs the scope `{self.scope}`")
        keys.used(key, timezone.now())
        return caller


class Session(APIKeyCookie):
    """The session of a page, with its CSRF token where something is written."""

    param_name = settings.SESSION_COOKIE_NAME

    def __init__(self, right: str) -> None:
        RIGHTS[right]
        super().__init__(csrf=False)
        self.right = right

    def authenticate(self, request: HttpRequest, key: str | None) -> Caller | None:
        """The caller, or None where nobody is signed in. A key that was sent, even a wrong one, is not passed over."""
        user = request.user
        if "Authorization" in request.headers or not isinstance(user, User) or not user.is_active:
            return None
        if check_csrf(request) is not None:
            raise Problem(403, "the CSRF token is missing or isn't this session's; send it as X-CSRFToken")
        caller = Caller(f"user:{user.pk}", Actor.of(user), user=user)
        _paced(caller)
        if not may(user, self.right):
            raise Problem(403, "your role may not do that")
        return caller


def door(scope: str, right: str) -> list[SecretKey | Session]:
    """What an operation asks of its caller."""
    return [SecretKey(scope), Session(right)]


def actor_of(request: HttpRequest) -> Actor:
    """Who is written down for what a call does."""
    caller: Caller = request.auth  # type: ignore[attr-defined]
    return caller.actor


LIST = door("read", "leads.export")
"""Lists of what is known of many leads: to page through them is to export them, and not for every role."""


def _paced(caller: Caller) -> None:
    wait = pace.wait(caller.name, settings.API_RATE)
    if wait:
        raise Problem(
            429,
            f"more than {settings.API_RATE} calls a minute; try again in {wait} s",
            headers={"Retry-After": str(wait)},
        )
