"""A run that has to be done again from the start."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from pyrometer.engines import DuckDBEngine, Engine
from pyrometer.evidence import Source, is_stream
from pyrometer.evidence.quote import ident

SPILL = "spill"
"""The folder of our engine's own among those that it holds."""


def rereadable(*sources: Source | None) -> bool:
    """Whether every source can be read a second time: standard input, pipes and iterators can't.

    >>> rereadable(None, [{"lead_id": "Ada"}]), rereadable(iter([]))
    (True, False)
    """
    return not any(map(_passes, sources))


def _passes(source: object) -> bool:
    if isinstance(source, Iterator):
        return True
    if isinstance(source, str | Path):
        return str(source) == "-" or is_stream(os.path.expanduser(source))
    return isinstance(source, list | tuple) and any(isinstance(each, str | Path) and _passes(each) for each in source)


def cleared(local: DuckDBEngine, engine: Engine | None = None) -> Callable[[], None]:
    """What takes away all that a run made: relations and fetched files here, and what it gave to another engine."""

    def clear() -> None:
        if engine is not None:
            engine.reset()
        made = local.run(
            "SELECT 'VIEW', view_name FROM duckdb_views() WHERE NOT internal"
            " UNION ALL SELECT 'TABLE', table_name FROM duckdb_tables() WHERE NOT internal"
        )
        for kind, name in made:
            local.run(f"DROP {kind} IF EXISTS {ident(name)}")
        for path in local.folder.iterdir():
            # A file that was only fetched in part would pass for the whole of it. What is spilled, DuckDB looks after.
            if path.is_file():
                path.unlink()
            elif path.name != SPILL:
                shutil.rmtree(path)

    return clear
