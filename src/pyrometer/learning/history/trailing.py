"""What leads did by their looks, out of the events in the engine: one pass, then trails of signals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pyrometer.definition.document import Definition
from pyrometer.definition.values import Type
from pyrometer.engines import DuckDBEngine
from pyrometer.evidence.quote import ident, literal, literals
from pyrometer.learning.arrays import Flags
from pyrometer.learning.binning import edge_text, roundest
from pyrometer.learning.history.looking import LOOKS
from pyrometer.learning.history.signals import Behaviour, Signal, Trail

MOST_VALUES = 8
"""Values of a property that become signals of their own, the most frequent first."""
DISTINCT = 50
"""Values that a property may have for each to count once: more of them name things rather than tell them apart."""
OTHER = 255
"""The code of a value beyond those."""
UP_TO = 5
MOST_SIGNALS = 60
"""Signals beside those of whole kinds: those that most leads gave."""
SAMPLED = 1_000_000
"""Events from which on a sixteenth of the leads tells what properties hold."""


@dataclass(frozen=True)
class Property:
    """A property of kinds of events: its values, the most frequent first, or the amount that counts once."""

    name: str
    kinds: tuple[str, ...]
    type: Type
    values: tuple[str, ...] = ()
    every: str | None = None


def properties_of(engine: DuckDBEngine, definition: Definition, events: int) -> list[Property]:
    """The properties that leads can be told apart by: few values, or amounts."""
    declared: dict[str, tuple[Type, list[str]]] = {}
    for kind, event in definition.events.items():
        for name, each in event.properties.items():
            declared.setdefault(name, (each.type, []))[1].append(kind)
    if not declared:
        return []
    sample = "WHERE hash(lead_id) % 16 = 0" if events > SAMPLED else ""
    figures = [
        f"median({ident(name)})" if type_ in ("integer", "number") else f"approx_count_distinct({ident(name)})"
        for name, (type_, _) in declared.items()
    ]
    (row,) = engine.run(f"SELECT {', '.join(figures)} FROM events {sample}")
    found: list[Property] = []
    for figure, (name, (type_, kinds)) in zip(row, declared.items(), strict=True):
        if type_ in ("integer", "number"):
            if figure is not None and figure > 0:
                found.append(Property(name, tuple(kinds), type_, every=_step(float(figure))))
        elif type_ in ("text", "boolean") and 0 < figure <= 2 * DISTINCT:
            values = engine.run(
                f"SELECT CAST({ident(name)} AS VARCHAR) AS v FROM (SELECT * FROM events {sample})"
                f" WHERE {ident(name)} IS NOT NULL GROUP BY v ORDER BY count(*) DESC, v LIMIT {DISTINCT}"
            )
            found.append(Property(name, tuple(kinds), type_, tuple(value for (value,) in values)))
    return found


def _step(middle: float) -> str:
    """An amount with few digits near a half of the middle one, as a definition spells it."""
    half = middle / 2
    return edge_text(roundest(half * 0.7, half * 1.3, whole=False) if half >= 1 else 1.0)


def behaviour(
    engine: DuckDBEngine, leads: int, kinds: Sequence[str], properties: Sequence[Property], *, least: int
) -> Behaviour:
    """The trails of all signals that at least so many leads gave by their looks. Raises EvidenceError."""
    rows = _seen(engine, kinds, properties)
    found: dict[Signal, Trail] = {}
    more: list[tuple[int, Signal, Trail]] = []
    for code, kind in enumerate(kinds, start=1):
        here = np.flatnonzero(rows["kind"] == code)
        part = {name: column[here] for name, column in rows.items()}
        trail = _trail(part, np.ones(len(here), dtype=np.bool_))
        if trail.leads() >= least:
            found[Signal(kind, (kind,), kind)] = trail
        for number, each in enumerate(properties):
            if kind in each.kinds:
                for signal, closer in _closer(kind, each, part, part[f"p{number}"]):
                    if closer.leads() >= least:
                        more.append((-closer.leads(), signal, closer))
    more.sort(key=lambda item: (item[0], item[1].name))
    found |= {signal: trail for _, signal, trail in more[:MOST_SIGNALS]}
    return Behaviour(leads, dict(sorted(found.items(), key=lambda item: (item[0].name, str(item[0])))))


def _seen(engine: DuckDBEngine, kinds: Sequence[str], properties: Sequence[Property]) -> dict[str, NDArray[Any]]:
    """The events known at each look, by lead and age: small numbers for leads, kinds, ages in days and properties."""
    parts = [
        "CAST(k.lead AS INTEGER) AS lead",
        "CAST(date_diff('day', CAST(e.occurred_at AS DATE), k.day) AS INTEGER) AS age",
        f"CAST(list_position([{literals(kinds)}], e.event) AS UTINYINT) AS kind",
    ]
    for number, each in enumerate(properties):
        column = f"e.{ident(each.name)}"
        if each.every is not None:
            amount = f"least(coalesce(floor(greatest({column}, 0) / {each.every}), 0), {UP_TO})"
            parts.append(f"CAST({amount} AS UTINYINT) AS p{number}")
        else:
            place = f"coalesce(list_position([{literals(each.values)}], CAST({column} AS VARCHAR)), {OTHER})"
            parts.append(f"CAST(CASE WHEN {column} IS NULL THEN 0 ELSE {place} END AS UTINYINT) AS p{number}")
    select = (
        f"SELECT {', '.join(parts)} FROM events e JOIN {LOOKS} k USING (lead_id)"
        f" WHERE e.event IN ({literals(kinds) or literal('')}) AND e.occurred_at < k.at AND e.received_at < k.at"
    )
    rows: Mapping[str, Any] = engine.interruptibly(lambda: engine.connection.execute(select).fetchnumpy())
    found = {name: np.asarray(column) for name, column in rows.items()}
    order = np.argsort(found["lead"].astype(np.int64) * (1 << 24) + found["age"], kind="stable")
    return {name: column[order] for name, column in found.items()}


def _closer(
    kind: str, each: Property, part: Mapping[str, NDArray[Any]], values: NDArray[Any]
) -> Iterator[tuple[Signal, Trail]]:
    """The signals of a kind that a property tells apart."""
    if each.every is not None:
        name = f"{kind}: {each.name}"
        yield Signal(name, (kind,), kind, per=(each.name, each.every, UP_TO)), _trail(part, values > 0, values)
        return
    there = np.unique(values[values > 0])
    if len(there) < 2:
        return
    for code in there[there <= MOST_VALUES]:
        value = each.values[code - 1]
        signal = Signal(f"{kind}, {each.name} {value}", (kind,), kind, where=(each.name, value))
        yield signal, _trail(part, values == code)
    if each.type == "text" and len(there) > 2 and OTHER not in there:
        # Of each value the freshest alone: the first of its lead in the order of age.
        known = np.flatnonzero(values > 0)
        _, first = np.unique(part["lead"][known].astype(np.int64) * 256 + values[known], return_index=True)
        fresh: Flags = np.zeros(len(values), dtype=np.bool_)
        fresh[known[first]] = True
        yield Signal(f"{kind}: different {each.name}", (kind,), kind, distinct=each.name), _trail(part, fresh)


def _trail(part: Mapping[str, NDArray[Any]], here: Flags, amounts: NDArray[Any] | None = None) -> Trail:
    """The rows of a signal, those of one lead and day added up."""
    lead, age = part["lead"][here], part["age"][here]
    if not len(lead):
        return Trail(lead, age, age)
    starts = np.flatnonzero(np.append(True, (lead[1:] != lead[:-1]) | (age[1:] != age[:-1])))
    if amounts is None:
        times = np.diff(np.append(starts, len(lead)))
    else:
        times = np.add.reduceat(amounts[here].astype(np.int64), starts)
    return Trail(lead[starts], age[starts], times.astype(np.int32))
