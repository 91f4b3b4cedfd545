"""The backtest measured: 24 dates replayed and judged from a tally, against as many scorings from it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from benchmarks.budgets import Report
from benchmarks.generate import AS_OF, DAYS, Evidence
from benchmarks.measure import BenchmarkError, in_turns, run
from benchmarks.memory import peak
from benchmarks.rules import definition
from benchmarks.timing import timed

Result = dict[str, Any]
DATES = 24
SIZE = 20
CAPACITY = 500
COUNTED = "count(*) FILTER (temperature = 'hot'), sum(score_interest)"
"""What a replay, which leaves out leads that nobody knew of yet, has in common with a scoring of all."""


def dates() -> list[str]:
    """So many dates, evenly over the time of the evidence, the last of them its end."""
    last = date.fromisoformat(AS_OF)
    step = DAYS // (DATES + 1)
    return [(last - timedelta(days=step * number)).isoformat() for number in reversed(range(DATES))]


def score_dates(given: dict[str, Any]) -> Result:
    """Each date scored for itself; how many leads were hot, and all of their interest."""
    from pyrometer.scoring import score

    result: Result = {}
    counts = []
    with timed(result):
        for time in dates():
            with score(definition(SIZE), leads=given["profile"], tally=given["tally"], as_of=time) as scoring:
                ((hot, units),) = scoring.engine.run(f"SELECT {COUNTED} FROM readings")
                counts.append([hot, int(units)])
    return result | {"counts": counts, "peak": peak()}


def replay_dates(given: dict[str, Any]) -> Result:
    """All dates in one replay; how many leads were hot, and all of their interest."""
    from pyrometer.replay import replay

    result: Result = {}
    with timed(result):
        replayed = replay(definition(SIZE), dates(), leads=given["profile"], tally=given["tally"])
    with replayed:
        counts = replayed.engine.run(f'SELECT {COUNTED} FROM replayed GROUP BY "at" ORDER BY "at"')
    return result | {"counts": [[hot, int(units)] for hot, units in counts], "peak": peak()}


def backtest_dates(given: dict[str, Any]) -> Result:
    """The whole backtest: replayed, judged, and a bound proposed."""
    from pyrometer import backtest

    result: Result = {}
    with timed(result):
        found = backtest(
            definition(SIZE),
            dates(),
            leads=given["profile"],
            tally=given["tally"],
            outcomes=given["outcomes"],
            mature=30,
            capacity=CAPACITY,
        )
    return result | {"peak": peak(), "readings": sum(each.leads for each in found.first.dates)}


JOBS: dict[str, Callable[[dict[str, Any]], Result]] = {
    "score_dates": score_dates,
    "replay_dates": replay_dates,
    "backtest_dates": backtest_dates,
}


def measure(
    found: Evidence, folder: Path, report: Report, say: Callable[[str], None], turns: int, limit: float | None
) -> None:
    """Fills a report. `limit` is the budget of a backtest, against scoring each date for itself from the tally."""
    tally, outcomes = folder / "tally-backtest", folder / "outcomes.parquet"
    shutil.rmtree(tally, ignore_errors=True)
    say("building the tally")
    run({"job": "build_tally", "events": found.event_files, "size": SIZE, "tally": str(tally)})
    _outcomes(found, outcomes)
    basis = {"profile": found.profile, "tally": str(tally), "outcomes": str(outcomes)}
    say("comparing a replay with scoring each date")
    if run({"job": "score_dates", **basis})["counts"] != run({"job": "replay_dates", **basis})["counts"]:
        raise BenchmarkError("a replay and scoring each date for itself disagree")
    jobs = {f"{DATES} {name}": {"job": name, **basis} for name in JOBS}
    alone, replayed, judged = in_turns(jobs, turns, say).values()
    for what, sample, budget in (("replaying", replayed, None), ("backtesting", judged, limit)):
        report.add(
            f"{what} {DATES} dates from the tally, {SIZE} rules / {DATES} scorings from it",
            budget,
            sample.wall / alone.wall,
            "×",
            f"{found.label}, {found.leads:,} leads: {sample.wall:.1f} s / {alone.wall:.1f} s; peak"
            f" {sample.peak / (1 << 30):.2f} GiB",
            sample.cpu / alone.cpu,
        )
    shutil.rmtree(tally)
    outcomes.unlink()


def _outcomes(found: Evidence, path: Path) -> None:
    """Half of the leads decided at some time, a third of these won; by the hash of their ids."""
    import duckdb

    first = date.fromisoformat(AS_OF) - timedelta(days=DAYS)
    duckdb.execute(
        "COPY (SELECT lead_id, CASE WHEN hash(lead_id, 1) % 3 = 0 THEN 'won' ELSE 'lost' END AS outcome,"
        f" TIMESTAMP '{first}' + to_seconds(CAST(hash(lead_id, 2) % ({DAYS} * 86400) AS BIGINT)) AS decided_at"
        f" FROM read_parquet('{found.profile}') WHERE hash(lead_id, 3) % 2 = 0) TO '{path}' (FORMAT parquet)"
    )
