"""What was known of each lead at its look, taken out of the evidence by the engine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from pyrometer.definition.document import Definition
from pyrometer.definition.values import Type
from pyrometer.engines import DuckDBEngine
from pyrometer.evidence.answers import ANSWERS, typed_column
from pyrometer.evidence.quote import ident, literal, literals
from pyrometer.evidence.relations import FLAT
from pyrometer.learning.arrays import Codes
from pyrometer.learning.history.signals import Behaviour, Numbers, Signal, merged
from pyrometer.learning.reading import Column

LOOKS, SEEN = "looks", "seen"
MOST_VALUES = 8
"""Values of a property that become signals of their own, the most frequent first."""
DISTINCT = 50
"""Values that a property may have for each to count once: more of them name things rather than tell them apart."""
UP_TO = 5


@dataclass(frozen=True)
class Property:
    """A property of a kind of event: its values by how many leads showed them, or the amount that counts once."""

    kind: str
    name: str
    type: Type
    values: tuple[str, ...] = ()
    whole: bool = False
    every: str | None = None


def put_looks(engine: DuckDBEngine, ids: Sequence[str], days: Numbers) -> None:
    """Makes `looks(lead, lead_id, day, at)`: each lead's number and the day whose first moment it is looked at."""
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {LOOKS} AS SELECT lead, lead_id, day, CAST(day AS TIMESTAMP) AS at FROM ("
        " SELECT unnest(range($3)) AS lead, unnest($1::VARCHAR[]) AS lead_id,"
        " DATE '1970-01-01' + CAST(unnest($2::INTEGER[]) AS INTEGER) AS day)",
        [list(ids), [int(day) for day in days], len(ids)],
    )


def put_seen(engine: DuckDBEngine, kinds: Sequence[str], properties: Sequence[Property]) -> None:
    """Makes `seen`: the events known at each look, small: numbers for leads, kinds and values, ages in days."""
    parts = [
        "CAST(k.lead AS INTEGER) AS lead",
        f"CAST(list_position([{literals(kinds)}], e.event) AS UTINYINT) AS kind",
        "CAST(date_diff('day', CAST(e.occurred_at AS DATE), k.day) AS INTEGER) AS age",
    ]
    for number, each in enumerate(properties):
        here = f"e.event = {literal(each.kind)}"
        if each.every is not None:
            amount = f"floor(greatest({ident(each.name)}, 0) / {each.every})"
            parts.append(
                f"CAST(CASE WHEN {here} THEN least(coalesce({amount}, 0), {UP_TO}) ELSE 0 END AS UTINYINT) AS p{number}"
            )
        else:
            value = f"list_position([{literals(each.values)}], CAST({ident(each.name)} AS VARCHAR))"
            parts.append(f"CAST(CASE WHEN {here} THEN coalesce({value}, 0) ELSE 0 END AS UTINYINT) AS p{number}")
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {SEEN} AS SELECT {', '.join(parts)} FROM events e JOIN {LOOKS} k"
        f" USING (lead_id) WHERE e.event IN ({literals(kinds) or 'NULL'})"
        " AND e.occurred_at <= k.at AND e.received_at <= k.at"
    )


def behaviour(
    engine: DuckDBEngine, leads: int, kinds: Sequence[str], properties: Sequence[Property], *, least: int
) -> Behaviour:
    """The trails of all signals that at least so many leads gave."""
    found: dict[Signal, tuple[Numbers, Numbers, Numbers]] = {}
    plain = _fetched(engine, f"SELECT kind, lead, age, count(*) AS times FROM {SEEN} GROUP BY kind, lead, age", "kind")
    for code, rows in plain.items():
        kind = kinds[code - 1]
        found[Signal(kind, (kind,), kind)] = rows
    for number, each in enumerate(properties):
        column = f"p{number}"
        if each.every is not None:
            sums = (
                f"SELECT 1 AS one, lead, age, sum({column}) AS times FROM {SEEN} WHERE {column} > 0 GROUP BY lead, age"
            )
            for rows in _fetched(engine, sums, "one").values():
                name = f"{each.kind}: {each.name}"
                found[Signal(name, (each.kind,), each.kind, per=(each.name, each.every, UP_TO))] = rows
            continue
        counted = (
            f"SELECT {column} AS v, lead, age, count(*) AS times FROM {SEEN} WHERE {column} > 0 GROUP BY v, lead, age"
        )
        by_value = _fetched(engine, counted, "v")
        for code, rows in by_value.items():
            if code <= MOST_VALUES and len(each.values) > 1:
                value = each.values[code - 1]
                signal = Signal(f"{each.kind}, {each.name} {value}", (each.kind,), each.kind, where=(each.name, value))
                found[signal] = rows
        if each.whole and each.type == "text" and len(each.values) > 2:
            freshest = (
                f"SELECT 1 AS one, lead, age, count(*) AS times FROM (SELECT lead, min(age) AS age FROM {SEEN}"
                f" WHERE {column} > 0 GROUP BY lead, {column}) GROUP BY lead, age"
            )
            for rows in _fetched(engine, freshest, "one").values():
                name = f"{each.kind}: different {each.name}"
                found[Signal(name, (each.kind,), each.kind, distinct=each.name)] = rows
    trails = {signal: merged(*rows) for signal, rows in found.items()}
    kept = {signal: trail for signal, trail in trails.items() if len(np.unique(trail.lead)) >= least}
    return Behaviour(leads, dict(sorted(kept.items(), key=lambda item: (item[0].name, str(item[0])))))


def _fetched(engine: DuckDBEngine, select: str, by: str) -> dict[int, tuple[Numbers, Numbers, Numbers]]:
    rows: Mapping[str, Any] = engine.interruptibly(
        lambda: engine.connection.execute(f"{select} ORDER BY {by}, lead, age").fetchnumpy()
    )
    which = np.asarray(rows[by], dtype=np.int64)
    starts = np.flatnonzero(np.diff(which, prepend=-1) != 0)
    ends = np.append(starts[1:], len(which))
    lead, age, times = (np.asarray(rows[name], dtype=np.int64) for name in ("lead", "age", "times"))
    return {
        int(which[start]): (lead[start:end], age[start:end], times[start:end])
        for start, end in zip(starts, ends, strict=True)
    }


def properties_of(engine: DuckDBEngine, definition: Definition) -> list[Property]:
    """The properties that leads can be told apart by: few values, or amounts."""
    found: list[Property] = []
    for kind, declared in definition.events.items():
        names = list(declared.properties)
        if not names:
            continue
        figures = []
        for name in names:
            figures.append(f"approx_count_distinct({ident(name)})")
            numeric = declared.properties[name].type in ("integer", "number")
            figures.append(f"approx_quantile({ident(name)}, 0.5)" if numeric else "NULL")
        (row,) = engine.run(f"SELECT {', '.join(figures)} FROM events WHERE event = {literal(kind)}")
        for at, name in enumerate(names):
            type_ = declared.properties[name].type
            if type_ in ("integer", "number"):
                middle = row[2 * at + 1]
                if middle is not None and middle > 0:
                    found.append(Property(kind, name, type_, every=_step(float(middle))))
            elif type_ in ("text", "boolean") and 0 < row[2 * at] <= 2 * DISTINCT:
                found += _valued(engine, kind, name, type_)
    return found


def _valued(engine: DuckDBEngine, kind: str, name: str, type_: Type) -> list[Property]:
    values = engine.run(
        f"SELECT CAST({ident(name)} AS VARCHAR) AS v FROM events WHERE event = {literal(kind)}"
        f" AND {ident(name)} IS NOT NULL GROUP BY v ORDER BY count(*) DESC, v LIMIT {DISTINCT + 1}"
    )
    if not values:
        return []
    whole = len(values) <= DISTINCT
    return [Property(kind, name, type_, tuple(value for (value,) in values[:DISTINCT]), whole)]


def _step(middle: float) -> str:
    """An amount with one digit near a half of the middle one, as a definition spells it."""
    from pyrometer.learning.binning import edge_text, roundest

    half = middle / 2
    return edge_text(max(roundest(half * 0.7, half * 1.3, whole=False), 1.0) if half >= 1 else 1.0)


def columns_at(engine: DuckDBEngine, definition: Definition, *, logged: bool, flat: Sequence[str]) -> list[Column]:
    """The traits at each look: what the log said that was known then; those in `flat` as the leads file has them."""
    names = list(definition.profile)
    columns: dict[str, list[object]] = {}
    if logged:
        for name in names:
            if name not in flat:
                typed = typed_column(definition.profile[name].type)
                rows = engine.run(
                    f"SELECT w.value FROM {LOOKS} k LEFT JOIN (SELECT k.lead, arg_max({{'v': a.{typed}}},"
                    f" (a.occurred_at, a.received_at, a.value)).v AS value FROM {ANSWERS} a JOIN {LOOKS} k"
                    f" USING (lead_id) WHERE a.trait = {literal(name)} AND a.occurred_at <= k.at"
                    " AND a.received_at <= k.at GROUP BY k.lead) w USING (lead) ORDER BY k.lead"
                )
                columns[name] = [value for (value,) in rows]
    if flat:
        picks = ", ".join(f"f.{ident(name)}" for name in flat)
        rows = engine.run(f"SELECT {picks} FROM {LOOKS} k LEFT JOIN {FLAT} f USING (lead_id) ORDER BY k.lead")
        for at, name in enumerate(flat):
            columns[name] = [row[at] for row in rows]
    return [column_of(name, definition.profile[name], columns[name]) for name in names if name in columns]


def column_of(name: str, trait: Any, values: Sequence[object]) -> Column:
    """Typed values as a column of codes, NULL being unknown."""
    from datetime import date

    epoch = date(1970, 1, 1).toordinal()
    there = {value for value in values if value is not None}
    numbers: dict[object, float] = {}
    for value in there:
        if isinstance(value, date):
            numbers[value] = float(value.toordinal() - epoch)
        elif trait.type != "text":
            numbers[value] = float(value)  # type: ignore[arg-type]
    order = sorted(there, key=lambda value: (numbers.get(value, 0.0), _said(value)))
    codes = {value: code for code, value in enumerate(order)}
    found: Codes = np.fromiter(
        (-1 if value is None else codes[value] for value in values), dtype=np.int32, count=len(values)
    )
    return Column(
        name,
        trait.type,
        found,
        tuple(_said(value) for value in order),
        None if trait.type == "text" else np.array([numbers[value] for value in order], dtype=np.float64),
        tuple(str(spelling) for spelling in trait.unknown),
        found < 0,
        "YYYY-MM-DD" if trait.type == "date" else None,
    )


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)
