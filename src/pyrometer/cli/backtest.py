"""`pyrometer backtest`: what a definition would have said at past dates, against what became of the leads."""

from __future__ import annotations

import json
import math
import shlex
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from pyrometer.cli.options import (
    Archive,
    Columns,
    DefinitionFile,
    Events,
    HtmlFile,
    LeadId,
    Leads,
    MemoryLimit,
    Presentation,
    Previous,
    TallyFolder,
    Threads,
    TraitLog,
    check_definition,
    check_inputs,
    check_memory,
    parse_columns,
)
from pyrometer.errors import UsageError


def backtest_command(
    definition: DefinitionFile,
    /,
    *,
    against: Annotated[
        Path | None,
        Parameter(metavar="FILE", help="A second definition, to compare with.", validator=None),
    ] = None,
    leads: Leads = None,
    events: Events = None,
    traits: TraitLog = None,
    outcomes: Annotated[
        Path | None,
        Parameter(metavar="FILE", help="How leads ended: lead_id, outcome, decided_at (default: the archive's)."),
    ] = None,
    won: Annotated[str, Parameter(metavar="VALUE[,VALUE]", help="What outcomes say of won leads.")] = "won",
    lost: Annotated[
        str, Parameter(metavar="VALUE[,VALUE]", help="What they say of lost leads; all other values are open.")
    ] = "lost",
    first: Annotated[str | None, Parameter(name="--from", metavar="DATE", help="The first date.")] = None,
    last: Annotated[str | None, Parameter(name="--to", metavar="DATE", help="The last date at most.")] = None,
    every: Annotated[
        str, Parameter(metavar="week|month", help="A date each week, or on the same day of each month.")
    ] = "month",
    at: Annotated[
        list[str] | None,
        Parameter(metavar="DATE", help="These dates instead, in order.", negative=(), consume_multiple=True),
    ] = None,
    capacity: Annotated[
        str | None,
        Parameter(metavar="N/week", help="Propose the bound of hot that a team can follow up, such as 40/week or 40."),
    ] = None,
    mature: Annotated[
        float | None,
        Parameter(
            metavar="DAYS", help="Days until outcomes of a date are complete (default: nine of ten wins took so long)."
        ),
    ] = None,
    seed: Annotated[int, Parameter(metavar="N", help="Decides what is drawn at random.")] = 0,
    previous: Previous = None,
    lead_id: LeadId = "lead_id",
    columns: Columns = None,
    tally: TallyFolder = None,
    archive: Archive = None,
    html: HtmlFile = None,
    presentation: Presentation = "text",
    memory_limit: MemoryLimit = None,
    threads: Threads = None,
) -> int:
    """Judge a definition by the past: what it would have said at past dates, against what became of the leads."""
    from pyrometer.cli.pages import check_page, write_page
    from pyrometer.cli.progress import progress_bar

    if against is not None:
        check_definition(None, against)
    files = check_inputs(definition, against, leads, *(events or ()), traits, outcomes, previous)
    page = check_page(html, files)
    named = parse_columns(columns)
    check_memory(memory_limit)
    if mature is not None and not math.isfinite(mature):
        raise UsageError(f"--mature {mature}: a number of days")

    from pyrometer.backtesting import backtest, parse_capacity, suggest_dates

    now = datetime.now(UTC)
    told: dict[str, Any] = {"won": won.split(","), "lost": lost.split(","), "lead_id": lead_id}

    def suggested() -> str:
        """Dates by the outcomes that there are."""
        if outcomes is None and archive is None:
            raise UsageError("a backtest needs outcomes: --outcomes FILE, or an archive that holds some")
        source = {"source": outcomes, "archive": archive if outcomes is None else None}
        return suggest_dates(now, **source, columns=named or None, **told)

    times = _times(first, last, every, at, suggested)
    with progress_bar("Backtesting") as progress:
        found = backtest(
            definition,
            times,
            against=against,
            leads=leads,
            events=events,
            traits=traits,
            previous=previous,
            outcomes=outcomes,
            columns=named or None,
            **told,
            tally=tally,
            archive=archive,
            capacity=None if capacity is None else parse_capacity(capacity),
            mature=mature,
            seed=seed,
            now=now,
            memory_limit=memory_limit,
            threads=threads,
            progress=progress,
        )
    write_page(found, definition.name, page)
    if presentation == "json":
        sys.stdout.write(json.dumps(found.as_dict(), indent=2, ensure_ascii=False) + "\n")
    else:
        from pyrometer.cli.backtested import print_backtest

        print_backtest(found)
    from pyrometer.cli.notes import print_notes_in_short, render
    from pyrometer.cli.terminal import console

    check = ["pyrometer", "check", str(definition)]
    for option, path in (("--leads", leads), ("--traits", traits), ("--archive", archive)):
        check += [] if path is None else [option, str(path)]
    check += [part for path in events or () for part in ("--events", str(path))]
    # `check` doesn't read outcomes, so that what there is to say of them is said here in full.
    of_outcomes = "outcomes" if outcomes is None else outcomes.name
    checked = [note for note in found.notes if note.file != of_outcomes]
    for note in found.notes:
        if note.file == of_outcomes and note.level != "note":
            console(sys.stderr).print(render(note), soft_wrap=True)
    print_notes_in_short(checked, sys.stderr, shlex.join(check), None if previous is None else previous.name)
    return 0


def _times(
    first: str | None, last: str | None, every: str, at: list[str] | None, suggested: Callable[[], str]
) -> tuple[datetime, ...]:
    """The dates asked for. Raises UsageError where they make no sense, with dates that would."""
    from typing import cast

    from pyrometer.backtesting import Every, dates_between
    from pyrometer.replay import in_order
    from pyrometer.runs import parse_as_of

    if at is not None:
        if first is not None or last is not None:
            raise UsageError("--at names all dates: leave out --from and --to")
        return in_order(at)
    if first is None or last is None:
        dates = suggested() or "--from DATE --to DATE --every month"
        raise UsageError(f"say for which dates: {dates}; or name them: --at DATE DATE …")
    return dates_between(parse_as_of(first), parse_as_of(last), cast(Every, every))
