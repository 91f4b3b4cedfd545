"""One definition over more and more events: in the ways of our own engine, and in others."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.budgets import Report
from benchmarks.generate import AS_OF, DAY_AFTER, Evidence
from benchmarks.measure import Sample, exponent, in_turns, run, same
from benchmarks.memory import Peak, parent
from benchmarks.rules import definition
from benchmarks.timing import timed

Result = dict[str, Any]
SIZE = 20
OURS = ("DuckDB, direct", "DuckDB, from the tally", "DuckDB, a new day")
ENGINES = ("PostgreSQL", "chdb", "Spark local[2]", "Spark, two workers")
LARGEST = 10_000_000
"""More events than this take longer elsewhere than it is sensible to wait for on one machine."""

_POSTGRES = {"VARCHAR": "text", "DOUBLE": "double precision"}
"""What types of DuckDB's that the evidence has are called there; the others have the same names."""


def there(given: dict[str, Any]) -> Result:
    """Scored in an engine; `write` keeps what it found. Connecting and the calendar are part of it.

    The peak is that of this process and of the engine's, named by `pids`, with all that they started.
    """
    from pyrometer.scoring import score

    result: Result = {}
    with Peak([os.getpid(), *given["pids"]]) as peak, timed(result):
        scoring = score(definition(SIZE), engine=given["engine"], inputs=given["inputs"], as_of=given["as_of"])
    result["peak"] = peak.bytes
    with scoring:
        result["leads"] = scoring.total
        if given.get("write"):
            scoring.write_parquet(given["write"])
    return result


JOBS: dict[str, Callable[[dict[str, Any]], Result]] = {"there": there}


def measure(
    evidence: list[Evidence], folder: Path, report: Report, say: Callable[[str], None], times: Callable[[Evidence], int]
) -> list[Result]:
    """Every way at each size, after checking that all give the same scores to the last digit.

    Gives a row a way and size: way, events, leads, seconds, bytes at the peak, and what a chart needs.
    """
    rows: list[Result] = []
    first: dict[str, tuple[int, float]] = {}
    for found in evidence:
        took, leads = _one_size(found, folder, say, times(found))
        for name, sample in took.items():
            events, seconds = first.setdefault(name, (found.events, sample.wall))
            grown = ""
            if events != found.events:
                growth = exponent(seconds, sample.wall, found.events / events)
                grown = f"; growth {growth:.2f} from {events / 1e6:g} M"
            report.add(
                f"{name}, {SIZE} rules / {OURS[0]}",
                None,
                sample.wall / took[OURS[0]].wall,
                "×",
                f"{found.label}: {sample.wall:.1f} s, {sample.peak / 2**30:.1f} GiB, same scores{grown}",
            )
            row = {"way": name, "events": found.events, "leads": leads, "seconds": sample.wall, "bytes": sample.peak}
            rows.append(row)
    return rows


def _one_size(found: Evidence, folder: Path, say: Callable[[str], None], times: int) -> tuple[dict[str, Sample], int]:
    """What each way took, and the number of leads."""

    def tell(text: str) -> None:
        say(f"{found.label}: {text}")

    with ExitStack() as stack:
        jobs = _ours(found, folder, tell)
        servers = stack.enter_context(_servers(found, tell)) if found.events <= LARGEST else {}
        ours, theirs = folder / "ours.parquet", folder / "theirs.parquet"
        leads = run({**jobs[OURS[0]], "write": str(ours)})["leads"]
        for name, job in {OURS[1]: jobs[OURS[1]], **servers}.items():
            tell(f"comparing the scores of {name}")
            run({**job, "write": str(theirs)})
            same(ours, theirs)
        tell("comparing the scores of a new day")
        events = [*found.event_files, found.new_events]
        run({**jobs[OURS[0]], "events": events, "as_of": DAY_AFTER, "write": str(ours)})
        run({**jobs[OURS[2]], "write": str(theirs)})
        same(ours, theirs)
        took = in_turns({**jobs, **servers}, times, tell)
    shutil.rmtree(_tally(found, folder))
    return took, leads


def write_figures(rows: list[Result], path: Path) -> None:
    """What was measured, for the chart: a row a line, so that a change is seen."""
    path.write_text("[\n" + ",\n".join("  " + json.dumps(row) for row in rows) + "\n]\n", encoding="utf-8")


def _tally(found: Evidence, folder: Path) -> Path:
    return folder / f"tally-{found.events}"


def _ours(found: Evidence, folder: Path, tell: Callable[[str], None]) -> dict[str, dict[str, Any]]:
    """Our own engine's ways, with a tally made for two of them."""
    tally = _tally(found, folder)
    shutil.rmtree(tally, ignore_errors=True)
    own = {"events": found.event_files, "profile": found.profile, "as_of": AS_OF, "size": SIZE}
    tell("building the tally")
    run({**own, "job": "build_tally", "tally": str(tally)})
    kept = {**own, "tally": str(tally)}
    direct, again, day = OURS
    return {
        direct: {**own, "job": "here", "way": "direct"},
        again: {**kept, "job": "here", "way": "direct"},
        day: {**kept, "job": "here", "way": "refresh", "as_of": DAY_AFTER, "new": [found.new_events]},
    }


@contextmanager
def _servers(found: Evidence, tell: Callable[[str], None]) -> Iterator[dict[str, dict[str, Any]]]:
    """Running engines that have the evidence, each as a job; they end afterwards."""
    from tests.servers.postgres import postgres
    from tests.servers.sparkcluster import cluster

    files = {"leads": {"files": [found.profile]}, "events": {"files": found.event_files}}
    jobs: dict[str, dict[str, Any]] = {
        "chdb": {"engine": "chdb://", "inputs": files},
        "Spark local[2]": {"engine": "spark://local[2]", "inputs": files},
    }
    with ExitStack() as stack:
        tell("into PostgreSQL")
        url = stack.enter_context(postgres())
        tables = {"leads": "leads", "events": "events"}
        jobs["PostgreSQL"] = {"engine": url, "inputs": tables, "pids": [_load(url, found)]}
        spark = stack.enter_context(cluster())
        pids = [process.pid for process in (spark.master, *spark.workers)]
        jobs["Spark, two workers"] = {"engine": spark.url, "inputs": files, "pids": pids}
        yield {name: {"job": "there", "as_of": AS_OF, "pids": [], **jobs[name]} for name in ENGINES}


def _load(url: str, found: Evidence) -> int | None:
    """The evidence in PostgreSQL's tables, analysed; gives the server's process."""
    import duckdb
    import psycopg

    with psycopg.connect(url, autocommit=True) as server:
        for table, files in (("leads", [found.profile]), ("events", found.event_files)):
            source = f"read_parquet({files!r})"
            types = duckdb.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
            columns = ", ".join(f'"{name}" {_POSTGRES.get(kind, kind)}' for name, kind, *_ in types)
            server.execute(f"CREATE UNLOGGED TABLE {table} ({columns})".encode())
            for number, file in enumerate(files):
                part = Path(found.folder) / f"{table}-{number}.csv"
                duckdb.execute(f"COPY (FROM read_parquet('{file}')) TO '{part}' (FORMAT csv, HEADER false)")
                command = f"COPY {table} FROM STDIN (FORMAT csv)".encode()
                with part.open("rb") as stream, server.cursor() as cursor, cursor.copy(command) as copy:
                    while some := stream.read(1 << 20):
                        copy.write(some)
                part.unlink()
            server.execute(f"ANALYZE {table}".encode())
        return parent(server.info.backend_pid)
