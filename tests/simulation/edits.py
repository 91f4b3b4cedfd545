"""Random edits of random definitions: what somebody might change before a simulation."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from typing import Any

from hypothesis import strategies as st

import pyrometer
from pyrometer.errors import DefinitionError
from tests.strategies.pools import DURATIONS, Draw, Row, one

NUMBERS = ["points", "at_least", "at_most", "below", "above", "cap", "some", "met_at_least", "otherwise"]
SPANS = ["within", "half_life", "stale_after", "older_than", "within_last", "hold", "linear"]
LISTS = ["all", "any", "of", "rules", "bands"]


def _edits(tree: Any) -> Iterator[Callable[[Draw], None]]:
    """Everything that can be edited in a parsed definition, in place."""
    if isinstance(tree, dict):
        for key, value in list(tree.items()):
            if key in NUMBERS and isinstance(value, int) and not isinstance(value, bool):
                yield lambda draw, key=key, value=value: tree.update({key: value + one(draw, [-20, -1, 1, 5, 50])})
            elif key in SPANS:
                yield lambda draw, key=key: tree.update({key: one(draw, DURATIONS)})
            elif key in LISTS and isinstance(value, list) and len(value) > 1:
                yield lambda draw, value=value: value.pop(one(draw, range(len(value)))) and None
            elif key in ("stay", "unmet", "cap", "where", "required"):
                yield lambda draw, key=key: tree.pop(key, None) and None
            elif key == "name" and "points" in tree:
                yield lambda draw: tree.update({"name": f"{tree['name']} renamed"})
            yield from _edits(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _edits(value)


@st.composite
def changed(draw: Draw, definition: Row) -> Row:
    """A definition with one to four edits, which may have put it out of order."""
    new = copy.deepcopy(definition)
    parts = ("scores", "criteria", "flags", "frameworks", "temperature", "temperature")
    for _ in range(one(draw, range(1, 5))):
        choices = list(_edits(new[one(draw, parts)]))
        if choices:
            one(draw, choices)(draw)
    return new


def in_order(*definitions: Row) -> bool:
    """Whether all definitions can be loaded."""
    try:
        for definition in definitions:
            pyrometer.load(definition)
    except DefinitionError:
        return False
    return True
