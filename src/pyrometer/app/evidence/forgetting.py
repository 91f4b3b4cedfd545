"""What names an erased lead and nobody sorted by lead goes, too: soon after the erasure, and in batches.

Row after row has to be read for it, and that takes too long for the transaction of the erasure: on SQLite nobody else
could write meanwhile. So that writes down whom to look for, sealed, and the job goes on from there. What a killed
worker had read is read again.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import Max, QuerySet

from pyrometer.app.clock.claims import claim, still_mine
from pyrometer.app.evidence.models import ToForget
from pyrometer.app.people.sealed import BrokenSealError, seal, unseal

logger = logging.getLogger(__name__)

BATCH = 500
"""Rows that are read before what was found among them goes."""
HOLD = timedelta(minutes=2)
LATER = timedelta(hours=1)
"""After that, what couldn't be unsealed is tried again."""
PURPOSE = "handles to forget"


class Whom(NamedTuple):
    """An erased lead: the ids that it had, and its handles (kind, value)."""

    leads: Sequence[int]
    handles: Sequence[tuple[str, str]]


Naming = Callable[[QuerySet[Any], Whom], Iterable[int]]
"""The keys of those of some rows that name somebody. Called outside of transactions."""


@dataclass(frozen=True)
class Table:
    """A table of another room that holds names in its texts."""

    model: type[Any]
    naming: Naming


_places: dict[str, Table] = {}


def register(name: str, model: type[Any], naming: Naming) -> None:
    """Have a table looked through after erasures. Called in a room's `ready`."""
    _places[name] = Table(model, naming)


def follow(whom: Whom, now: datetime) -> None:
    """Write down whom to look for. The caller has the transaction of the erasure open, and is nearly through."""
    handles = seal(json.dumps(list(whom.handles)), purpose=PURPOSE)
    for name, place in _places.items():
        last = place.model.objects.aggregate(last=Max("pk"))["last"]
        if last is not None:
            leads = list(whom.leads)
            ToForget.objects.create(place=name, leads=leads, handles=handles, last=last, since=now)


def work(now: datetime) -> int:
    """Read some rows of one place for one erasure, and remove those that name the lead; how many were read."""
    claimed = claim(ToForget.objects.order_by("pk"), now=now, hold=HOLD, limit=1)
    if not claimed:
        return 0
    [row] = claimed
    place = _places[row.place]
    rows = place.model.objects.filter(pk__gt=row.upto, pk__lte=row.last)
    keys = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
    found: list[int] = []
    if keys:
        whom = _whom(row)
        if whom is None:
            ToForget.objects.filter(pk=row.pk, claimed_until=row.claimed_until).update(claimed_until=now + LATER)
            return 0
        found = list(place.naming(rows.filter(pk__lte=keys[-1]), whom))
    with transaction.atomic():
        if not still_mine(row):
            return 0
        place.model.objects.filter(pk__in=found).delete()
        if len(keys) < BATCH:
            row.delete()
        else:
            row.upto, row.claimed_until = keys[-1], None
            row.save(update_fields=["upto", "claimed_until"])
    # Where none was left to read that was work, too: the next one waits behind it.
    return max(len(keys), 1)


def awaited(name: str, key: int) -> Iterator[Whom]:
    """For whom a row of a place hasn't been read yet: it may be about to go."""
    for row in ToForget.objects.filter(place=name, upto__lt=key, last__gte=key):
        whom = _whom(row)
        if whom is not None:
            yield whom


def _whom(row: ToForget) -> Whom | None:
    """Whom to look for; None where that can't be read."""
    try:
        handles: list[list[str]] = json.loads(unseal(row.handles, purpose=PURPOSE))
    except BrokenSealError as error:
        # What is looked through is kept for a month at most, and when it has gone this goes, too.
        logger.error("what names a lead that was erased can't be looked for: %s", error)
        return None
    return Whom(row.leads, [(kind, value) for kind, value in handles])
