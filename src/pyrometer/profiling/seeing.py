"""The moment at which each decided lead is looked at: as long after its first evidence for won as for lost ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from pyrometer.engines import DuckDBEngine
from pyrometer.evidence.answers import ANSWERS
from pyrometer.evidence.quote import literals
from pyrometer.evidence.times import timestamp
from pyrometer.learning.arrays import Flags, Floats
from pyrometer.learning.maturity import SHARE
from pyrometer.outcomes import OUTCOMES
from pyrometer.profiling.result import Exposure

SEEN = "seen"
LADDER = (1, 2, 3, 5, 7, 10, 14, 21, 30, 45, 60, 90, 120, 180, 270, 365)
"""Days of exposure to choose from."""
UNDECIDED = 0.9
"""The share of won leads, and of lost ones, that must still be undecided at the end of the exposure."""
DAY = 86_400_000_000
"""In microseconds, in which differences of times are exact."""
DATED = 0.9
"""The share of decided leads that need a time of decision for anything to be told before from after."""


@dataclass(frozen=True)
class Seen:
    """How leads are looked at. `exposure` is None where outcomes or evidence have no times.

    `quick` leads were decided before they could be looked at, `immature` ones came in more recently than nine of ten
    wins took (`days`, None where nobody knows), of `unseen` ones nothing was known on a day before the decision, and
    `undated` ones have no time of it, where the others have one. `late` is the share of events and answers from before
    the decisions that were only received after them.
    """

    exposure: Exposure | None
    quick: int
    immature: int
    undated: int
    unseen: int
    days: float | None
    late: float


def see(engine: DuckDBEngine, declared: Iterable[str], *, has_log: bool, days: int | None, now: datetime) -> Seen:
    """Makes `seen(lead_id, won, seen_at)` of the decided leads in `profile`: those that are compared.

    `seen_at` is so many days after a lead's first event or answer was known; NULL where there are no times. It is on a
    day before the decision: where that is a bare date, it stands at the first moment of its day, as do events with bare
    dates, and nothing tells which came first. `days` was asked for; without it, the longest of a ladder after which
    nine of ten won leads, and nine of ten lost ones, were still undecided. Leads decided sooner are left out, as are
    those of whom nothing was known on a day before, and those that came in more recently than nine of ten wins took.
    Nothing of after `now` counts as the end of the evidence.
    """
    since = "lead_id, occurred_at, greatest(occurred_at, received_at) AS known"
    evidence = f"SELECT {since} FROM events WHERE event IN ({literals(declared) or 'NULL'})"
    if has_log:
        evidence += f" UNION ALL SELECT {since} FROM {ANSWERS}"
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {SEEN}_first AS SELECT lead_id, won, decided_at,"
        " CASE WHEN came < date_trunc('day', decided_at) THEN came END AS came"
        f" FROM {OUTCOMES} JOIN (SELECT lead_id FROM profile) USING (lead_id)"
        f" LEFT JOIN (SELECT lead_id, min(known) AS came FROM ({evidence}) GROUP BY 1) USING (lead_id)"
    )
    late = _late(engine, evidence)
    rows = engine.run(f"SELECT won, epoch_us(decided_at), epoch_us(came) FROM {SEEN}_first ORDER BY lead_id")
    won = np.array([bool(row[0]) for row in rows], dtype=np.bool_)
    decided, first = (np.array([row[at] for row in rows], dtype=np.float64) for at in (1, 2))
    lag, room = (decided - first) / DAY, (decided // DAY * DAY - first) / DAY
    if not len(won) or np.isfinite(decided).mean() < DATED or not np.isfinite(first).any():
        engine.run(
            f"CREATE OR REPLACE TEMP TABLE {SEEN} AS SELECT lead_id, won, CAST(NULL AS TIMESTAMP) AS seen_at"
            f" FROM {SEEN}_first"
        )
        return Seen(None, 0, 0, 0, 0, None, late)
    exposure = Exposure(days, True) if days is not None else Exposure(_longest(room, won), False)
    mature, young = _young(engine, first, lag, won, now)
    with np.errstate(invalid="ignore"):
        quick = ~young & (room <= exposure.days)
    at = f"came + to_days({exposure.days})"
    newest = "NULL" if mature is None else f"(SELECT {_latest(mature, now)})"
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {SEEN} AS SELECT lead_id, won, {at} AS seen_at FROM {SEEN}_first"
        f" WHERE {at} < date_trunc('day', decided_at) AND coalesce(came <= {newest}, true)"
    )
    undated = int((~np.isfinite(decided)).sum())
    unseen = int((np.isfinite(decided) & ~np.isfinite(first)).sum())
    return Seen(exposure, int(quick.sum()), int(young.sum()), undated, unseen, mature, late)


def _late(engine: DuckDBEngine, evidence: str) -> float:
    ((late, before),) = engine.run(
        f"SELECT count(*) FILTER (known >= decided_at), count(*) FROM ({evidence}) JOIN {SEEN}_first USING (lead_id)"
        " WHERE occurred_at < decided_at"
    )
    return late / before if before else 0.0


def _longest(room: Floats, won: Flags) -> int:
    """The longest exposure of the ladder that leaves nine of ten leads of either kind."""
    found = LADDER[0]
    for days in LADDER:
        shares = [(room[side & np.isfinite(room)] > days) for side in (won, ~won)]
        if all(not len(share) or share.mean() >= UNDECIDED for share in shares):
            found = days
    return found


def _latest(days: float, now: datetime) -> str:
    """The last moment at which a lead may have come in to be old enough."""
    ends = f"SELECT max(decided_at) AS ended FROM {OUTCOMES} UNION ALL SELECT max(occurred_at) FROM events"
    ends += f" WHERE occurred_at <= {timestamp(now)}"
    last = f"SELECT max(ended) FROM ({ends})"
    return f"({last}) - to_microseconds(CAST({days * DAY:.0f} AS BIGINT))"


def _young(engine: DuckDBEngine, first: Floats, lag: Floats, won: Flags, now: datetime) -> tuple[float | None, Flags]:
    """How many days nine of ten wins took, and the leads younger than that at the end of the evidence."""
    took = lag[won & np.isfinite(lag)]
    if not len(took):
        return None, np.zeros(len(won), dtype=np.bool_)
    days = float(np.quantile(took, SHARE))
    ((bound,),) = engine.run(f"SELECT epoch_us({_latest(days, now)})")
    with np.errstate(invalid="ignore"):
        return days, first > float(bound)
