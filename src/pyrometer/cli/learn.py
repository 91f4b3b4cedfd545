"""`pyrometer learn`: from leads whose outcome is known to a definition, or the reason why there is none."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from pyrometer.cli.options import (
    Archive,
    Columns,
    Events,
    HtmlFile,
    MemoryLimit,
    Presentation,
    Threads,
    TraitLog,
    check_definition,
    check_inputs,
    check_memory,
    parse_columns,
)
from pyrometer.errors import UsageError

if TYPE_CHECKING:
    from pyrometer.learning import Learned

NOTHING = 3
"""The exit code where there is too little to learn from, or nothing to learn."""


def learn_command(
    *,
    leads: Annotated[Path | None, Parameter(metavar="FILE", help="One row a lead: CSV, TSV, JSONL or Parquet.")] = None,
    outcome_column: Annotated[
        str | None, Parameter(metavar="NAME", help="In a flat export, the column that says how a lead ended.")
    ] = None,
    events: Events = None,
    traits: TraitLog = None,
    outcomes: Annotated[
        Path | None,
        Parameter(metavar="FILE", help="How leads ended: lead_id, outcome, decided_at; with --events or --traits."),
    ] = None,
    archive: Archive = None,
    won: Annotated[str | None, Parameter(metavar="VALUE[,VALUE]", help="What stands for won leads.")] = None,
    lost: Annotated[
        str | None, Parameter(metavar="VALUE[,VALUE]", help="For lost leads; all other values are open.")
    ] = None,
    date_column: Annotated[str | None, Parameter(metavar="NAME", help="When a lead came in.")] = None,
    ordered: Annotated[bool, Parameter(help="The rows are in order of time.", negative=(), show_default=False)] = False,
    lead_id: Annotated[str | None, Parameter(metavar="NAME", help="The column with the lead's id.")] = None,
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
            help="Learn from these, though they tell the time, the seller or which lead it is.",
            negative=(),
            consume_multiple=True,
        ),
    ] = None,
    against: Annotated[
        Path | None,
        Parameter(
            metavar="DEFINITION",
            help="The definition in use, judged on the same leads; dated evidence is read as it says.",
        ),
    ] = None,
    resamples: Annotated[int, Parameter(metavar="N", help="How often each rule is tried on half of the leads.")] = 20,
    seed: Annotated[int, Parameter(metavar="N", help="Decides what is drawn at random.")] = 0,
    out: Annotated[
        Path | None,
        Parameter(metavar="FILE", help="Write the definition to this file (`-`: to standard output, alone)."),
    ] = None,
    template: Annotated[
        Path | None,
        Parameter(
            metavar="FILE",
            help="Where there is too little to learn from: write a definition to fill in, of the export's columns.",
        ),
    ] = None,
    columns: Columns = None,
    memory_limit: MemoryLimit = None,
    threads: Threads = None,
    html: HtmlFile = None,
    presentation: Presentation = "text",
) -> int:
    """Learn a definition from a flat export, or from dated events and traits with outcomes."""
    from pyrometer.cli.output import check_output, text_output
    from pyrometer.cli.pages import check_page, write_page
    from pyrometer.cli.progress import progress_bar

    dated = {"--events": events, "--traits": traits, "--outcomes": outcomes, "--archive": archive, "--map": columns}
    flat = {"--date-column": date_column, "--ordered": ordered, "--template": template}
    check_learning(outcome_column, flat, dated)
    inputs = check_inputs(leads, traits, outcomes, against, *(events or ()))
    for path in inputs:
        if str(path) != "-":
            check_definition(None, path)
    target = check_output(out, inputs)
    to_fill_in = check_output(template, inputs, option="--template")
    if target is not None and to_fill_in is not None and target.absolute() == to_fill_in.absolute():
        raise UsageError(f"--out and --template both name {out}; the definition and the template are different files")
    page = check_page(html, inputs, target, to_fill_in)
    if not 0 <= seed < 2**31:
        raise UsageError(f"--seed {seed}: a whole number from 0 to {2**31 - 1:,}")

    from pyrometer.learning import learn, learn_history

    with progress_bar("Learning") as progress:
        if outcome_column is None:
            learned = learn_history(
                leads=leads,
                events=events,
                traits=traits,
                outcomes=outcomes,
                archive=archive,
                against=against,
                won=_values(won or "won"),
                lost=_values(lost or "lost"),
                lead_id=lead_id or "lead_id",
                columns=parse_columns(columns),
                ignore=ignore or (),
                trust=trust or (),
                keep=keep or (),
                resamples=resamples,
                seed=seed,
                memory_limit=check_memory(memory_limit),
                threads=threads,
                progress=progress,
            )
        else:
            if leads is None or won is None or lost is None:
                raise UsageError(_unsaid(leads, outcome_column))
            learned = learn(
                leads,
                outcome_column=outcome_column,
                won=_values(won),
                lost=_values(lost),
                date_column=date_column,
                ordered=ordered,
                lead_id=lead_id,
                ignore=ignore or (),
                trust=trust or (),
                keep=keep or (),
                against=against,
                resamples=resamples,
                seed=seed,
                progress=progress,
            )
    write_page(learned, _source(leads), page)
    alone = presentation == "text" and str(out) == "-"
    if learned.definition is not None and (target is not None or alone):
        with text_output(target) as stream:
            stream.write(learned.definition)
        if alone:
            return 0
    if learned.template is not None and to_fill_in is not None:
        with text_output(to_fill_in) as stream:
            stream.write(learned.template)
    if presentation == "json":
        sys.stdout.write(json.dumps(as_json(learned), indent=2, ensure_ascii=False) + "\n")
    else:
        from pyrometer.cli.learned import print_learned

        print_learned(learned, target, to_fill_in, _inputs(leads, events, traits, archive))
    return NOTHING if learned.refusal is not None else 0


def check_learning(outcome_column: str | None, flat: Mapping[str, object], dated: Mapping[str, object]) -> None:
    """Raises UsageError where options of a flat export and of dated evidence meet, or there are neither."""
    flat_given = [name for name, value in flat.items() if value]
    dated_given = [name for name, value in dated.items() if value]
    if outcome_column is not None and dated_given:
        raise UsageError(
            f"--outcome-column is for a flat export, {' and '.join(dated_given)} for dated evidence: leave one out"
        )
    if outcome_column is None and not dated_given:
        raise UsageError(
            "say how leads ended: with --outcome-column NAME in a flat export, with --outcomes FILE beside --events or "
            "--traits, or with --archive"
        )
    if outcome_column is None and flat_given:
        raise UsageError(
            f"{' and '.join(flat_given)} is for a flat export; events, traits and outcomes have times of their own"
        )


def _inputs(leads: Path | None, events: Sequence[Path] | None, traits: Path | None, archive: object) -> list[str]:
    """The options that name the evidence, as `score` takes them; none where it was read from standard input."""
    given = [("--leads", leads), *(("--events", each) for each in events or ()), ("--traits", traits)]
    words = [word for option, path in [*given, ("--archive", archive)] if path for word in (option, str(path))]
    return [] if "-" in words else words


def _unsaid(leads: Path | None, outcome_column: str) -> str:
    """That nobody said which values are won and lost, with those that there are."""
    said = "--outcome-column is a column of --leads FILE: say what it holds with --won and --lost"
    if leads is None or str(leads) == "-":
        return said
    from pyrometer.learning.needs import need_packages

    need_packages()
    from pyrometer.learning.reading import read_cells
    from pyrometer.learning.request import there

    return f"{said}; {there(read_cells(leads), outcome_column)}"


def _source(leads: Path | None) -> str:
    """What people call the leads."""
    if leads is None:
        return "the evidence"
    return "standard input" if str(leads) == "-" else leads.name


def _values(text: str) -> list[str]:
    """The values of an option, separated by commas."""
    return [value.strip() for value in text.split(",") if value.strip()]


def as_json(learned: Learned) -> dict[str, Any]:
    """What was learned as a JSON object; the keys are those of the result."""
    found = asdict(learned)
    for item in found["quarantined"]:
        del item["remedy"]  # which option takes it back is for people, in the reason
    return found
