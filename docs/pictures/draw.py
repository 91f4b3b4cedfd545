"""Draws the pictures of the README out of real output: `python docs/pictures/draw.py` after `make run`."""

from __future__ import annotations

import io
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme

import pyrometer
from pyrometer.cli.story import print_story
from pyrometer.cli.summary import summary_lines
from pyrometer.cli.table import print_table

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
DEFINITION = ROOT / "examples" / "b2b-saas" / "definition.yaml"
EVIDENCE = ROOT / "build" / "examples" / "b2b-saas"
SOURCES = {name: EVIDENCE / f"{name}.csv" for name in ("leads", "events", "traits")}
AS_OF = "2026-06-30"

# No font is fetched from anywhere: the reader's own fixed-width one is used.
SVG = """<svg viewBox="0 0 {terminal_width} {terminal_height}" xmlns="http://www.w3.org/2000/svg">
<rect width="{terminal_width}" height="{terminal_height}" rx="8" fill="#14181d"/>
<svg x="2%" y="2%" width="96%" height="96%" viewBox="0 0 {terminal_width} {terminal_height}">
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace; \
font-size: {char_height}px; line-height: {line_height}px; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal"><rect width="{terminal_width}" height="{terminal_height}"/></clipPath>
{lines}
</defs>
<g class="{unique_id}-matrix" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
{matrix}
</g>
</svg>
</svg>
"""
THEME = TerminalTheme(
    (20, 24, 29),
    (222, 226, 230),
    [
        (20, 24, 29),
        (240, 98, 84),
        (126, 190, 122),
        (232, 178, 80),
        (110, 160, 240),
        (190, 140, 230),
        (90, 190, 200),
        (222, 226, 230),
    ],
    [
        (110, 118, 128),
        (240, 98, 84),
        (126, 190, 122),
        (232, 178, 80),
        (110, 160, 240),
        (190, 140, 230),
        (90, 190, 200),
        (255, 255, 255),
    ],
)


def recorder(width: int) -> Console:
    """A console that remembers what it prints, in colour."""
    return Console(
        file=io.StringIO(),
        record=True,
        width=width,
        force_terminal=True,
        color_system="standard",
        highlight=False,
        markup=False,
        emoji=False,
    )


def save(console: Console, name: str) -> None:
    svg = console.export_svg(theme=THEME, code_format=SVG, unique_id=name, font_aspect_ratio=0.6)
    (HERE / f"{name}.svg").write_text(svg, encoding="utf-8")


def main() -> None:
    """The table of who to call, and one lead's story."""
    console = recorder(104)
    with pyrometer.score(DEFINITION, as_of=AS_OF, **SOURCES) as scoring:
        rows = [*scoring.rows(top=6), *[row for row in scoring.rows() if row.temperature == "warm"][:4]]
        print_table(rows, console, explain=False)
        console.print()
        for line in summary_lines(scoring, scoring.total, None):
            console.print(line)
    save(console, "score")
    console = recorder(96)
    story = pyrometer.explain(DEFINITION, "RV00144", as_of=AS_OF, **SOURCES)
    print_story(story, console, "en")
    save(console, "explain")


if __name__ == "__main__":
    main()
