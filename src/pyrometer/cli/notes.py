"""What the data's reading had to say: in full for `check`, in a few lines for `score`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import IO, Any

from rich.text import Text

from pyrometer.cli.problems import STYLES
from pyrometer.cli.terminal import console, visible
from pyrometer.definition.problems import LEVELS
from pyrometer.evidence.notes import DataNote

SHORT = 5


def print_notes(notes: Sequence[DataNote], stream: IO[str]) -> None:
    """Every note by level, with the rows it concerns."""
    screen = console(stream)
    for level in LEVELS:
        found = [note for note in notes if note.level == level]
        for note in found:
            screen.print(render(note), soft_wrap=True)
        if found:
            screen.print()


def print_notes_in_short(
    notes: Sequence[DataNote], stream: IO[str], command: str, unchecked: str | None = None
) -> None:
    """The gravest notes, a line each, and the command that shows them all; those of the file `unchecked` in full."""
    screen = console(stream)
    weighty = sorted((note for note in notes if note.level != "note"), key=lambda note: LEVELS.index(note.level))
    for note in weighty[:SHORT]:
        screen.print(render(note) if note.file == unchecked else _head(note), soft_wrap=True)
    hidden = len(notes) - len(weighty[:SHORT])
    if hidden or any(note.file != unchecked for note in weighty[:SHORT]):
        more = f"{hidden} more, and the rows" if hidden else "the rows"
        if weighty:
            screen.print(Text(f"{more}: {command}", style="dim"), soft_wrap=True)


def render(note: DataNote) -> Text:
    """`file: level: what`, then rows, why and the fix on lines of their own."""
    text = _head(note)
    if note.samples:
        rows = [f"row {row:,}: `{visible(sample)}`" if sample else f"row {row:,}" for row, sample in note.samples]
        more = ", …" if note.count is not None and note.count > len(rows) else ""
        text.append(f"\n    {', '.join(rows)}{more}")
    if note.why:
        text.append(f"\n    why: {visible(note.why)}", style="dim")
    if note.fix:
        text.append("\n    fix: ", style="dim")
        text.append(visible(note.fix), style="green")
    return text


def as_json(note: DataNote) -> dict[str, Any]:
    """The note as a JSON object."""
    return {
        "level": note.level,
        "file": note.file,
        "what": note.what,
        "why": note.why or None,
        "fix": note.fix or None,
        "count": note.count,
        "samples": [{"row": row, "text": text} for row, text in note.samples],
    }


def _head(note: DataNote) -> Text:
    text = Text(f"{visible(note.file)}: ")
    text.append(note.level, style=STYLES[note.level])
    text.append(f": {visible(note.what)}")
    return text
