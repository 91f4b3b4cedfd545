"""The job that reads leads: their evidence is loaded and scored by the live definition, in micro-batches."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

from pyrometer import __version__, result
from pyrometer.app.agreement.models import Version
from pyrometer.app.agreement.queries import definition_of, live
from pyrometer.app.evidence.columns import columns_of
from pyrometer.app.evidence.models import Lead
from pyrometer.app.temperature.claiming import due, free, give_up
from pyrometer.app.temperature.models import Reading
from pyrometer.app.temperature.scoring import scorer
from pyrometer.app.temperature.writing import write
from pyrometer.errors import PyrometerError
from pyrometer.live import ResultRow

logger = logging.getLogger(__name__)

BATCH = 500
"""Leads that are read together, at most."""


@dataclass(frozen=True)
class Seen:
    """What scoring made of some leads: their readings, and when evidence that lies ahead comes to exist.

    `marks` are digests of what the readings follow from; `same` are leads of whom it says what was known before, and
    who therefore have no reading here.
    """

    readings: Sequence[result.Reading]
    wakes: Mapping[int, datetime]
    marks: Mapping[int, str]
    same: frozenset[int] = frozenset()


class Known(NamedTuple):
    """What tells whether a reading is as it was: its digest, the temperature, when evidence that lies ahead comes."""

    mark: str
    temperature: str
    wakes_at: datetime | None


Scores = Callable[..., Seen]
"""Scores some roots as `score` does, which says of what it is given. Raises EvidenceError."""


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
            give_up(claimed[0])
            logger.error("lead %d can't be read: %s", claimed[0].pk, error)
            return
        half = len(claimed) // 2
        for part in (claimed[:half], claimed[half:]):
            read_leads(part, version, now, by=by)
        return
    except BaseException:
        free(claimed)
        raise
    write(claimed, seen.readings, seen.wakes, seen.marks, version=version, now=now)


def score(
    roots: Sequence[int], version: Version, now: datetime, known: Mapping[int, Known] = MappingProxyType({})
) -> Seen:
    """The readings of some roots as of now, from all their evidence. Raises EvidenceError.

    Of whom it says what is `known` already is told to be the same, and has no reading.
    """
    definition = definition_of(version)
    found = columns_of(roots, events=definition.events, traits=definition.profile)
    with scorer(version) as engine:
        rows = engine.rows(found.leads, found.events, traits=found.traits, previous=temperatures(roots), as_of=now)
        marks = {int(row[0]): _mark(row) for row in rows}
        wakes = {int(lead): moment for lead, moment in engine.ahead(now).items()}
        told = {int(row[0]): Known(marks[int(row[0])], engine.temperature(row), wakes.get(int(row[0]))) for row in rows}
        same = frozenset(lead for lead, said in told.items() if known.get(lead) == said)
        readings = [engine.reading(row, now) for row in rows if int(row[0]) not in same]
    return Seen(readings, wakes, marks, same)


def _mark(row: ResultRow) -> str:
    # Another release may tell the same in other words.
    return hashlib.blake2b(f"{__version__} {row!r}".encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def temperatures(roots: Sequence[int]) -> list[dict[str, str]]:
    """The temperatures that leads have now, as rows."""
    found = Reading.objects.filter(pk__in=roots).values_list("pk", "temperature")
    return [{"lead_id": str(root), "temperature": temperature} for root, temperature in found]
