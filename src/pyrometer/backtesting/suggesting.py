"""Which dates a backtest could take, by when the outcomes are."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from pyrometer.engines import DuckDBEngine
from pyrometer.evidence.times import moment, timestamp
from pyrometer.outcomes import read_outcomes

MONTHS = timedelta(days=120)
"""Over at least this long months are suggested, and weeks over less."""


def suggest_dates(now: datetime, **outcomes: Any) -> str:
    """Options for the dates of a backtest, and the span of outcomes that they are from; a text for people.

    `outcomes` are the arguments of `read_outcomes`, whose errors it raises. Those of after `now` don't count. Without
    any that is dated the text is empty.
    """
    with DuckDBEngine() as engine:
        read_outcomes(engine, **outcomes)
        ((one, other),) = engine.run(
            "SELECT epoch_us(min(decided_at)), epoch_us(max(decided_at)) FROM outcomes"
            f" WHERE decided_at <= {timestamp(now)}"
        )
    first, last = moment(one), moment(other)
    if first is None or last is None:
        return ""
    every = "month" if last - first >= MONTHS else "week"
    start = (first.replace(day=1) + timedelta(days=31)).replace(day=1) if every == "month" else first
    return (
        f"--from {start:%Y-%m-%d} --to {last:%Y-%m-%d} --every {every}, since leads were decided from {first:%Y-%m-%d}"
        f" to {last:%Y-%m-%d}"
    )
