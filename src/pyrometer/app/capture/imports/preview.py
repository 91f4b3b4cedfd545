"""What the page of a mapping shows before anything is read: how cells would be read, and what no column gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from pyrometer.app.capture.imports.asked import chosen
from pyrometer.app.capture.imports.countries import code_of, is_name
from pyrometer.app.capture.imports.files import Row
from pyrometer.app.capture.imports.mapping import HANDLES, Column, Mapping, given
from pyrometer.app.capture.imports.meaning import Import as Source
from pyrometer.app.capture.imports.meaning import read
from pyrometer.app.capture.imports.values import RefusedError, moment, plain, value, yes_or_no
from pyrometer.app.capture.imports.wanted import Wanted, Wants
from pyrometer.app.evidence.handles import BadHandleError, NoCountryError, normalise

SAMPLES = 3


@dataclass(frozen=True)
class Cell:
    """A cell as it stands in the file, and as it would be read (empty: as it stands), with a note.

    `odd`: it is taken, and yet hardly meant so; `wrong`: it can't be read as what the column is.
    """

    raw: str
    read: str = ""
    note: str = ""
    wrong: bool = False
    odd: bool = False


@dataclass(frozen=True)
class Previewed:
    """One column: what it is taken for (`chosen`, a choice of the page), and some of its cells."""

    place: int
    column: Column
    chosen: str
    cells: tuple[Cell, ...]


def columns(mapping: Mapping, rows: Sequence[Row], wants: Wants) -> list[Previewed]:
    """Every column with the first of its cells that differ; those that want a look come before others."""
    found = []
    for place, column in enumerate(mapping.columns):
        texts = dict.fromkeys(plain(row.cells.get(column.name, "") or "") for row in rows)
        cells = [cell(text, column, mapping, wants) for text in filter(None, texts)]
        shown = sorted(cells, key=lambda each: not (each.odd or each.wrong))[:SAMPLES]
        found.append(Previewed(place, column, chosen(column, wants), tuple(filter(shown.__contains__, cells))))
    return found


def cell(text: str, column: Column, mapping: Mapping, wants: Wants) -> Cell:
    """How a cell would be read.

    >>> column = Column("Staff", "trait", "employees", "number", unknown=("n/a",))
    >>> cell("1,200", column, Mapping(), Wants()).read, cell("many", column, Mapping(), Wants()).wrong
    ('1200', True)
    """
    try:
        if column.to in HANDLES:
            return _cell(text, normalise(column.to, text, mapping.region or None))
        if column.to == "time":
            return _cell(text, f"{moment(text, mapping):%Y-%m-%d %H:%M} UTC")
        if column.to == "event":
            known = not wants.events or text in wants.events
            return Cell(text) if known else Cell(text, note=_("no event of the definition"), odd=True)
        if column.to == "consent":
            return _cell(text, _("agreed") if yes_or_no(text, column.name) else _("refused"))
        if column.to in ("trait", "property"):
            found = value(text, text, column, mapping)
            if found is None:
                return Cell(text, note=_("not known"))
            odd = _odd(found, column, wants)
            if not odd and column.codes and is_name(text):
                return _cell(text, _said(found), _("the country's code"))
            return _cell(text, _said(found), odd, odd=bool(odd))
    except NoCountryError:
        return Cell(text, note=_("has no country: choose the one of phone numbers below, “For all rows”"), wrong=True)
    except (BadHandleError, RefusedError) as error:
        return Cell(text, note=_without(text, str(error).removeprefix(f"{column.name}: ")), wrong=True)
    return Cell(text)


def _odd(found: Any, column: Column, wants: Wants) -> str:
    """What is odd about a value, in words; empty where nothing is."""
    wanted = wants.find(column.to, column.called)
    if isinstance(found, int | float) and not isinstance(found, bool):
        if found < 0 and wanted is not None and wanted.positive:
            return _("below 0, which the definition doesn't expect")
        return ""
    if wanted is not None and not wanted.takes(str(found)):
        return _("not among the values that are agreed")
    if column.codes and not code_of(str(found)):
        return _("no country that is known; write its two-letter code")
    return ""


def _without(text: str, reason: str) -> str:
    """A reason without the cell's own text, which stands beside it."""
    for most in (40, 60, 80):
        reason = reason.removeprefix(f"{text[:most]!r} ")
    return reason


def refused(rows: Sequence[Row], source: Source, now: datetime) -> list[tuple[int, list[Any], str]]:
    """The first rows, each with its line in the file, its cells and the reason why it would be rejected."""
    found = []
    for number, row in enumerate(rows, 1):
        reason = row.problem
        if not reason and not source.mapping.problem(source.kind):
            try:
                read(row.cells, number, source, now)
            except RefusedError as error:
                reason = str(error)
        found.append((row.line, [row.cells.get(column.name, "") for column in source.mapping.columns], reason))
    return found


def lacking(mapping: Mapping, wants: Wants) -> list[Wanted]:
    """The traits that the definition asks for and that no column gives."""
    there = given(mapping)
    return [each for each in wants.traits if each.name not in there]


def _cell(text: str, read: str, note: str = "", *, odd: bool = False) -> Cell:
    return Cell(text, "" if read == text else read, note, odd=odd)


def _said(found: Any) -> str:
    if isinstance(found, bool):
        return _("yes") if found else _("no")
    return str(found)
