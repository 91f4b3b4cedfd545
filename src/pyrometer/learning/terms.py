"""What a card can be made of: bands of a number, a table of values, or a condition of two traits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from pyrometer.learning.arrays import Codes, Flags
from pyrometer.learning.reading import Column, Export


@dataclass(frozen=True)
class Leaf:
    """A question about one trait: `at_least` or `below` a number (as text), `is` or `is_not` a text, or `known`.

    `lookup` holds the answer for each of the column's codes; the last, for unknown, is never true.
    """

    column: str
    operator: Literal["at_least", "below", "is", "is_not", "known"]
    operand: str
    lookup: Flags = field(compare=False, repr=False)

    def holds(self, export: Export) -> Flags:
        """Whether it holds, by row."""
        return self.lookup[export.column(self.column).codes]


@dataclass(frozen=True)
class Term:
    """Disjoint bins of leads that get points of their own; each term becomes one rule.

    - `bands`: `edges` (as text) begin a bin each, after the one below the first; the last bin is unknown.
    - `table`: a bin for each of `levels`, then other known values, then unknown.
    - `when`: bin 1 where all `leaves` hold, bin 0 elsewhere.

    `lookup` has the bin of each code of the column, unknown last. `rising` is 1 or -1 where points may only rise or
    fall along the bands, else 0. `mute` says that unknown is no evidence: it gets the mean of what is known.
    """

    shape: Literal["bands", "table", "when"]
    columns: tuple[str, ...]
    size: int
    lookup: Codes = field(compare=False, repr=False)
    edges: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    leaves: tuple[Leaf, ...] = ()
    rising: int = 0
    mute: bool = False

    def bins(self, export: Export) -> Codes:
        """The bin of each row."""
        if self.shape == "when":
            held = np.ones(export.rows, dtype=np.bool_)
            for leaf in self.leaves:
                held &= leaf.holds(export)
            return held.astype(np.int32)
        return self.lookup[export.column(self.columns[0]).codes]


def when(leaves: Sequence[Leaf]) -> Term:
    """The term of a condition."""
    return Term("when", tuple(leaf.column for leaf in leaves), 2, np.zeros(0, dtype=np.int32), leaves=tuple(leaves))


def leaves_of(term: Term, column: Column) -> list[Leaf]:
    """The questions that the bounds of a term's bins suggest."""
    found: list[Leaf] = []
    if term.shape == "bands":
        below = np.append(np.asarray(column.numbers), np.nan)
        for edge in term.edges:
            found.append(Leaf(column.name, "at_least", edge, below >= float(edge)))
            found.append(Leaf(column.name, "below", edge, below < float(edge)))
        return found
    known = np.append(np.ones(len(column.texts), dtype=np.bool_), False)
    truth = np.append(np.asarray(column.numbers), np.nan) if column.type == "boolean" else None
    for number, level in enumerate(term.levels):
        here = term.lookup == number if truth is None else truth == (level == "true")
        found.append(Leaf(column.name, "is", level, here & known))
        if len(term.levels) > 2:
            found.append(Leaf(column.name, "is_not", level, ~here & known))
    return found
