"""Leads that turned out to be one, and those that turned out not to be."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max, Q

from pyrometer.app.evidence import followers, summary
from pyrometer.app.evidence.identity import Joined
from pyrometer.app.evidence.locks import lock_components
from pyrometer.app.evidence.models import Lead, Merge
from pyrometer.app.evidence.touching import touch
from pyrometer.app.people.audit import Actor, record
from pyrometer.errors import UsageError

IDENTITY = Actor("identity")
"""Who merges where handles say so."""


@transaction.atomic
def merge(*, winner: int, loser: int, reason: str, actor: Actor, now: datetime) -> Merge:
    """Make two leads one: the first one's page stays. Ids of members mean their roots. Raises UsageError.

    What the two know stays with each of them; only pointers move, so that `unmerge` restores both. Rooms further on
    bring along what is theirs.
    """
    roots = lock_components([winner, loser])
    one, other = _root(roots, winner), _root(roots, loser)
    if one == other:
        raise UsageError(f"lead {winner} and lead {loser} are one already")
    erased = Lead.objects.filter(pk__in=[one, other], erased_at__isnull=False).values_list("pk", flat=True).first()
    if erased is not None:
        raise UsageError(f"lead {erased} was erased; there is nothing to merge")
    done = _point(one, other, [lead for lead, root in roots.items() if root == other], reason, actor, now)
    _follow([one], now)
    return done


@transaction.atomic
def unmerge(*, merge: int, actor: Actor, now: datetime) -> Merge:
    """Take apart what a merge put together. Both are read again, and no message puts them together again.

    Leads that were merged into the loser before stay with it; those that left it meanwhile stay where they are. Raises
    UsageError.
    """
    found = Merge.objects.filter(pk=merge).first()
    if found is None:
        raise UsageError(f"there is no merge {merge}")
    roots = lock_components([found.winner_id, found.loser_id])
    found.refresh_from_db()
    if found.undone_at is not None:
        raise UsageError("these two were taken apart already")
    mine = _below(found.loser_id, set(roots))
    Lead.objects.filter(pk__in=mine).update(root=found.loser_id)
    found.undone_at = now
    found.save(update_fields=["undone_at"])
    detail = {"merge": found.pk, "from": roots[found.loser_id]}
    record(actor=actor, action="unmerge", subject=f"lead:{found.loser_id}", at=now, detail=detail)
    followers.parted(found, roots[found.loser_id], now)
    _follow([found.loser_id, roots[found.loser_id]], now)
    return found


def write_joined(joined: Sequence[Joined], now: datetime) -> set[int]:
    """Write what identity put together while messages were taken in; the roots that stayed, as they are at the end."""
    for each in joined:
        winner, loser = each.winner.id, each.loser.id
        assert winner is not None
        assert loser is not None
        moved = [member.id for member in each.moved if member.id is not None]
        _point(winner, loser, moved, each.reason, IDENTITY, now)
    losers = {each.loser.id for each in joined}
    roots = {each.winner.root.id for each in joined if each.winner.root.id is not None}
    _seen_last(roots)
    Lead.objects.filter(pk__in=losers).update(touched_at=None)
    return roots


def taken_apart(one: Sequence[int], other: Sequence[int]) -> bool:
    """Whether a person has taken a lead of the first and one of the second apart."""
    pairs = Q(winner__in=one, loser__in=other) | Q(winner__in=other, loser__in=one)
    return Merge.objects.filter(pairs, undone_at__isnull=False).exists()


def _point(winner: int, loser: int, moved: list[int], reason: str, actor: Actor, now: datetime) -> Merge:
    Lead.objects.filter(pk__in=moved).update(root=winner)
    done = Merge.objects.create(
        winner_id=winner, loser_id=loser, moved=moved, reason=reason[:200], actor=actor.name[:254], at=now
    )
    detail = {"merge": done.pk, "loser": loser, "reason": reason}
    record(actor=actor, action="merge", subject=f"lead:{winner}", at=now, detail=detail)
    followers.joined(done, now)
    return done


def _below(root: int, known: set[int]) -> list[int]:
    """A lead, and all that merges which stand have brought under it."""
    edges: dict[int, list[int]] = {}
    standing = Merge.objects.filter(undone_at__isnull=True, winner__in=known)
    for winner, loser in standing.values_list("winner_id", "loser_id"):
        edges.setdefault(winner, []).append(loser)
    found, open_ = [], [root]
    while open_:
        lead = open_.pop()
        found.append(lead)
        open_ += edges.get(lead, [])
    return found


def _follow(roots: Iterable[int], now: datetime) -> None:
    """Have roots read again whose leads changed."""
    members = Lead.objects.filter(root__in=roots)
    members.exclude(pk__in=roots).update(touched_at=None)
    touch(roots=roots, now=now)
    _seen_last(roots)
    summary.refresh(list(roots))


def _seen_last(roots: Iterable[int]) -> None:
    latest = Lead.objects.filter(root__in=roots).values("root").annotate(latest=Max("last_seen_at"))
    for root, at in latest.values_list("root", "latest"):
        Lead.objects.filter(pk=root, last_seen_at__lt=at).update(last_seen_at=at)


def _root(roots: dict[int, int], lead: int) -> int:
    if lead not in roots:
        raise UsageError(f"there is no lead {lead}")
    return roots[lead]
