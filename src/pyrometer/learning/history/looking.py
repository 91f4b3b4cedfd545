"""What was known of each lead at its look, taken out of the evidence by the engine."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from pyrometer.definition.document import Definition
from pyrometer.engines import DuckDBEngine
from pyrometer.evidence.answers import ANSWERS, typed_column
from pyrometer.evidence.quote import ident, literal
from pyrometer.evidence.relations import FLAT
from pyrometer.learning.arrays import Codes
from pyrometer.learning.history.moments import Days
from pyrometer.learning.reading import Column

LOOKS = "looks"


def put_looks(engine: DuckDBEngine, ids: Sequence[str], days: Days) -> None:
    """Makes `looks(lead, lead_id, day, at)`: each lead's number and the day whose first moment it is looked at.

    What is known then is from the days before: a bare date stands at the first moment of its day, and what it says may
    have happened at any hour of it, after the decision too. So evidence of that very moment doesn't count.
    """
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {LOOKS} AS SELECT lead, lead_id, day, CAST(day AS TIMESTAMP) AS at FROM ("
        " SELECT unnest(range($3)) AS lead, unnest($1::VARCHAR[]) AS lead_id,"
        " DATE '1970-01-01' + CAST(unnest($2::INTEGER[]) AS INTEGER) AS day)",
        [list(ids), [int(day) for day in days], len(ids)],
    )


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
                    f" USING (lead_id) WHERE a.trait = {literal(name)} AND a.occurred_at < k.at"
                    " AND a.received_at < k.at GROUP BY k.lead) w USING (lead) ORDER BY k.lead"
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
