"""What is measured. Each job runs in a process of its own, so that none warms or burdens another.

    python -m benchmarks.jobs '{"job": "direct", …}'

prints one line of JSON: wall and CPU seconds, peak memory in bytes, and whatever the job adds.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import sys
import time
from collections.abc import Callable
from datetime import date, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks import archive, backtest, scale
from benchmarks.handwritten import handwritten
from benchmarks.memory import Peak, peak
from benchmarks.rules import definition
from benchmarks.timing import timed

Result = dict[str, Any]


def count(given: dict[str, Any]) -> Result:
    """Events per lead: what only reading and grouping costs."""
    import duckdb

    result: Result = {}
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false")
    query = f"SELECT lead_id, count(*) AS n FROM read_parquet({given['events']!r}) GROUP BY lead_id"
    with timed(result):
        connection.execute(f"CREATE TABLE counted AS {query}")
    return result


def hand(given: dict[str, Any]) -> Result:
    """The hand-written SQL; `write` keeps what it found."""
    import duckdb

    result: Result = {}
    connection = duckdb.connect()
    connection.execute("SET preserve_insertion_order = false")
    connection.execute("SET enable_progress_bar = false")
    query = handwritten(given["size"], given["events"], given["profile"])
    with timed(result):
        connection.execute(f"CREATE TABLE scored AS {query}")
    if given.get("write"):
        connection.execute(f"COPY scored TO '{given['write']}' (FORMAT parquet)")
    return result


def direct(given: dict[str, Any]) -> Result:
    """Pyrometer from the events, or from a tally where one is given; `write` keeps what it found."""
    from pyrometer.scoring import score

    _import_all()
    result: Result = {}
    text = definition(given["size"], shapes=given.get("shapes", False), points_times=given.get("points_times", 1))
    source = {"tally": given["tally"]} if "tally" in given else {"events": given["events"]}
    with timed(result):
        scoring = score(
            text, leads=given["profile"], as_of=given["as_of"], memory_limit=given.get("memory_limit"), **source
        )
    result["peak"] = peak()
    with scoring:
        result["leads"] = scoring.total
        if given.get("write"):
            scoring.write_parquet(given["write"])
    return result


def _import_all() -> None:
    """What scoring imports only as it goes; a process does so once, and what the other side imports isn't timed."""
    for module in ("pyrometer.definition.check", "sqlglot.dialects.duckdb"):
        import_module(module)


def build_tally(given: dict[str, Any]) -> Result:
    """A tally from nothing."""
    from pyrometer import tally

    result: Result = {}
    text = definition(given["size"], shapes=given.get("shapes", False))
    with timed(result):
        report = tally.build(text, given["events"], given["tally"], memory_limit=given.get("memory_limit"))
    result["rows"] = report.rows
    result["bytes"] = sum(path.stat().st_size for path in Path(given["tally"]).iterdir())
    return result


def refresh(given: dict[str, Any]) -> Result:
    """A copy of a tally: a day's new events folded in, and everything scored again."""
    from pyrometer import tally
    from pyrometer.scoring import score

    _import_all()
    result: Result = {}
    folder = Path(given["tally"] + "-refreshed")
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(given["tally"], folder)
    text = definition(given["size"])
    try:
        with timed(result):
            tally.refresh(text, given["new"], folder)
            folded = time.perf_counter()
            scoring = score(text, leads=given["profile"], as_of=given["as_of"], tally=folder)
            result["scoring"] = time.perf_counter() - folded
        with scoring:
            if given.get("write"):
                scoring.write_parquet(given["write"])
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    return result


def live(given: dict[str, Any]) -> Result:
    """Some touched leads as micro-batches, again and again: medians of `times` after the first.

    Every time is a day later, so that no score is one that was worked out before.
    """
    import duckdb

    from pyrometer.live import LiveScorer

    connection = duckdb.connect()
    # Leads of a common size: between 20 and 90 events each, 50 on average.
    chosen = connection.execute(
        f"SELECT lead_id FROM read_parquet({given['events']!r}) GROUP BY lead_id HAVING count(*) BETWEEN 20 AND 90"
        f" ORDER BY hash(lead_id) LIMIT {given['leads']}"
    ).fetchall()
    ids = "', '".join(lead for (lead,) in chosen)
    profile = _mappings(connection, f"SELECT * FROM read_parquet('{given['profile']}') WHERE lead_id IN ('{ids}')")
    events = _mappings(connection, f"SELECT * FROM read_parquet({given['events']!r}) WHERE lead_id IN ('{ids}')")
    walls, cpus, readings = [], [], []
    started = time.perf_counter()
    with LiveScorer(definition(given["size"])) as scorer:
        ready = time.perf_counter() - started
        for day in range(given["times"] + 1):
            as_of = date.fromisoformat(given["as_of"]) + timedelta(days=day)
            once: Result = {}
            with timed(once):
                readings = scorer.readings(profile, events, as_of=as_of)
            walls.append(once["wall"])
            cpus.append(once["cpu"])
    return {
        "wall": statistics.median(walls[1:]),
        "cpu": statistics.median(cpus[1:]),
        "fastest": min(walls[1:]),
        "ready": ready,
        "leads": len(readings),
        "events": len(events),
    }


def _mappings(connection: Any, query: str) -> list[dict[str, Any]]:
    found = connection.execute(query)
    names = [column[0] for column in found.description]
    return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def here(given: dict[str, Any]) -> Result:
    """The job called `way`, whose memory is counted as that of other engines is."""
    with Peak([os.getpid()]) as held:
        result = JOBS[given["way"]](given)
    return {**result, "peak": held.bytes}


JOBS: dict[str, Callable[[dict[str, Any]], Result]] = {
    "count": count,
    "hand": hand,
    "direct": direct,
    "build_tally": build_tally,
    "refresh": refresh,
    "live": live,
    "here": here,
    **archive.JOBS,
    **backtest.JOBS,
    **scale.JOBS,
}


def main() -> None:
    """Run the job given as JSON."""
    given = json.loads(sys.argv[1])
    print(json.dumps({"peak": None} | JOBS[given["job"]](given) | {"process_peak": peak()}))


if __name__ == "__main__":
    main()
