"""Which trait of the definition an answer to a criterion's question becomes."""

from __future__ import annotations

from collections.abc import Iterator

from pyrometer.definition import Definition
from pyrometer.definition.conditions import All, AnyOf, Condition, Not, Some, TraitLeaf

HANDLES = ("email", "phone")
"""Whoever answers by a link is known; and nobody is asked for an address by a click."""
_RANKS = {"choice": 0, "boolean": 1, "integer": 2, "number": 2, "date": 2, "text": 3}
"""What is answered by a click comes first, what has to be written last."""


def trait_of(definition: Definition, criterion: str) -> str | None:
    """The trait whose answer decides a criterion; None where no answer can.

    Where several do: one that decides alone before one that needs others besides, then the one that is answered most
    easily, then the one that is written first.

    >>> from pyrometer.definition import load
    >>> kettles = load('''
    ... format: 1
    ... name: Kettles
    ... profile: {note: text, amount: number, set_aside: boolean, size: {type: text, values: [small, large]}}
    ... criteria:
    ...   budget:
    ...     met: {any: [{trait: note, contains: money}, {trait: set_aside, is: true}]}
    ...     unmet: {all: [{trait: size, is: small}, {trait: amount, below: 10}]}
    ... temperature: {hot: {when: {criterion: budget, is: met}}}
    ... ''')
    >>> trait_of(kettles, "budget"), trait_of(kettles, "height")
    ('set_aside', None)
    """
    found = definition.all_criteria.get(criterion)
    if found is None:
        return None
    ranked: dict[str, tuple[bool, int, int]] = {}
    gates = [gate for gate in (found.met, found.unmet) if gate is not None]
    for place, (trait, alone) in enumerate(leaf for gate in gates for leaf in _leaves(gate, True)):
        known = definition.profile.get(trait)
        if known is None or trait in HANDLES:
            continue
        rank = (not alone, _RANKS["choice" if known.values else known.type], place)
        ranked[trait] = min(rank, ranked.get(trait, rank))
    return min(ranked, key=ranked.__getitem__, default=None)


def _leaves(condition: Condition, alone: bool) -> Iterator[tuple[str, bool]]:
    """The traits that a condition tests, each with whether its answer alone can make it true."""
    match condition:
        case TraitLeaf(trait=trait):
            yield trait, alone
        case AnyOf(any=items):
            for item in items:
                yield from _leaves(item, alone)
        case All(all=items):
            for item in items:
                yield from _leaves(item, alone and len(items) == 1)
        case Some(some=count, of=items):
            for item in items:
                yield from _leaves(item, alone and count == 1)
        case Not(not_=item):
            yield from _leaves(item, alone)
