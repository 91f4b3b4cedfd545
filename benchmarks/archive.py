"""The archive measured: appending, scoring from it, and a new day taken in by the tally beside it."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.budgets import Report
from benchmarks.generate import AS_OF, DAY_AFTER, Evidence
from benchmarks.measure import in_turns, run, same
from benchmarks.memory import peak
from benchmarks.rules import definition
from benchmarks.timing import timed

Result = dict[str, Any]
NOW = datetime(2026, 7, 3, tzinfo=UTC)
SIZE = 20


def append(given: dict[str, Any]) -> Result:
    """Files of events appended to an archive; the peak of memory, and how large it became."""
    from pyrometer import archive

    result: Result = {}
    with timed(result):
        (done,) = archive.append(
            given["archive"],
            events=given["events"],
            now=NOW,
            received="occurred",
            memory_limit=given.get("memory_limit"),
        )
    events = archive.info(given["archive"]).tables["events"]
    return result | {"added": done.added, "peak": peak(), "bytes": events.bytes, "files": events.files}


def score_archive(given: dict[str, Any]) -> Result:
    """Scored from an archive; with `before`, its tally is that copy, from before the latest append, and catches up."""
    from pyrometer.scoring import score

    result: Result = {}
    if "before" in given:
        beside = Path(given["archive"]) / "tally"
        shutil.rmtree(beside, ignore_errors=True)
        shutil.copytree(given["before"], beside)
    with timed(result):
        scoring = score(
            definition(SIZE),
            leads=given["profile"],
            archive=given["archive"],
            as_of=given["as_of"],
            direct=given.get("direct", False),
        )
    result["peak"] = peak()
    with scoring:
        if given.get("write"):
            scoring.write_parquet(given["write"])
    return result


JOBS: dict[str, Callable[[dict[str, Any]], Result]] = {"archive_append": append, "archive_score": score_archive}


def measure(
    found: Evidence, folder: Path, report: Report, say: Callable[[str], None], turns: int, limit: float | None
) -> None:
    """Fills a report. `limit` is the budget of a new day, against scoring the archive's events directly."""
    place, before = folder / "archive", folder / "tally-before"
    for each in (place, before):
        shutil.rmtree(each, ignore_errors=True)
    one, other = folder / "ours.parquet", folder / "archived.parquet"
    basis = {"profile": found.profile, "archive": str(place)}
    files = {"job": "direct", "profile": found.profile, "size": SIZE, "events": found.event_files, "as_of": AS_OF}
    direct = {"job": "archive_score", **basis, "direct": True, "as_of": AS_OF}
    tallied = {"job": "archive_score", **basis, "as_of": AS_OF}
    say("appending")
    appended = run({"job": "archive_append", "archive": str(place), "events": found.event_files})
    rate = appended["added"] / appended["wall"] / 1e6
    report.add(
        "appending to an archive, peak memory",
        None,
        appended["peak"] / (1 << 30),
        "GiB",
        f"{found.label} in {appended['wall']:.1f} s ({rate:.2f} M/s), {appended['files']:,} files,"
        f" {appended['bytes'] / 1e6:,.0f} MB",
    )
    say("comparing the archive's scores with those of the files")
    run({**files, "write": str(one)})
    run({**direct, "write": str(other)})
    same(one, other)
    run({**tallied, "write": str(other)})
    same(one, other)
    took = in_turns({"from Parquet files": files, "from the archive": direct, "from its tally": tallied}, turns, say)
    plain, archived, again = took.values()
    for what, sample in (("archive", archived), ("archive's tally", again)):
        report.add(
            f"scoring from the {what}, {SIZE} rules / from Parquet files",
            None,
            sample.wall / plain.wall,
            "×",
            f"{found.label}: {sample.wall:.2f} s / {plain.wall:.2f} s",
            sample.cpu / plain.cpu,
        )
    shutil.copytree(place / "tally", before)
    say("appending a new day")
    day = run({"job": "archive_append", "archive": str(place), "events": [found.new_events]})
    whole = {**direct, "as_of": DAY_AFTER}
    fresh = {**tallied, "before": str(before), "as_of": DAY_AFTER}
    run({**whole, "write": str(one)})
    run({**fresh, "write": str(other)})
    same(one, other)
    took = in_turns({"all of the archive": whole, "the new day of the archive": fresh}, turns, say)
    full, refreshed = took.values()
    report.add(
        f"a new day of the archive folded in and all rescored, {SIZE} rules / direct",
        limit,
        refreshed.wall / full.wall,
        "×",
        f"{found.label}: {refreshed.wall:.2f} s / {full.wall:.2f} s; appending its {day['added']:,} events took"
        f" {day['wall']:.1f} s",
        refreshed.cpu / full.cpu,
    )
    for each in (place, before):
        shutil.rmtree(each)
