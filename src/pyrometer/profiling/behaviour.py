"""What leads did until the moment they are looked at, and all that is known of them then, as columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pyrometer.definition import Definition
from pyrometer.engines import DuckDBEngine
from pyrometer.evidence.quote import ident, literal, literals
from pyrometer.learning.arrays import Floats
from pyrometer.learning.reading import Column, Export
from pyrometer.profiling.columns import column, export_of
from pyrometer.profiling.seeing import SEEN

CHANNEL = "channel"
"""The property that says where a lead showed up."""


@dataclass(frozen=True)
class Behaviours:
    """The aspects of what leads did, each with its SQL over a lead's events; those in `times` count a kind of event."""

    counts: tuple[tuple[str, str], ...]
    times: frozenset[str]

    @property
    def names(self) -> frozenset[str]:
        """Their names."""
        return frozenset(name for name, _ in self.counts)

    def export(self, engine: DuckDBEngine, definition: Definition) -> tuple[Export, Floats, Floats]:
        """Every compared lead with its traits and deeds, in the order of ids; whether it was won; and when it was seen.

        An event counts if it had happened and was known at the lead's moment; without moments, any does.
        """
        declared = literals(definition.events) or "NULL"
        known = f"occurred_at <= {SEEN}.seen_at AND received_at <= {SEEN}.seen_at"
        counts = "".join(f", {sql} AS {_name(at)}" for at, (_, sql) in enumerate(self.counts))
        engine.run(
            f"CREATE OR REPLACE TEMP TABLE deeds AS SELECT lead_id{counts} FROM events JOIN {SEEN} USING (lead_id)"
            f" WHERE event IN ({declared}) AND coalesce({known}, NOT {self._dated})"
            " GROUP BY lead_id"
        )
        traits = "".join(f", {_trait(name, kind.type)} AS {_name(at, 't')}" for at, (name, kind) in
                         enumerate(definition.profile.items()))  # fmt: skip
        deeds = "".join(f", coalesce(deeds.{_name(at)}, 0)" for at in range(len(self.counts)))
        rows = engine.run(
            f"SELECT {SEEN}.won, epoch_us({SEEN}.seen_at){traits}{deeds} FROM {SEEN} LEFT JOIN profile USING (lead_id)"
            f" LEFT JOIN deeds USING (lead_id) ORDER BY {SEEN}.lead_id"
        )
        by_column = list(zip(*rows, strict=True)) if rows else [()] * (2 + len(definition.profile) + len(self.counts))
        won, seen = (np.array(by_column[at], dtype=np.float64) for at in (0, 1))
        columns: list[Column] = []
        for (name, kind), values in zip(definition.profile.items(), by_column[2:], strict=False):
            columns.append(_date(name, values) if kind.type == "date" else column(name, kind.type, values))
        for (name, _), values in zip(self.counts, by_column[2 + len(definition.profile) :], strict=True):
            columns.append(column(name, "integer", values))
        return export_of(definition.name, columns, len(rows), won), won, seen

    @property
    def _dated(self) -> str:
        """Whether leads have moments at all."""
        return f"(SELECT count(seen_at) > 0 FROM {SEEN})"


def behaviours_of(engine: DuckDBEngine, definition: Definition) -> Behaviours:
    """How often each kind of event happened, if any did; on how many days, of how many kinds, on how many channels."""
    declared = literals(definition.events) or "NULL"
    there = {event for (event,) in engine.run(f"SELECT DISTINCT event FROM events WHERE event IN ({declared})")}
    if not there:
        return Behaviours((), frozenset())
    taken = {*definition.profile}
    kinds = {_free(name, taken): f"count(*) FILTER (event = {literal(name)})" for name in definition.events
             if name in there}  # fmt: skip
    more = {"active days": "count(DISTINCT CAST(occurred_at AS DATE))"}
    if len(there) > 1:
        more["kinds of events"] = "count(DISTINCT event)"
    if CHANNEL in definition.properties:
        more["channels"] = f"count(DISTINCT {ident(CHANNEL)})"
    taken |= set(kinds)
    breadth = {_free(name, taken): sql for name, sql in more.items()}
    return Behaviours(tuple({**kinds, **breadth}.items()), frozenset(kinds))


def date_names(trait: str) -> tuple[str, str]:
    """What the days from a lead's moment to a date are called: ahead of it, and back from it."""
    return f"days to {trait}", f"days since {trait}"


def _date(trait: str, ahead: Sequence[int | None]) -> Column:
    """The days to a date, or since it where it lies back for most leads."""
    known = [days for days in ahead if days is not None]
    to, since = date_names(trait)
    if known and 2 * sum(days < 0 for days in known) > len(known):
        return column(since, "integer", [None if days is None else -days for days in ahead])
    return column(to, "integer", ahead)


def _free(name: str, taken: set[str]) -> str:
    """The name, or another where a trait has it."""
    while name in taken:
        name = f"{name} (event)"
    return name


def _trait(name: str, kind: str) -> str:
    """A trait's value; of a date how many days it is ahead of the lead's moment."""
    if kind == "date":
        return f"date_diff('day', CAST({SEEN}.seen_at AS DATE), profile.{ident(name)})"
    return f"profile.{ident(name)}"


def _name(at: int, kind: str = "d") -> str:
    return f'"{kind}{at}"'
