"""`pyrometer simulate`: who would change temperature by a changed definition, and why."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from pyrometer.cli.options import (
    Archive,
    AsOf,
    Columns,
    DefinitionFile,
    EngineUrl,
    Events,
    HtmlFile,
    InputsFile,
    LeadId,
    Leads,
    MemoryLimit,
    Number,
    Presentation,
    Previous,
    TallyFolder,
    Threads,
    TraitLog,
    check_engine,
    check_inputs,
    check_memory,
    parse_columns,
)
from pyrometer.errors import UsageError

SHOWN = 10
"""How many leads are shown without --top."""


def simulate_command(
    old: Annotated[DefinitionFile, Parameter(help="The definition in force, a YAML file.")],
    new: Annotated[DefinitionFile, Parameter(help="The changed definition, a YAML file.")],
    /,
    *,
    leads: Leads = None,
    events: Events = None,
    traits: TraitLog = None,
    as_of: AsOf = None,
    previous: Previous = None,
    outcomes: Annotated[
        Path | None,
        Parameter(metavar="FILE", help="How leads ended: lead_id, outcome, decided_at (default: the archive's)."),
    ] = None,
    won: Annotated[
        str | None, Parameter(metavar="VALUES", help="Values that mean won, with commas between (default: won).")
    ] = None,
    lost: Annotated[
        str | None, Parameter(metavar="VALUES", help="Values that mean lost; all others are open (default: lost).")
    ] = None,
    capacity: Annotated[
        str | None, Parameter(metavar="N/week", help="How many new hot leads sales can follow up, such as 40/week.")
    ] = None,
    weeks: Annotated[int, Parameter(metavar="N", help="How many weeks of the sales queue to look at; 0: none.")] = 12,
    top: Annotated[Number, Parameter(help="How many of the changing leads to show in full (default: 10).")] = None,
    out: Annotated[
        Path | None,
        Parameter(
            metavar="FILE", help="Write every changing lead with its reasons, as JSON Lines or CSV by the file's name."
        ),
    ] = None,
    html: HtmlFile = None,
    presentation: Presentation = "text",
    lead_id: LeadId = "lead_id",
    columns: Columns = None,
    tally: TallyFolder = None,
    engine: EngineUrl = None,
    inputs: InputsFile = None,
    archive: Archive = None,
    memory_limit: MemoryLimit = None,
    threads: Threads = None,
) -> int:
    """Score the same evidence by two definitions: who changes temperature, and what made the difference."""
    from pyrometer.cli.flips import flip_writer, format_of
    from pyrometer.cli.output import check_output
    from pyrometer.cli.pages import check_page, write_page
    from pyrometer.cli.progress import progress_bar, waiting

    files = check_inputs(old, new, leads, *(events or ()), traits, previous, inputs, outcomes)
    if any(str(path) == "-" for path in files):
        raise UsageError("the evidence is read twice, so it can't come from standard input (`-`); name a file")
    if str(out) == "-":
        raise UsageError("--out needs a file: standard output holds the report")
    for option, words in (("--won", won), ("--lost", lost)):
        if words is not None and outcomes is None and archive is None:
            raise UsageError(f"{option} says how outcomes are read, and there are none: give them with --outcomes FILE")
    target = check_output(out, files)
    page = check_page(html, files, target)
    kind = None if target is None else format_of(target)
    named = parse_columns(columns)
    check_memory(memory_limit)
    lead_option = lead_id if lead_id != "lead_id" else None
    engine = check_engine(
        engine,
        inputs,
        {"--leads": leads, "--events": events, "--traits": traits, "--tally": tally, "--archive": archive}
        | {"--map": columns, "--lead-id": lead_option},
    )

    from pyrometer.backtesting import parse_capacity
    from pyrometer.definition import load
    from pyrometer.runs import parse_as_of
    from pyrometer.simulation import simulate

    a_week = None if capacity is None else parse_capacity(capacity)
    moment = None if as_of is None else parse_as_of(as_of)
    before, after = load(old), load(new)
    with (
        progress_bar("Simulating") if engine is None else waiting("Simulating there") as progress,
        flip_writer(target, kind) as every,
    ):
        found = simulate(
            before,
            after,
            leads=leads,
            events=events,
            traits=traits,
            previous=previous,
            outcomes=outcomes,
            won=_values(won if won is not None else "won"),
            lost=_values(lost if lost is not None else "lost"),
            as_of=moment,
            lead_id=lead_id,
            columns=named or None,
            tally=tally,
            engine=engine,
            inputs=inputs,
            archive=archive,
            capacity=a_week,
            weeks=weeks,
            top=SHOWN if top is None else top,
            every=every,
            now=datetime.now(UTC),
            memory_limit=memory_limit,
            threads=threads,
            progress=progress,
        )
    write_page(found, new.name if old.name != new.name else "the new definition", page)
    from pyrometer.cli.notes import render
    from pyrometer.cli.terminal import console

    if presentation == "json":
        sys.stdout.write(json.dumps(found.as_dict(), indent=2, ensure_ascii=False) + "\n")
        return 0
    from pyrometer.cli.simulated import print_simulation

    print_simulation(found, old, new, target)
    for note in (each for each in found.notes if each.level != "note"):
        console(sys.stderr).print(render(note), soft_wrap=True)
    return 0


def _values(text: str) -> tuple[str, ...]:
    """The values of an option, separated by commas."""
    return tuple(value.strip() for value in text.split(",") if value.strip())
