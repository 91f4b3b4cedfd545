"""`pyrometer tally`: events counted once by lead and day, so that scoring again reads none of them."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import App, Parameter

from pyrometer.cli.catalogue import COMMANDS, example_text
from pyrometer.cli.options import (
    Columns,
    DefinitionFile,
    Events,
    LeadId,
    MemoryLimit,
    Presentation,
    Threads,
    check_inputs,
    check_memory,
    parse_columns,
)

if TYPE_CHECKING:
    from pyrometer.tally import Manifest, Report

Folder = Annotated[Path, Parameter(name="--tally", metavar="FOLDER", help="The folder that holds the tally.")]

tally_app = App(name="tally", help_epilogue=example_text(COMMANDS["tally"].examples))


@tally_app.command(sort_key=0)
def build(
    definition: DefinitionFile,
    /,
    *,
    events: Events,
    folder: Folder,
    lead_id: LeadId = "lead_id",
    columns: Columns = None,
    memory_limit: MemoryLimit = None,
    threads: Threads = None,
) -> int:
    """Make a tally from nothing, in place of what the folder held."""
    return _update("build", definition, events, folder, lead_id, columns, memory_limit, threads)


@tally_app.command(sort_key=1)
def refresh(
    definition: DefinitionFile,
    /,
    *,
    folder: Folder,
    events: Events = None,
    lead_id: LeadId = "lead_id",
    columns: Columns = None,
    memory_limit: MemoryLimit = None,
    threads: Threads = None,
) -> int:
    """Bring a tally up to date: only new files of events, and what a changed definition newly asks, are read."""
    return _update("refresh", definition, events, folder, lead_id, columns, memory_limit, threads)


@tally_app.command(sort_key=2)
def info(
    *,
    folder: Folder,
    presentation: Presentation = "text",
) -> int:
    """Say what a tally holds: its files, its rows and its latest evidence."""
    from pyrometer.tally import info as read_info

    manifest = read_info(folder)
    if presentation == "json":
        sys.stdout.write(json.dumps(_as_json(manifest), indent=2, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write("\n".join(_describe(folder, manifest)) + "\n")
    return 0


def _update(
    how: Literal["build", "refresh"],
    definition: Path,
    events: list[Path] | None,
    folder: Path,
    lead_id: str,
    columns: list[str] | None,
    limit: str | None,
    threads: int | None,
) -> int:
    check_inputs(definition, *(events or ()))
    named = parse_columns(columns)
    check_memory(limit)

    from pyrometer import tally
    from pyrometer.cli.progress import progress_bar
    from pyrometer.definition import load

    read = load(definition)
    update = tally.build if how == "build" else tally.refresh
    with progress_bar("Tallying") as progress:
        report = update(
            read,
            events or [],
            folder,
            lead_id=lead_id,
            columns=named,
            memory_limit=limit,
            threads=threads,
            progress=progress,
        )
    sys.stdout.write("\n".join(_report(folder, report)) + "\n")
    return 0


def _report(folder: Path, report: Report) -> list[str]:
    done = f"{report.read:,} of {report.files:,} files read" if report.read else "nothing new to read"
    lines = [f"{folder}: {done}, {report.rows:,} rows of leads and days"]
    if report.why:
        lines.append(f"counted anew, because {report.why}")
    return lines


def _describe(folder: Path, manifest: Manifest) -> list[str]:
    from pyrometer.cli.summary import spell_moment
    from pyrometer.cli.terminal import visible

    rows = sum(piece.rows for piece in manifest.pieces if piece.kind == "signals")
    size = sum((folder / piece.file).stat().st_size for piece in manifest.pieces if (folder / piece.file).exists())
    shown = [f"  {visible(source.path)}" for source in manifest.sources[:20]]
    more = [f"  … and {len(manifest.sources) - 20:,} more"] if len(manifest.sources) > 20 else []
    return [
        f"{folder}: {rows:,} rows of leads and days, {size / 1e6:,.1f} MB",
        f"latest evidence: {'none' if manifest.latest is None else spell_moment(manifest.latest)}",
        f"events of {len(manifest.sources):,} file{'' if len(manifest.sources) == 1 else 's'}:",
        *shown,
        *more,
    ]


def _as_json(manifest: Manifest) -> dict[str, object]:
    from pyrometer.result import spell_time

    return {
        "files": [source.path for source in manifest.sources],
        "rows": sum(piece.rows for piece in manifest.pieces if piece.kind == "signals"),
        "latest": None if manifest.latest is None else spell_time(manifest.latest),
    }
