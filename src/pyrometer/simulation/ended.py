"""How leads really ended, by what each definition makes of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pyrometer.definition.temperature import TEMPERATURES
from pyrometer.evidence.times import timestamp
from pyrometer.intervals import wilson
from pyrometer.outcomes import OUTCOMES
from pyrometer.simulation.result import Ended
from pyrometer.simulation.sides import AFTER, BEFORE, Sides

STATE = "CASE WHEN e.won THEN 'won' WHEN e.lead_id IS NOT NULL THEN 'lost' ELSE 'open' END"
"""SQL for how a lead ended, where `e` is its outcome if it has one."""


def decided_sql(time: str) -> str:
    """SQL for whether a lead was decided by a time (SQL), where `e` is its outcome if it has one."""
    return f"coalesce(coalesce(e.decided_at, e.known_at) <= {time}, false)"


Pair = tuple[str, str]


@dataclass(frozen=True)
class Endings:
    """How leads ended: all, by old and new temperature, and by each of them alone.

    `decided` are those that were decided by the time they are scored for, by old and new temperature: to follow them up
    is too late, and the evidence may know the outcome.
    """

    all: Ended
    pairs: dict[Pair, Ended]
    old: dict[str, Ended]
    new: dict[str, Ended]
    decided: dict[Pair, int]

    def decided_by(self, which: int) -> dict[str, int]:
        """The decided leads by their old (0) or new (1) temperature."""
        return {
            name: sum(leads for pair, leads in self.decided.items() if pair[which] == name) for name in TEMPERATURES
        }


def endings(sides: Sides) -> Endings:
    """Outcomes over all leads that both definitions see; the sides must have outcomes."""
    then = timestamp(sides.old.found.as_of)
    rows = sides.engine.run(
        f"SELECT o.temperature, n.temperature, {STATE} AS state, count(*),"
        f" count(*) FILTER ({decided_sql(then)}) FROM {BEFORE} o"
        f" JOIN {AFTER} n USING (lead_id) LEFT JOIN {OUTCOMES} e ON e.lead_id = o.lead_id GROUP BY ALL"
    )
    counts: Counter[tuple[str, str, str]] = Counter()
    decided: Counter[Pair] = Counter()
    for before, after, state, leads, early in rows:
        counts[before, after, state] += leads
        decided[before, after] += early
    return Endings(
        _ended(counts, TEMPERATURES, TEMPERATURES),
        {(before, after): _ended(counts, [before], [after]) for before in TEMPERATURES for after in TEMPERATURES},
        {before: _ended(counts, [before], TEMPERATURES) for before in TEMPERATURES},
        {after: _ended(counts, TEMPERATURES, [after]) for after in TEMPERATURES},
        dict(decided),
    )


def _ended(counts: Counter[tuple[str, str, str]], before: Iterable[str], after: Iterable[str]) -> Ended:
    pairs = [(one, other) for one in before for other in after]
    won, lost, open_ = (sum(counts[one, other, state] for one, other in pairs) for state in ("won", "lost", "open"))
    decided = won + lost
    return Ended(won, lost, open_, wilson(won / decided if decided else 0.0, decided))
