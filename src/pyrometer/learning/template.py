"""A definition to fill in, made of the export's own columns, for when there is too little to learn from."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from pyrometer.learning.arrays import Codes, Flags, Floats, Rows
from pyrometer.learning.binning import edge_text, roundest
from pyrometer.learning.choosing import no_trait
from pyrometer.learning.naming import speaks_of_outcome
from pyrometer.learning.ordering import Order
from pyrometer.learning.reading import Column, Export
from pyrometer.learning.request import Request
from pyrometer.learning.writing import comment, key, text, trait_text

MOST_TRAITS = 8
MOST_VALUES = 8
FILLED = 0.3
"""The share of leads of which a trait is known, to be worth a rule."""
BEST, NEXT = 10, 5
"""The points that stand in the places to be filled in."""
WEIGHT = 10
"""Leads with the rate of all that few leads are put together with."""


def template(request: Request, export: Export, order: Order, rows: Rows, won: Floats) -> str:
    """The YAML text: a rule for each of the columns that could be traits, at most eight, with points to be replaced.

    `rows` are the leads with an outcome, and `won` is theirs; how they ended stands beside each value.
    """
    columns = _traits(request, export, order)
    return "\n".join([*_head(request, export, won), *_body(columns, rows, won), ""])


def _traits(request: Request, export: Export, order: Order) -> list[Column]:
    """The columns worth talking about, those that are known most often first."""
    apart = {request.outcome_column, request.lead_id, order.column, *request.ignore}
    apart |= {item.column for item in no_trait(export.columns, export, order) if item.column not in request.keep}
    found = []
    for column in export.columns:
        known = column.codes[column.codes >= 0]
        fit = column.name not in apart and len(np.unique(known)) > 1 and len(known) >= FILLED * export.rows
        if fit and (column.name in request.trust or not speaks_of_outcome(column.name)):
            found.append(column)
    order_of_use = sorted(range(len(found)), key=lambda at: (-int((found[at].codes >= 0).sum()), at))
    return [found[at] for at in sorted(order_of_use[:MOST_TRAITS])]


def _head(request: Request, export: Export, won: Floats) -> Iterator[str]:
    yield "# A definition to fill in. Nothing of it was learned: there are too few leads whose outcome is known."
    yield "#"
    yield comment(f"data: {export.label}, sha256 {export.fingerprint}")
    yield comment(f"outcome: {request.outcome_column}; {int(won.sum()):,} won and {int((1 - won).sum()):,} lost so far")
    yield "#"
    yield "# Every number of points below is a placeholder. Sit down with marketing and sales, and for each rule ask:"
    yield "#   Does this say anything about whether a lead will buy? If not, take the rule out."
    yield "#   Which value is best, and how much better than the others? Put points there; negative ones, too."
    yield "# Then choose what is hot and warm, and write down three leads that you argued about under `examples`."
    yield ""


def _body(columns: list[Column], rows: Rows, won: Floats) -> Iterator[str]:
    yield "format: 1"
    yield 'name: "To be agreed on"'
    yield ""
    yield "profile:"
    if not columns:
        yield "  need: {type: text, values: [confirmed, possible, none]}  # no column of the export could be a trait"
    for column in columns:
        yield f"  {key(column.name)}: {trait_text(column)}"
    yield ""
    yield "scores:"
    yield "  fit:"
    yield "    rules:"
    if not columns:
        yield "      - name: need"
        yield "        trait: need"
        yield f"        points_for: {{confirmed: {BEST}, possible: {NEXT}}}"
    for column in columns:
        yield from _rule(column, rows, won)
    most = BEST * max(len(columns), 1)
    yield ""
    yield "temperature:"
    yield f"  hot: {{when: {{score: fit, at_least: {max(round(0.7 * most), 2)}}}}}  # of {most} at most"
    yield f"  warm: {{when: {{score: fit, at_least: {max(round(0.4 * most), 1)}}}}}"


def _rule(column: Column, rows: Rows, won: Floats) -> Iterator[str]:
    yield f"      - name: {text(column.name)}"
    yield f"        trait: {text(column.name)}"
    codes = column.codes[rows]
    if column.ordered:
        bounds = _bounds(column)
        yield "        bands:"
        values = np.append(np.asarray(column.numbers), np.nan)[codes]
        # Placeholders rise with the numbers, or fall where leads with small ones did better so far.
        placed = [round(at * BEST / len(bounds)) for at in range(len(bounds) + 1)]
        lowest, highest = values < bounds[0], values >= bounds[-1]
        if _shrunken(lowest, won) > _shrunken(highest, won):
            placed.reverse()
        for at, (low, high) in enumerate(zip([None, *bounds], [*bounds, None], strict=True)):
            inside = (values >= (-np.inf if low is None else low)) & (values < (np.inf if high is None else high))
            stretch = [] if low is None else [f"from: {edge_text(low)}"]
            stretch += [] if high is None else [f"below: {edge_text(high)}"]
            points = placed[at]
            yield f"          - {{{', '.join([*stretch, f'points: {points}'])}}}  # {_so_far(inside, won)}"
    else:
        yield "        points_for:"
        values_found = list(_values(column, codes))
        best = sorted(range(len(values_found)), key=lambda at: (-_shrunken(values_found[at][1], won), at))
        for at, (spelled, here) in enumerate(values_found):
            yield f"          {spelled}: {(BEST, NEXT, 0)[min(best.index(at), 2)]}  # {_so_far(here, won)}"
    unknown = _so_far(codes < 0, won)
    yield f"        unknown: 0  # {unknown}"


def _shrunken(inside: Flags, won: Floats) -> float:
    """The share won of some leads, drawn towards that of all as by ten more leads."""
    base = float(won.mean()) if len(won) else 0.0
    return (float(won[inside].sum()) + WEIGHT * base) / (float(inside.sum()) + WEIGHT)


def _bounds(column: Column) -> list[float]:
    """Round numbers that cut the known values into about three parts."""
    numbers = np.sort(np.asarray(column.numbers)[column.codes[column.codes >= 0]])
    distinct = np.unique(numbers)
    found = []
    for share in (1 / 3, 2 / 3):
        at = int(np.searchsorted(distinct, np.quantile(numbers, share, method="nearest")))
        at = min(max(at, 1), len(distinct) - 1)
        found.append(roundest(float(distinct[at - 1]), float(distinct[at]), whole=column.type == "integer"))
    return sorted(set(found))


def _values(column: Column, codes: Codes) -> Iterator[tuple[str, Flags]]:
    """How each of the most frequent values is spelled, and the leads that have it."""
    if column.type == "boolean":
        truth = np.append(np.asarray(column.numbers), np.nan)[codes]
        yield from (("true", truth == 1), ("false", truth == 0))
        return
    counts = np.bincount(column.codes[column.codes >= 0], minlength=len(column.texts))
    order = sorted(range(len(counts)), key=lambda code: (-counts[code], code))
    for code in order[:MOST_VALUES]:
        yield text(column.texts[code]), codes == code


def _so_far(inside: Flags, won: Floats) -> str:
    leads = int(inside.sum())
    return f"{int(won[inside].sum()):,} of {leads:,} won so far" if leads else "no outcome so far"
