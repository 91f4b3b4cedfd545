"""What a replay is given, and what is made of it before the first time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pyrometer.archive import Snapshot
from pyrometer.definition import Definition
from pyrometer.engines import DuckDBEngine
from pyrometer.evidence import Evidence, Source
from pyrometer.plan import Plan
from pyrometer.sql import Tallied


@dataclass(frozen=True)
class Given:
    """The inputs of a replay, as `replay` takes them, and its times in order."""

    definition: Definition
    plan: Plan
    times: tuple[datetime, ...]
    leads: Source | None = None
    events: Source | None = None
    traits: Source | None = None
    previous: Source | None = None
    lead_id: str = "lead_id"
    columns: Mapping[str, str] = field(default_factory=dict)
    tally: str | Path | None = None
    archive: Snapshot | None = None
    direct: bool = False
    gates: bool = False


@dataclass(frozen=True)
class Loaded:
    """Evidence in an engine, ready for every time.

    `tallied` is in place of events but for those of the replayed days; None where no tally can answer. `turn` brings
    the relations to a time, where something was taken back since or before, and gives the tally for it.
    """

    evidence: Evidence
    turn: Callable[[datetime], Tallied | None]
    left_out: int


Step = Callable[[], None]
"""Called when a part of the loading is done."""


@dataclass(frozen=True)
class Loading:
    """An engine that evidence is loaded into, and whom to tell when a part of it is done."""

    engine: DuckDBEngine
    given: Given
    step: Step
