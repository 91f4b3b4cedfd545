"""One row a lead: rows that repeat another one are left out, and of several rows of a lead all but the last."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pyrometer.learning.arrays import Rows
from pyrometer.learning.ordering import order_of
from pyrometer.learning.reading import Export
from pyrometer.learning.request import Request


def one_a_lead(export: Export, request: Request, ids: Sequence[str] | None) -> tuple[Rows, list[str]]:
    """The rows that stand for leads, in the order of the file, and what to say of the others.

    `ids` are the texts of the column that names leads; a row without one is a lead of its own. Rows of one lead would
    be held out and learned from at once, and the lead be known by heart; the last of them stands, by date or serial
    number where there is one, else in the file.
    """
    kept, said = np.flatnonzero(~export.repeats), []
    if not export.tells_leads_apart:
        said.append(
            f"{int(export.repeats.sum()):,} rows repeat another one, but these columns can't tell leads apart: they "
            "are kept; with a column that names leads (--lead-id) true repeats would be found"
        )
        kept = np.arange(export.rows)
    if ids is None:
        return kept, said
    order = order_of(export.take(kept), request.date_column, request.ordered, request.lead_id)
    inorder = kept
    if order.key is not None:
        # Rows of unknown time come first, so that none of them stands for a lead whose times are known.
        inorder = kept[np.argsort(np.nan_to_num(order.key, nan=-np.inf), kind="stable")]
    last = {ids[row].strip() or row: row for row in inorder.tolist()}
    stand = np.sort(np.fromiter(last.values(), dtype=np.intp, count=len(last)))
    earlier = len(kept) - len(stand)
    if earlier:
        said.append(
            f"{earlier:,} rows tell of leads that have a later row (by `{request.lead_id}`): only the last row of each "
            "lead counts"
        )
    return stand, said
