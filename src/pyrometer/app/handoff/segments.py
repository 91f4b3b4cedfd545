"""Segments: filters of the list of leads that somebody keeps under a name, for themselves or for everybody."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from pyrometer.app.handoff.actions.rights import check_may
from pyrometer.app.handoff.models import Segment
from pyrometer.app.people.audit import Actor, record
from pyrometer.app.people.may import may
from pyrometer.app.people.models import User
from pyrometer.errors import UsageError

MOST = 50
"""Segments that one person keeps."""
SHOWN = 100


def segments_of(user: User) -> QuerySet[Segment]:
    """Those that somebody may open, by name: their own, and what colleagues share."""
    return Segment.objects.filter(Q(owner=user) | Q(shared=True)).select_related("owner").order_by("name", "pk")[:SHOWN]


@transaction.atomic
def save_segment(
    *,
    name: str,
    filters: Mapping[str, str],
    shared: bool,
    actor: Actor,
    now: datetime,
    segment: Segment | None = None,
) -> Segment:
    """Keep filters under a name, or change what is kept. Raises UsageError, and PermissionDenied for a colleague's."""
    check_may(actor, "lead.read")
    assert actor.user is not None
    if segment is not None:
        _check_own(segment, actor.user)
    name = " ".join(name.split())
    if not 0 < len(name) <= 80 or "\0" in name:
        raise UsageError(_("Give the segment a name of 1 to 80 characters."))
    mine = Segment.objects.select_for_update().filter(owner=actor.user)
    if mine.filter(name=name).exclude(pk=segment.pk if segment else None).exists():
        raise UsageError(_("You have a segment called %(name)s already; choose another name.") % {"name": name})
    if segment is None and mine.count() >= MOST:
        raise UsageError(_("You keep %(n)d segments already; delete one first.") % {"n": MOST})
    segment = segment or Segment(owner=actor.user, created_at=now)
    segment.name, segment.filters, segment.shared = name, dict(filters), shared
    segment.save()
    _tell("segment.saved", segment, actor, now)
    return segment


@transaction.atomic
def delete_segment(*, segment: Segment, actor: Actor, now: datetime) -> None:
    """Forget filters; the leads stay. Raises PermissionDenied for a colleague's."""
    assert actor.user is not None
    _check_own(segment, actor.user)
    _tell("segment.deleted", segment, actor, now)
    segment.delete()


def _check_own(segment: Segment, user: User) -> None:
    """A colleague's is theirs; what is shared a manager may put in order."""
    if segment.owner_id != user.pk and not (segment.shared and may(user, "leads.assign")):
        raise PermissionDenied


def _tell(action: str, segment: Segment, actor: Actor, now: datetime) -> None:
    # Neither the name nor the filters: a search may be for a person, who may want to be forgotten.
    detail = {"shared": segment.shared}
    record(actor=actor, action=action, subject=f"segment:{segment.pk}", at=now, detail=detail)
