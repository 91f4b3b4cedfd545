"""Columns that tell the time rather than something about the lead."""

from __future__ import annotations

import numpy as np
from scipy.stats import rankdata

from pyrometer.learning.arrays import Floats, Rows
from pyrometer.learning.ordering import Order
from pyrometer.learning.reading import Column, Export

WITHIN = 0.95
"""How often two leads of one period must agree."""
STILL = 0.1
"""How rarely, against chance, the value may change from one lead to the next."""
TREND = 0.95


def clocks(export: Export, order: Order) -> dict[str, str]:
    """The columns that are constant within a period across leads, or only grow with time; and why they are."""
    if order.key is None or export.rows < 40:
        return {}
    known = np.flatnonzero(np.isfinite(order.key))
    at = known[np.argsort(order.key[known], kind="stable")]
    key = order.key[at]
    found: dict[str, str] = {}
    for column in export.columns:
        if column.name == order.column or column.type == "date":
            continue
        codes = column.codes[at].astype(np.int64) + 1
        why = _still(codes)
        if why is None and order.by == "date":
            why = _constant(codes, key)
        if why is None and column.ordered:
            why = _trend(column, at)
        if why is not None:
            found[column.name] = why
    return found


def _still(codes: Rows) -> str | None:
    """Runs of the same value, far longer than chance would give."""
    shares = np.bincount(codes) / len(codes)
    expected = 1 - float((shares**2).sum())
    changes = int((codes[1:] != codes[:-1]).sum())
    if expected < 0.05 or changes < 2 or changes > STILL * expected * len(codes):
        return None
    return (
        f"a clock: in order of time it changes {changes:,} times over {len(codes):,} leads, so it tells when they came"
    )


def _constant(codes: Rows, key: Floats) -> str | None:
    shares = np.bincount(codes) / len(codes)
    overall = float((shares**2).sum())
    if overall > 0.9:
        return None
    days = np.floor(key).astype("datetime64[D]")
    for name, unit in (("day", "D"), ("week", "W"), ("month", "M")):
        _, period = np.unique(days.astype(f"datetime64[{unit}]"), return_inverse=True)
        sizes = np.bincount(period).astype(np.float64)
        pairs = float((sizes * (sizes - 1)).sum())
        if len(sizes) < 3 or pairs < 60:
            continue
        _, counts = np.unique(period.astype(np.int64) * (int(codes.max()) + 1) + codes, return_counts=True)
        within = float((counts * (counts - 1.0)).sum()) / pairs
        if within >= WITHIN and 1 - within <= STILL * (1 - overall):
            return f"a clock: leads of the same {name} have the same value ({100 * within:.0f} % of pairs)"
    return None


def _trend(column: Column, at: Rows) -> str | None:
    values = column.values[at]
    there = np.isfinite(values)
    if there.sum() < 40 or len(np.unique(values[there])) < 10:
        return None
    ranks, turn = rankdata(values[there]), np.arange(int(there.sum()), dtype=np.float64)
    rho = float(np.corrcoef(ranks, turn)[0, 1])
    if abs(rho) < TREND:
        return None
    return f"a clock: it {'grows' if rho > 0 else 'falls'} with time (rank correlation {rho:.2f})"
