"""The same definition over the same evidence in other engines: how long they take, and that they say the same."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

from benchmarks.budgets import Report
from benchmarks.generate import AS_OF, Evidence
from benchmarks.measure import Sample, exponent, in_turns, run, same
from benchmarks.rules import definition

Result = dict[str, Any]
SIZE = 20
ENGINES = ("PostgreSQL", "chdb", "Spark local[2]", "Spark, two workers")
LARGEST = 10_000_000
"""More events than this take longer elsewhere than it is sensible to wait for on one machine."""

_KINDS = {"VARCHAR": "text", "BIGINT": "bigint", "INTEGER": "integer", "TIMESTAMP": "timestamp", "DATE": "date"}


def there(given: dict[str, Any]) -> Result:
    """Scored in an engine; `write` keeps what it found. Connecting and the calendar are part of it."""
    from benchmarks.jobs import timed
    from pyrometer.scoring import score

    result: Result = {}
    with timed(result):
        scoring = score(definition(SIZE), engine=given["engine"], inputs=given["inputs"], as_of=given["as_of"])
    with scoring:
        result["leads"] = scoring.total
        if given.get("write"):
            scoring.write_parquet(given["write"])
    return result


JOBS: dict[str, Callable[[dict[str, Any]], Result]] = {"there": there}


def measure(
    evidence: list[Evidence], folder: Path, report: Report, say: Callable[[str], None], times: Callable[[Evidence], int]
) -> None:
    """Each engine against our own, size by size, after checking that both say the same to the last digit."""
    first: dict[str, tuple[int, Sample]] = {}
    for found in [each for each in evidence if each.events <= LARGEST]:
        with _servers(found, say) as servers:
            ours, theirs = folder / "ours.parquet", folder / "theirs.parquet"
            own = {"job": "direct", "events": found.event_files, "profile": found.profile, "as_of": AS_OF, "size": SIZE}
            run({**own, "write": str(ours)})
            for name, job in servers.items():
                say(f"{found.label}: comparing the scores of {name}")
                run({**job, "write": str(theirs)})
                same(ours, theirs)
            took = in_turns({"DuckDB": own, **servers}, times(found), say)
            for name in servers:
                start = first.setdefault(name, (found.events, took[name]))
                grown = ""
                if start[0] != found.events:
                    grown = f"; growth {exponent(start[1].wall, took[name].wall, found.events / start[0]):.2f}"
                report.add(
                    f"{name} / DuckDB, {SIZE} rules",
                    None,
                    took[name].wall / took["DuckDB"].wall,
                    "×",
                    f"{found.label}: {took[name].wall:.1f} s / {took['DuckDB'].wall:.1f} s, same scores{grown}",
                )


@contextmanager
def _servers(found: Evidence, say: Callable[[str], None]) -> Iterator[dict[str, dict[str, Any]]]:
    """Running engines that have the evidence, each as a job; they end afterwards."""
    from tests.servers.postgres import postgres
    from tests.servers.sparkcluster import cluster

    files = {"leads": {"files": [found.profile]}, "events": {"files": found.event_files}}
    jobs = {
        "chdb": {"engine": "chdb://", "inputs": files},
        "Spark local[2]": {"engine": "spark://local[2]", "inputs": files},
    }
    with ExitStack() as stack:
        say(f"{found.label}: into PostgreSQL")
        url = stack.enter_context(postgres())
        _load(url, found)
        jobs["PostgreSQL"] = {"engine": url, "inputs": {"leads": "leads", "events": "events"}}
        jobs["Spark, two workers"] = {"engine": stack.enter_context(cluster()).url, "inputs": files}
        yield {name: {"job": "there", "as_of": AS_OF, **jobs[name]} for name in ENGINES}


def _load(url: str, found: Evidence) -> None:
    """The evidence in PostgreSQL's tables, analysed."""
    import duckdb
    import psycopg

    with psycopg.connect(url, autocommit=True) as server:
        for table, files in (("leads", [found.profile]), ("events", found.event_files)):
            source = f"read_parquet({files!r})"
            types = duckdb.execute(f"DESCRIBE SELECT * FROM {source}").fetchall()
            columns = ", ".join(f'"{name}" {_KINDS.get(kind, kind)}' for name, kind, *_ in types)
            server.execute(f"CREATE UNLOGGED TABLE {table} ({columns})".encode())
            for number, file in enumerate(files):
                part = Path(found.folder) / f"{table}-{number}.csv"
                duckdb.execute(f"COPY (FROM read_parquet('{file}')) TO '{part}' (FORMAT csv)")
                command = f"COPY {table} FROM STDIN (FORMAT csv)".encode()
                with part.open("rb") as stream, server.cursor() as cursor, cursor.copy(command) as copy:
                    shutil.copyfileobj(stream, _Sink(copy), 1 << 20)
                part.unlink()
            server.execute(f"ANALYZE {table}".encode())


class _Sink:
    def __init__(self, copy: Any) -> None:
        self.write = copy.write
