"""One input as a relation of raw values, whatever it was read from."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pyrometer.evidence.notes import DataNote

ROW = '"row\x1f"'
"""The number of a record in its file, as messages show it."""
FILE = '"file\x1f"'
"""The position of a record's file in the list of file names of its relation."""


@dataclass(frozen=True)
class Column:
    """A column of a relation: the SQL that names it, and its SQL type."""

    sql: str
    sql_type: str = "VARCHAR"


@dataclass(frozen=True)
class Table:
    """One input, not read yet: `SELECT … FROM <relation>` yields `row#`, `file#` and the columns.

    `files` are the names that messages use; `seen` are the column names the input shows, in its order, where `columns`
    are those that may be asked for. `mend` gives the table again, repaired, when the engine can't read it as it is.
    `footers` is a relation of what the files say of their columns themselves, where they do (`newest`). `once`
    says that no lead's message stands in the input twice, so that nobody has to look.
    """

    files: tuple[str, ...]
    relation: str
    seen: tuple[str, ...]
    columns: Mapping[str, Column]
    parameters: tuple[object, ...] = ()
    notes: tuple[DataNote, ...] = ()
    mend: Callable[[], Table] | None = field(default=None, compare=False)
    rows: int | None = None
    footers: str | None = None
    once: bool = False

    @property
    def label(self) -> str:
        """What messages call the input."""
        return self.files[0] if len(self.files) == 1 else f"{self.files[0]} and {len(self.files) - 1} more"
