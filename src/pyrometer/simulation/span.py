"""From when to when the evidence runs, so that a moment outside of it isn't taken for a change without effect."""

from __future__ import annotations

from datetime import datetime, timedelta

from pyrometer.evidence import DataNote
from pyrometer.evidence.answers import ANSWERS
from pyrometer.evidence.times import moment
from pyrometer.runs import parse_as_of
from pyrometer.simulation.sides import Request, Sides

STALE = timedelta(days=7)
"""For how long before the moment nothing may have happened without a word about it."""

Span = tuple[datetime | None, datetime | None]


def span_of(sides: Sides, request: Request) -> Span:
    """The first and the latest time (UTC) of the evidence that was read; None where that can't be told.

    Of an archive or a tally only what can still count is read, so that the first time isn't known.
    """
    if request.engine is not None:
        return None, None
    evidence = sides.new.found.evidence
    found = [each for each in (sides.old.found.evidence.latest, evidence.latest) if each is not None]
    latest = parse_as_of(max(found)) if found else None
    if request.archive is not None:
        return None, latest
    if request.tally is not None:
        return None, None
    # The time at which something was received is when it was known, but it happened when it occurred.
    selects = ["SELECT occurred_at FROM events"] if "events" in evidence.inputs else []
    selects += [f"SELECT occurred_at FROM {ANSWERS}"] if evidence.has_log else []
    if not selects:
        return None, None
    ((first,),) = sides.engine.run(f"SELECT epoch_us(min(occurred_at)) FROM ({' UNION ALL '.join(selects)})")
    return moment(first), latest


def outside(span: Span, as_of: datetime) -> tuple[DataNote, ...]:
    """A warning where leads are scored for a time before all evidence, or long after it."""
    first, latest = span
    runs = f"it runs {f'from {first:%Y-%m-%d} ' if first is not None else ''}to {latest:%Y-%m-%d}" if latest else ""
    if first is not None and as_of < first:
        where, why = "before all of it", "nothing that happened counts yet, so that nothing changes proves nothing"
    elif latest is not None and as_of - latest > STALE:
        where = f"{(as_of - latest).days:,} days after it"
        why = "what is recent by the definitions may be too old by then"
    else:
        return ()
    what = f"{runs or f'it begins on {first:%Y-%m-%d}'}, and leads are scored as of {as_of:%Y-%m-%d}, {where}"
    return (DataNote("warning", "evidence", what, why, "is the date right?"),)
