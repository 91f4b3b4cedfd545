"""Loading evidence: files or rows in, typed relations and a report out."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from pyrometer.definition.problems import suggestion
from pyrometer.errors import UsageError
from pyrometer.evidence import relations
from pyrometer.evidence.answers import trait_log
from pyrometer.evidence.checks import row_notes
from pyrometer.evidence.fields import LEAD_ID, Field, Naming, event_fields, log_fields, previous_fields, profile_fields
from pyrometer.evidence.notes import DataNote
from pyrometer.evidence.reading import Input, Source, read
from pyrometer.evidence.survey import Survey, survey
from pyrometer.evidence.views import Views

if TYPE_CHECKING:
    from pyrometer.definition.document import Definition

ONE_ROW_A_LEAD = ("leads", "previous")


@dataclass(frozen=True)
class Evidence:
    """What was loaded, and what there is to say about it.

    `leads`, `events` and `entries` count the rows of the leads file, the event log and the trait log as they stand in
    the inputs. `latest` is the latest time (UTC) at which anything happened or was received, those after `now` aside;
    None if nothing has a time. `inputs` are the raw relations, for an audit.
    """

    has_leads: bool
    has_log: bool
    has_received_at: bool
    leads: int
    events: int
    entries: int
    latest: datetime | None
    notes: tuple[DataNote, ...]
    inputs: Mapping[str, Input]

    @property
    def has_message_id(self) -> bool:
        """Whether the event log says which rows are the same message."""
        return "events" in self.inputs and "message_id" in self.inputs["events"].given


def load_evidence(
    con: duckdb.DuckDBPyConnection,
    definition: Definition,
    *,
    leads: Source | None = None,
    events: Source | None = None,
    traits: Source | None = None,
    previous: Source | None = None,
    lead_id: str = LEAD_ID,
    columns: Mapping[str, str] | None = None,
    now: datetime | None = None,
    audit: bool = False,
    as_is: Collection[str] = (),
    tell: bool = True,
    latest: bool = True,
    views: Views | None = None,
) -> Evidence:
    """Makes the temporary relations `events`, `traits`, `previous` and `flat_profile`; `profile_as_of` makes `profile`.

    `lead_id` is the name of the lead's id in the inputs (`lead_id` itself is understood too), `columns` maps traits,
    properties and fields such as `occurred_at` to the headers they go by. Parquet files of events are read in place;
    what only a pass over them could count is counted only with `audit`, and the properties in `as_is` aren't looked at
    for being blank. Without `tell` rows are read, but what is wrong with them isn't counted; without `latest` and
    `tell` their latest time isn't looked for either.
    `views`, an empty dict at first, is for loading into the same connection again: what it remembers isn't made anew.
    Raises EvidenceError if an input can't be read as what it should be, or a lead stands in a file twice (with `audit`
    that is a note), and UsageError.

    >>> from pyrometer.definition import load
    >>> from pyrometer.evidence import profile_as_of
    >>> definition = load({"format": 1, "name": "Tiny", "profile": {"employees": "integer"}, "events": {"call": {}},
    ...                    "temperature": {"hot": {"when": {"trait": "employees", "at_least": 50}}}})
    >>> con = duckdb.connect()
    >>> evidence = load_evidence(con, definition, leads=[{"lead_id": "Ada", "employees": "120"},
    ...                                                  {"lead_id": "Bob", "employees": "many"}])
    >>> print(*evidence.notes)  # doctest: +ELLIPSIS
    leads: warning: 1 value of `employees` unreadable (row 2: 'many'); taken as unknown; expected whole numbers ...
    >>> profile_as_of(con, definition, evidence, datetime(2026, 6, 30))
    >>> con.execute("SELECT * FROM profile").fetchall()
    [('Ada', 120), ('Bob', None)]
    """
    naming = Naming(lead_id, columns)
    fields = {
        "leads": profile_fields(definition, naming),
        "events": event_fields(definition, naming),
        "traits": log_fields(naming),
        "previous": previous_fields(naming),
    }
    sources = {"leads": leads, "events": events, "traits": traits, "previous": previous}
    if sum(str(source) == "-" for source in sources.values() if isinstance(source, str | Path)) > 1:
        raise UsageError("standard input can be read only once")
    inputs: dict[str, Input] = {}
    for name, source in sources.items():
        log = name == "events"
        given = read(con, f"raw_{name}", source, fields[name], label=name, bag=log, in_place=log, marked=tell)
        if given is not None:
            inputs[name] = given
    _check_names(fields, inputs, columns or {})
    found = {
        name: survey(
            con,
            each,
            now,
            one_row_a_lead=name in ONE_ROW_A_LEAD,
            lean=each.in_place is not None and not audit,
            refuse=not audit,
        )
        if tell or latest or (name in ONE_ROW_A_LEAD and each.rows)
        else Survey()
        for name, each in inputs.items()
    }
    views = {} if views is None else views
    relations.flat_profile(con, inputs.get("leads"), fields["leads"], views)
    trusted = {*as_is, "event", *([LEAD_ID] if "leads" in inputs else [])}
    relations.events(con, inputs.get("events"), definition.events, fields["events"], trusted, views)
    trait_log(con, inputs.get("traits"), definition.profile, views)
    relations.previous(con, inputs.get("previous"), fields["previous"], views)
    listed = relations.FLAT if "leads" in inputs else "traits" if "traits" in inputs else None
    notes = [note for each in inputs.values() for note in each.notes]
    for name, each in inputs.items():
        notes += found[name].notes
        if audit or (tell and each.in_place is None):
            bad = found[name].unreadable
            notes += row_notes(con, definition, name, each, bad=bad, listed=listed)
    counts = {name: each.rows for name, each in inputs.items()}
    return Evidence(
        has_leads="leads" in inputs,
        has_log="traits" in inputs,
        has_received_at="events" in inputs and "received_at" in inputs["events"].given,
        leads=counts.get("leads", 0),
        events=counts.get("events", 0),
        entries=counts.get("traits", 0),
        latest=max((each.latest for each in found.values() if each.latest is not None), default=None),
        notes=tuple(notes),
        inputs=inputs,
    )


def _check_names(
    fields: Mapping[str, Sequence[Field]], inputs: Mapping[str, Input], columns: Mapping[str, str]
) -> None:
    """Raises UsageError where a mapped name is no field, or its column is in none of the inputs that have the field."""
    known = {each.name for name in fields for each in fields[name]}
    for name, header in columns.items():
        if name not in known:
            near = suggestion(name, sorted(known), kind="trait or property")
            raise UsageError(f"can't map `{name}` to `{header}`: there is no trait, property or field `{name}`; {near}")
        read_ = [each for each in inputs.values() if any(field.name == name for field in each.fields)]
        headers = {found for each in read_ for found in each.headers}
        if headers and header not in headers:
            near = suggestion(header, sorted(headers), kind="column")
            raise UsageError(f"can't map `{name}` to `{header}`: no such column; {near}")
