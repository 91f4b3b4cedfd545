"""Scores a few touched leads at a time, again and again, by one definition: the query is built once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pyrometer.definition import Definition, load
from pyrometer.definition.fingerprint import fingerprint
from pyrometer.engines import DuckDBEngine
from pyrometer.evidence import Joined, answered, as_source, load_evidence, profile_as_of, property_names
from pyrometer.evidence.answers import ANSWERS
from pyrometer.evidence.times import moment as micros
from pyrometer.evidence.times import timestamp
from pyrometer.plan import build_plan
from pyrometer.plan.measures import properties_read
from pyrometer.reader import RowReader
from pyrometer.result import Reading
from pyrometer.runs import DUCKDB, day_number, parse_as_of
from pyrometer.sql import Moment, Options, build_query, parameter

Row = Mapping[str, Any]
ResultRow = tuple[Any, ...]
"""What the query says of a lead; the lead's id comes first."""


class LiveScorer:
    """Keeps a definition ready in an in-memory engine. Close it, or use it as a context.

    The same query as a batch run's; only the as-of time is a parameter instead of a literal.
    Not for use by several threads at once. Raises DefinitionError.

    >>> definition = '''format: 1
    ... name: Tiny
    ... events: {call: {}}
    ... scores: {interest: {rules: [{name: Calls, points: 5, event: call}]}}
    ... temperature: {hot: {when: {score: interest, at_least: 4}}}
    ... '''
    >>> with LiveScorer(definition) as scorer:
    ...     calls = [{"lead_id": "Ada", "event": "call", "occurred_at": "2026-06-01"}]
    ...     [reading.temperature for reading in scorer.readings([{"lead_id": "Ada"}], calls, as_of="2026-06-11")]
    ['hot']
    """

    def __init__(self, definition: Definition | str | Path | Mapping[str, Any], *, explain: bool = False) -> None:
        self.definition = definition if isinstance(definition, Definition) else load(definition)
        self.fingerprint = fingerprint(self.definition)
        self.plan = build_plan(self.definition)
        moment = Moment(parameter("as_of", "timestamp"), parameter("as_of_day", "integer"))
        self.query = build_query(
            self.plan,
            moment,
            DUCKDB,
            Options(
                explain=explain,
                previous=True,
                has_received_at=True,
                answered={name: answered(name) for name in self.plan.dated_traits},
                pruned=True,
            ),
        )
        self.engine = DuckDBEngine(threads=1)
        self._views: dict[str, str] = {}
        self._has_log = False
        self._found: dict[str, list[tuple[str, int]]] = {}
        self._properties = property_names(self.definition, properties_read(self.plan.measures))
        self._reader = RowReader(self.definition, self.fingerprint, self.plan, self.query.layout)
        self._temperature = self.query.layout.columns.index("temperature")
        self._statement = self.engine.parsed(self.query.sql())
        self.engine.put_calendar(self.query.calendar, self.query.dialect.weight_type)
        self.engine.plan_quickly()

    def __enter__(self) -> LiveScorer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Free the engine's memory."""
        self.engine.close()

    def readings(
        self,
        leads: Iterable[Row],
        events: Iterable[Row] | Joined,
        *,
        traits: Iterable[Row] | Joined = (),
        previous: Iterable[Row] = (),
        as_of: str | date | datetime,
    ) -> list[Reading]:
        """The readings of some leads, in the order of their ids; rows are as `pyrometer.score` takes them.

        Raises EvidenceError. See `rows` for what evidence may be.
        """
        rows = self.rows(leads, events, traits=traits, previous=previous, as_of=as_of)
        return [self.reading(row, as_of) for row in rows]

    def reading(self, row: ResultRow, as_of: str | date | datetime) -> Reading:
        """What a row says of its lead at the time that it was made for."""
        return self._reader.reading(row, parse_as_of(as_of))

    def temperature(self, row: ResultRow) -> str:
        """The temperature in a row."""
        return str(row[self._temperature])

    def flags(self, row: ResultRow) -> dict[str, bool | None]:
        """The flags in a row; None is unknown."""
        return {name: row[at] for name, at in self._places("flag")}

    def criteria(self, row: ResultRow) -> dict[str, str]:
        """The states of the criteria in a row."""
        return {name: row[at] for name, at in self._places("criterion")}

    def _places(self, kind: str) -> list[tuple[str, int]]:
        if kind not in self._found:
            at = {column: place for place, column in enumerate(self.query.layout.columns)}
            self._found[kind] = [(name, at[column]) for (of, name), column in self.plan.columns.items() if of == kind]
        return self._found[kind]

    def rows(
        self,
        leads: Iterable[Row],
        events: Iterable[Row] | Joined,
        *,
        traits: Iterable[Row] | Joined = (),
        previous: Iterable[Row] = (),
        as_of: str | date | datetime,
    ) -> list[ResultRow]:
        """What the query says of some leads, in the order of their ids; `reading` tells what a row means.

        A reading follows from its row alone, so that of two equal rows only one has to be told. `Joined` events have
        the columns lead_id, event, occurred_at, received_at, `properties`, and perhaps message_id; `Joined` traits have
        lead_id, trait, value, occurred_at and received_at.
        """
        moment = parse_as_of(as_of)
        con = self.engine.connection
        evidence = load_evidence(
            con,
            self.definition,
            leads=leads,
            events=as_source(events, "events", self._properties) or [],
            traits=as_source(traits, "traits") or None,
            previous=list(previous) or None,
            tell=False,
            latest=False,
            views=self._views,
        )
        self._has_log = evidence.has_log
        profile_as_of(con, self.definition, evidence, moment, dated=self.plan.dated_traits, views=self._views)
        values = {"as_of": moment.replace(tzinfo=None), "as_of_day": day_number(moment)}
        given = {name: value for name, value in values.items() if name in self.query.parameters}
        rows = self.engine.run(self._statement, given)
        return sorted(rows, key=lambda row: str(row[0]))

    def ahead(self, as_of: str | date | datetime) -> dict[str, datetime]:
        """By lead, the first time after `as_of` at which evidence of the last readings comes to exist.

        What is known has happened and was received; only declared events count, and leads without any are left out.
        """
        then = timestamp(parse_as_of(as_of))
        known = "epoch_us(greatest(occurred_at, received_at))"
        later = f"WHERE occurred_at > {then} OR received_at > {then}"
        parts = [
            f"SELECT lead_id, {known} AS known FROM {name} {later}" for name in ("events", ANSWERS)[: 1 + self._has_log]
        ]
        found = self.engine.run(f"SELECT lead_id, min(known) FROM ({' UNION ALL '.join(parts)}) GROUP BY lead_id")
        return {lead: moment for lead, known in found if (moment := micros(known)) is not None}
