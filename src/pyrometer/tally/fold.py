"""Makes a tally and keeps it up to date: only new files and new signals are read."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from pyrometer.definition import Definition, load
from pyrometer.engines import DuckDBEngine, Progress
from pyrometer.errors import UsageError
from pyrometer.evidence.files import find
from pyrometer.plan import Plan, build_plan
from pyrometer.tally.folding import Folding, Report
from pyrometer.tally.keys import needs_of
from pyrometer.tally.lock import locked
from pyrometer.tally.manifest import Manifest, Naming, empty_manifest, read_manifest, refuse_foreign

Paths = str | Path | Sequence[str | Path]


def build(
    definition: Definition | str | Path | Mapping[str, Any],
    events: Paths,
    folder: str | Path,
    *,
    lead_id: str = "lead_id",
    columns: Mapping[str, str] | None = None,
    memory_limit: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Tally the events of some files from nothing, in place of what the folder held.

    `lead_id` and `columns` (property or field → header) name odd columns, here and whenever the tally is used. Raises
    DefinitionError, EvidenceError or UsageError; an error leaves the former tally in force.
    """
    return _update(
        definition,
        events,
        folder,
        anew=True,
        naming=Naming(lead_id, columns or {}),
        memory_limit=memory_limit,
        threads=threads,
        progress=progress,
    )


def refresh(
    definition: Definition | str | Path | Mapping[str, Any],
    events: Paths,
    folder: str | Path,
    *,
    lead_id: str = "lead_id",
    columns: Mapping[str, str] | None = None,
    memory_limit: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Report:
    """Bring a tally up to date with its files and some new ones, and with the definition.

    `events` names new files, or the whole log again: files that the tally covers unchanged are not read. A covered
    file that changed or went away means tallying anew. Raises as `build` does.
    """
    return _update(
        definition,
        events,
        folder,
        anew=False,
        naming=Naming(lead_id, columns or {}),
        memory_limit=memory_limit,
        threads=threads,
        progress=progress,
    )


def _update(
    definition: Definition | str | Path | Mapping[str, Any],
    events: Paths,
    folder: str | Path,
    *,
    anew: bool,
    naming: Naming,
    memory_limit: str | None,
    threads: int | None,
    progress: Progress | None,
) -> Report:
    if not isinstance(definition, Definition):
        definition = load(definition)
    plan = build_plan(definition)
    home, paths = Path(folder), given_paths(events)
    with DuckDBEngine(memory_limit=memory_limit, threads=threads, progress=progress) as engine, locked(home):
        if anew:
            refuse_foreign(home)
        manifest = None if anew else read_manifest(home)
        if manifest is None and not paths:
            raise UsageError(f"{folder} holds no tally; give the files of events to make it from")
        return Folding(definition, plan, engine, home, naming).run(manifest or empty_manifest(home), paths)


def current_tally(
    definition: Definition,
    plan: Plan,
    folder: Path,
    events: object | None,
    *,
    lead_id: str = "lead_id",
    columns: Mapping[str, str] | None = None,
    memory_limit: str | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Manifest:
    """The manifest of a tally, brought up to date with the definition and, where given, with files of events.

    What was counted of files that are gone since stays; where they would have to be read again, that is a UsageError.
    Raises UsageError where the definition can't be scored from a tally, or where there is neither tally nor events.
    """
    untallied = needs_of(definition, plan).untallied
    if untallied is not None:
        raise UsageError(f"this definition can't be scored from a tally: {untallied}; score it from the events")
    if events is not None and not isinstance(events, str | Path | list | tuple):
        raise UsageError("a tally is made of files of events, not of rows")
    if events is None and read_manifest(folder) is None:
        raise UsageError(f"{folder} holds no tally; give the files of events to make it from")
    paths = [] if events is None else given_paths(events)
    with DuckDBEngine(memory_limit=memory_limit, threads=threads, progress=progress) as engine, locked(folder):
        manifest = read_manifest(folder) or empty_manifest(folder)
        naming = Naming(lead_id, columns or {})
        Folding(definition, plan, engine, folder, naming, keeps_lost=True).run(manifest, paths)
        updated = read_manifest(folder)
    assert updated is not None
    return updated


def given_paths(events: Paths) -> list[str]:
    """The files behind paths, globs and folders, absolute, in a fixed order. Raises UsageError for streams."""
    sources = [events] if isinstance(events, str | Path) else list(events)
    if any(str(source) == "-" for source in sources):
        raise UsageError("a tally needs files that stay; standard input can't be tallied")
    with ExitStack() as keep:
        found = find(sources, keep)
        if any(file.spooled for file in found):
            raise UsageError("a tally needs files that stay; a pipe can't be tallied")
        return list(dict.fromkeys(os.path.abspath(file.path) for file in found))
