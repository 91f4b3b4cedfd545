"""Readings beside what became of their leads: a lead is there until the day before it was decided, and not after."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise

from pyrometer.engines import DuckDBEngine
from pyrometer.errors import EvidenceError, UsageError
from pyrometer.evidence.quote import ident
from pyrometer.evidence.times import moment, timestamp
from pyrometer.outcomes import Outcomes

DATES = "backtest_dates"
MATURE = 0.9
"""The share of wins that must have had the time to happen."""

FEWEST = 10
"""With fewer wins than this nobody knows how long winning takes."""

CALL_ORDER = "call order"
_NEXT_DAY = "date_trunc('day', readings.\"at\") + INTERVAL 1 DAY"
_DAYS = "(epoch_us({}) - epoch_us({})) / 86400000000.0"


@dataclass(frozen=True)
class Span:
    """The dates, the latest outcome, how long winning takes, and up to which date outcomes are surely complete."""

    times: tuple[datetime, ...]
    until: datetime
    days_to_win: float | None
    mature_days: float
    judged_until: datetime

    @property
    def weeks(self) -> list[float]:
        """The weeks from each date to the next."""
        return [(next_ - one) / timedelta(weeks=1) for one, next_ in pairwise(self.times)]


def find_span(
    engine: DuckDBEngine, times: tuple[datetime, ...], mature: float | None, now: datetime | None, unread: str = ""
) -> Span:
    """Find out which dates can be judged. Raises EvidenceError where none can, and UsageError for a `mature` below 0.

    Outcomes in the future don't count as known. `unread` says what is wrong with dates that couldn't be read.
    """
    if mature is not None and not 0 <= mature <= 36_500:
        raise UsageError(f"mature {mature:g}: a number of days from 0 to 36,500")
    known = "true" if now is None else f"decided_at <= {timestamp(now)}"
    ((latest,),) = engine.run(
        f"SELECT epoch_us(max(decided_at)) FROM outcomes SEMI JOIN leads USING (lead_id) WHERE {known}"
    )
    until = moment(latest)
    if until is None:
        why = unread or "nothing tells which dates came before"
        raise EvidenceError(f"no outcome of these leads says when it was decided: {why}")
    lag = _DAYS.format("decided_at", "since")
    ((wins, days),) = engine.run(
        f"SELECT count(*), quantile_cont({lag}, {MATURE}) FROM outcomes JOIN leads USING (lead_id)"
        f" WHERE won AND decided_at >= since AND {known}"
    )
    usual = float(days) if wins >= FEWEST else None
    needed = mature if mature is not None else usual or 0.0
    span = Span(times, until, usual, needed, until - timedelta(days=needed))
    if until.date() <= times[0].date():
        raise EvidenceError(
            f"no lead was decided after {times[0]:%Y-%m-%d}, the first date; the latest outcome is of {until:%Y-%m-%d}:"
            " begin earlier"
        )
    if span.judged_until < times[0]:
        raise EvidenceError(
            f"{times[0]:%Y-%m-%d}, the first date, is too near to the latest outcome of {until:%Y-%m-%d} to be judged:"
            f" nine of ten wins take up to {needed:.0f} days; begin by {span.judged_until:%Y-%m-%d}, or say with"
            " --mature how many days are enough"
        )
    return span


def hide_future(engine: DuckDBEngine, outcomes: Outcomes, now: datetime) -> tuple[Outcomes, int]:
    """Take outcomes of later than now for open ones; how many leads end how then, and how many were hoped for."""
    won_lost = engine.run(f"SELECT won, count(*) FROM outcomes WHERE decided_at > {timestamp(now)} GROUP BY won")
    won, lost = (sum(count for as_won, count in won_lost if as_won is kind) for kind in (True, False))
    engine.run(f"DELETE FROM outcomes WHERE decided_at > {timestamp(now)}")
    left = replace(outcomes, won=outcomes.won - won, lost=outcomes.lost - lost, open=outcomes.open + won + lost)
    return left, won + lost


def observe(engine: DuckDBEngine, span: Span, columns: Mapping[str, str], *, source: str, name: str) -> None:
    """Make the relation `name` of the readings in `source` of leads that weren't decided yet, with what became of them.

    Its columns are those of the readings and `number` of the date, `decided`, `won`, `decided_at`, `judged` (decided
    later, and the date is far enough back), `heat` (2 hot, 1 warm, 0 cool), `total` (units), `became_hot` since the
    date before, and for the call order and each score `place_<n>`: from 0 on top to 1, the middle of those alike. `top`
    is the part of a reading that lies in the first tenth of the call order; those alike share what they reach into. On
    the day of its decision a lead isn't read: evidence with a day but no hour may be of after it.
    """
    if not engine.run("SELECT 1 FROM duckdb_tables() WHERE table_name = $1", [DATES]):
        rows = ", ".join(f"({number}, {timestamp(time)})" for number, time in enumerate(span.times))
        engine.run(f'CREATE TABLE {DATES} AS SELECT * FROM (VALUES {rows}) AS dates(number, "at")')
    total = " + ".join(map(ident, columns.values())) or "0"
    heat = "CASE temperature WHEN 'hot' THEN 2 WHEN 'warm' THEN 1 ELSE 0 END"
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE observing AS SELECT readings.*, number, outcomes.lead_id IS NOT NULL AS decided,"
        f' won, decided_at, coalesce(outcomes.lead_id IS NOT NULL AND readings."at" <= {timestamp(span.judged_until)},'
        f" false) AS judged, {heat} AS heat, CAST({total} AS BIGINT) AS total"
        f' FROM {source} AS readings JOIN {DATES} AS dates ON dates."at" = readings."at"'
        " LEFT JOIN outcomes ON outcomes.lead_id = readings.lead_id"
        f" WHERE outcomes.lead_id IS NULL OR decided_at >= {_NEXT_DAY}"
    )
    keys = ["(heat, total)", *map(ident, columns.values())]
    before = "lag(heat) OVER (PARTITION BY lead_id ORDER BY number)"
    became = f"heat = 2 AND number > 0 AND coalesce({before}, 0) < 2 AS became_hot"
    ranks = "".join(f", {_ranks(key, n)}" for n, key in enumerate(keys))
    places = "".join(f", (above_{n} + {_alike(n)} / 2.0) / readers AS place_{n}" for n in range(len(keys)))
    helpers = ", ".join(f"above_{n}, share_{n}" for n in range(len(keys)))
    engine.run(
        f"CREATE OR REPLACE TABLE {ident(name)} AS SELECT * EXCLUDE (readers, {helpers}), {_TOP} AS top{places}"
        f" FROM (SELECT *, {became}{ranks} FROM observing)"
        " JOIN (SELECT number, count(*) AS readers FROM observing GROUP BY number) USING (number)"
    )
    engine.run("DROP TABLE observing")


def _ranks(key: str, number: int) -> str:
    """How many of a date's readings stand above each, and which share of them stands above or beside it.

    Both from one window, since sorting is what costs.
    """
    window = f"OVER (PARTITION BY number ORDER BY {key} DESC)"
    return f"rank() {window} - 1 AS above_{number}, cume_dist() {window} AS share_{number}"


def _alike(number: int) -> str:
    """How many readings of the date stand where this one stands, itself included."""
    return f"(round(share_{number} * readers) - above_{number})"


_TOP = f"greatest(0, least(1, (0.1 * readers - above_0) / {_alike(0)}))"
"""How much of a reading stands in the first tenth of its date."""


def tenth_of(number: int) -> str:
    """The tenth of a place, 1 the highest, as SQL."""
    return f"least(1 + CAST(floor(place_{number} * 10) AS INTEGER), 10)"


def _day_after(time: datetime) -> str:
    return timestamp(time.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1))


def won_unseen(engine: DuckDBEngine, span: Span, name: str) -> int:
    """How many leads were won between the first and the last date without any date that saw them before."""
    ((count,),) = engine.run(
        f"SELECT count(*) FROM outcomes SEMI JOIN leads USING (lead_id) ANTI JOIN {ident(name)} USING (lead_id)"
        f" WHERE won AND decided_at >= {_day_after(span.times[0])} AND decided_at < {_day_after(span.times[-1])}"
    )
    return int(count)


def won_after(engine: DuckDBEngine, span: Span, name: str) -> int:
    """How many won leads weren't hot at any date and were won after the last, so that nobody looked in the end."""
    ((count,),) = engine.run(
        f"SELECT count(*) FROM (SELECT lead_id FROM {ident(name)} WHERE won GROUP BY lead_id HAVING bool_or(judged)"
        f" AND max(heat) < 2 AND any_value(decided_at) >= {_day_after(span.times[-1])})"
    )
    return int(count)
