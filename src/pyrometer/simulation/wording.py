"""How causes are said."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import takewhile

from pyrometer.definition.conditions import FrameworkLeaf, Some
from pyrometer.definition.document import Framework


def inside(within: str, what: str) -> str:
    """What is the matter, after what it is part of."""
    return f"{within}: {what}" if within else what


def now_and_then(said: Mapping[str, str]) -> str:
    """What is asked now and what was, without the words that both begin, else end, with.

    >>> now_and_then({"new": "interest at least 30", "old": "interest at least 40"})
    'interest at least 30, was 40'
    >>> now_and_then({"new": "1 of 3 conditions", "old": "2 of 3 conditions"})
    '1 of 3 conditions, was 2'
    >>> now_and_then({"new": "at most 5 calls within 20 days", "old": "no calls within 20 days"})
    'at most 5 calls within 20 days, was no calls within 20 days'
    """
    new, old = (said[side].split(" ") for side in ("new", "old"))
    alike = min(_alike(new, old), len(old) - 1)
    rest = old[alike:]
    if not alike:
        shorter = old[: len(old) - min(_alike(new[::-1], old[::-1]), len(old) - 1)]
        rest = shorter if shorter[-1].isdigit() else old
    while " ".join(rest).count(")") > " ".join(rest).count("("):
        alike -= 1
        rest = old[alike:]
    return f"{said['new']}, was {' '.join(rest)}"


def _alike(one: Sequence[str], other: Sequence[str]) -> int:
    """How many words two texts have in common at their beginning."""
    return sum(1 for _ in takewhile(lambda words: words[0] == words[1], zip(one, other, strict=False)))


def out_of(condition: Some) -> str:
    """How many conditions must hold: `2 of 3 conditions`."""
    return f"{condition.some} of {len(condition.of)} conditions"


def counting_for(days: int | None) -> str:
    """For how long answers count."""
    return "at any age" if days is None else f"for {days} days"


def letters_needed(framework: Framework, leaf: FrameworkLeaf) -> str:
    """How many letters of a framework must be met, and which."""
    letters = len(framework.letters)
    if leaf.met_at_least is not None:
        return f"{leaf.met_at_least} of {letters} letters"
    required = f" with {' and '.join(framework.required)}" if framework.required else ""
    return f"{framework.some} of {letters} letters{required}"
