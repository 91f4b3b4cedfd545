"""`pyrometer archive`: evidence kept for good, appended to, never edited, and erased by lead."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import App, Parameter

from pyrometer.cli.catalogue import COMMANDS, example_text
from pyrometer.cli.options import (
    Columns,
    Events,
    LeadId,
    MemoryLimit,
    Number,
    Presentation,
    Threads,
    check_inputs,
    check_memory,
    parse_columns,
)
from pyrometer.errors import UsageError

if TYPE_CHECKING:
    from pyrometer.archive import Appended, Erased, Holding, Info

Place = Annotated[str, Parameter(metavar="ARCHIVE", help="The archive's folder, or a URL such as s3://bucket/leads.")]
MOST_BUCKETS = 4096
MOST_DAYS = 36_500

archive_app = App(name="archive", help_epilogue=example_text(COMMANDS["archive"].examples))


@archive_app.command(sort_key=0)
def append(
    archive: Place,
    /,
    *,
    events: Events = None,
    traits: Annotated[
        Path | None, Parameter(metavar="FILE", help="The dated log of what is known of leads, one row an answer.")
    ] = None,
    outcomes: Annotated[
        Path | None,
        Parameter(metavar="FILE", help="How leads ended: lead_id, outcome, decided_at, amount."),
    ] = None,
    retract: Annotated[
        Path | None,
        Parameter(metavar="FILE", help="What is taken back: lead_id and message_id, or the rows as appended."),
    ] = None,
    received_at: Annotated[
        str,
        Parameter(
            metavar="TIME",
            help="When rows were learned of that don't say: now, occurred (as they happened), or a time.",
        ),
    ] = "now",
    buckets: Annotated[Number, Parameter(help="Parts to spread leads over, said the first time (default: 16).")] = None,
    lead_id: LeadId = "lead_id",
    columns: Columns = None,
    memory_limit: MemoryLimit = None,
    threads: Threads = None,
) -> int:
    """Add files to an archive, which is begun if it isn't there; what it has already isn't added again."""
    check_inputs(*(events or ()), traits, outcomes, retract)
    named = parse_columns(columns)
    check_memory(memory_limit)
    if buckets is not None and buckets > MOST_BUCKETS:
        raise UsageError(f"--buckets {buckets}: at most {MOST_BUCKETS}")

    from pyrometer.archive import append as append_to
    from pyrometer.cli.notes import print_notes
    from pyrometer.cli.progress import progress_bar

    now = datetime.now(UTC)
    received = _received(received_at)
    with progress_bar("Appending") as progress:
        done = append_to(
            archive,
            now=now,
            events=events,
            traits=traits,
            outcomes=outcomes,
            retract=retract,
            received=received,
            buckets=buckets,
            lead_id=lead_id,
            columns=named,
            memory_limit=memory_limit,
            threads=threads,
            progress=progress,
        )
    sys.stdout.write("".join(f"{_appended(archive, each)}\n" for each in done))
    print_notes(tuple(note for each in done for note in each.notes), sys.stderr)
    return 0


@archive_app.command(sort_key=1)
def compact(
    archive: Place,
    /,
    *,
    keep_days: Annotated[Number, Parameter(help="Days that replaced files stay, for those still reading them.")] = 7,
    memory_limit: MemoryLimit = None,
    threads: Threads = None,
) -> int:
    """Put small files together, so that reading stays quick; no row changes."""
    check_memory(memory_limit)
    if keep_days is not None and keep_days > MOST_DAYS:
        raise UsageError(f"--keep-days {keep_days}: at most {MOST_DAYS}")

    from pyrometer.archive import compact as compact_all
    from pyrometer.cli.progress import progress_bar

    with progress_bar("Compacting") as progress:
        done = compact_all(
            archive, keep_hours=24 * (keep_days or 7), memory_limit=memory_limit, threads=threads, progress=progress
        )
    old = f", {_count(done.removed, 'old one')} removed" if done.removed else ""
    sys.stdout.write(f"{_shown(archive)}: {_count(done.before, 'file')} before, {done.after:,} now{old}\n")
    return 0


@archive_app.command(sort_key=2)
def erase(
    archive: Place,
    leads: Annotated[list[str], Parameter(metavar="LEAD", help="Ids of leads to erase.", negative=())],
    /,
    *,
    yes: Annotated[bool, Parameter(help="Don't ask.", negative=(), show_default=False)] = False,
    memory_limit: MemoryLimit = None,
    threads: Threads = None,
) -> int:
    """Remove everything about some leads, from every file, for good."""
    check_memory(memory_limit)

    from pyrometer.archive import erase as erase_from
    from pyrometer.archive import info as read_info
    from pyrometer.cli.progress import progress_bar

    leads = list(dict.fromkeys(leads))
    read_info(archive)
    if not yes:
        _confirm(archive, leads)
    with progress_bar("Erasing") as progress:
        done = erase_from(archive, leads, memory_limit=memory_limit, threads=threads, progress=progress)
    rows = ", ".join(_count(count, _NOUNS[name]) for name, count in done.rows.items() if count)
    who = _shown(leads[0]) if len(leads) == 1 else _count(len(leads), "lead")
    if not rows:
        sys.stdout.write(f"{_shown(archive)}: nothing about {who}{_completed(done)}\n")
        return 0
    again = _count(done.rewritten, "file")
    tallied = f", {_count(done.tallied, 'row')} of the tally" if done.tallied else ""
    sys.stdout.write(f"{_shown(archive)}: erased {who}: {rows}{tallied}; {again} written again without them\n")
    return 0


@archive_app.command(sort_key=3)
def info(archive: Place, /, *, presentation: Presentation = "text") -> int:
    """Say what an archive holds: rows, files, bytes, from when to when."""
    from pyrometer.archive import info as read_info

    found = read_info(archive)
    if presentation == "json":
        sys.stdout.write(json.dumps(_as_json(found), indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join(_described(archive, found)) + "\n")
    return 0


_NOUNS = {"events": "event", "traits": "answer", "outcomes": "outcome", "retractions": "retraction"}


def _completed(done: Erased) -> str:
    """What erasing did where no row of a table was left to erase."""
    if not done.removed and not done.tallied:
        return "; what was there is unchanged"
    went = [_count(done.removed, "old file")] if done.removed else []
    went += [f"{_count(done.tallied, 'row')} of the tally"] if done.tallied else []
    return f" was left; removed {' and '.join(went)} that an earlier run or a compaction had left"


def _received(text: str) -> datetime | Literal["now", "occurred"]:
    if text == "now":
        return "now"
    if text == "occurred":
        return "occurred"
    from pyrometer.runs import parse_as_of

    try:
        return parse_as_of(text)
    except UsageError:
        raise UsageError(f"--received-at `{text}` is not a time; write now, occurred or 2026-06-30T17:00Z") from None


def _confirm(archive: str, leads: list[str]) -> None:
    """Ask on a terminal; elsewhere --yes has to say so."""
    from pyrometer.cli.terminal import visible

    shown = ", ".join(visible(lead) for lead in leads[:5]) + (f" and {len(leads) - 5:,} more" if len(leads) > 5 else "")
    if not (sys.stdin and sys.stdin.isatty() and sys.stderr.isatty()):
        raise UsageError(f"erasing {shown} can't be undone; say --yes if that is meant")
    sys.stderr.write(f"Erase {shown} from {_shown(archive)}? This can't be undone. [y/N] ")
    sys.stderr.flush()
    if sys.stdin.readline().strip().lower() not in ("y", "yes"):
        raise UsageError("nothing was erased")


def _appended(archive: str, done: Appended) -> str:
    known = done.rows - done.added
    said = f"{_shown(archive)}: {_count(done.added, _NOUNS[done.kind])} added"
    return said + (f", {known:,} of {done.rows:,} were there already" if known else "")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def _shown(text: str) -> str:
    from pyrometer.cli.terminal import visible

    return visible(text)


def _described(archive: str, found: Info) -> list[str]:
    from pyrometer.cli.summary import spell_moment

    lines = [f"{_shown(archive)}: leads in {_count(found.buckets, 'bucket')}"]
    for name, held in found.tables.items():
        size = f"{_count(held.rows, 'row')} in {_count(held.files, 'file')}, {_size(held.bytes)}"
        span = ""
        if held.first is not None and held.last is not None:
            span = f", {held.first:%Y-%m-%d} to {held.last:%Y-%m-%d}"
        lines.append(f"  {name + ':':<13}{size}{span}; version {held.version:,}")
    lines.append(f"latest evidence: {'none' if found.latest is None else spell_moment(found.latest)}")
    return lines


def _size(size: int) -> str:
    return f"{size / 1e6:,.1f} MB" if size >= 100_000 else f"{size / 1e3:,.1f} kB"


def _as_json(found: Info) -> dict[str, Any]:
    from pyrometer.result import spell_time

    def table(held: Holding) -> dict[str, Any]:
        times = {"first": held.first, "last": held.last, "written": held.written}
        numbers = {"version": held.version, "rows": held.rows, "files": held.files, "bytes": held.bytes}
        return numbers | {name: None if time is None else spell_time(time) for name, time in times.items()}

    return {
        "archive": found.place,
        "buckets": found.buckets,
        "latest": None if found.latest is None else spell_time(found.latest),
        "tables": {name: table(held) for name, held in found.tables.items()},
    }
