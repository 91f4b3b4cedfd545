"""When leads came in: by a date, by a number given out in turn, by the order of rows, or nobody knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

import numpy as np

from pyrometer.learning.arrays import Floats
from pyrometer.learning.kinds import day_text
from pyrometer.learning.naming import speaks_of_outcome
from pyrometer.learning.reading import Column, Export

_SERIAL = re.compile(r"(\D*)([0-9]{1,15})\Z", re.ASCII)


@dataclass(frozen=True)
class Order:
    """The order of leads in time: `key` grows with it (NaN: not known) and is None where there is no order.

    `by` is `date` (`key` in days since 1970), `rows` (they were said to be in order) or `serial`; `column` its name.
    """

    by: Literal["date", "rows", "serial", "none"]
    column: str | None = None
    key: Floats | None = None

    def spell(self, key: float) -> str:
        """A point in the order, for people."""
        return day_text(key) if self.by == "date" else f"{int(key):,}"


def order_of(export: Export, date_column: str | None, ordered: bool, lead_id: str | None) -> Order:
    """The order of the export's rows; a date is looked for where none is named."""
    if date_column is not None:
        return Order("date", date_column, days_of(export.column(date_column)))
    if ordered:
        return Order("rows", None, np.arange(export.rows, dtype=np.float64))
    dates = [column for column in export.columns if column.type == "date" and not speaks_of_outcome(column.name)]
    full = [column for column in dates if (column.codes >= 0).mean() >= 0.9]
    if full:
        # What was known of every lead is when it came in; of several dates, the first.
        first = min(full, key=lambda column: float(np.nanmean(column.values)))
        return Order("date", first.name, first.values)
    for column in sorted(export.columns, key=lambda column: column.name != lead_id):
        key = serial(column)
        if key is not None:
            return Order("serial", column.name, key)
    return Order("none")


def days_of(column: Column) -> Floats:
    """The days since 1970 of a column of dates, or of numbers of seconds or milliseconds."""
    if column.type == "date":
        return column.values
    return column.values / (86_400 if np.nanmedian(column.values) < 1e11 else 86_400_000)


def serial(column: Column) -> Floats | None:
    """The numbers of a column that gives every lead the next one, such as `EXT001`; None if it doesn't."""
    rows = len(column.codes)
    if column.type not in ("integer", "text") or rows < 20 or len(column.texts) != rows or (column.codes < 0).any():
        return None
    if column.numbers is not None:
        numbers = column.numbers
    else:
        matches = [_SERIAL.match(text) for text in column.texts]
        if not all(matches) or len({match[1] for match in matches if match}) != 1:
            return None
        numbers = np.array([float(match[2]) for match in matches if match])
    found = np.asarray(numbers[column.codes])
    steps = np.diff(found)
    in_turn = column.numbers is not None and bool((steps > 0).all() or (steps < 0).all())
    return found if in_turn or numbers.max() - numbers.min() + 1 <= 2 * rows else None
