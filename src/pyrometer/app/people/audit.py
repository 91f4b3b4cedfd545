"""Writes the audit log."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pyrometer.app.people.models import ApiKey, AuditEntry, User


@dataclass(frozen=True)
class Actor:
    """Who does something: a user, a key, or the system itself (`name` says which part of it)."""

    name: str
    user: User | None = None
    key: ApiKey | None = None

    @classmethod
    def of(cls, user: User) -> Actor:
        """A signed-in user."""
        return cls(user.email, user)


def record(
    *, actor: Actor, action: str, subject: str, at: datetime, detail: Mapping[str, Any] | None = None
) -> AuditEntry:
    """Write an entry; the caller has the transaction of the change open."""
    return AuditEntry.objects.create(
        at=at,
        user=actor.user,
        key=actor.key,
        actor=actor.name,
        action=action,
        subject=subject,
        detail=dict(detail or {}),
    )
