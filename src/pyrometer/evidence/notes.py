"""What evidence has to say about its files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Level = Literal["error", "warning", "note"]

LEVELS: tuple[Level, ...] = ("error", "warning", "note")

SHOWN = 3
"""How many rows a note shows."""


@dataclass(frozen=True)
class DataNote:
    """One finding about a file of evidence.

    `count` is how many rows (or names) it concerns, None where it isn't about a number of them. `samples` are the first
    few as (row, text). Rows count records: in CSV and TSV the header is row 1, elsewhere the first record is;
    empty lines don't count.
    """

    level: Level
    file: str
    what: str
    why: str = ""
    fix: str = ""
    count: int | None = None
    samples: tuple[tuple[int, str], ...] = ()

    def __str__(self) -> str:
        text = f"{self.file}: {self.level}: {self.what}"
        if self.samples:
            shown = ", ".join(f"row {row:,}: {text!r}" if text else f"row {row:,}" for row, text in self.samples)
            more = ", …" if self.count is not None and self.count > len(self.samples) else ""
            text += f" ({shown}{more})"
        if self.why:
            text += f"; {self.why}"
        if self.fix:
            text += f"; {self.fix}"
        return text


def clip(text: str, width: int = 60) -> str:
    """A text short enough for a message.

    >>> clip("a" * 100, 10)
    'aaaaaaaaa…'
    """
    return text if len(text) <= width else text[: width - 1] + "…"


def some(names: list[str], shown: int = 8) -> str:
    """The first few of a list of names.

    >>> some(["a", "b", "c"], 2)
    '`a`, `b`, … (3)'
    """
    text = ", ".join(f"`{clip(name)}`" for name in names[:shown])
    return text if len(names) <= shown else f"{text}, … ({len(names)})"
