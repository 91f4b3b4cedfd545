"""`pyrometer score`: every lead cool, warm or hot, with the reasons and what is missing."""

from __future__ import annotations

import os
import re
import shlex
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from pyrometer.cli.options import (
    Archive,
    AsOf,
    Columns,
    DefinitionFile,
    EngineUrl,
    Events,
    Format,
    InputsFile,
    LeadId,
    Leads,
    MemoryLimit,
    Number,
    Out,
    Previous,
    TallyFolder,
    Threads,
    TraitLog,
    check_engine,
    check_inputs,
    check_memory,
    parse_columns,
)
from pyrometer.errors import EvidenceError, UsageError

if TYPE_CHECKING:
    from pyrometer.definition import Definition
    from pyrometer.evidence import DataNote
    from pyrometer.result import Reading
    from pyrometer.scoring import Scoring

SHOWN = 25
"""How many leads a terminal shows without --top."""


def score_command(
    definition: DefinitionFile,
    /,
    *,
    leads: Leads = None,
    events: Events = None,
    traits: TraitLog = None,
    as_of: AsOf = None,
    previous: Previous = None,
    chosen: Annotated[
        Format | None, Parameter(name="--format", help="Default: by the name of --out, else a table.")
    ] = None,
    out: Out = None,
    top: Annotated[Number, Parameter(help="Only so many leads, those to call first.")] = None,
    explain: Annotated[
        bool, Parameter(help="With every line of every score.", negative=(), show_default=False)
    ] = False,
    lead_id: LeadId = "lead_id",
    columns: Columns = None,
    tally: TallyFolder = None,
    engine: EngineUrl = None,
    inputs: InputsFile = None,
    archive: Archive = None,
    direct: Annotated[
        bool, Parameter(help="Read the archive's events, not its tally.", negative=(), show_default=False)
    ] = False,
    memory_limit: MemoryLimit = None,
    threads: Threads = None,
) -> int:
    """Score leads: cool, warm or hot, with the strongest reasons and what is missing; who to call first on top."""
    from pyrometer.cli.output import check_output, choose_format
    from pyrometer.cli.progress import progress_bar, waiting

    files = check_inputs(definition, leads, *(events or ()), traits, previous, inputs)
    out = check_output(out, [path for path in files if path != previous])
    chosen = choose_format(chosen, out)
    named = parse_columns(columns)
    check_memory(memory_limit)
    lead_option = lead_id if lead_id != "lead_id" else None
    engine = check_engine(
        engine,
        inputs,
        {"--leads": leads, "--events": events, "--traits": traits, "--tally": tally, "--archive": archive}
        | {"--map": columns, "--lead-id": lead_option},
    )

    from pyrometer.definition import load
    from pyrometer.runs import parse_as_of
    from pyrometer.scoring import score

    moment = None if as_of is None else parse_as_of(as_of)
    read = load(definition)
    with progress_bar("Scoring") if engine is None else waiting("Scoring there") as progress:
        scoring = score(
            read,
            leads=leads,
            events=events,
            traits=traits,
            as_of=moment,
            previous=previous,
            explain=explain,
            lead_id=lead_id,
            columns=named or None,
            tally=tally,
            engine=engine,
            inputs=inputs,
            archive=archive,
            direct=direct,
            now=datetime.now(UTC),
            memory_limit=memory_limit,
            threads=threads,
            progress=progress,
        )
    with scoring:
        screenful = top is None and out is None and chosen == "table" and sys.stdout.isatty()
        shown = min(SHOWN if screenful else top or scoring.total, scoring.total)
        _write(scoring, chosen, out, shown, explain=explain)
        _tell(scoring, chosen, out, shown, hint=screenful)
        check = ["pyrometer", "check", str(definition), *_inputs(leads, events, traits, archive)]
        check += ["--lead-id", lead_id] if lead_id != "lead_id" else []
        check += [part for name, header in named.items() for part in ("--map", f"{name}={header}")]
        from pyrometer.cli.notes import print_notes_in_short

        notes = [*scoring.notes, *_near_misses(scoring, read)]
        print_notes_in_short(notes, sys.stderr, shlex.join(check), None if previous is None else previous.name)
    return 0


def _near_misses(scoring: Scoring, definition: Definition) -> list[DataNote]:
    """The most frequent reason why somebody wonders at a score: `Software` where the definition says `software`."""
    from pyrometer.cli.compared import compared_words
    from pyrometer.evidence import near_misses

    values, properties = compared_words(definition)
    connection = scoring.engine.connection
    try:
        return scoring.engine.interruptibly(
            lambda: near_misses(connection, definition, scoring.evidence, values=values, properties=properties)
        )
    except EvidenceError:
        return []  # no memory left for a hint: the readings stand


def _write(scoring: Scoring, chosen: Format, out: Path | None, shown: int, *, explain: bool) -> None:
    from pyrometer.cli.formats import write_csv, write_jsonl
    from pyrometer.cli.output import beside, text_output

    if chosen == "parquet":
        assert out is not None
        with beside(out) as part:
            try:
                scoring.write_parquet(part, top=shown)
            except EvidenceError as error:
                raise UsageError(f"can't write {out}: {_reason(str(error))}") from error
        return
    order = "lead" if chosen == "jsonl" and shown == scoring.total else "call"
    with text_output(out, for_people=chosen == "table") as stream:
        rows = _tracked(scoring.rows(top=shown, order=order, lines=explain or chosen == "table"), shown, out)
        if chosen == "jsonl":
            write_jsonl(rows, stream, explain=explain)
        elif chosen == "csv":
            write_csv(rows, scoring.reader.plan, stream, explain=explain)
        else:
            from pyrometer.cli.table import print_table
            from pyrometer.cli.terminal import console

            print_table(rows, console(stream), explain=explain)


def _reason(message: str) -> str:
    """The operating system's words, where an engine's message hides them."""
    number = re.search(r'"errno":"(\d+)"', message)
    return os.strerror(int(number[1])) if number else message


def _tell(scoring: Scoring, chosen: Format, out: Path | None, shown: int, *, hint: bool) -> None:
    """How many of each temperature and as of when: below the table, or beside the data."""
    from pyrometer.cli.summary import summary_lines
    from pyrometer.cli.terminal import console

    beside_data = out is not None or chosen != "table"
    screen = console(sys.stderr if beside_data else sys.stdout)
    if not beside_data:
        screen.print()
    if hint and shown < scoring.total:
        rest = scoring.total - shown
        screen.print(
            f"… {rest:,} more: --top {min(4 * SHOWN, scoring.total)} shows more of them, --out scores.csv writes all",
            style="dim",
        )
    for line in summary_lines(scoring, shown, out):
        screen.print(line)


def _tracked(rows: Iterator[Reading], total: int, out: Path | None) -> Iterator[Reading]:
    """The rows, with a bar for how many are written to a file."""
    from pyrometer.cli.progress import progress_bar

    if out is None:
        yield from rows
        return
    with progress_bar("Writing") as progress:
        for number, row in enumerate(rows):
            if progress is not None and number % 256 == 0:
                progress(number / total)
            yield row


def _inputs(leads: Path | None, events: list[Path] | None, traits: Path | None, archive: str | None) -> Iterator[str]:
    """The options that name the same evidence."""
    for option, paths in (
        ("--leads", [leads] if leads else []),
        ("--events", events or []),
        ("--traits", [traits] if traits else []),
        ("--archive", [archive] if archive else []),
    ):
        for path in paths:
            yield from (option, str(path))
