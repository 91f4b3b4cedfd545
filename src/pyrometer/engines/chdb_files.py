"""Parquet files as chdb reads them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pyrometer.engines.clickhouse_sql import quoted_name, quoted_text
from pyrometer.errors import UsageError


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


def exact_select(paths: Sequence[str], label: str) -> str:
    """The rows of some files and of no others, whatever is in their names. Raises UsageError for URLs."""
    if any("://" in path for path in paths):
        raise UsageError(f"{label}: chdb reads files of this machine; {paths[0]} is a URL")
    folder = os.path.commonpath([os.path.dirname(path) for path in paths])
    root, names = os.path.realpath(folder), [os.path.relpath(path, folder) for path in paths]
    listed = _pattern(names[0]) if len(names) == 1 else "{" + ",".join(map(_pattern, names)) + "}"
    select = f"SELECT * FROM {file_of(f'{_pattern(root)}/{listed}')}"
    # Nothing in a pattern can be escaped, so that it may match in other folders, too.
    return select if "?" not in _pattern(root) else f"{select} WHERE startsWith(_path, {quoted_text(f'{root}/')})"


def _pattern(path: str) -> str:
    """A pattern that a path matches: what would mean something in it stands for any character."""
    return re.sub(r"[{}*,]", "?", path)
