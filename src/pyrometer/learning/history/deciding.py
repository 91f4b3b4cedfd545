"""Which leads are learned from: those decided long enough ago, of whom something was known before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from pyrometer.engines import DuckDBEngine
from pyrometer.evidence import DataNote
from pyrometer.evidence.times import timestamp
from pyrometer.learning.arrays import Flags
from pyrometer.learning.dated import Looks
from pyrometer.learning.history.loading import History
from pyrometer.learning.history.moments import Days, exposures
from pyrometer.learning.kinds import day_text
from pyrometer.learning.maturity import SHARE
from pyrometer.learning.result import Rows
from pyrometer.outcomes import OUTCOMES, read_outcomes
from pyrometer.runs.moments import day_number, parse_as_of


@dataclass(frozen=True)
class Decided:
    """The leads used, by id: the days (since 1970) whose first moment each is looked at, and on which
    it was decided, and whether it was won.
    """

    ids: list[str]
    day: Days
    ended: Days
    won: Flags
    rows: Rows
    looks: Looks | None
    warnings: tuple[str, ...]

    @property
    def base_rate(self) -> float | None:
        """The share of won leads."""
        return float(self.won.mean()) if len(self.won) else None


def decided(engine: DuckDBEngine, history: History, rng: np.random.Generator) -> Decided:
    """Finds the leads to learn from, and the day of each look. Raises EvidenceError or UsageError."""
    now = parse_as_of(history.now or datetime.now(UTC))
    source = {"source": history.outcomes} if history.outcomes is not None else {"archive": history.archive}
    told = read_outcomes(
        engine,
        **source,
        won=history.won,
        lost=history.lost,
        lead_id=history.lead_id,
        columns=history.columns,
        leads="everyone",
        now=now,
    )
    engine.run(f"DELETE FROM {OUTCOMES} WHERE decided_at > {timestamp(now)}")
    rows = engine.run(
        "SELECT e.lead_id, CAST(e.first AS DATE) - DATE '1970-01-01', o.won,"
        " CAST(o.decided_at AS DATE) - DATE '1970-01-01'"
        " FROM everyone e LEFT JOIN outcomes o USING (lead_id) ORDER BY e.lead_id"
    )
    closed = [row for row in rows if row[2] is not None]
    dated = [row for row in closed if row[3] is not None]
    alive = [row for row in dated if row[1] is not None and row[3] > row[1]]
    first = np.array([row[1] for row in alive], dtype=np.int64)
    won = np.array([row[2] for row in alive], dtype=np.bool_)
    ended = np.array([row[3] for row in alive], dtype=np.int64)
    warnings = [said(note) for note in told.notes if note.level != "note"]
    young = np.zeros(len(alive), dtype=np.bool_)
    if won.any():
        days = float(np.quantile((ended - first)[won], SHARE))
        today = day_number(now)
        last = max(int(ended.max()), max(row[1] for row in rows if row[1] is not None and row[1] <= today))
        young = last - first < days
        if young.any():
            warnings.append(
                f"leads first known less than {days:.0f} days before the end (nine of ten wins took no longer) are not "
                f"called lost: {int(young.sum()):,} set aside, won ones too, so that the young don't look good"
            )
    used = np.flatnonzero(~young)
    counted = Rows(len(rows), 0, len(rows) - len(closed), int(young.sum()), len(used), len(closed) - len(alive))
    undated, unknown = len(closed) - len(dated), len(dated) - len(alive)
    if undated:
        warnings.append(f"{undated:,} outcomes have no date: when these leads could still have been scored isn't known")
    if not len(used):
        return Decided([], first[:0], ended[:0], won[:0], counted, None, tuple(warnings))
    first, won, ended = first[used], won[used], ended[used]
    exposure = exposures(ended - first, won, rng)
    day = first + exposure
    looks = Looks(
        day_text(float(day.min())),
        day_text(float(day.max())),
        _quartiles(exposure[won]),
        _quartiles(exposure[~won]),
        undated,
        unknown,
    )
    return Decided([alive[at][0] for at in used], day, ended, won, counted, looks, tuple(warnings))


def said(note: DataNote) -> str:
    """A note as a warning, which needs no second word for what it is."""
    return str(note).replace(": warning: ", ": ", 1)


def _quartiles(days: Days) -> tuple[float, float, float]:
    if not len(days):
        return 0.0, 0.0, 0.0
    low, middle, high = np.quantile(days, (0.25, 0.5, 0.75))
    return float(low), float(middle), float(high)
