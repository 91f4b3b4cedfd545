"""The leads of a flat export: one row a lead, a column per trait, and one that says how it ended."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np

from pyrometer.learning.choosing import set_aside, unheard
from pyrometer.learning.maturity import maturity
from pyrometer.learning.ordering import order_of
from pyrometer.learning.reading import Export, export_of, read_cells
from pyrometer.learning.repeats import one_a_lead
from pyrometer.learning.request import Request, checked, outcomes
from pyrometer.learning.writing import nameable
from pyrometer.profiling.population import Population
from pyrometer.profiling.result import Counted

SNAPSHOT = "every trait is as it stands in the export, not as it stood when the lead came in: none is a snapshot"

UNORDERED = "no date, serial number or order of rows: whether what was found holds later can't be seen"


def flat(path: str | Path, request: Request, fewest: int, tell: Callable[[float], None]) -> Population:
    """The decided leads of an export, read and screened as for learning; unscreened under `fewest` won or lost ones.

    `tell` is told how far it is, up to a half. Raises EvidenceError or UsageError.
    """
    cells = read_cells(path)
    export, texts = export_of(cells), cells.texts.get(request.outcome_column, [])
    tell(0.3)
    request = checked(request, export)
    won, lost = outcomes(request, texts)
    warnings = [*cells.warnings(), *export.doubts()]
    ids = cells.texts[request.lead_id] if request.lead_id is not None else None
    kept, repeated = one_a_lead(export, request, ids)
    warnings += repeated
    read, fingerprint = export.rows, export.fingerprint
    export, won, lost = export.take(kept), won[kept], lost[kept]
    order = order_of(export, request.date_column, request.ordered, request.lead_id)
    grown = maturity(export, order, won, ~won & ~lost)
    decided = (won | lost) & ~grown.young
    immature = int(((won | lost) & grown.young).sum())
    warnings += grown.said(immature)
    used = np.flatnonzero(decided)
    counted = Counted(read, read - len(kept), int((~won & ~lost).sum()), immature, 0, 0, len(used))
    outcome = won[used].astype(np.float64)
    found = Population(export.take(used), outcome, (), (), counted, tuple(warnings), fingerprint)
    if order.key is not None:
        found = replace(found, key=order.key[used])
    if min(outcome.sum(), len(used) - outcome.sum()) < fewest:
        return found
    # A profile is no definition: any name will do.
    odd = tuple(column.name for column in export.columns if not nameable(column.name))
    names, apart = set_aside(replace(request, keep=(*request.keep, *odd)), export, order, used, outcome)
    roles = {request.outcome_column, request.lead_id, order.column, *request.ignore}
    return replace(
        found,
        export=_without(found.export, roles),
        names=tuple(names),
        apart=tuple(item for item in apart if item.column not in roles),
        warnings=(*warnings, *unheard(request, apart), SNAPSHOT, *([UNORDERED] if order.by == "none" else [])),
    )


def _without(export: Export, roles: set[str | None]) -> Export:
    return export.only([name for name in export.names if name not in roles])
