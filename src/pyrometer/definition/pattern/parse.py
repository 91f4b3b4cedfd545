"""Reading a pattern: one pass from left to right, in which nothing is tried twice."""

from __future__ import annotations

from pyrometer.definition.pattern import refusals as refuse
from pyrometer.definition.pattern.characters import (
    DIGIT,
    LAST,
    SPACE,
    WORD,
    complement,
    in_any_case,
    merged,
    simple_fold,
)
from pyrometer.definition.pattern.measures import nested_count, outer_characters, parts
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

MAX_LENGTH = 500
MAX_DEPTH = 30
MAX_COUNT = 255
MAX_NESTED_COUNT = 1000
MAX_PARTS = 5000

_REPEATS = frozenset("*+?{")
_CONTROLS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}
_SETS = {"d": DIGIT, "w": WORD, "s": SPACE}
_LETTER_OF_FLAGS = frozenset("imsxuaLUnd-^")


def parse(text: str) -> Node:
    """The tree of a pattern; PatternError if it isn't one that every engine understands alike."""
    if not text:
        raise refuse.EMPTY.at(0)
    if len(text) > MAX_LENGTH:
        raise refuse.TOO_LONG.at(MAX_LENGTH)
    for position, char in enumerate(text):
        if char == "\0" or "\ud800" <= char <= "\udfff":
            raise refuse.UNWRITABLE.at(position, f"U+{ord(char):04X}")
    root = _Reader(text).choice(0)
    if parts(root) > MAX_PARTS:
        raise refuse.TOO_LARGE.at(0)
    return root


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def ahead(self, text: str) -> bool:
        return self.text.startswith(text, self.at)

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def choice(self, depth: int) -> Node:
        options = [self.sequence(depth)]
        while self.ahead("|"):
            self.at += 1
            options.append(self.sequence(depth))
        if depth == 0 and self.ahead(")"):
            raise refuse.UNOPENED.at(self.at, ")")
        return options[0] if len(options) == 1 else Choice(tuple(options))

    def sequence(self, depth: int) -> Node:
        start = self.at
        items: list[Node] = []
        places: list[int] = []
        while self.peek() not in ("", "|", ")"):
            places.append(self.at)
            items.append(self.repeated(self.atom(depth), places[-1]))
        if not items:
            raise refuse.EMPTY_OPTION.at(start)
        _check_edges(items, places)
        return items[0] if len(items) == 1 else Sequence(tuple(items))

    def atom(self, depth: int) -> Node:
        char = self.peek()
        if char == "(":
            return self.group(depth + 1)
        if char == "[":
            return self.one_of()
        if char == "\\":
            return self.escape()
        if char in "]}":
            raise refuse.UNOPENED.at(self.at, char)
        if char in _REPEATS:
            found = refuse.OPEN_BRACE if char == "{" and self.bounds() is None else refuse.NOTHING_TO_REPEAT
            raise found.at(self.at, char)
        self.at += 1
        if char == ".":
            return AnyCharacter()
        return {"^": Mark.START, "$": Mark.END}.get(char) or Character(char)

    def group(self, depth: int) -> Node:
        start = self.at
        if depth > MAX_DEPTH:
            raise refuse.TOO_DEEP.at(start)
        if self.ahead("(?:"):
            self.at += 3
        elif self.ahead("(?"):
            raise self.refused_group()
        else:
            self.at += 1
        if self.ahead(")"):
            raise refuse.EMPTY_GROUP.at(start)
        if not self.peek():
            raise refuse.UNCLOSED.at(start, "(")
        inner = self.choice(depth)
        if not self.ahead(")"):
            raise refuse.UNCLOSED.at(start, "(")
        self.at += 1
        return inner

    def refused_group(self) -> refuse.PatternError:
        for length in (4, 3):
            written = self.text[self.at : self.at + length]
            if written in refuse.GROUPS:
                return refuse.GROUPS[written].at(self.at, written)
        end = self.at + 2
        while self.text[end : end + 1] in _LETTER_OF_FLAGS:
            end += 1
        written = self.text[self.at : end + 1]
        if end == self.at + 2 or written[-1] not in ":)":
            return refuse.UNKNOWN_GROUP.at(self.at, written)
        return (refuse.IGNORING_CASE if written[2:-1] == "i" else refuse.FLAGS).at(self.at, written)

    def repeated(self, item: Node, place: int) -> Node:
        start = self.at
        if self.peek() not in _REPEATS:
            return item
        least, most = self.count()
        written = self.text[start : self.at]
        if isinstance(item, Mark):
            raise refuse.NOTHING_TO_REPEAT.at(start, written)
        if self.ahead("+"):
            raise refuse.POSSESSIVE.at(start, f"{written}+")
        if self.ahead("?"):
            # As few as possible or as many: what is found differs, but not whether something is.
            self.at += 1
        if self.peek() in _REPEATS:
            raise refuse.REPEATED_TWICE.at(self.at, self.peek())
        node = Repeat(item, least, most)
        if nested_count(node) > MAX_NESTED_COUNT:
            raise refuse.REPEATED_INSIDE.at(start, written)
        return node

    def count(self) -> tuple[int, int | None]:
        char = self.peek()
        if char != "{":
            self.at += 1
            return {"*": (0, None), "+": (1, None), "?": (0, 1)}[char]
        start, bounds = self.at, self.bounds()
        if bounds is None:
            raise refuse.OPEN_BRACE.at(start)
        least, comma, most = bounds
        written = f"{{{least}{comma}{most}}}"
        self.at += len(written)
        if not least:
            raise refuse.NO_LEAST.at(start, written)
        low, high = int(least), int(most or least) if most or not comma else None
        if high is not None and low > high:
            raise refuse.REVERSED_REPEAT.at(start, written)
        if max(low, high or 0) > MAX_COUNT:
            raise refuse.REPEATED_OFTEN.at(start, written)
        return low, high

    def bounds(self) -> tuple[str, str, str] | None:
        """The parts of `{m,n}` as written, or None if it is no such thing."""
        inside, closed, _ = self.text[self.at + 1 :].partition("}")
        least, comma, most = inside.partition(",")
        digits = least + most
        return (least, comma, most) if closed and digits.isascii() and digits.isdigit() else None

    def escape(self) -> Node:
        start = self.at
        char = self.escaped()
        if char == "b":
            return Mark.BOUNDARY
        if char.lower() in _SETS:
            return OneOf(_SETS[char.lower()], negated=char.isupper())
        return Character(self.escaped_character(start, char))

    def escaped(self) -> str:
        char = self.text[self.at + 1 : self.at + 2]
        if not char:
            raise refuse.DANGLING.at(self.at)
        self.at += 2
        return char

    def escaped_character(self, start: int, char: str) -> str:
        if char in _CONTROLS:
            return _CONTROLS[char]
        if char.isalnum():
            raise refuse.ESCAPES.get(char, refuse.UNKNOWN_ESCAPE).at(start, f"\\{char}")
        return char

    def one_of(self) -> Node:
        start = self.at
        negated = self.ahead("[^")
        self.at += 2 if negated else 1
        if self.ahead("]"):
            raise refuse.EMPTY_CLASS.at(start, self.text[start : self.at + 1])
        first = self.at
        found: list[tuple[int, int]] = []
        while not self.ahead("]"):
            if not self.peek():
                raise refuse.UNCLOSED.at(start, "[")
            found.extend(self.member(first))
        self.at += 1
        ranges = merged(found)
        if ranges[-1][1] == LAST:
            # What reaches to the last character is said by what it leaves out: short, and alike on every engine.
            ranges, negated = complement(in_any_case(ranges)), not negated
        if not ranges:
            if not negated:
                raise refuse.ALL_OR_NOTHING.at(start, self.text[start : self.at])
            return Choice((AnyCharacter(), Character("\n")))
        return OneOf(ranges, negated)

    def member(self, first: int) -> Ranges:
        start = self.at
        low = self.class_part(first)
        if not self.ahead("-") or self.ahead("-]"):
            return low
        self.at += 1
        if self.ahead("-"):
            raise refuse.LOOSE_HYPHEN.at(self.at)
        if not self.peek():
            return low
        high = self.class_part(first)
        written = self.text[start : self.at]
        (one, _), (other, _) = low[0], high[0]
        if len(low) + len(high) > 2 or low[0][1] > one or high[0][1] > other:
            raise refuse.CLASS_IN_RANGE.at(start, written)
        if one > other:
            raise refuse.REVERSED_RANGE.at(start, written)
        return ((one, other),)

    def class_part(self, first: int) -> Ranges:
        start, char = self.at, self.peek()
        if char == "[":
            named = self.text[start + 1 : start + 2] in (":", ".", "=")
            raise (refuse.POSIX_CLASS if named else refuse.NESTED_CLASS).at(start, self.text[start : start + 2])
        if self.ahead("&&"):
            raise refuse.CLASS_OPERATION.at(start)
        if char == "-" and start != first and not self.ahead("-]"):
            raise refuse.LOOSE_HYPHEN.at(start)
        if char == "\\":
            char = self.escaped()
            if char == "b":
                raise refuse.BACKSPACE.at(start)
            if char.lower() in _SETS:
                ranges = _SETS[char.lower()]
                return complement(in_any_case(ranges)) if char.isupper() else ranges
            char = self.escaped_character(start, char)
        else:
            self.at += 1
        return ((ord(char), ord(char)),)


def _check_edges(items: list[Node], places: list[int]) -> None:
    """Refuse a word's edge where the letter beside it isn't one that RE2 counts as a word's."""
    for at, item in enumerate(items):
        if item is not Mark.BOUNDARY:
            continue
        for beside, last in ((at + 1, False), (at - 1, True)):
            if 0 <= beside < len(items):
                for char in outer_characters(items[beside], last=last):
                    if char.isalnum() and not simple_fold(char).isascii():
                        raise refuse.FOREIGN_EDGE.at(places[at], char)
