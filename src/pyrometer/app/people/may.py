"""What each role may do. Views and API calls ask here, and nowhere else."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse

from pyrometer.app.people.models import Role, User

_ALL = frozenset(Role.values)
_MANAGERS = frozenset({Role.MANAGER, Role.ADMIN})

RIGHTS: dict[str, frozenset[str]] = {
    "account": _ALL,
    "inbox.work": frozenset({Role.SALES, Role.MANAGER, Role.ADMIN}),
    "lead.read": _ALL,
    "lead.edit": _ALL,
    "lead.merge": _ALL,
    "lead.export": _ALL,
    "lead.erase": _MANAGERS,
    "leads.export": frozenset({Role.MARKETING, Role.MANAGER, Role.ADMIN}),
    "leads.assign": _MANAGERS,
    "agreement.read": _ALL,
    "agreement.edit": frozenset({Role.MARKETING, Role.MANAGER, Role.ADMIN}),
    "agreement.sign": _ALL,
    "agreement.publish": _MANAGERS,
    "capture.read": frozenset({Role.MARKETING, Role.MANAGER, Role.ADMIN}),
    "capture.edit": frozenset({Role.MARKETING, Role.MANAGER, Role.ADMIN}),
    "nurture.read": _ALL,
    "nurture.edit": frozenset({Role.MARKETING, Role.MANAGER, Role.ADMIN}),
    "nurture.publish": frozenset({Role.MARKETING, Role.MANAGER, Role.ADMIN}),
    "consent.edit": frozenset({Role.MARKETING, Role.MANAGER, Role.ADMIN}),
    "consent.decide": _MANAGERS,
    "consent.hand_out": _MANAGERS,
    "teams.edit": _MANAGERS,
    "settings.read": frozenset({Role.MARKETING, Role.MANAGER, Role.ADMIN}),
    "settings.people": frozenset({Role.ADMIN}),
    "settings.keys": frozenset({Role.ADMIN}),
    "settings.webhooks": frozenset({Role.ADMIN}),
    "settings.mail": frozenset({Role.ADMIN}),
    "mail.suppress": frozenset({Role.MARKETING, Role.MANAGER, Role.ADMIN}),
    "audit.read": _MANAGERS,
}
"""The roles that have each right."""

View = Callable[..., HttpResponse]


def may(user: Any, right: str) -> bool:
    """Whether a user has a right. Raises KeyError for a right that nobody has heard of."""
    roles = RIGHTS[right]
    return isinstance(user, User) and user.is_active and user.role in roles


def allowed(right: str) -> Callable[[View], View]:
    """Let a view be called only by who has the right; others get 403, also where a page didn't show them the way."""
    RIGHTS[right]

    def around(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not may(request.user, right):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        guarded.right = right  # type: ignore[attr-defined]
        return guarded

    return around


def anybody(view: View) -> View:
    """Mark a view that needs no sign-in: the wire, hosted forms, the sign-in itself. All others need one."""
    view.anybody = True  # type: ignore[attr-defined]
    return view
