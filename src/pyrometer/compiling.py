"""A definition as SQL that people read and paste."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pyrometer.definition import Definition, load
from pyrometer.definition.fingerprint import fingerprint
from pyrometer.errors import UsageError
from pyrometer.plan import build_plan
from pyrometer.runs import moment_of, parse_as_of
from pyrometer.sql import DIALECTS, Options, build_query, current_moment, standalone


def compile_sql(
    definition: Definition | str | Path | Mapping[str, Any],
    dialect: str = "duckdb",
    *,
    as_of: str | date | datetime | None = None,
    explain: bool = False,
) -> str:
    """One SELECT with named steps that scores the relations `profile` and `events`; points as decimals.

    `profile` has lead_id and a column per trait, `events` lead_id, event, occurred_at (UTC) and a column per property,
    one row a message. Without `as_of` it scores at the moment when it runs. `explain` adds hits, days since and cuts by
    rule. Raises DefinitionError, or UsageError for a dialect that there isn't.
    """
    if not isinstance(definition, Definition):
        definition = load(definition)
    if dialect not in DIALECTS:
        known = ", ".join(f"`{name}`" for name in DIALECTS)
        raise UsageError(f"there is no dialect `{dialect}`; known: {known}")
    spoken = DIALECTS[dialect]
    moment = current_moment(spoken) if as_of is None else moment_of(parse_as_of(as_of), dialect)
    plan = build_plan(definition)
    query = build_query(plan, moment, spoken, Options(explain=explain, report=True))
    told = "the moment when it runs" if as_of is None else parse_as_of(as_of).isoformat().replace("+00:00", "Z")
    return standalone(query, title=definition.name, fingerprint=fingerprint(definition), as_of=told)
