"""The leads that a profile compares: what is known of each, and whether it was won."""

from __future__ import annotations

from dataclasses import dataclass

from pyrometer.learning.arrays import Floats
from pyrometer.learning.reading import Export
from pyrometer.learning.result import Quarantined
from pyrometer.profiling.result import Counted, Exposure


@dataclass(frozen=True)
class Population:
    """Decided leads, a row each: `won` is 1 or 0 by row.

    `names` are the columns to compare by, `apart` those that are only shown apart, `behaviours` those that count what
    leads did, and `times` those of them that say how many times; all are columns of `export`. `declared` says that a
    definition tells traits from behaviours, so that names needn't. `key` grows with the time at which leads came in
    (NaN: not known), None where nobody knows.
    """

    export: Export
    won: Floats
    names: tuple[str, ...]
    apart: tuple[Quarantined, ...]
    counted: Counted
    warnings: tuple[str, ...]
    fingerprint: str
    behaviours: frozenset[str] = frozenset()
    times: frozenset[str] = frozenset()
    exposure: Exposure | None = None
    declared: bool = False
    key: Floats | None = None
