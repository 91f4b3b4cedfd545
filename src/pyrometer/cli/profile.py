"""`pyrometer profile`: the ideal customer, or which leads close more often."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from pyrometer.cli.options import (
    Archive,
    Columns,
    Events,
    HtmlFile,
    MemoryLimit,
    Number,
    Presentation,
    Threads,
    TraitLog,
    check_definition,
    check_inputs,
    check_memory,
    parse_columns,
)
from pyrometer.errors import UsageError

TOO_LITTLE = 3
"""The exit code where there are too few leads to compare."""


def profile_command(
    definition: Annotated[
        Path | None,
        Parameter(help="The definition, a YAML file; without one, --leads is a flat export."),
    ] = None,
    /,
    *,
    leads: Annotated[Path | None, Parameter(metavar="FILE", help="One row a lead: CSV, TSV, JSONL or Parquet.")] = None,
    outcome_column: Annotated[
        str | None, Parameter(metavar="NAME", help="Of a flat export: the column that says how a lead ended.")
    ] = None,
    won: Annotated[str, Parameter(metavar="VALUE[,VALUE]", help="What stands there for won leads.")] = "won",
    lost: Annotated[
        str, Parameter(metavar="VALUE[,VALUE]", help="For lost leads; all other values are open.")
    ] = "lost",
    date_column: Annotated[str | None, Parameter(metavar="NAME", help="Of a flat export: when a lead came in.")] = None,
    ordered: Annotated[
        bool, Parameter(help="Of a flat export: its rows are in order of time.", negative=(), show_default=False)
    ] = False,
    lead_id: Annotated[str | None, Parameter(metavar="NAME", help="The column with the lead's id.")] = None,
    events: Events = None,
    traits: TraitLog = None,
    archive: Archive = None,
    outcomes: Annotated[
        Path | None, Parameter(metavar="FILE", help="With a definition: lead_id, outcome and decided_at of leads.")
    ] = None,
    columns: Columns = None,
    exposure: Annotated[
        Number,
        Parameter(help="With a definition: how many days after its first evidence each lead is seen."),
    ] = None,
    ignore: Annotated[
        list[str] | None,
        Parameter(metavar="COL", help="Leave these columns out.", negative=(), consume_multiple=True),
    ] = None,
    trust: Annotated[
        list[str] | None,
        Parameter(
            metavar="COL",
            help="Known before the outcome: these columns pass the leak screen.",
            negative=(),
            consume_multiple=True,
        ),
    ] = None,
    keep: Annotated[
        list[str] | None,
        Parameter(
            metavar="COL",
            help="Compare by these, though they tell the time, the seller or which lead it is.",
            negative=(),
            consume_multiple=True,
        ),
    ] = None,
    seed: Annotated[int, Parameter(metavar="N", help="Decides what is drawn at random.")] = 0,
    html: HtmlFile = None,
    presentation: Presentation = "text",
    memory_limit: MemoryLimit = None,
    threads: Threads = None,
) -> int:
    """Tell which leads close more often."""
    from pyrometer.cli.pages import check_page, write_page
    from pyrometer.cli.progress import progress_bar

    if definition is not None:
        from pyrometer.evidence.files import format_of

        # A definition may be written as JSON.
        if format_of(definition.name) is not None and definition.suffix.lower() != ".json":
            raise UsageError(f"{definition} is no definition: give a flat export as --leads {definition}")
        check_definition(None, definition)
    files = check_inputs(leads, outcomes, traits, *(events or ()))
    page = check_page(html, [*files, *([definition] if definition is not None else [])])
    if definition is None:
        if leads is not None and str(leads) != "-":
            check_definition(None, leads)
        if leads is None:
            raise UsageError("no leads: name a flat export with --leads, or a definition with its files")
        if outcome_column is None:
            raise UsageError(
                "--outcome-column is missing: which column of the export says how a lead ended? (Or name a definition "
                "and give --outcomes)"
            )
    if not 0 <= seed < 2**31:
        raise UsageError(f"--seed {seed}: a whole number from 0 to {2**31 - 1:,}")

    from pyrometer.profiling import profile

    with progress_bar("Comparing") as progress:
        found = profile(
            definition,
            leads=leads,
            events=events,
            traits=traits,
            archive=archive,
            outcomes=outcomes,
            outcome_column=outcome_column,
            won=_values(won),
            lost=_values(lost),
            date_column=date_column,
            ordered=ordered,
            lead_id=lead_id,
            columns=parse_columns(columns) or None,
            ignore=ignore or (),
            trust=trust or (),
            keep=keep or (),
            exposure=exposure,
            seed=seed,
            memory_limit=check_memory(memory_limit),
            threads=threads,
            progress=progress,
        )
    write_page(found, _source(definition, leads), page)
    if presentation == "json":
        sys.stdout.write(json.dumps(found.as_dict(), indent=2, ensure_ascii=False) + "\n")
    else:
        from pyrometer.cli.profiled import print_profile

        print_profile(found)
    return TOO_LITTLE if found.refusal is not None else 0


def _source(definition: Path | None, leads: Path | None) -> str:
    """What people call the leads."""
    if leads is None or str(leads) == "-":
        return "the evidence" if definition is not None else "standard input"
    return leads.name


def _values(text: str) -> list[str]:
    """The values of an option, separated by commas."""
    return [value.strip() for value in text.split(",") if value.strip()]
