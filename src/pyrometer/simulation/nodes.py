"""Conditions of two definitions side by side, each with the column that says whether it holds."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

from pyrometer.definition.conditions import All, Condition, children
from pyrometer.definition.fingerprint import condition_meaning
from pyrometer.definition.problems import Path
from pyrometer.definition.words import sentence
from pyrometer.simulation.pairing import Pairs, paired, subject
from pyrometer.simulation.sides import Side

TRUE, FALSE, NOT_TRUE, NOT_FALSE = "TRUE", "FALSE", "NOT TRUE", "NOT FALSE"
HOLDS = {TRUE: True, NOT_FALSE: True, FALSE: False, NOT_TRUE: False}
NEGATED = {TRUE: FALSE, FALSE: TRUE, NOT_TRUE: NOT_FALSE, NOT_FALSE: NOT_TRUE}


@dataclass(frozen=True)
class Node:
    """A condition of one side, with its place."""

    side: Side
    condition: Condition
    path: Path

    @property
    def truth(self) -> str | None:
        """The column with its truth among the readings of both sides; None where they don't say."""
        column = self.side.found.reader.layout.gates.get(self.path)
        return None if column is None else self.side.column(column)

    @property
    def said(self) -> str:
        """The condition in words."""
        return sentence(self.condition, self.side.definition)

    @property
    def about(self) -> Hashable:
        """What it is about."""
        return subject(self.condition, self.side.definition)

    @property
    def meaning(self) -> str:
        """What it asks, for comparison."""
        return condition_meaning(self.condition, self.side.definition)

    def items(self) -> list[Node]:
        """The conditions that it combines."""
        return [Node(self.side, item, self.path + step) for step, item in children(self.condition)]


@dataclass(frozen=True)
class Split:
    """How a condition stands on the two sides: the tests of SQL that it passes on each, and for which leads."""

    closed: str
    open: str
    among: str


def top_nodes(side: Side, temperature: str) -> list[Node]:
    """The conditions that must all hold for a temperature."""
    band = getattr(side.definition.temperature, temperature)
    when = Node(side, band.when, ("temperature", temperature, "when"))
    return when.items() if isinstance(band.when, All) else [when]


def pairs_of(closed: Sequence[Node], open_: Sequence[Node]) -> Pairs:
    """Conditions that ask the same, else those that are about the same."""

    def about(node: Node) -> Hashable:
        return node.about

    def asks(node: Node) -> Hashable:
        return node.about, node.meaning

    return paired(closed, open_, (asks, asks), (about, about))
