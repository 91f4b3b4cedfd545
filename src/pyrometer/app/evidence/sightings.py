"""When leads last showed a sign of life: by what they did, not by what somebody else told of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import Exists, Max, OuterRef
from django.db.models.functions import Least

from pyrometer.app.evidence import bulk
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Event, Lead, Source, TraitChange

TALKING = frozenset(map(str, (Source.FORM, Source.SURVEY, Source.CALL, Source.CHAT, Source.MAIL)))
"""Where an answer comes from the lead itself. Lists, and programs that tell of their users every night, are others."""


def seen_at(each: Incoming) -> datetime:
    """When a lead showed itself; a clock that is ahead doesn't make it newer than when we learned of it."""
    return min(each.occurred_at, each.received_at)


def is_sign(each: Incoming) -> bool:
    """Whether a message tells that its lead did something; what is concluded, nobody did."""
    if str(each.source) == Source.INFERENCE:
        return False
    return each.event is not None or str(each.source) in TALKING


def see(found: Iterable[tuple[int, Incoming]]) -> None:
    """Say of roots that they were seen, where the messages about them say so and it is later than what is known."""
    latest: dict[int, datetime] = {}
    for root, message in found:
        if is_sign(message):
            at = seen_at(message)
            latest[root] = max(at, latest.get(root, at))
    bulk.raise_time(Lead, "last_seen_at", [(at, root) for root, at in latest.items()])


def look_again(leads: Collection[int]) -> None:
    """Of leads and roots of which something was taken back: when they were last seen by what is left.

    Where nothing is left, that is when they came in.
    """
    known = list(Lead.objects.filter(pk__in=leads).values_list("pk", "root_id", "created_at", "last_seen_at"))
    roots = _shown("lead__root", [lead for lead, root, _, _ in known if lead == root])
    shown = roots | _shown("lead", [lead for lead, root, _, _ in known if lead != root])
    for lead, _, created, last in known:
        at = shown.get(lead, created)
        if at < last:
            Lead.objects.filter(pk=lead, last_seen_at__gt=at).update(last_seen_at=at)


def never_seen(roots: Iterable[Lead]) -> set[int]:
    """Those of some roots that never showed a sign of life: when they were last seen is when somebody told of them."""
    # Who did something since it came in was seen later than that, and needs no look at its evidence.
    still = [root.pk for root in roots if root.last_seen_at <= root.created_at]
    if not still:
        return set()
    own = {"lead__root": OuterRef("pk"), "retracted_at__isnull": True}
    did = Event.objects.filter(**own, bot="").exclude(source=Source.INFERENCE)
    said = TraitChange.objects.filter(**own, source__in=TALKING)
    return set(Lead.objects.filter(~Exists(did), ~Exists(said), pk__in=still).values_list("pk", flat=True))


def _shown(by: str, leads: Collection[int]) -> dict[int, datetime]:
    """When leads last showed themselves by what counts, with all leads of a root or by their own evidence."""
    if not leads:
        return {}
    left = {f"{by}__in": leads, "retracted_at__isnull": True}
    found: dict[int, datetime] = {}
    done = Event.objects.filter(**left, bot="").exclude(source=Source.INFERENCE)
    for rows in (done, TraitChange.objects.filter(**left, source__in=TALKING)):
        for lead, at in rows.values_list(by).annotate(at=Max(Least("occurred_at", "received_at"))):
            found[lead] = max(at, found.get(lead, at))
    return found
