"""`pyrometer check`: every problem of a definition, and what the data say about it."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from pyrometer.cli.options import (
    Archive,
    Columns,
    DefinitionFile,
    Events,
    LeadId,
    Leads,
    Presentation,
    TraitLog,
    check_inputs,
    parse_columns,
)
from pyrometer.errors import UsageError

if TYPE_CHECKING:
    from pyrometer.definition import Definition, Problem
    from pyrometer.evidence import DataNote, Source


def check_command(
    definition: DefinitionFile,
    /,
    *,
    leads: Leads = None,
    events: Events = None,
    traits: TraitLog = None,
    archive: Archive = None,
    lead_id: LeadId = "lead_id",
    columns: Columns = None,
    strict: Annotated[bool, Parameter(help="Warnings count as errors.", negative=(), show_default=False)] = False,
    presentation: Presentation = "text",
) -> int:
    """Show every problem of a definition at once, and what the given data say about it."""
    inputs = check_inputs(definition, leads, *(events or ()), traits)
    named = parse_columns(columns)

    from pyrometer.cli.notes import as_json as note_json
    from pyrometer.cli.notes import print_notes
    from pyrometer.cli.problems import as_json, count, print_problems
    from pyrometer.cli.terminal import console
    from pyrometer.definition import read

    draft = read(definition)
    if archive is not None and (events or traits):
        raise UsageError("an archive holds events and traits: append to it what isn't in it yet")
    problems = _without_answered(draft.problems, traits or archive)
    if presentation == "text":
        print_problems(problems, sys.stdout)
    notes: tuple[DataNote, ...] = ()
    if (len(inputs) > 1 or archive is not None) and draft.definition is not None:
        notes = _audit(draft.definition, leads, events, traits, archive, lead_id, named)
    findings: list[Problem | DataNote] = [*problems, *notes]
    if presentation == "json":
        found = {
            "summary": count(findings),
            "problems": [as_json(problem) for problem in problems],
            "data": [note_json(note) for note in notes],
        }
        sys.stdout.write(json.dumps(found, indent=2, ensure_ascii=False) + "\n")
    else:
        print_notes(notes, sys.stdout)
        console().print(count(findings), style="bold")
    bad = ("error", "warning") if strict else ("error",)
    return 1 if any(finding.level in bad for finding in findings) else 0


def _audit(
    definition: Definition,
    leads: Path | None,
    events: list[Path] | None,
    traits: Path | None,
    archive: str | None,
    lead_id: str,
    columns: dict[str, str],
) -> tuple[DataNote, ...]:
    from pyrometer.cli.compared import compared_words
    from pyrometer.cli.progress import progress_bar
    from pyrometer.engines import DuckDBEngine
    from pyrometer.evidence import audit, load_evidence

    values, properties = compared_words(definition)
    with progress_bar("Reading") as progress, DuckDBEngine(progress=progress) as engine:
        now = datetime.now(UTC)

        def found(log: Source | None, answers: Source | None) -> tuple[DataNote, ...]:
            def look() -> tuple[DataNote, ...]:
                evidence = load_evidence(
                    engine.connection,
                    definition,
                    leads=leads,
                    events=log,
                    traits=answers,
                    lead_id=lead_id,
                    columns=columns,
                    now=now,
                    audit=True,
                )
                return audit(engine.connection, definition, evidence, values=values, properties=properties)

            return engine.interruptibly(look)

        if archive is None:
            return found(events, traits)

        from pyrometer.archive import Snapshot, snapshot_of, stand, steadily
        from pyrometer.runs import cleared, rereadable

        def archived(opened: Mapping[str, Snapshot]) -> tuple[DataNote, ...]:
            stood = stand(engine, opened["archive"], definition, None, as_of=None, now=now, direct=True)
            return found(stood.events, stood.traits)

        again = cleared(engine) if rereadable(leads) else None
        return steadily(lambda: {"archive": snapshot_of(archive)}, archived, again=again)


def _without_answered(problems: list[Problem], traits: Path | str | None) -> list[Problem]:
    """The problems, but for the notes that ask for the log of traits where it is given."""
    asked = [problem for problem in problems if problem.level == "note" and problem.path[-1:] == ("stale_after",)]
    return problems if traits is None else [problem for problem in problems if problem not in asked]
