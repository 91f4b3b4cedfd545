"""The engines that specs and properties run on, each behind one call through the façade."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pyrometer

Rows = Sequence[Mapping[str, Any]]
Readings = dict[str, dict[str, Any]]
Engine = Callable[..., Readings]


def duckdb(
    definition: str | Mapping[str, Any],
    *,
    leads: Rows | Path,
    events: Rows | Path = (),
    traits: Rows | Path = (),
    previous: Rows | Path = (),
    as_of: datetime,
) -> Readings:
    """The readings of all leads, as JSON objects with their contributions, by lead."""
    given = {"events": events, "traits": traits, "previous": previous}
    sources = {name: rows for name, rows in given.items() if isinstance(rows, Path) or rows}
    with pyrometer.score(definition, leads=leads, as_of=as_of, explain=True, **sources) as scoring:
        return {reading.lead_id: reading.as_dict(explain=True) for reading in scoring}


ENGINES: dict[str, Engine] = {"duckdb": duckdb}
