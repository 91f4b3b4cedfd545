"""`pyrometer explain`: one lead's story."""

from __future__ import annotations

import json
import sys
from datetime import UTC, datetime
from typing import Annotated

from cyclopts import Parameter

from pyrometer.cli.options import (
    Archive,
    AsOf,
    Columns,
    DefinitionFile,
    EngineUrl,
    Events,
    InputsFile,
    Lang,
    LeadId,
    Leads,
    MemoryLimit,
    Presentation,
    Previous,
    TallyFolder,
    Threads,
    TraitLog,
    check_engine,
    check_inputs,
    check_memory,
    parse_columns,
)


def explain_command(
    definition: DefinitionFile,
    lead: Annotated[str, Parameter(help="The lead's id.")],
    /,
    *,
    leads: Leads = None,
    events: Events = None,
    traits: TraitLog = None,
    as_of: AsOf = None,
    previous: Previous = None,
    presentation: Presentation = "text",
    lang: Lang = "en",
    lead_id: LeadId = "lead_id",
    columns: Columns = None,
    tally: TallyFolder = None,
    engine: EngineUrl = None,
    inputs: InputsFile = None,
    archive: Archive = None,
    memory_limit: MemoryLimit = None,
    threads: Threads = None,
) -> int:
    """Tell one lead's story: temperature, sums, gates, what is missing, and what to ask next."""
    check_inputs(definition, leads, *(events or ()), traits, previous, inputs)
    named = parse_columns(columns)
    check_memory(memory_limit)
    lead_option = lead_id if lead_id != "lead_id" else None
    engine = check_engine(
        engine,
        inputs,
        {"--leads": leads, "--events": events, "--traits": traits, "--tally": tally, "--archive": archive}
        | {"--map": columns, "--lead-id": lead_option},
    )

    from pyrometer.cli.progress import progress_bar, waiting
    from pyrometer.definition import load
    from pyrometer.explanation import explain
    from pyrometer.runs import parse_as_of

    moment = None if as_of is None else parse_as_of(as_of)
    read = load(definition)
    with progress_bar("Reading") if engine is None else waiting("Reading there") as progress:
        story = explain(
            read,
            lead,
            leads=leads,
            events=events,
            traits=traits,
            previous=previous,
            as_of=moment,
            lead_id=lead_id,
            columns=named or None,
            tally=tally,
            engine=engine,
            inputs=inputs,
            archive=archive,
            now=datetime.now(UTC),
            memory_limit=memory_limit,
            threads=threads,
            progress=progress,
        )
    if presentation == "json":
        sys.stdout.write(json.dumps(story.as_dict(), indent=2, ensure_ascii=False) + "\n")
        return 0
    from pyrometer.cli.story import print_story
    from pyrometer.cli.terminal import console

    print_story(story, console(), lang)
    return 0
