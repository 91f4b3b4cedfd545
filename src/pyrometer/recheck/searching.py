"""Looks for each lead's day: the evidence is loaded once, and the query run as of a few days to come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

from pyrometer.definition import Definition, load
from pyrometer.engines import DuckDBEngine
from pyrometer.evidence import Joined, answered, as_source, load_evidence, profile_as_of, property_names
from pyrometer.evidence.answers import ANSWERS
from pyrometer.plan import build_plan
from pyrometer.plan.measures import measures_needed, properties_read
from pyrometer.plan.model import Plan, TraitTest, Weights
from pyrometer.recheck.atoms import flip_days, gates_of, oldest_asked, trait_tests
from pyrometer.recheck.spans import Span
from pyrometer.runs import DUCKDB, day_number, parse_as_of
from pyrometer.sql import Moment, Options, build_query, parameter

EPOCH = date(1970, 1, 1)
GROWTH = 2
"""Each step into the future is half of the way so far: near days are told exactly, of far ones two thirds are slept."""
FARTHEST = 4000
"""Days ahead that are looked at; a temperature that lasts longer is looked at again then."""


@dataclass(frozen=True)
class _Lead:
    """What is known of a lead: its row today and how long its evidence makes a difference (days since 1970)."""

    row: Mapping[str, Any]
    settled: int
    """From here on nothing changes any more."""
    wakes: int | None
    """The first day with evidence that doesn't exist yet."""
    wild: frozenset[int]


class Rechecker:
    """Keeps a definition ready to ask for the day on which a lead's temperature may change by itself.

    Not for use by several threads at once. Close it, or use it as a context. Raises DefinitionError.

    >>> definition = '''format: 1
    ... name: Tiny
    ... events: {call: {}}
    ... temperature: {hot: {when: {event: call, within: 30d}}}
    ... '''
    >>> calls = [{"lead_id": "Ada", "event": "call", "occurred_at": "2026-06-01"}]
    >>> leads = [{"lead_id": "Ada"}, {"lead_id": "Bo"}]
    >>> was = [{"lead_id": "Ada", "temperature": "hot"}, {"lead_id": "Bo", "temperature": "cool"}]
    >>> with Rechecker(definition) as rechecker:
    ...     found = rechecker.days(leads, calls, previous=was, as_of="2026-06-11T12:00:00Z")
    >>> found["Ada"] <= date(2026, 7, 1), found["Bo"]
    (True, None)
    """

    def __init__(self, definition: Definition | str | Path | Mapping[str, Any]) -> None:
        self.definition = definition if isinstance(definition, Definition) else load(definition)
        plan = build_plan(self.definition)
        tests = trait_tests(plan)
        # Each test of a trait becomes a condition that the query shows, in the place of those that explanations need.
        self.plan = replace(
            plan, gates={("atom", number): test for number, test in enumerate(tests)}, asked=frozenset()
        )
        moment = Moment(parameter("as_of", "timestamp"), parameter("as_of_day", "integer"))
        self.query = build_query(
            self.plan,
            moment,
            DUCKDB,
            Options(
                previous=True,
                story=True,
                has_received_at=True,
                answered={name: answered(name) for name in plan.dated_traits},
                pruned=True,
            ),
        )
        gates = self.query.layout.gates
        columns = {test: gates["atom", number] for number, test in enumerate(tests)}
        # By identity: to hash a test takes longer than to look at it.
        self.atoms = {id(gate): columns[gate] for gate in gates_of(self.plan) if isinstance(gate, TraitTest)}
        self._tests = tests
        self._properties = property_names(self.definition, properties_read(plan.measures))
        self._wild = _wild(plan)
        self._lasting = _lasting(plan)
        self._stale = max((test.stale_after for test in tests if test.stale_after is not None), default=0)
        self.engine = DuckDBEngine(threads=1)
        self._views: dict[str, str] = {}
        self._statement = self.engine.parsed(self.query.sql())
        self.engine.put_calendar(self.query.calendar, self.query.dialect.weight_type)
        self.engine.plan_quickly()

    def __enter__(self) -> Rechecker:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Free the engine's memory."""
        self.engine.close()

    def days(
        self,
        leads: Iterable[Mapping[str, Any]],
        events: Iterable[Mapping[str, Any]] | Joined,
        *,
        traits: Iterable[Mapping[str, Any]] | Joined = (),
        previous: Iterable[Mapping[str, Any]],
        as_of: str | date | datetime,
    ) -> dict[str, date | None]:
        """For each lead the first day after `as_of` on which its temperature may change without new evidence.

        Never later than the day on which it does; None where it never does. `previous` holds the temperatures as of
        `as_of`, to which nothing later is counted; other rows are as `LiveScorer.readings` takes them. Where evidence
        lies ahead of `as_of`, the day is that of the earliest of it at the latest.
        """
        now = parse_as_of(as_of)
        previous = list(previous)
        was = {str(row["lead_id"]): str(row["temperature"]) for row in previous}
        self._load(leads, events, traits, previous, now)
        today = day_number(now)
        known = self._known(today, now)
        found: dict[str, date | None] = {}
        searching = {lead: each for lead, each in known.items() if lead in was}
        # Most leads never change again, and one look far ahead shows it.
        self._settle(searching, was, today, found)
        reached = {lead: (today, each.row) for lead, each in searching.items()}
        ahead = 0
        while reached:
            ahead += 1 + ahead // GROWTH
            rows = self._rows(today + ahead)
            for lead, (start, first) in list(reached.items()):
                each, day = searching[lead], today + ahead
                late = each.wakes is not None and day > each.wakes
                if late or ahead > FARTHEST or not self._keeps(each, start, day, first, rows[lead], was[lead]):
                    found[lead] = _day(start + 1 if each.wakes is None else max(today + 1, min(start + 1, each.wakes)))
                elif day >= each.settled and each.wakes is None:
                    found[lead] = None
                else:
                    reached[lead] = day, rows[lead]
                    continue
                del reached[lead]
        return found

    def _settle(
        self, searching: dict[str, _Lead], was: dict[str, str], today: int, found: dict[str, date | None]
    ) -> None:
        farthest = today + FARTHEST
        still = {lead: each for lead, each in searching.items() if each.wakes is None and each.settled <= farthest}
        if not still:
            return
        far = max(today + 1, *(each.settled for each in still.values()))
        rows = self._rows(far)
        for lead, each in still.items():
            if self._keeps(each, today, far, each.row, rows[lead], was[lead]):
                found[lead] = None
                del searching[lead]

    def _keeps(
        self, lead: _Lead, start: int, end: int, first: Mapping[str, Any], last: Mapping[str, Any], was: str
    ) -> bool:
        """Whether the temperature surely is the same on all days after `start` up to `end`."""
        if last["temperature"] != was:
            return False
        if end - start < 2:
            return True
        return Span(self.plan, self.atoms, start, end, first, last, lead.wild).temperatures(was) == {was}

    def _load(
        self,
        leads: Iterable[Mapping[str, Any]],
        events: Iterable[Mapping[str, Any]] | Joined,
        traits: Iterable[Mapping[str, Any]] | Joined,
        previous: list[Mapping[str, Any]],
        now: datetime,
    ) -> None:
        con = self.engine.connection
        evidence = load_evidence(
            con,
            self.definition,
            leads=leads,
            events=as_source(events, "events", self._properties) or [],
            traits=as_source(traits, "traits") or None,
            previous=previous or None,
            tell=False,
            latest=False,
            views=self._views,
        )
        profile_as_of(con, self.definition, evidence, now, dated=self.plan.dated_traits, views=self._views)
        self._has_log = evidence.has_log

    def _rows(self, day: int, moment: datetime | None = None) -> dict[str, dict[str, Any]]:
        """The rows as of the beginning of a day, by lead."""
        moment = moment or datetime(1970, 1, 1, tzinfo=UTC) + timedelta(days=day)
        values = {"as_of": moment.replace(tzinfo=None), "as_of_day": day}
        given = {name: value for name, value in values.items() if name in self.query.parameters}
        columns = self.query.layout.columns
        return {str(row[0]): dict(zip(columns, row, strict=True)) for row in self.engine.run(self._statement, given)}

    def _known(self, today: int, now: datetime) -> dict[str, _Lead]:
        then = {"now": now.replace(tzinfo=None)}
        known = "greatest(occurred_at, coalesce(received_at, occurred_at))"
        events = self.engine.run(
            f"SELECT lead_id, max(occurred_at) FILTER (occurred_at <= $now), min({known}) FILTER ({known} > $now),"
            f" list(DISTINCT event) FILTER ({known} <= $now) FROM events GROUP BY lead_id",
            then,
        )
        newest = {str(lead): (latest, tuple(names or ())) for lead, latest, _, names in events}
        wakes = {str(lead): wake for lead, _, wake, _ in events if wake is not None}
        if self._has_log:
            for lead, wake in self.engine.run(
                f"SELECT lead_id, min({known}) FROM {ANSWERS} WHERE {known} > $now GROUP BY lead_id", then
            ):
                wakes[str(lead)] = min(wake, wakes.get(str(lead), wake))
        found = {}
        for lead, row in self._rows(today, now).items():
            latest, names = newest.get(lead, (None, ()))
            settled = today if latest is None else _number(latest) + self._lasting
            if self._has_log:
                settled = max(settled, today + self._stale)
            for test in self._tests:
                settled = max(settled, *flip_days(test, row[self.plan.columns["trait", test.trait]]), today)
            wild = frozenset(index for index, kinds in self._wild.items() if kinds.intersection(names))
            # Dates in events may lie at any distance: such a lead is never settled.
            settled = today + FARTHEST + 1 if wild else settled
            wake = wakes.get(lead)
            found[lead] = _Lead(row, settled, None if wake is None else _number(wake), wild)
        return found


def _wild(plan: Plan) -> dict[int, frozenset[str]]:
    """The measures that may go up and down without new evidence, with the events that they look at."""
    return {
        index: frozenset(plan.measures[index].signal.events)
        for index in measures_needed(plan)
        if plan.measures[index].signal.looks_at_as_of or not _falls(plan.measures[index].weights)
    }


def _falls(weights: Weights) -> bool:
    """Whether a weight never grows with age. (Steps may be written that do.)"""
    sizes = [abs(weight) for weight in weights.by_age]
    return all(later <= earlier for earlier, later in pairwise(sizes))


def _lasting(plan: Plan) -> int:
    """The age in days from which on an event's age makes no difference any more."""
    horizons = [plan.measures[index].weights.horizon for index in measures_needed(plan)]
    return max([*horizons, oldest_asked(plan)], default=0) + 1


def _number(moment: datetime) -> int:
    return (moment.date() - EPOCH).days


def _day(number: int) -> date:
    return EPOCH + timedelta(days=number)
