"""The leads at their looks as plain evidence, moved so that all looks fall on one day and are scored at once."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np

from pyrometer.definition import Definition
from pyrometer.engines import DuckDBEngine
from pyrometer.evidence.quote import ident
from pyrometer.learning.arrays import Floats
from pyrometer.learning.history.looking import LOOKS
from pyrometer.learning.reading import Export
from pyrometer.scoring import Scoring, score

DAY = date(2000, 1, 1)
"""The day of all looks. What counts is only how many days lie between."""


def score_still(
    engine: DuckDBEngine, definition: Definition | str, declared: Definition, ids: list[str], export: Export
) -> Scoring:
    """Every lead scored by a definition as it was known at its look; `declared` has the traits and events there are.

    Close what it gives. Raises EvidenceError.
    """
    events = engine.folder / "still.parquet"
    _write_events(engine, declared, events)
    leads = [{"lead_id": lead} for lead in ids]
    (days,) = zip(*engine.run(f"SELECT day FROM {LOOKS} ORDER BY lead"), strict=True)
    for column in export.columns:
        trait = declared.profile[column.name]
        header = trait.column or column.name
        texts = [*column.texts, ""]
        for number, (lead, code) in enumerate(zip(leads, column.codes.tolist(), strict=True)):
            if trait.type == "date" and code >= 0:
                lead[header] = (date.fromisoformat(texts[code]) + (DAY - days[number])).isoformat()
            else:
                lead[header] = texts[code]
    when = datetime(DAY.year, DAY.month, DAY.day, tzinfo=UTC)
    try:
        return score(
            definition,
            leads=leads,
            events=events,
            as_of=when,
            memory_limit=engine.memory_limit,
            threads=engine.threads,
        )
    finally:
        events.unlink()


def _write_events(engine: DuckDBEngine, declared: Definition, path: Path) -> None:
    names = dict.fromkeys(
        (each.column or name, name) for kind in declared.events.values() for name, each in kind.properties.items()
    )
    picks = "".join(f", e.{ident(name)} AS {ident(header)}" for header, name in names)
    moved = f"e.occurred_at + to_days(CAST(DATE '{DAY.isoformat()}' - k.day AS INTEGER)) AS occurred_at"
    engine.copy(
        f"SELECT e.lead_id, e.event, {moved}{picks} FROM events e JOIN {LOOKS} k USING (lead_id)"
        " WHERE e.occurred_at < k.at AND e.received_at < k.at",
        path,
    )


def present_ranks(
    engine: DuckDBEngine, definition: Definition, ids: list[str], export: Export
) -> tuple[Floats, Floats]:
    """How the present rules rank leads at their looks, in the order in which `score` lists them, and the temperature.

    Ranks grow with what is called first; leads that the list can't tell apart share one. Temperatures are 0 to 2.
    """
    with score_still(engine, definition, definition, ids, export) as scoring:
        rows = scoring.engine.run(
            "SELECT rank() OVER (ORDER BY call_temperature, call_missing, call_total DESC) AS place, temperature"
            " FROM readings ORDER BY lead_id"
        )
    order = {"cool": 0.0, "warm": 1.0, "hot": 2.0}
    return np.array([-float(place) for place, _ in rows]), np.array([order[warmth] for _, warmth in rows])
