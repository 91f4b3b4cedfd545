"""The evidence behind each rule: the leads in every part of it, and how many of them were won."""

from __future__ import annotations

import numpy as np

from pyrometer.intervals import wilson
from pyrometer.learning.arrays import Floats
from pyrometer.learning.card import Card
from pyrometer.learning.reading import Export
from pyrometer.learning.result import Evidence
from pyrometer.learning.terms import Leaf, Term

WORDS = {"at_least": "at least", "below": "below", "is": "is", "is_not": "is not"}
SIGNS = {"at_least": "≥", "below": "<", "is": "is", "is_not": "is not"}


def backing(card: Card, export: Export, won: Floats) -> list[tuple[Evidence, ...]]:
    """For each rule its parts, with points, leads, wins, win rate and Wilson interval."""
    found = []
    for term, points in zip(card.terms, card.points, strict=True):
        bins = term.bins(export)
        leads = np.bincount(bins, minlength=term.size)
        wins = np.bincount(bins, weights=won, minlength=term.size)
        rates = [float(won_here / of) if of else 0.0 for won_here, of in zip(wins, leads, strict=True)]
        found.append(
            tuple(
                Evidence(
                    part, points[at], int(leads[at]), int(wins[at]), rates[at], wilson(rates[at], float(leads[at]))
                )
                for at, part in enumerate(parts(term))
            )
        )
    return found


def parts(term: Term) -> list[str]:
    """What each bin of a term is called."""
    if term.shape == "when":
        return ["otherwise", " and ".join(spell(leaf) for leaf in term.leaves)]
    if term.shape == "table":
        return [*term.levels, "otherwise", "unknown"]
    inner = [f"{low} to below {high}" for low, high in zip(term.edges[:-1], term.edges[1:], strict=True)]
    return [f"below {term.edges[0]}", *inner, f"{term.edges[-1]} and up", "unknown"]


def spell(leaf: Leaf) -> str:
    """A leaf for people."""
    if leaf.operator == "known":
        return f"{leaf.column} is known"
    return f"{leaf.column} {SIGNS[leaf.operator]} {leaf.operand}"


def rule_name(term: Term) -> str:
    """A rule's name: its trait, or its condition."""
    if term.shape == "when":
        return " and ".join(_said(leaf) for leaf in term.leaves)
    return plain(term.columns[0])


def plain(column: str) -> str:
    """A column's name in plain words.

    >>> plain("time_spent_on_website")
    'time spent on website'
    """
    return " ".join(column.replace("_", " ").split()) or column


def _said(leaf: Leaf) -> str:
    if leaf.operator == "known":
        return f"{plain(leaf.column)} is known"
    return f"{plain(leaf.column)} {WORDS[leaf.operator]} {leaf.operand}"
