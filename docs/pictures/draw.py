"""Draws the picture of the README anew: what `make run` shows, as an SVG. `make docs` calls it."""

from __future__ import annotations

import io
import sys
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import MONOKAI

import pyrometer
from pyrometer.cli.summary import summary_lines
from pyrometer.cli.table import print_table

HERE = Path(__file__).parent
COMMAND = "pyrometer score definition.yaml --leads leads.csv --events events.jsonl --top 10"


def main(evidence: Path, definition: Path) -> None:
    """Score the example's evidence and write `score.svg` beside this file."""
    screen = Console(record=True, width=104, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    with pyrometer.score(
        definition,
        leads=evidence / "leads.csv",
        traits=evidence / "traits.csv",
        events=next(evidence.glob("events.*")),
        as_of="2026-06-30",
    ) as scoring:
        print_table(scoring.rows(top=10), screen, explain=False)
        for line in summary_lines(scoring, 10, None):
            screen.print(line)
    screen.save_svg(str(HERE / "score.svg"), title=COMMAND, theme=MONOKAI, unique_id="pyrometer")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
