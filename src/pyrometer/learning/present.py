"""The definition in use, judged on the leads that the card is judged on."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
from sklearn.isotonic import IsotonicRegression

from pyrometer.definition import Definition
from pyrometer.learning.arrays import Floats, Rows
from pyrometer.learning.measure import measured, paired
from pyrometer.learning.reading import Cells, Export
from pyrometer.learning.result import Figures, Present

LEAD = "row of the export"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class InUse:
    """How the definition in use ranks the rows of the export: `ranks` grow with the place in the order of calling."""

    definition: Definition
    fingerprint: str
    ranks: Floats
    absent: tuple[str, ...]
    events: bool

    def take(self, rows: Rows) -> InUse:
        """The ranks of some rows."""
        return replace(self, ranks=self.ranks[rows])


def in_use(definition: Definition, cells: Cells, export: Export) -> InUse:
    """Scores every row of the export; its moment is the last day that the export knows.

    Leads are ranked as sales would call them: the warmest, then those with the least missing, then the highest scores.
    """
    # Not needed by those who compare with nothing, and slow to load.
    from pyrometer.scoring import score

    columns = {name: trait.column or name for name, trait in definition.profile.items()}
    there = {name: column for name, column in columns.items() if column in cells.texts}
    rows = export.rows
    with tempfile.TemporaryDirectory(prefix="pyrometer-") as folder:
        file = Path(folder) / "leads.csv"
        with file.open("w", encoding="utf-8", errors="replace", newline="") as out:
            written = csv.writer(out, lineterminator="\n")
            written.writerow([LEAD, *there.values()])
            written.writerows(zip(range(rows), *(cells.texts[column] for column in there.values()), strict=True))
        with score(definition, leads=file, lead_id=LEAD, as_of=_last_day(export)) as scoring:
            found = scoring.engine.rows(
                "SELECT lead_id, dense_rank() OVER (ORDER BY call_temperature DESC, call_missing DESC, call_total) "
                "FROM readings"
            )
            ranks = np.zeros(rows)
            for lead, rank in found:
                ranks[int(lead)] = rank
    absent = tuple(column for name, column in columns.items() if name not in there)
    return InUse(definition, scoring.definition, ranks, absent, bool(definition.events))


def _last_day(export: Export) -> datetime:
    """The last day in any date of the export, or 1970 where it has none."""
    days = [float(np.nanmax(column.values)) for column in export.columns if column.type == "date" and column.texts]
    return EPOCH + timedelta(days=max(days, default=0.0))


def compared(
    used: InUse, inside: Rows, aside: Rows, won: Floats, card: Floats, suspect: Sequence[str]
) -> tuple[Figures, Present]:
    """The figures of the definition in use on the leads held `aside`, and what the card gains over it.

    Points are no chances: the rates of the leads `inside`, made to rise with the rank, stand for them (isotonic
    regression). `card` are the scores of the card on the leads held aside, `suspect` the columns in quarantine.
    """
    curve = IsotonicRegression(out_of_bounds="clip").fit(used.ranks[inside], won[inside])
    ranks, truth = used.ranks[aside], won[aside]
    gain, low, high = paired(card, ranks, truth)
    asked = {trait.column or name for name, trait in used.definition.profile.items()}
    present = Present(
        used.definition.name,
        used.fingerprint,
        used.absent,
        used.events,
        tuple(name for name in suspect if name in asked),
        gain,
        (low, high),
    )
    return measured(np.asarray(curve.predict(ranks)), truth, ranks), present
