"""`pyrometer learn`: from leads whose outcome is known to a definition, or the reason why there is none."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

from pyrometer.cli.options import HtmlFile, Presentation, check_definition
from pyrometer.errors import UsageError

if TYPE_CHECKING:
    from pyrometer.learning import Learned

NOTHING = 3
"""The exit code where there is too little to learn from, or nothing to learn."""


def learn_command(
    *,
    leads: Annotated[Path, Parameter(metavar="FILE", help="One row a lead: CSV, TSV, JSONL or Parquet.")],
    outcome_column: Annotated[str, Parameter(metavar="NAME", help="The column that says how a lead ended.")],
    won: Annotated[str, Parameter(metavar="VALUE[,VALUE]", help="What it holds for won leads.")],
    lost: Annotated[str, Parameter(metavar="VALUE[,VALUE]", help="For lost leads; all other values are open.")],
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
    seed: Annotated[int, Parameter(metavar="N", help="Decides what is drawn at random.")] = 0,
    out: Annotated[
        Path | None,
        Parameter(metavar="FILE", help="Write the definition to this file (`-`: to standard output, alone)."),
    ] = None,
    html: HtmlFile = None,
    presentation: Presentation = "text",
) -> int:
    """Learn a definition from a flat export."""
    from pyrometer.cli.output import check_output, text_output
    from pyrometer.cli.pages import check_page, write_page
    from pyrometer.cli.progress import progress_bar

    if str(leads) != "-":
        check_definition(None, leads)
    target = check_output(out, [leads])
    page = check_page(html, [leads], target)
    if not 0 <= seed < 2**31:
        raise UsageError(f"--seed {seed}: a whole number from 0 to {2**31 - 1:,}")

    from pyrometer.learning import learn

    with progress_bar("Learning") as progress:
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
            seed=seed,
            progress=progress,
        )
    write_page(learned, "standard input" if str(leads) == "-" else leads.name, page)
    alone = presentation == "text" and str(out) == "-"
    if learned.definition is not None and (target is not None or alone):
        with text_output(target) as stream:
            stream.write(learned.definition)
        if alone:
            return 0
    if presentation == "json":
        sys.stdout.write(json.dumps(as_json(learned), indent=2, ensure_ascii=False) + "\n")
    else:
        from pyrometer.cli.learned import print_learned

        print_learned(learned, target)
    return NOTHING if learned.refusal is not None else 0


def _values(text: str) -> list[str]:
    """The values of an option, separated by commas."""
    return [value.strip() for value in text.split(",") if value.strip()]


def as_json(learned: Learned) -> dict[str, Any]:
    """What was learned as a JSON object; the keys are those of the result."""
    return asdict(learned)
