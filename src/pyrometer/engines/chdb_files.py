"""Parquet files and archives as chdb reads them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path

from pyrometer.engines.clickhouse_sql import quoted_name, quoted_text
from pyrometer.errors import EvidenceError, UsageError

NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
"""What a folder is called whose files have no value in the column that they are filed by."""


def file_of(path: str) -> str:
    """The Parquet files of a path or glob, as a table function."""
    return f"file({quoted_text(str(Path(path).absolute()))}, Parquet)"


def united(parts: Mapping[str, Iterable[str]]) -> str:
    """The rows of several sources by the names of their columns; what one lacks is NULL.

    >>> united({"a": ["x"], "b": ["x", "y"]})
    'SELECT `x`, NULL AS `y` FROM a UNION ALL SELECT `x`, `y` FROM b'
    """
    names = list(dict.fromkeys(name for there in parts.values() for name in there))

    def select(source: str, there: set[str]) -> str:
        shown = (quoted_name(name) if name in there else f"NULL AS {quoted_name(name)}" for name in names)
        return f"SELECT {', '.join(shown)} FROM {source}"

    return " UNION ALL ".join(select(source, set(there)) for source, there in parts.items())


def archive_select(place: str, label: str) -> str:
    """The rows of an archive's table as it is now: of the files that its log names, and of no others.

    Raises UsageError where the archive can't be read at all, EvidenceError where there is no such table.
    """
    if "://" in place:
        raise UsageError(f"{label}: chdb reads an archive in a folder; {place} is a URL")
    root = Path(place, label).absolute()
    try:
        delta = import_module("deltalake")
    except ImportError:
        raise UsageError(
            f"{label}: an archive needs the package `deltalake`; python -m pip install deltalake"
        ) from None
    try:
        table = delta.DeltaTable(str(root))
        files = [uri.removeprefix("file://").removeprefix(f"{root}/") for uri in table.file_uris()]
    except (delta.exceptions.DeltaError, OSError) as error:
        raise EvidenceError(f"{label}: can't read the archive's table {root}: {str(error).splitlines()[0]}") from None
    if not files:
        raise EvidenceError(f"{label}: the archive's table {root} is empty")
    names = files[0] if len(files) == 1 else "{" + ",".join(files) + "}"
    filed = [
        f"nullIf(decodeURLComponent(toString({quoted_name(column)})), {quoted_text(NO_VALUE)}) AS {quoted_name(column)}"
        for column in table.metadata().partition_columns
    ]
    shown = f"* REPLACE ({', '.join(filed)})" if filed else "*"
    return f"SELECT {shown} FROM {file_of(f'{root}/{names}')}"
