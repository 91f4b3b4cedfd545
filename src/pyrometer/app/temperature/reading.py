"""The job that reads leads: their evidence is loaded and scored by the live definition, in micro-batches."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from pyrometer import result
from pyrometer.app.agreement.models import Version
from pyrometer.app.agreement.queries import definition_of, live
from pyrometer.app.evidence.columns import columns_of
from pyrometer.app.evidence.models import Lead
from pyrometer.app.temperature.claiming import due, free
from pyrometer.app.temperature.models import Reading
from pyrometer.app.temperature.scoring import scorer
from pyrometer.app.temperature.writing import write
from pyrometer.errors import PyrometerError

logger = logging.getLogger(__name__)

BATCH = 500
"""Leads that are read together, at most."""


@dataclass(frozen=True)
class Seen:
    """What scoring made of some leads: their readings, and when evidence that lies ahead comes to exist."""

    readings: Sequence[result.Reading]
    wakes: Mapping[int, datetime]


Scores = Callable[[Sequence[int], Version, datetime], Seen]
"""Scores some roots. Raises EvidenceError."""


def read(now: datetime) -> int:
    """Read what is touched or due; how many leads that were. Idle leads cost nothing."""
    if live() is None:
        return 0
    claimed = due(now, BATCH)
    if not claimed:
        return 0
    # Asked once they are claimed: a publication touches all leads, and whoever waited for it would read the ones that
    # it touched by the version before it.
    version = live()
    if version is None:
        free(claimed)
        return 0
    read_leads(claimed, version, now)
    return len(claimed)


def read_leads(claimed: Sequence[Lead], version: Version, now: datetime, *, by: Scores | None = None) -> None:
    """Score claimed leads (with `score` by default) and write what came out.

    Of a lead that can't be scored it is logged; the others go on.
    """
    try:
        seen = (by or score)([lead.pk for lead in claimed], version, now)
    except PyrometerError as error:
        if len(claimed) == 1:
            # It stays claimed, so that the next try is a while away.
            logger.error("lead %d can't be read: %s", claimed[0].pk, error)
            return
        half = len(claimed) // 2
        for part in (claimed[:half], claimed[half:]):
            read_leads(part, version, now, by=by)
        return
    except BaseException:
        free(claimed)
        raise
    write(claimed, seen.readings, seen.wakes, version=version, now=now)


def score(roots: Sequence[int], version: Version, now: datetime) -> Seen:
    """The readings of some roots as of now, from all their evidence. Raises EvidenceError."""
    definition = definition_of(version)
    found = columns_of(roots, events=definition.events, traits=definition.profile)
    with scorer(version) as engine:
        readings = engine.readings(
            found.leads, found.events, traits=found.traits, previous=temperatures(roots), as_of=now
        )
        wakes = engine.ahead(now)
    return Seen(readings, {int(lead): known for lead, known in wakes.items()})


def temperatures(roots: Sequence[int]) -> list[dict[str, str]]:
    """The temperatures that leads have now, as rows."""
    found = Reading.objects.filter(pk__in=roots).values_list("pk", "temperature")
    return [{"lead_id": str(root), "temperature": temperature} for root, temperature in found]
