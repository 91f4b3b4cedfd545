"""Runs jobs in fresh processes, turn by turn, and compares what they took and what they found."""

from __future__ import annotations

import json
import math
import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

ROOT = Path(__file__).resolve().parent.parent

TOLERANCE = 0.05
"""Points that scores may differ by. A weight is rounded to 0.0001 points, and a busy lead has thousands of hits."""

Job = dict[str, Any]


class BenchmarkError(Exception):
    """Two ways of scoring that should agree don't, or a job failed."""


@dataclass(frozen=True)
class Sample:
    """The best of some runs of a job: seconds, CPU seconds, peak bytes, and what the last run added."""

    wall: float
    cpu: float
    peak: int
    more: Mapping[str, Any]


def run(job: Job, *, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    """One run of a job in its own process. Raises BenchmarkError if it fails."""
    command = [sys.executable, "-m", "benchmarks.jobs", json.dumps(job)]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **(environment or {})}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise BenchmarkError(f"{job['job']} failed:\n{done.stderr.strip()}")
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def in_turns(jobs: Mapping[str, Job], times: int, say: Callable[[str], None]) -> dict[str, Sample]:
    """Each job so many times, one after the other and round again, so that a busy moment hits all alike."""
    runs: dict[str, list[dict[str, Any]]] = {name: [] for name in jobs}
    for turn in range(times):
        for name, job in jobs.items():
            say(f"{name}, {turn + 1} of {times}")
            runs[name].append(run(job))
    return {name: _best(found) for name, found in runs.items()}


def _best(runs: list[dict[str, Any]]) -> Sample:
    return Sample(
        min(each["wall"] for each in runs),
        min(each["cpu"] for each in runs),
        max(each["peak"] or each["process_peak"] for each in runs),
        runs[-1],
    )


def verify(hand: Path, ours: Path) -> float:
    """The largest difference of an interest score, in points. Raises BenchmarkError where results differ in earnest."""
    row = duckdb.execute(f"""
        SELECT
            count(*),
            count(h.lead_id),
            count(p.lead_id),
            max(abs(h.fit - p.score_fit)),
            max(abs(h.interest - p.score_interest)),
            count(*) FILTER (
                h.temperature <> p.temperature AND abs(h.interest - 30) > {TOLERANCE}
                AND abs(h.interest - 80) > {TOLERANCE}),
            count(DISTINCT p.score_interest)
        FROM '{hand}' AS h FULL JOIN '{ours}' AS p USING (lead_id)
    """).fetchone()
    assert row is not None
    leads, by_hand, by_us, fit, interest, temperatures, distinct = row
    if by_hand != leads or by_us != leads:
        raise BenchmarkError(f"{leads} leads, of which {by_hand} by hand and {by_us} by Pyrometer")
    if fit > 0 or interest > TOLERANCE or temperatures:
        raise BenchmarkError(
            f"scores differ from the hand-written SQL's: fit by {fit}, interest by {interest} points, "
            f"{temperatures} temperatures"
        )
    if distinct < min(leads, 1000) / 10:
        raise BenchmarkError(f"only {distinct} different scores; this evidence can't tell right from wrong")
    return float(interest)


def same(one: Path, other: Path) -> None:
    """Raises BenchmarkError unless two results of Pyrometer are equal, row by row and digit by digit."""
    row = duckdb.execute(f"""
        SELECT (SELECT count(*) FROM (FROM '{one}' EXCEPT FROM '{other}')),
               (SELECT count(*) FROM (FROM '{other}' EXCEPT FROM '{one}'))
    """).fetchone()
    if row != (0, 0):
        raise BenchmarkError(f"direct and tallied results differ in {row} leads")


def exponent(small: float, large: float, growth: float) -> float:
    """How time grows with size: 1 is in proportion."""
    return math.log(large / small) / math.log(growth)


def command_seconds(command: list[str], times: int) -> float:
    """The fastest of some runs of a command."""
    found = []
    for _ in range(times):
        started = time.perf_counter()
        subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
        found.append(time.perf_counter() - started)
    return min(found)


def imported(modules: str) -> set[str]:
    """The top-level modules that are loaded after importing some."""
    code = f"import sys, {modules}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    return set(done.stdout.split())
