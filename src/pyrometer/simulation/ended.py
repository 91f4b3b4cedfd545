"""How leads really ended, by what each definition makes of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from pyrometer.backtesting.interval import wilson
from pyrometer.definition.temperature import TEMPERATURES
from pyrometer.evidence.times import timestamp
from pyrometer.outcomes import OUTCOMES
from pyrometer.simulation.result import Ended
from pyrometer.simulation.sides import AFTER, BEFORE, Sides

STATE = "CASE WHEN e.won THEN 'won' WHEN e.lead_id IS NOT NULL THEN 'lost' ELSE 'open' END"
"""SQL for how a lead ended, where `e` is its outcome if it has one."""

Pair = tuple[str, str]


@dataclass(frozen=True)
class Endings:
    """How leads ended: all, by old and new temperature, and by each of them alone.

    `early` are leads that were decided by the time they were scored for, so that the evidence may know the outcome.
    """

    all: Ended
    pairs: dict[Pair, Ended]
    old: dict[str, Ended]
    new: dict[str, Ended]
    early: int


def endings(sides: Sides) -> Endings:
    """Outcomes over all leads that both definitions see; the sides must have outcomes."""
    then = timestamp(sides.old.found.as_of)
    rows = sides.engine.run(
        f"SELECT o.temperature, n.temperature, {STATE} AS state, count(*),"
        f" count(*) FILTER (coalesce(e.known_at, e.decided_at) <= {then}) FROM {BEFORE} o"
        f" JOIN {AFTER} n USING (lead_id) LEFT JOIN {OUTCOMES} e ON e.lead_id = o.lead_id GROUP BY ALL"
    )
    counts: Counter[tuple[str, str, str]] = Counter()
    for before, after, state, leads, _ in rows:
        counts[before, after, state] += leads
    return Endings(
        _ended(counts, TEMPERATURES, TEMPERATURES),
        {(before, after): _ended(counts, [before], [after]) for before in TEMPERATURES for after in TEMPERATURES},
        {before: _ended(counts, [before], TEMPERATURES) for before in TEMPERATURES},
        {after: _ended(counts, TEMPERATURES, [after]) for after in TEMPERATURES},
        sum(early for *_, early in rows),
    )


def _ended(counts: Counter[tuple[str, str, str]], before: Iterable[str], after: Iterable[str]) -> Ended:
    pairs = [(one, other) for one in before for other in after]
    won, lost, open_ = (sum(counts[one, other, state] for one, other in pairs) for state in ("won", "lost", "open"))
    decided = won + lost
    return Ended(won, lost, open_, wilson(won / decided if decided else 0.0, decided))
