"""The words that a definition compares traits and properties with, to hold against the words in the data."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from pyrometer.definition import Definition
from pyrometer.definition.check.scene import Scene
from pyrometer.definition.conditions import EventLeaf, Operators, TraitLeaf
from pyrometer.definition.rules import EventRule, TableRule

Words = Mapping[str, set[str]]


def compared_words(definition: Definition) -> tuple[Words, Words]:
    """What each trait and each property is compared with as a whole (`is`, `in`, `points_for` and their like).

    >>> from pyrometer.definition import load
    >>> definition = load('''format: 1
    ... name: Tiny
    ... profile: {country: text}
    ... events: {visited: {properties: {page: text}}}
    ... temperature: {hot: {when: {all: [{trait: country, in: [SE, DE]}, {event: visited, where: {page: prices}}]}}}
    ... ''')
    >>> [{name: sorted(found) for name, found in words.items()} for words in compared_words(definition)]
    [{'country': ['DE', 'SE']}, {'page': ['prices']}]
    """
    traits: defaultdict[str, set[str]] = defaultdict(set)
    properties: defaultdict[str, set[str]] = defaultdict(set)
    scene = Scene(definition)
    wheres = [leaf.where for _, leaf in scene.leaves if isinstance(leaf, EventLeaf)]
    for _, leaf in scene.leaves:
        if isinstance(leaf, TraitLeaf):
            traits[leaf.trait] |= _whole(leaf)
    for _, _, rule in scene.rules:
        if isinstance(rule, TableRule):
            traits[rule.trait] |= set(rule.points_for)
        elif isinstance(rule, EventRule):
            wheres.append(rule.where)
    for where in wheres:
        for name, operators in where.items():
            properties[name] |= _whole(operators)
    return dict(traits), dict(properties)


def _whole(operators: Operators) -> set[str]:
    single = {word for word in (operators.is_, operators.is_not) if word is not None}
    return single | set(operators.in_ or ()) | set(operators.not_in or ())
