"""API keys: making, finding and revoking them."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q, QuerySet

from pyrometer.app.people.audit import Actor, record
from pyrometer.app.people.models import ApiKey, KeyKind, User

SCOPES = ("read", "write", "admin")
"""What a secret key may be for; `admin` covers the others."""

SELDOM = timedelta(minutes=1)
"""How exactly we know when a key was used last: writing it down at each call would cost more than the call."""

_NOBODY = hashlib.sha256(b"").hexdigest()


@dataclass(frozen=True)
class Made:
    """A new key, and its token. Of a secret key, this is the only time that anybody sees it."""

    key: ApiKey
    token: str


def create(
    *,
    actor: Actor,
    kind: str,
    name: str,
    now: datetime,
    scopes: Iterable[str] = (),
    origins: Iterable[str] = (),
) -> Made:
    """Make a key: a write key for pages (`origins` narrows which), or a secret key for servers (with `scopes`).

    Raises ValueError for a scope that doesn't exist.
    """
    scopes = list(scopes)
    for scope in scopes:
        if scope not in SCOPES:
            raise ValueError(f"unknown scope `{scope}`; there are {', '.join(SCOPES)}")
    if kind == KeyKind.WRITE:
        public = token = f"wk_{secrets.token_hex(16)}"
        digest = ""
    else:
        public = f"sk_{secrets.token_hex(4)}"
        token = f"{public}_{secrets.token_urlsafe(32)}"
        digest = _digest(token)
    with transaction.atomic():
        key = ApiKey.objects.create(
            kind=kind,
            name=name,
            public=public,
            digest=digest,
            scopes=scopes,
            origins=list(origins),
            created_by=actor.user,
        )
        detail = {"name": name, "kind": str(kind), "key": public, "scopes": scopes, "origins": key.origins}
        record(actor=actor, action="key.created", subject=f"key:{key.pk}", at=now, detail=detail)
    return Made(key, token)


def revoke(*, actor: Actor, key: ApiKey, now: datetime) -> bool:
    """End a key, for good and at once; False where it was revoked before."""
    with transaction.atomic():
        if not ApiKey.objects.filter(pk=key.pk, revoked_at=None).update(revoked_at=now):
            return False
        detail = {"name": key.name, "key": key.public}
        record(actor=actor, action="key.revoked", subject=f"key:{key.pk}", at=now, detail=detail)
    return True


def find_write(key: str) -> ApiKey | None:
    """The write key that somebody sent; None where there is none, or it was revoked."""
    found = _standing(KeyKind.WRITE, key)
    return found if hmac.compare_digest(found.public.encode() if found else b"", key.encode()) and found else None


def find_secret(token: str, scope: str | None = None) -> ApiKey | None:
    """The secret key that somebody sent; None where there is none, it was revoked, or `scope` isn't among its scopes.

    Without a scope, whatever the key may do: `covers` tells 403 from 401. Takes as long for a token that nobody has.
    """
    public = "_".join(token.split("_", 2)[:2])
    found = _standing(KeyKind.SECRET, public)
    right = hmac.compare_digest(found.digest if found else _NOBODY, _digest(token))
    if not found or not right or (scope is not None and not covers(found, scope)):
        return None
    return found


def standing_secrets(user: User) -> QuerySet[ApiKey]:
    """The secret keys that somebody made and that still work."""
    return ApiKey.objects.filter(kind=KeyKind.SECRET, created_by=user, revoked_at=None).order_by("pk")


def covers(key: ApiKey, scope: str) -> bool:
    """Whether a secret key may be used for something."""
    return scope in key.scopes or "admin" in key.scopes


def used(key: ApiKey, now: datetime) -> None:
    """Note that a key was used, once a minute at most."""
    if key.last_used_at is None or key.last_used_at < now - SELDOM:
        late = Q(last_used_at=None) | Q(last_used_at__lt=now - SELDOM)
        ApiKey.objects.filter(late, pk=key.pk).update(last_used_at=now)


def from_here(key: ApiKey, origin: str | None) -> bool:
    """Whether a write key may be used by the pages of an origin; a server sends none, and may."""
    return not key.origins or not origin or origin.lower() in key.origins


def _standing(kind: str, public: str) -> ApiKey | None:
    if not public or len(public) > 64 or "\x00" in public:
        return None
    return ApiKey.objects.filter(kind=kind, public=public, revoked_at=None).first()


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
