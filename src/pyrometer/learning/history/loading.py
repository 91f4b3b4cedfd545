"""Evidence and outcomes brought into an engine, from files or an archive."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from pyrometer.archive import Snapshot, snapshot_of, stand
from pyrometer.definition import Definition, load
from pyrometer.engines import DuckDBEngine
from pyrometer.errors import UsageError
from pyrometer.evidence import Evidence, Source, load_evidence
from pyrometer.evidence.answers import ANSWERS
from pyrometer.evidence.quote import literals
from pyrometer.evidence.relations import FLAT
from pyrometer.learning.history.inferring import inferred

OF_OUTCOMES = ("outcome", "decided_at", "amount")
"""Columns that only outcomes have."""


@dataclass(frozen=True)
class History:
    """What is to be learned from, by name.

    Files of `leads`, `events`, `traits` and `outcomes`, or an `archive` in the place of the last three; a `definition`
    in use that declares traits and events, and is compared. What is dated after `now` hasn't come about.
    """

    leads: str | Path | None = None
    events: Sequence[str | Path] | str | Path | None = None
    traits: str | Path | None = None
    outcomes: str | Path | None = None
    archive: str | Path | None = None
    definition: Definition | str | Path | Mapping[str, Any] | None = None
    won: tuple[str, ...] = ("won",)
    lost: tuple[str, ...] = ("lost",)
    lead_id: str = "lead_id"
    columns: Mapping[str, str] | None = None
    now: datetime | None = None

    def check(self) -> None:
        """Raises UsageError where inputs are missing or don't go together."""
        if self.archive is not None and (self.events is not None or self.traits is not None):
            raise UsageError("an archive holds events and traits: append to it what isn't in it yet")
        if self.archive is None and self.outcomes is None:
            raise UsageError("how leads ended is not said: give --outcomes FILE, or an archive that holds outcomes")
        if self.archive is None and self.events is None and self.traits is None:
            raise UsageError(
                "without dated evidence there is no history: give --events or --traits, or learn from a flat export "
                "with --outcome-column"
            )


@dataclass(frozen=True)
class Loaded:
    """Evidence in an engine: `logged` are traits with a dated log, `flat` those that only the leads file has."""

    definition: Definition
    declared: bool
    evidence: Evidence
    logged: tuple[str, ...]
    flat: tuple[str, ...]
    label: str


def load_history(engine: DuckDBEngine, history: History) -> Loaded:
    """Loads evidence; makes `everyone(lead_id, first)`: all leads, and when each was first known (NULL: undated)."""
    events: Source | None = history.events
    traits: Source | None = history.traits
    given = history.definition
    columns = {name: header for name, header in (history.columns or {}).items() if name not in OF_OUTCOMES}
    if history.archive is not None:
        there: Snapshot = snapshot_of(history.archive)
        stood = stand(engine, there, _NOTHING, None, as_of=None, now=None, lists_leads=True, direct=True)
        events, traits = stood.events, stood.traits
    definition = (
        engine.interruptibly(
            lambda: inferred(
                engine.connection,
                leads=history.leads,
                events=events,
                traits=traits,
                lead_id=history.lead_id,
                columns=columns,
            )
        )
        if given is None
        else given
        if isinstance(given, Definition)
        else load(given)
    )
    evidence = engine.interruptibly(
        lambda: load_evidence(
            engine.connection,
            definition,
            leads=history.leads,
            events=events,
            traits=traits,
            lead_id=history.lead_id,
            columns=columns,
        )
    )
    logged: tuple[str, ...] = ()
    if evidence.has_log:
        said = {name for (name,) in engine.run(f"SELECT DISTINCT trait FROM {ANSWERS}")}
        logged = tuple(name for name in definition.profile if name in said)
    shown = evidence.inputs["leads"].given if "leads" in evidence.inputs else frozenset()
    flat = tuple(name for name in definition.profile if name in shown and name not in logged)
    _everyone(engine, definition, evidence)
    labels = [each.label for each in evidence.inputs.values()]
    label = str(history.archive) if history.archive is not None else ", ".join(dict.fromkeys(labels))
    evidence = replace(evidence, notes=tuple(note for note in evidence.notes if note.level != "note"))
    return Loaded(definition, given is not None, evidence, logged, flat, label)


def _everyone(engine: DuckDBEngine, definition: Definition, evidence: Evidence) -> None:
    known = "SELECT lead_id, greatest(occurred_at, received_at) AS known FROM"
    union = f"{known} events WHERE event IN ({literals(definition.events) or 'NULL'}) UNION ALL {known} traits"
    dated = f"SELECT lead_id, min(known) AS first FROM ({union}) GROUP BY lead_id"
    if evidence.has_leads:
        dated = f"SELECT lead_id, d.first FROM {FLAT} LEFT JOIN ({dated}) d USING (lead_id)"
    engine.run(f"CREATE OR REPLACE TEMP TABLE everyone AS {dated}")


_NOTHING = load(
    {
        "format": 1,
        "name": "Nothing",
        "profile": {"nothing": "text"},
        "temperature": {"hot": {"when": {"trait": "nothing", "known": True}}},
    }
)
