"""Who fills in a form, as far as we know: by a signed link for sure, by the id of the browser perhaps."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pyrometer.app.evidence.models import Handle, HandleKind, Lead, TraitChange

_ID = re.compile(r"[\w.:-]{8,64}")
_BEST = (HandleKind.EMAIL, HandleKind.PHONE, HandleKind.SOCIAL, HandleKind.USER, HandleKind.ANONYMOUS)


@dataclass(frozen=True)
class Visitor:
    """Somebody, and of which traits we have an answer. The answers themselves are never shown."""

    lead: int | None = None
    known: frozenset[str] = frozenset()
    handles: tuple[tuple[str, str], ...] = ()
    """What a submission says of who it is, beside its answers."""


def by_link(lead: int) -> Visitor | None:
    """The lead of a signed link; None where it is erased or has nothing to be known by."""
    root = Lead.objects.filter(pk=lead, erased_at=None).values_list("root_id", flat=True).first()
    if root is None:
        return None
    handles = Handle.objects.filter(lead__root=root).values_list("kind", "value")[:100]
    best = min(handles, key=lambda handle: (_BEST.index(handle[0]), handle[1]), default=None)
    return Visitor(lead, _known(root), (best,)) if best else None


def by_browser(visitor: str) -> Visitor:
    """Whoever used this browser before; nobody where the id isn't one."""
    if not _ID.fullmatch(visitor):
        return Visitor()
    handle = (HandleKind.ANONYMOUS.value, visitor)
    root = Handle.objects.filter(kind=handle[0], value=visitor).values_list("lead__root_id", flat=True).first()
    return Visitor(None, _known(root) if root else frozenset(), (handle,))


def _known(root: int) -> frozenset[str]:
    """Traits whose latest answer says something."""
    said = TraitChange.objects.filter(lead__root=root, retracted_at=None).order_by("occurred_at", "pk")
    latest = dict(said.values_list("trait", "value"))
    return frozenset(trait for trait, value in latest.items() if value not in (None, ""))
