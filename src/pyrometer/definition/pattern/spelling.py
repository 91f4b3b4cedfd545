"""How engines spell a pattern."""

from __future__ import annotations

from dataclasses import dataclass

from pyrometer.definition.pattern.characters import in_any_case, same_letter
from pyrometer.definition.pattern.nodes import (
    AnyCharacter,
    Character,
    Choice,
    Mark,
    Node,
    OneOf,
    Ranges,
    Repeat,
    Sequence,
)

_WORD = "A-Za-z0-9_"
_CONTROLS = {"\t": r"\t", "\n": r"\n", "\f": r"\f", "\r": r"\r"}
_OPERATORS = frozenset(r"\.^$*+?()[]{}|")
_CLASS_OPERATORS = frozenset(r"\]^-[")


@dataclass(frozen=True)
class Spelling:
    """What an engine writes its own way; the defaults are RE2's.

    With `any_case`, every letter is written as all its cases and the engine has to search with case: for engines whose
    own ignoring of case is not Unicode's simple folding (PostgreSQL, Java and Python).
    """

    any_character: str = "."
    start: str = "^"
    end: str = "$"
    boundary: str = r"\b"
    any_case: bool = False


RE2 = Spelling()

WORD_EDGE = f"(?:(?<![{_WORD}])(?=[{_WORD}])|(?<=[{_WORD}])(?![{_WORD}]))"
r"""RE2's `\b` for engines whose own knows letters beyond ASCII."""


def spell(node: Node, spelling: Spelling) -> str:
    """The tree in an engine's spelling."""
    match node:
        case Character(char):
            same = same_letter().get(ord(char)) if spelling.any_case else None
            return _one_of(tuple((code, code) for code in same), negated=False) if same else _escaped(char, _OPERATORS)
        case OneOf(ranges, negated):
            return _one_of(in_any_case(ranges) if spelling.any_case else ranges, negated=negated)
        case AnyCharacter():
            return spelling.any_character
        case Mark():
            return {Mark.START: spelling.start, Mark.END: spelling.end, Mark.BOUNDARY: spelling.boundary}[node]
        case Sequence(items):
            return "".join(_grouped(item, spelling, Choice) for item in items)
        case Choice(options):
            return "|".join(spell(option, spelling) for option in options)
        case Repeat(item, least, most):
            return _grouped(item, spelling, Choice, Sequence, Repeat) + _count(least, most)


def _grouped(node: Node, spelling: Spelling, *kinds: type[Node]) -> str:
    text = spell(node, spelling)
    return f"(?:{text})" if isinstance(node, kinds) else text


def _count(least: int, most: int | None) -> str:
    match least, most:
        case 0, None:
            return "*"
        case 1, None:
            return "+"
        case 0, 1:
            return "?"
        case _, None:
            return f"{{{least},}}"
        case _:
            return f"{{{least}}}" if least == most else f"{{{least},{most}}}"


def _one_of(ranges: Ranges, *, negated: bool) -> str:
    text = "^" if negated else ""
    for low, high in ranges:
        text += _escaped(chr(low), _CLASS_OPERATORS)
        if high > low:
            text += ("-" if high > low + 1 else "") + _escaped(chr(high), _CLASS_OPERATORS)
    return f"[{text}]"


def _escaped(char: str, operators: frozenset[str]) -> str:
    return f"\\{char}" if char in operators else _CONTROLS.get(char, char)
