"""Appending to an archive: what it has already isn't added again, and all of a file is there or none of it."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from pyrometer.archive.files import paths_of
from pyrometer.archive.identity import NAMED, keep_first, name_rows
from pyrometer.archive.kinds import BUCKET, BUCKETS, KINDS, MONTH, VERSION, Kind, Name, bucket_sql, key_of, month_sql
from pyrometer.archive.place import Place, place_of, sole_writer
from pyrometer.archive.retracting import as_retractions, files_of_named, take_back, unmatched
from pyrometer.archive.tables import ATTEMPTS, ArchiveTable, open_or_make, open_table, require_delta
from pyrometer.archive.taking import TAKEN, Taken, future_notes, take
from pyrometer.archive.writing import drafted
from pyrometer.engines import DuckDBEngine, Progress
from pyrometer.errors import EvidenceError, UsageError
from pyrometer.evidence import DataNote, Source
from pyrometer.evidence.fields import Naming
from pyrometer.evidence.quote import ident, literals
from pyrometer.evidence.times import timestamp

Received = datetime | Literal["now", "occurred"]
"""When rows were received that don't say: now, when they happened, or at a time."""


@dataclass(frozen=True)
class Appended:
    """What an append did with the rows of one kind: how many it read, how many were new, and what there is to say."""

    kind: Name
    rows: int
    added: int
    version: int
    notes: tuple[DataNote, ...]


def append(
    archive: str | Path,
    *,
    now: datetime,
    events: Source | None = None,
    traits: Source | None = None,
    outcomes: Source | None = None,
    retract: Source | None = None,
    received: Received = "now",
    buckets: int | None = None,
    lead_id: str = "lead_id",
    columns: Mapping[str, str] | None = None,
    memory_limit: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> list[Appended]:
    """Add events, answers (traits), outcomes and retractions to an archive, which is begun if it isn't there.

    Sources are as for `pyrometer.score`. A row whose lead has a row with the same `message_id` isn't added; a row
    without one is known by its contents. Each of the four comes in as a whole or not at all. `buckets` is for the
    first time. Raises EvidenceError or UsageError.
    """
    require_delta()
    place, naming = place_of(archive), Naming(lead_id, columns)
    given: dict[Name, Source | None] = {
        "events": events,
        "traits": traits,
        "outcomes": outcomes,
        "retractions": retract,
    }
    if all(source is None for source in given.values()):
        raise UsageError("nothing to append: give files of events, traits, outcomes or retractions")
    found: list[Appended] = []
    for name, source in given.items():
        if source is not None:
            with DuckDBEngine(memory_limit=memory_limit, threads=threads, progress=progress) as engine:
                found.append(_append(engine, place, KINDS[name], source, naming, now, received, buckets))
    return found


def _append(
    engine: DuckDBEngine,
    place: Place,
    kind: Kind,
    source: Source,
    naming: Naming,
    now: datetime,
    received: Received,
    buckets: int | None,
) -> Appended:
    if kind.name == "retractions":
        taken, read_as = take_back(engine, source, naming)
    else:
        taken, read_as = take(engine, kind, source, naming), kind
    notes = list(taken.notes)
    for column in read_as.times:
        if column in taken.input.given:
            notes += future_notes(engine, taken, column, timestamp(now))
    late = _late(engine, taken, kind, received, now) if read_as is kind else []
    moment = read_as.times[0] if received == "occurred" and read_as is kind else timestamp(_utc(received, now))
    rows = name_rows(engine, read_as, taken.properties, taken.input.given, moment, bare=read_as is not kind)
    if kind.name == "outcomes":
        notes += _odd_outcomes(engine, taken)
    engine.run(f"DROP TABLE {TAKEN}")
    if read_as is not kind:
        rows = as_retractions(engine, read_as)
    properties = taken.properties if kind.open else ()
    one_file = len(taken.input.files) == 1 and "message_id" not in taken.input.given
    if not one_file and (repeated := keep_first(engine, kind, properties)):
        what = f"{repeated:,} row{'s' * (repeated > 1)} with the id of another row"
        notes.append(DataNote("note", taken.input.label, what, why="added once", count=repeated))
    with sole_writer(place):
        table = open_or_make(place, kind.name, _buckets(place, buckets))
        filled = [name for name in properties if _is_filled(engine, name)]
        table.add_properties(filled)
        if read_as is not kind:
            notes += unmatched(engine, place, read_as, taken.input.label)
        added = _add_new(engine, table, filled)
    notes += late if added else []
    return Appended(kind.name, rows, added, table.version, tuple(notes))


def _odd_outcomes(engine: DuckDBEngine, taken: Taken) -> list[DataNote]:
    from pyrometer.evidence.checks import note_rows

    odd = "lower(trim(outcome)) NOT IN ('won', 'lost')"
    why = "left out; an outcome is won or lost"
    return engine.interruptibly(
        lambda: note_rows(engine.connection, taken.input, odd, "with another outcome", why=why, text="outcome")
    )


def _late(engine: DuckDBEngine, taken: Taken, kind: Kind, received: Received, now: datetime) -> list[DataNote]:
    """A note on rows of long ago that are taken for learned of now, which a history surely wasn't."""
    happened = kind.times[0]
    if received != "now" or "received_at" in taken.input.given or happened not in taken.input.given:
        return []
    long_ago = f"{happened} < {timestamp(now)} - INTERVAL 7 DAY"
    ((count,),) = engine.run(f"SELECT count(*) FROM {TAKEN} WHERE {long_ago}")
    if not count:
        return []
    what = f"{count:,} row{'s' * (count > 1)} of more than 7 days ago without `received_at`"
    why = "taken for learned of now, so no score of an earlier time counts them"
    fix = "if it is a history, begin again in an empty place with --received-at occurred"
    return [DataNote("warning", taken.input.label, what, why, fix, count)]


def _utc(received: Received, now: datetime) -> datetime:
    time_ = received if isinstance(received, datetime) else now
    return time_.astimezone(UTC) if time_.tzinfo is not None else time_.replace(tzinfo=UTC)


def _buckets(place: Place, asked: int | None) -> int:
    for name in KINDS:
        found = open_table(place, name)
        if found is not None:
            if asked not in (None, found.buckets):
                raise UsageError(f"{place} has {found.buckets} buckets already; they can't be changed")
            return found.buckets
    return BUCKETS if asked is None else asked


def _is_filled(engine: DuckDBEngine, name: str) -> bool:
    return bool(engine.run(f"SELECT 1 FROM {NAMED} WHERE {ident(name)} IS NOT NULL LIMIT 1"))


def _add_new(engine: DuckDBEngine, table: ArchiveTable, properties: Sequence[str]) -> int:
    """Commit the rows of `named` that the table lacks; how many they are. Whoever comes second looks again."""
    from deltalake.exceptions import CommitFailedError

    kind = table.kind
    lead = bucket_sql("lead_id", table.buckets)
    filed = f"{month_sql(kind.month_of)} AS {MONTH}, {lead} AS {BUCKET}" if kind.month_of else f"{lead} AS {BUCKET}"
    shown = ", ".join(map(ident, [*kind.columns, *properties]))
    if kind.name == "outcomes":
        shown = shown.replace('"outcome"', 'lower(trim("outcome")) AS "outcome"', 1)
    keys = ", ".join(map(ident, key_of(kind)))
    for attempt in range(ATTEMPTS):
        if attempt:
            time.sleep(random.uniform(0, 0.05 * min(attempt, 20)))
            table.reload()
        _leave_out(engine, table, keys)
        ((added,),) = engine.run(f"SELECT count(*) FROM {NAMED}")
        if not added:
            return 0
        select = f"SELECT {shown}, CAST({table.version + 1} AS BIGINT) AS {VERSION}, {filed} FROM {NAMED}"
        try:
            with drafted(engine, table, select) as draft:
                draft.commit(what=f"append {kind.name}")
        except CommitFailedError:
            continue
        return int(added)
    raise EvidenceError(
        f"others keep writing the archive {table.place}: {ATTEMPTS} attempts to append failed; try again"
    )


def _leave_out(engine: DuckDBEngine, table: ArchiveTable, keys: str) -> None:
    """Take out of `named` what the table has."""
    files = files_of_named(engine, table)
    if not files:
        return
    paths = literals(paths_of(engine, table, files))
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE there AS SELECT {keys} FROM read_parquet([{paths}], hive_partitioning = false)"
        f" SEMI JOIN {NAMED} USING ({keys})"
    )
    if engine.run("SELECT 1 FROM there LIMIT 1"):
        engine.run(f"CREATE OR REPLACE TEMP TABLE {NAMED} AS SELECT * FROM {NAMED} ANTI JOIN there USING ({keys})")
