"""Which bound of hot a team of a given size can follow up in time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from pyrometer.backtesting.observing import Span
from pyrometer.backtesting.result import Capacity, Threshold
from pyrometer.definition.values import UNITS_PER_POINT, points_number
from pyrometer.engines import DuckDBEngine
from pyrometer.evidence.quote import ident
from pyrometer.plan import Plan
from pyrometer.plan.model import CountedPoints, ScoreTest
from pyrometer.replay import BEFORE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Grid = NDArray[np.int64]
    Marks = NDArray[np.bool_]

FITS = 0.9
"""The share of stretches between dates for which the capacity has to suffice."""

FEWEST = 10
"""With fewer decided leads among the hot ones than this no bound is proposed."""

MOST = 100
"""How many bounds are tried."""


@dataclass(frozen=True)
class _Asked:
    """The item of hot's `when` that asks for a score: its place among the items, from 1, and its bound in units.

    A score is a whole number of units, so that one `above` a bound has at least a unit more.
    """

    item: int
    score: str
    bound: int
    above: bool


def propose(
    engine: DuckDBEngine, name: str, plan: Plan, column: dict[str, str], span: Span, per_week: float
) -> Capacity:
    """Try bounds of the score that hot asks for over the observed readings, with all else as it is, and `stay`."""
    asked = _asked(plan)
    if asked is None:
        why = "hot asks for no score of at least so much at its top level, so there is no bound to move"
        return Capacity(per_week, None, None, None, (), why)
    if len(span.times) < 2:
        why = "with one date nobody knows how many leads become hot in a week"
        return Capacity(per_week, asked.score, asked.bound, None, (), why)
    history = _history(engine, name, plan, column[asked.score], asked, span)
    tried = tuple(history.threshold(bound, per_week) for bound in _bounds(plan, asked))
    # A bound that fits by luck, while a higher one doesn't, is none to build on.
    tight = max((number for number, each in enumerate(tried) if each.fits < FITS), default=-1)
    proposed = next((each for each in tried[tight + 1 :] if each.per_week > 0), None)
    present = next(each for each in tried if each.points == asked.bound)
    why_not = None
    if proposed is None:
        why_not = (
            f"no bound of {asked.score} lets through some leads, and at most {per_week:g} a week in 9 of 10 stretches"
        )
    elif present in tried[tight + 1 :] and (proposed.recall or 0) <= (present.recall or 0):
        bound = f"{points_number(asked.bound):g} {asked.score}"
        why_not = f"{bound}, as it is now, fits already, and a lower bound would find no more won leads: leave it"
    elif (decided := history.decided_hot(min(asked.bound, proposed.points))) < FEWEST:
        why_not = (
            f"only {decided} of the leads that would have become hot were decided, too few to tell what another bound"
            " would cost"
        )
    if why_not is not None:
        proposed = None
    elif proposed is not None:
        proposed = _nearest(proposed, tried, asked.bound)
    return Capacity(per_week, asked.score, asked.bound, proposed, tried, why_not)


def _nearest(proposed: Threshold, tried: tuple[Threshold, ...], present: int) -> Threshold:
    """Of the bounds that do the same as the proposed one, the highest that isn't above the present one.

    A bound lower than need be says that the score doesn't matter, where it just didn't matter here.
    """
    alike = [
        each for each in tried if each.points <= present and replace(each, points=0) == replace(proposed, points=0)
    ]
    return max([proposed, *alike], key=lambda each: each.points)


def _asked(plan: Plan) -> _Asked | None:
    """The score that hot asks for at least so much of; where it asks for several, the first that counts events."""
    found = []
    for number, item in enumerate(plan.hot.items if plan.hot is not None else (), start=1):
        if isinstance(item, ScoreTest) and len(item.bounds) == 1 and item.bounds[0][0] in ("at_least", "above"):
            found.append(_Asked(number, item.score, item.bounds[0][1], item.bounds[0][0] == "above"))
    counting = [
        each for each in found if any(isinstance(rule.points, CountedPoints) for rule in plan.scores[each.score].rules)
    ]
    return next(iter(counting or found), None)


def _bounds(plan: Plan, asked: _Asked) -> list[int]:
    """Whole points over the score's range, and the present bound, in units."""
    score = plan.scores[asked.score]
    points = max(1, -(-(score.highest - score.lowest) // (MOST * UNITS_PER_POINT)))
    found = range(score.lowest, score.highest + 1, points * UNITS_PER_POINT)
    return sorted({*found, asked.bound})


@dataclass(frozen=True)
class _History:
    """By date and lead: the score, whether hot's other items hold, whether its `stay` does, whether it is undecided.

    `least` is how many units a score must have more than a bound; `before` marks the leads that came in hot.
    """

    score: Grid
    others: Marks
    stay: Marks
    there: Marks
    weeks: list[float]
    judged: int
    decided: Marks
    won: Marks
    seen: Marks
    before: Marks
    least: int

    def threshold(self, bound: int, capacity: float) -> Threshold:
        """What comes of a bound."""
        new, ever, handed = self._hot(bound)
        rates = [count / weeks for count, weeks in zip(new, self.weeks, strict=True)]
        decided, wins = int((handed & self.decided).sum()), int((handed & self.won).sum())
        won = int((self.won & self.seen).sum())
        return Threshold(
            bound,
            sum(new) / sum(self.weeks),
            max(rates),
            sum(rate <= capacity for rate in rates) / len(rates),
            wins / decided if decided else None,
            int((ever & self.won & self.seen).sum()) / won if won else None,
        )

    def decided_hot(self, bound: int) -> int:
        """How many leads become hot at a judged date with a bound, and are decided later."""
        _, _, handed = self._hot(bound)
        return int((handed & self.decided).sum())

    def _hot(self, bound: int) -> tuple[list[int], Marks, Marks]:
        """New hot leads by stretch; leads that were hot at some date, and at some judged date."""
        import numpy as np

        hot = self.before
        ever, handed = np.zeros_like(hot), np.zeros_like(hot)
        new = []
        for date in range(len(self.there)):
            reached = self.others[date] & (self.score[date] >= bound + self.least)
            now = self.there[date] & (reached | (hot & self.stay[date]))
            if date:
                new.append(int((now & ~hot).sum()))
            hot, ever = now, ever | now
            if date < self.judged:
                handed = ever
        return new, ever, handed


def _history(engine: DuckDBEngine, name: str, plan: Plan, column: str, asked: _Asked, span: Span) -> _History:
    import numpy as np

    assert plan.hot is not None
    others = " AND ".join(f"hot_{n}" for n in range(1, len(plan.hot.items) + 1) if n != asked.item) or "true"
    stay = "hot_stay" if plan.hot.stay is not None else "false"
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE lead_rows AS SELECT lead_id, row_number() OVER (ORDER BY lead_id) - 1 AS row,"
        f" any_value(decided) AS decided, coalesce(any_value(won), false) AS won, bool_or(judged) AS seen,"
        f" lead_id IN (SELECT lead_id FROM {BEFORE} WHERE temperature = 'hot') AS before"
        f" FROM {ident(name)} GROUP BY lead_id"
    )
    leads = engine.connection.execute("SELECT decided, won, seen, before FROM lead_rows ORDER BY row").fetchnumpy()
    shape = (len(span.times), len(leads["won"]))
    found = engine.connection.execute(
        f"SELECT number, row, {ident(column)} AS score, {others} AS others, {stay} AS stay"
        f" FROM {ident(name)} JOIN lead_rows USING (lead_id)"
    ).fetchnumpy()
    at = (found["number"], found["row"])
    score = np.zeros(shape, dtype=np.int64)
    score[at] = found["score"]

    def grid(values: object) -> Marks:
        marked = np.zeros(shape, dtype=np.bool_)
        marked[at] = values
        return marked

    names = ("decided", "won", "seen", "before")
    decided, won, seen, before = (np.asarray(leads[each], dtype=np.bool_) for each in names)
    judged = sum(time <= span.judged_until for time in span.times)
    others_hold, stays, there = grid(found["others"]), grid(found["stay"]), grid(True)
    return _History(score, others_hold, stays, there, span.weeks, judged, decided, won, seen, before, int(asked.above))
