"""The regular expressions of `matches`: the subset that means the same in RE2, Java, PostgreSQL and Python.

A pattern is read into a small tree, never run. Every engine gets its own spelling of the tree, so that `.`, `$`, `\\b`,
`\\w` and the ignoring of case mean one thing everywhere. A pattern is searched for anywhere in a text.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

from pyrometer.definition.pattern.characters import merged
from pyrometer.definition.pattern.nodes import Character, Mark, Node, OneOf, Repeat, Sequence
from pyrometer.definition.pattern.parse import parse
from pyrometer.definition.pattern.refusals import PatternError
from pyrometer.definition.pattern.spelling import RE2, WORD_EDGE, Spelling, spell

__all__ = [
    "RE2",
    "WORD_EDGE",
    "Pattern",
    "PatternError",
    "Spelling",
    "blank_pattern",
    "check_pattern",
    "literal_pattern",
]


@dataclass(frozen=True)
class Pattern:
    """A checked pattern: the text as written and its tree."""

    source: str
    root: Node

    @property
    def normalised(self) -> str:
        """The canonical spelling, which is RE2's: to be searched for with RE2's ignoring of case."""
        return self.render(RE2)

    def render(self, spelling: Spelling) -> str:
        """The pattern as an engine with this spelling wants it."""
        return spell(self.root, spelling)


def literal_pattern(text: str) -> Pattern:
    """The pattern that finds just this text, ignoring case as all patterns do.

    >>> literal_pattern("C++").normalised
    'C\\\\+\\\\+'
    """
    letters = tuple(map(Character, text))
    return Pattern(text, letters[0] if len(letters) == 1 else Sequence(letters))


@cache
def blank_pattern() -> Pattern:
    """The pattern of texts that are nothing but white space, Unicode's included.

    >>> blank_pattern().normalised.startswith("^[")
    True
    """
    spaces = merged((code, code) for code in range(0x3001) if chr(code).isspace())
    return Pattern("blank", Sequence((Mark.START, Repeat(OneOf(spaces), 0, None), Mark.END)))


def check_pattern(text: str) -> Pattern:
    """Read a pattern; PatternError names the first thing in it that doesn't mean the same everywhere.

    Takes time linear in the length of the text, which is bounded.

    >>> check_pattern(r"\\b(chief|vp)\\w+?").normalised
    '\\\\b(?:chief|vp)[0-9A-Z_a-z]+'
    >>> check_pattern("vp(?=,)")
    Traceback (most recent call last):
    pyrometer.definition.pattern.refusals.PatternError: look-around `(?=` at character 3 (RE2 has none); write ...
    """
    return Pattern(text, parse(text))
