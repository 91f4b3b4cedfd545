"""Puts a tally in the place of events for a scoring run."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from pyrometer.definition import Definition
from pyrometer.engines import DuckDBEngine
from pyrometer.evidence.quote import ident
from pyrometer.plan import Plan
from pyrometer.plan.model import Signal
from pyrometer.sql import Part, Tallied
from pyrometer.tally.keys import needs_of
from pyrometer.tally.manifest import Manifest
from pyrometer.tally.pieces import piece_rows


def attach(
    engine: DuckDBEngine, definition: Definition, plan: Plan, folder: Path, manifest: Manifest, as_of: datetime
) -> Tallied:
    """The tally's pieces as relations of the engine; the tally must cover all that the plan needs.

    Where `reads_events`, the relation `events` must hold the events of all its sources.
    """
    needs = needs_of(definition, plan)
    parts = []
    for number, piece in enumerate(manifest.pieces_of("signals"), start=1):
        columns = {needs.signals[key]: name for key, name in piece.columns.items() if key in needs.signals}
        if columns:
            parts.append(Part(_view(engine, f"tally_{number}", piece_rows(folder, manifest, piece)), columns))
    values: dict[tuple[Signal, str], tuple[str, ...]] = dict.fromkeys(needs.values.values(), ())
    for number, piece in enumerate(manifest.pieces_of("values"), start=1):
        for key in piece.columns:
            if key in needs.values:
                rows = piece_rows(folder, manifest, piece)
                values[needs.values[key]] += (_view(engine, f"tally_values_{number}", rows),)
    return Tallied(tuple(parts), values, reads_events(manifest, as_of))


def reads_events(manifest: Manifest, as_of: datetime | None) -> bool:
    """Whether a run as of a time needs the events themselves, for those known on that day (a tally knows days only)."""
    return as_of is not None and manifest.latest is not None and as_of < manifest.latest


def _view(engine: DuckDBEngine, name: str, rows: str) -> str:
    engine.run(f"CREATE OR REPLACE TEMP VIEW {ident(name)} AS SELECT * FROM {rows}")
    return name
