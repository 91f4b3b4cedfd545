"""What learning was asked to do, checked against the columns and values that there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from pyrometer.definition.problems import suggestion
from pyrometer.errors import EvidenceError, UsageError
from pyrometer.evidence.notes import some
from pyrometer.learning.arrays import Flags
from pyrometer.learning.reading import Cells, Column, Export

MOST_RESAMPLES = 1000
MOST_SEED = 2**31 - 1


@dataclass(frozen=True)
class Request:
    """The options of a run; columns by name. Raises UsageError where a number of them makes no sense."""

    outcome_column: str
    won: tuple[str, ...]
    lost: tuple[str, ...]
    date_column: str | None = None
    ordered: bool = False
    lead_id: str | None = None
    ignore: tuple[str, ...] = ()
    trust: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()
    seed: int = 0
    resamples: int = 20

    def __post_init__(self) -> None:
        if not 1 <= self.resamples <= MOST_RESAMPLES:
            raise UsageError(f"{self.resamples} resamples; a whole number from 1 to {MOST_RESAMPLES}")
        if not 0 <= self.seed <= MOST_SEED:
            raise UsageError(f"a seed of {self.seed}; a whole number from 0 to {MOST_SEED:,}")

    def settings(self, against: str = "") -> dict[str, str]:
        """What was asked for, as it is recorded in the definition; `against` says what it was compared with."""
        found = {
            "outcome": f"{self.outcome_column}; won: {', '.join(self.won)}; lost: {', '.join(self.lost)}",
            "order": f"date in {self.date_column}" if self.date_column else "rows in order" if self.ordered else "",
            "lead id": self.lead_id or "",
            "ignored": ", ".join(self.ignore),
            "trusted": ", ".join(self.trust),
            "kept": ", ".join(self.keep),
            "against": against,
            "seed": str(self.seed),
            "resamples": str(self.resamples),
        }
        return {name: value for name, value in found.items() if value}


def single(request: Request, cells: Cells) -> None:
    """Raises EvidenceError where a column that was asked for is there more than once."""
    asked = (request.outcome_column, request.date_column, request.lead_id, *request.trust, *request.keep)
    for name in asked:
        if name in cells.twice:
            raise EvidenceError(
                f"{cells.label}: several columns are called `{name}`, and which is meant can't be told; rename the "
                "others in its first line"
            )


def checked(request: Request, export: Export) -> Request:
    """The request with `lead_id` filled in where the file has such a column. Raises UsageError."""
    if request.date_column is not None and request.ordered:
        raise UsageError("--date-column and --ordered both say when leads came in; give one of them")
    asked: list[tuple[str, Sequence[str | None]]] = [
        ("--outcome-column", [request.outcome_column]),
        ("--date-column", [request.date_column]),
        ("--lead-id", [request.lead_id]),
        ("--ignore", request.ignore),
        ("--trust", request.trust),
        ("--keep", request.keep),
    ]
    for option, names in asked:
        for name in names:
            if name is not None and name not in export.names:
                raise UsageError(_no_column(export.label, name, option, export.names))
    for name in (*request.ignore, *request.trust, *request.keep):
        if name == request.outcome_column:
            raise UsageError(f"`{name}` holds the outcome; it can't be ignored, trusted or kept")
    both = {*request.trust, *request.keep} & set(request.ignore)
    if both:
        raise UsageError(f"{some(sorted(both))} is ignored and asked for at once")
    if request.date_column is not None and not _dated(export.column(request.date_column)):
        raise UsageError(
            f"{export.label}: `{request.date_column}` holds no dates that can be read; "
            "2026-02-28, 02/28/2026, 28.02.2026, 20260228 and seconds since 1970 are understood"
        )
    if request.lead_id is None and "lead_id" in export.names and request.outcome_column != "lead_id":
        return Request(**{**vars(request), "lead_id": "lead_id"})
    return request


def there(cells: Cells, outcome_column: str) -> str:
    """The values of the column of outcomes, or that there is no such column."""
    if outcome_column not in cells.texts:
        return _no_column(cells.label, outcome_column, "--outcome-column", list(cells.texts))
    return f"`{outcome_column}` has {some(sorted({text.strip() for text in cells.texts[outcome_column]}))}"


def _no_column(label: str, name: str, option: str, names: Sequence[str]) -> str:
    """That a column isn't there, with the one that was probably meant, or those that there are."""
    folded = {each.casefold(): each for each in names}
    # The beginning of a longer name is a likelier slip than a few letters that differ.
    begun = [each for each in names if each.casefold().startswith(name.casefold())]
    if name.casefold() in folded or len(begun) == 1:
        return f"{label}: no column `{name}` ({option}); did you mean `{folded.get(name.casefold()) or begun[0]}`?"
    near = suggestion(name, names, kind="column").replace("declared: ", "there are ")
    return f"{label}: no column `{name}` ({option}); {near}"


def _dated(column: Column) -> bool:
    """Whether a column can say when: dates, or numbers that are seconds or milliseconds since 1970."""
    return column.type == "date" or (
        column.ordered and len(column.texts) > 1 and float(np.nanmedian(column.values)) > 1e8
    )


def outcomes(request: Request, texts: Sequence[str]) -> tuple[Flags, Flags]:
    """Which rows were won and which lost, from the texts of the outcome; the rest is open. Raises UsageError."""
    there = sorted({text.strip() for text in texts})
    won, lost = ({value.strip().casefold() for value in values} for values in (request.won, request.lost))
    if won & lost:
        raise UsageError(f"{some(sorted(won & lost))} can't be both won and lost")
    folded = {text.casefold() for text in there}
    for option, values, other in (("--won", won, lost), ("--lost", lost, won)):
        # Where nothing else could have been meant there are simply no such leads, which is for the refusal to say.
        if not values or (not values & folded and folded - other - {""}):
            given = ", ".join(sorted(values)) or "nothing"
            raise UsageError(f"{option} {given}: no lead has that in `{request.outcome_column}`; it has {some(there)}")
    cells = [text.strip().casefold() for text in texts]
    return (
        np.fromiter((cell in won for cell in cells), dtype=np.bool_, count=len(cells)),
        np.fromiter((cell in lost for cell in cells), dtype=np.bool_, count=len(cells)),
    )
