"""One run of learning, from the file to the definition or the refusal."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from threadpoolctl import threadpool_limits

from pyrometer.definition import Definition
from pyrometer.learning.choosing import set_aside, unheard
from pyrometer.learning.judging import Leads, Progress, judged
from pyrometer.learning.maturity import maturity
from pyrometer.learning.naming import look_like_people
from pyrometer.learning.ordering import Order, order_of
from pyrometer.learning.present import in_use
from pyrometer.learning.reading import Export, export_of, read_cells
from pyrometer.learning.repeats import one_a_lead
from pyrometer.learning.request import Request, checked, outcomes, single
from pyrometer.learning.result import Learned, Quarantined, Rows, Trait
from pyrometer.learning.template import template

UNORDERED = "no date, serial number or order of rows: whether what was learned holds later can't be seen"
FEWEST = 40
"""Won leads, and lost ones, below which nothing is learned."""


def run(
    path: str | Path, request: Request, against: Definition | None = None, progress: Progress | None = None
) -> Learned:
    """Learns from a file, and judges the definition in use beside it. Raises EvidenceError or UsageError."""
    # The matrices are small: more threads wait for each other, and sums would depend on how many there are.
    with threadpool_limits(1):
        return _run(path, request, against, progress or (lambda share: None))


def _run(path: str | Path, request: Request, against: Definition | None, tell: Progress) -> Learned:
    cells = read_cells(path)
    export = export_of(cells)
    single(request, cells)
    request = checked(request, export)
    won, lost = outcomes(request, cells.texts[request.outcome_column])
    warnings = [*cells.warnings(), *export.doubts()]
    present = None if against is None else in_use(against, cells, export)
    ids = cells.texts[request.lead_id] if request.lead_id is not None else None
    del cells
    tell(0.05)
    kept, repeated = one_a_lead(export, request, ids)
    warnings += repeated
    duplicates = export.rows - len(kept)
    export, won, lost = export.take(kept), won[kept], lost[kept]
    order = order_of(export, request.date_column, request.ordered, request.lead_id)
    grown = maturity(export, order, won, ~won & ~lost)
    decided = (won | lost) & ~grown.young
    rows = Rows(
        len(kept) + duplicates,
        duplicates,
        int((~won & ~lost).sum()),
        int(((won | lost) & grown.young).sum()),
        int(decided.sum()),
    )
    warnings += grown.said(rows.immature)
    used = np.flatnonzero(decided)
    outcome = won[used].astype(np.float64)
    learned = Learned(
        None,
        None,
        rows,
        float(outcome.mean()) if len(used) else None,
        (),
        (),
        None,
        {},
        (),
        (),
        tuple(warnings),
        export.fingerprint,
        request.seed,
    )
    wins = int(outcome.sum())
    if min(wins, len(used) - wins) < FEWEST:
        return replace(
            learned,
            traits=_traits(export, request, order, [], []),
            refusal=f"too little to learn from: {wins:,} won and {len(used) - wins:,} lost, and {FEWEST} of each are "
            "needed; begin with a definition that both teams agree on by talking, and come back",
            template=template(request, export, order, used, outcome),
        )
    learned = replace(learned, lead_id=_naming(export, request))
    names, quarantined = set_aside(request, export, order, used, outcome)
    learned = replace(
        learned,
        quarantined=tuple(quarantined),
        traits=_traits(export, request, order, names, quarantined),
        warnings=(*warnings, *unheard(request, quarantined), *_snapshot(order, names), *_people(export.only(names))),
    )
    tell(0.15)
    key = None if order.key is None else order.key[used]
    part = replace(export.take(used).only(names), key=key)
    in_place = None if present is None else present.take(kept[used])
    return judged(learned, request, Leads(part, outcome, replace(order, key=key), in_place), tell)


def _naming(export: Export, request: Request) -> str | None:
    """The column that gives every lead a value of its own."""
    if request.lead_id is not None:
        return request.lead_id
    for column in export.columns:
        whole = column.type in ("text", "integer") and not (column.codes < 0).any()
        if whole and column.name != request.outcome_column and len(np.unique(column.codes)) == export.rows:
            return column.name
    return None


def _snapshot(order: Order, names: list[str]) -> list[str]:
    """What a flat export can't know."""
    if not names:
        return []
    found = ["every column is as it stands in the export, not as it stood when the lead came in: none is a snapshot"]
    if order.by == "none":
        found.append(UNORDERED)
    return found


def _people(export: Export) -> list[str]:
    """Columns that may tell who was selling, though their names don't say so."""
    return [
        f"`{column.name}` looks like names of people: if it tells who was selling, leave it out with --ignore"
        for column in export.columns
        if column.type == "text" and look_like_people(column.texts)
    ]


def _traits(
    export: Export, request: Request, order: Order, names: list[str], quarantined: list[Quarantined]
) -> tuple[Trait, ...]:
    apart = {item.column for item in quarantined}
    uses: dict[str, str] = dict.fromkeys(names, "used") | dict.fromkeys(apart, "quarantined")
    if order.column is not None:
        uses[order.column] = "time"
    uses |= dict.fromkeys(request.ignore, "ignored") | {request.outcome_column: "outcome"}
    if request.lead_id is not None:
        uses[request.lead_id] = "lead_id"
    return tuple(
        Trait(
            column.name,
            column.type,
            column.unknown,
            column.date_format,
            float((column.codes < 0).mean()) if export.rows else 0.0,
            uses.get(column.name, "idle"),
            trusted=column.name in request.trust,
        )
        for column in export.columns
    )
