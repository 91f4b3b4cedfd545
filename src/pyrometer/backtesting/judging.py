"""Judges one definition's readings by what became of their leads."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyrometer.backtesting.observing import CALL_ORDER, Span, tenth_of
from pyrometer.backtesting.result import Band, Calibrated, Capacity, Dated, HandOff, Judgement, Rate, Tenth
from pyrometer.engines import DuckDBEngine
from pyrometer.evidence.quote import ident
from pyrometer.evidence.times import timestamp
from pyrometer.intervals import effective, wilson

SHOWN = 20
"""How many of the won leads that were never hot are named."""


@dataclass(frozen=True)
class Judging:
    """The observed readings of one definition: the relation `name`, and the columns of its scores."""

    engine: DuckDBEngine
    name: str
    span: Span
    columns: Mapping[str, str]
    capacity: float | None

    def judge(self, definition: str, fingerprint: str, capacity: Capacity | None) -> Judgement:
        """Everything that can be said of the definition."""
        base = self.rates("true", None)["all"]
        calibration, error = self._calibration(base)
        scores = [CALL_ORDER, *self.columns]
        return Judgement(
            definition,
            fingerprint,
            base,
            self._bands(base),
            tuple(tenth for number, score in enumerate(scores) for tenth in self._tenths(number, score, base)),
            self._dates(),
            self._hand_off(),
            calibration,
            error,
            self._area(),
            capacity,
        )  # fmt: skip

    def rates(self, condition: str, base: Rate | None, by: str = "'all'") -> dict[Any, Rate]:
        """The rates of judged readings that meet a condition, by a text; a lead weighs as often as it is read."""
        rows = self.engine.run(
            "SELECT part, sum(looks), count(*), sum(looks * looks), coalesce(sum(looks) FILTER (won), 0)"
            f" FROM (SELECT {by} AS part, lead_id, any_value(won) AS won, count(*) AS looks FROM {ident(self.name)}"
            f" WHERE judged AND {condition} GROUP BY ALL) GROUP BY part"
        )
        found = {part: _rate(base, *map(float, numbers)) for part, *numbers in rows}
        return found if found or by != "'all'" else {"all": _rate(base, 0, 0, 0, 0)}

    def _bands(self, base: Rate) -> tuple[Band, ...]:
        all_ = dict(self.engine.run(f"SELECT temperature, count(*) FROM {ident(self.name)} GROUP BY 1"))
        rates = self.rates("true", base, "temperature")
        nothing = _rate(base, 0, 0, 0, 0)
        return tuple(Band(name, all_.get(name, 0), rates.get(name, nothing)) for name in ("hot", "warm", "cool"))

    def _tenths(self, number: int, score: str, base: Rate) -> list[Tenth]:
        tenth = tenth_of(number)
        value = "total" if score == CALL_ORDER else ident(self.columns[score])
        rows = self.engine.run(
            f"SELECT {tenth} AS tenth, count(*), min({value}), max({value}) FROM {ident(self.name)}"
            " GROUP BY tenth ORDER BY tenth"
        )
        rates = self.rates("true", base, tenth)
        nothing = _rate(base, 0, 0, 0, 0)
        return [Tenth(score, each, count, low, high, rates.get(each, nothing)) for each, count, low, high in rows]

    def _dates(self) -> tuple[Dated, ...]:
        rows = self.engine.run(
            f"SELECT number, count(*), count(*) FILTER (heat = 2), count(*) FILTER (heat = 1),"
            " count(*) FILTER (heat = 0), count(*) FILTER (decided AND won), count(*) FILTER (decided AND NOT won),"
            " count(*) FILTER (NOT decided), count(*) FILTER (became_hot),"
            " count(*) FILTER (judged AND heat = 2), count(*) FILTER (judged AND heat = 2 AND won)"
            f" FROM {ident(self.name)} GROUP BY number ORDER BY number"
        )
        by_number = {row[0]: row[1:] for row in rows}
        weeks, waiting = [None, *self.span.weeks], 0.0
        found = []
        for number, time in enumerate(self.span.times):
            leads, hot, warm, cool, won, lost, open_, became, decided, wins = by_number.get(number, (0,) * 10)
            stretch = weeks[number]
            if self.capacity is not None and stretch is not None:
                waiting = max(0.0, waiting + became - self.capacity * stretch)
            found.append(
                Dated(
                    time,
                    time <= self.span.judged_until,
                    leads,
                    hot,
                    warm,
                    cool,
                    won,
                    lost,
                    open_,
                    None if stretch is None else became,
                    stretch,
                    None if self.capacity is None or stretch is None else waiting,
                    wins / decided if decided else None,
                    wilson(wins / decided, decided) if decided else None,
                )
            )
        return tuple(found)

    def _hand_off(self) -> HandOff:
        judged = timestamp(self.span.judged_until)
        self.engine.run(
            "CREATE OR REPLACE TEMP TABLE ended AS SELECT lead_id, any_value(decided) AS decided,"
            ' any_value(won) AS won, any_value(decided_at) AS decided_at, min("at") FILTER (heat = 2) AS first_hot,'
            " min(number) FILTER (heat = 2) AS first_number, bool_or(judged) AS judged, max(heat) AS warmest,"
            f" arg_max(total, number) AS total FROM {ident(self.name)} GROUP BY lead_id"
        )
        days = "(epoch_us(decided_at) - epoch_us(first_hot)) / 86400000000.0"
        timed = "decided AND won AND first_number > 0"
        ((handed, decided, won, won_leads, won_hot, count, quartiles),) = self.engine.run(
            f"SELECT count(*) FILTER (first_hot <= {judged}), count(*) FILTER (first_hot <= {judged} AND decided),"
            f" count(*) FILTER (first_hot <= {judged} AND decided AND won), count(*) FILTER (judged AND won),"
            " count(*) FILTER (judged AND won AND first_hot IS NOT NULL),"
            f" count(*) FILTER ({timed}), quantile_cont({days}, [0.25, 0.5, 0.75]) FILTER ({timed}) FROM ended"
        )
        heats = {2: "hot", 1: "warm", 0: "cool"}
        never = self.engine.run(
            "SELECT lead_id, warmest, total FROM ended WHERE judged AND won AND first_hot IS NULL"
            f" ORDER BY warmest DESC, total DESC, lead_id LIMIT {SHOWN}"
        )
        return HandOff(
            handed, decided, won,
            won / decided if decided else None, wilson(won / decided, decided) if decided else None,
            won_leads, won_hot,
            won_hot / won_leads if won_leads else None, wilson(won_hot / won_leads, won_leads) if won_leads else None,
            won_leads - won_hot, tuple((lead, heats[heat], total) for lead, heat, total in never),
            count, tuple(quartiles) if count else None,
        )  # fmt: skip

    def _calibration(self, base: Rate) -> tuple[tuple[Calibrated, ...], float | None]:
        """Rates of tenths of the call order at the earlier and at the later half of the judged dates."""
        judged = [number for number, time in enumerate(self.span.times) if time <= self.span.judged_until]
        if len(judged) < 2:
            return (), None
        bound = judged[len(judged) // 2]
        earlier = self.rates(f"number < {bound}", base, tenth_of(0))
        later = self.rates(f"number >= {bound}", base, tenth_of(0))
        both = [Calibrated(tenth, earlier[tenth], later[tenth]) for tenth in sorted(earlier.keys() & later.keys())]
        readings = sum(each.later.readings for each in both)
        off = sum(each.later.readings * abs((each.later.rate or 0) - (each.earlier.rate or 0)) for each in both)
        return tuple(both), off / readings if readings else None

    def _area(self) -> float | None:
        """Mann and Whitney's statistic within each date, over all pairs."""
        ((above, pairs),) = self.engine.run(
            "SELECT sum(ranks - wins * (wins + 1) / 2.0), sum(wins * losses) FROM (SELECT number,"
            " sum(middle) FILTER (won) AS ranks, count(*) FILTER (won) AS wins, count(*) FILTER (NOT won) AS losses"
            " FROM (SELECT number, won, rank() OVER (PARTITION BY number ORDER BY place_0 DESC)"
            " + (count(*) OVER (PARTITION BY number, place_0) - 1) / 2.0 AS middle"
            f" FROM {ident(self.name)} WHERE judged) GROUP BY number)"
        )
        return float(above) / float(pairs) if pairs else None


def open_share(dates: Sequence[Dated]) -> float | None:
    """The share of the leads read at judged dates that nobody has decided yet; None where there are none."""
    judged = [date for date in dates if date.judged]
    leads = sum(date.leads for date in judged)
    return sum(date.open for date in judged) / leads if leads else None


def _rate(base: Rate | None, readings: float, leads: float, squares: float, won: float) -> Rate:
    worth = effective(readings, squares)
    if not readings:
        return Rate(0, 0, 0.0, 0, None, None, None, None)
    rate = won / readings
    low, high = wilson(rate, worth)
    of = rate if base is None else base.rate
    lift = (rate / of, (low / of, high / of)) if of else (None, None)
    return Rate(int(readings), int(leads), worth, int(won), rate, (low, high), *lift)
