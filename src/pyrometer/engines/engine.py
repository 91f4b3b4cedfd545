"""What an engine does: it finds evidence where it lies, runs a query there, and gives back a row a lead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pyrometer.sql import Dialect

Fetched = Path | Any
"""Rows of a query: a CSV file with a header (`.csv`), a Parquet file (`.parquet`), or an Arrow table or stream."""


@dataclass(frozen=True)
class Files:
    """Parquet files that an engine reads itself: paths or globs; where `exact`, paths as the system spells them."""

    paths: tuple[str, ...]
    exact: bool = False


@dataclass(frozen=True)
class ArchiveInput:
    """An evidence archive: its folder or URL. An engine gets its current files."""

    place: str


class Engine(Protocol):
    """A database that runs plans over its own tables. Close it, or use it as a context.

    Every method raises EvidenceError, with words for people and without credentials, where the database refuses, can't
    be reached within a time limit, or is lost half way; UsageError where the call can't be carried out as given.
    """

    @property
    def dialect(self) -> Dialect:
        """How its SQL is written."""

    @property
    def shown(self) -> str:
        """Where it is, without credentials."""

    def register(self, source: Any, label: str) -> tuple[str, ...]:
        """The parts of the name by which SQL knows an input: a table's name, or whatever else the engine can read."""

    def columns(self, name: tuple[str, ...], label: str) -> Mapping[str, str]:
        """The columns of a table in their order, each with its family (`sql.meaning`); none if there is no table."""

    def put(self, name: str, columns: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        """Make a relation for this session out of rows; `columns` are kinds: integer (64 bits) or text."""

    def few(self, sql: str) -> list[tuple[Any, ...]]:
        """All rows of a query that gives a handful."""

    def fetch(self, sql: str, folder: Path) -> Fetched:
        """The rows of a query; files are made in the folder and belong to the caller. Ctrl-C stops the query."""

    def reset(self) -> None:
        """Let go of what a run made there; the next one sees the tables as they are then."""

    def close(self) -> None:
        """Let go of what the session made there, and of the connection."""
