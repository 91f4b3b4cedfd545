"""Three-valued logic over sets of outcomes: which of true, false and unknown a condition can come to."""

from __future__ import annotations

from collections.abc import Sequence

Truths = frozenset[bool | None]
"""The outcomes that can't be excluded; None is unknown."""

ANY: Truths = frozenset({True, False, None})
DECIDED: Truths = frozenset({True, False})
ALWAYS: Truths = frozenset({True})
NEVER: Truths = frozenset({False})


def every(items: Sequence[Truths]) -> Truths:
    """What `all` of independent items can come to."""
    found: set[bool | None] = set()
    if all(True in item for item in items):
        found.add(True)
    if any(False in item for item in items):
        found.add(False)
    if any(None in item for item in items) and all(item != NEVER for item in items):
        found.add(None)
    return frozenset(found)


def negation(item: Truths) -> Truths:
    """What `not` can come to."""
    return frozenset(None if outcome is None else not outcome for outcome in item)


def either(items: Sequence[Truths]) -> Truths:
    """What `any` of independent items can come to."""
    return negation(every([negation(item) for item in items]))


def at_least(count: int, items: Sequence[Truths]) -> Truths:
    """What `some: count` of independent items can come to."""
    certain = sum(item == ALWAYS for item in items)
    possible = sum(True in item for item in items)
    not_false = sum(item != NEVER for item in items)
    surely_not_false = sum(False not in item for item in items)
    found: set[bool | None] = set()
    if possible >= count:
        found.add(True)
    if surely_not_false < count:
        found.add(False)
    if certain < count <= not_false and any(None in item for item in items):
        found.add(None)
    return frozenset(found)


def compared(low: float, high: float, least: float, most: float) -> Truths:
    """Whether a number between `low` and `high` can lie, or fail to lie, between `least` and `most`."""
    found: set[bool | None] = set()
    if max(low, least) <= min(high, most):
        found.add(True)
    if low < least or high > most:
        found.add(False)
    return frozenset(found)
