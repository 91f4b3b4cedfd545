"""Which columns may be learned from, and which are set aside, each with its reason."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import numpy as np

from pyrometer.learning.arrays import Floats, Rows
from pyrometer.learning.clock import clocks
from pyrometer.learning.lifting import lifting
from pyrometer.learning.naming import speaks_of_seller
from pyrometer.learning.ordering import Order, serial
from pyrometer.learning.reading import Column, Export
from pyrometer.learning.request import Request
from pyrometer.learning.result import Quarantined
from pyrometer.learning.screen import leaks
from pyrometer.learning.writing import nameable

NUMBERED = 200
"""Leads from which on whole numbers that all differ are taken for names."""
ODD = "its numbers are written in a way that definitions don't read; write them as 1234.5"
UNNAMED = "a definition can't name it: spaces at the ends, or too long"
_ODD_NUMBER = re.compile(r"[^\w\s]?\s?-?[0-9]{1,3}(?:[ .,'][0-9]{3})*(?:[.,][0-9]+)?\s?(?:%|[^\w\s])?\Z", re.ASCII)


def set_aside(
    request: Request, export: Export, order: Order, rows: Rows, won: Floats
) -> tuple[list[str], list[Quarantined]]:
    """The names of the columns to learn from, and those in quarantine; `rows` are the leads used and `won` is theirs.

    What --trust names passes the leak screen, what --keep names passes everything else but the roles of outcome, id
    and time.
    """
    roles = {request.outcome_column, request.lead_id, order.column, *request.ignore}
    open_to = [column for column in export.columns if column.name not in roles]
    found = [item for item in no_trait(open_to, export, order) if item.column not in request.keep]
    part = export.take(rows)
    # Who mends how a column is written shouldn't be led to mend a leak.
    written = [item.column for item in found if item.reason == ODD or part.column(item.column).ordered]
    telling = {item.column: item for item in leaks(part.only(written), won) if item.column not in request.trust}
    found = [telling.get(item.column, item) for item in found]
    apart = {item.column for item in found}
    rest = part.only([column.name for column in open_to if column.name not in apart])
    leaking = [item for item in leaks(rest, won) if item.column not in request.trust]
    apart |= {item.column for item in leaking}
    rest = part.only([column.name for column in rest.columns if column.name not in apart and _varied(column)])
    lifted = lifting(rest, won, frozenset(request.trust), request.seed)
    apart |= {item.column for item in lifted}
    return [column.name for column in rest.columns if column.name not in apart], [*found, *leaking, *lifted]


def _varied(column: Column) -> bool:
    """Whether there is more than one answer, unknown being one."""
    return len(np.unique(column.codes)) > 1


def no_trait(columns: Sequence[Column], export: Export, order: Order) -> Iterator[Quarantined]:
    """Columns that are no trait of a lead, whatever they say of outcomes."""
    ticking = clocks(export, order)
    for column in columns:
        why = (
            ticking.get(column.name)
            or (_date(column) if column.type == "date" else None)
            or ("it tells who was selling, which says nothing of the lead" if speaks_of_seller(column.name) else None)
            or (column.doubt if column.ordered else None)
            or _number_of_lead(column)
            or (None if nameable(column.name) else UNNAMED)
        )
        if why is not None:
            yield Quarantined(column.name, None, why, None if why in (ODD, UNNAMED) else "keep")


def unheard(request: Request, found: Sequence[Quarantined]) -> list[str]:
    """What --trust asked for in vain."""
    return [
        f"`{item.column}` is set aside though it is trusted: --trust only lets it pass the leak screen"
        + ("; --keep takes it back" if item.remedy == "keep" else f", and {item.reason}")
        for item in found
        if item.column in request.trust and item.remedy != "trust"
    ]


def _date(column: Column) -> str:
    return "a date: it moves with the calendar, and when the lead would have been scored isn't known"


def _odd_numbers(column: Column) -> bool:
    """Whether the texts are numbers with commas, signs of money or the like."""
    odd = sum(bool(_ODD_NUMBER.match(text.strip())) for text in column.texts)
    return len(column.texts) >= 10 and odd >= 0.9 * len(column.texts)


def _number_of_lead(column: Column) -> str | None:
    known = int((column.codes >= 0).sum())
    if serial(column) is not None:
        return "it only numbers the leads"
    if column.type == "integer" and known == len(column.codes) == len(column.texts) and known >= NUMBERED:
        return "every lead has another number; it names leads"
    if column.type == "text" and known >= 40 and _odd_numbers(column):
        return ODD
    if column.type == "text" and known >= 40 and len(column.texts) > 0.5 * known:
        return f"nearly every lead has a value of its own ({len(column.texts):,} in {known:,}); it names leads"
    return None
