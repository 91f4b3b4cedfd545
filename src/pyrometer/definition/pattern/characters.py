"""Sets of characters, and which characters are the same when case is ignored."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from functools import cache, lru_cache

from pyrometer.definition.pattern.nodes import Ranges

LAST = 0x10FFFF
DIGIT: Ranges = ((0x30, 0x39),)
SPACE: Ranges = ((0x09, 0x0A), (0x0C, 0x0D), (0x20, 0x20))
"""RE2's: without the vertical tab, which is inside `\\s` for some engines and has no spelling that all share."""
WORD: Ranges = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))

# Beyond it no character has a case.
_CASED = range(0x1E944)


def merged(ranges: Iterable[tuple[int, int]]) -> Ranges:
    """The same characters as sorted ranges that neither overlap nor touch."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], high))
        else:
            found.append((low, high))
    return tuple(found)


def complement(ranges: Ranges) -> Ranges:
    """All other characters; U+0000 is left out, since PostgreSQL's texts can't hold it."""
    edges = [0, *(edge for low, high in ranges for edge in (low - 1, high)), LAST]
    return tuple((low + 1, high) for low, high in zip(edges[::2], edges[1::2], strict=True) if low < high)


def simple_fold(char: str) -> str:
    """The one character that stands for all that differ in case only."""
    # Python folds to several characters where it can (ß to ss); simple folding never does.
    return next((folded for folded in (char.casefold(), char.lower()) if len(folded) == 1), char)


@cache
def same_letter() -> Mapping[int, tuple[int, ...]]:
    """Every code point that has a case, with all that are the same under Unicode's simple case folding.

    >>> "".join(map(chr, same_letter()[ord("s")]))
    'Ssſ'
    """
    by_fold: dict[str, list[int]] = {}
    for code in _CASED:
        by_fold.setdefault(simple_fold(chr(code)), []).append(code)
    return {code: tuple(codes) for codes in by_fold.values() if len(codes) > 1 for code in codes}


@lru_cache(maxsize=256)
def in_any_case(ranges: Ranges) -> Ranges:
    """The characters and all that differ from them in case only."""
    lows = [low for low, _ in ranges]
    added: list[tuple[int, int]] = []
    for code, same in same_letter().items():
        at = bisect_right(lows, code) - 1
        if at >= 0 and code <= ranges[at][1]:
            added.extend((other, other) for other in same)
    return merged((*ranges, *added))
