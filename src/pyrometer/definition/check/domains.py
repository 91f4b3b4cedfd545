"""Whether tests of one value can all hold: empty intersections, proved and never guessed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from pyrometer.definition.conditions import Operators
from pyrometer.definition.operators import Mistake, Test, typed_tests
from pyrometer.definition.pattern import Pattern
from pyrometer.definition.pattern.nodes import AnyCharacter, Choice, Mark, Node, Repeat, Sequence
from pyrometer.definition.traits import Property, Trait
from pyrometer.definition.values import Type, Value


@dataclass(frozen=True)
class Interval:
    """The values between two bounds; None is open-ended, `_open` leaves the bound itself out."""

    low: Any = None
    high: Any = None
    low_open: bool = False
    high_open: bool = False

    def above(self, low: Any, *, is_open: bool) -> Interval:
        """The part at or above a bound."""
        if self.low is not None and (low < self.low or (low == self.low and not is_open)):
            return self
        return Interval(low, self.high, is_open, self.high_open)

    def below(self, high: Any, *, is_open: bool) -> Interval:
        """The part at or below a bound."""
        if self.high is not None and (high > self.high or (high == self.high and not is_open)):
            return self
        return Interval(self.low, high, self.low_open, is_open)

    @property
    def empty(self) -> bool:
        """Whether no value lies between the bounds."""
        if self.low is None or self.high is None:
            return False
        return bool(self.low > self.high or (self.low == self.high and (self.low_open or self.high_open)))

    def holds(self, value: Any) -> bool:
        """Whether a value lies between the bounds."""
        return not self.above(value, is_open=False).below(value, is_open=False).empty


def can_hold(written: Iterable[Operators], of: Trait | Property) -> bool:
    """Whether one value can pass all these tests; True where that can't be told."""
    tests: list[Test] = []
    for operators in written:
        for test in typed_tests(operators, of.type):
            if isinstance(test, Mistake):
                return True
            tests.append(test)
    wanted = {test.operand for test in tests if test.operator == "known"}
    others = [test for test in tests if test.operator != "known"]
    if len(wanted) == 2 or (False in wanted and others):
        return False
    if not _ages(others).empty and not (between := _between(others, of.type)).empty:
        candidates = _candidates(others, of, between)
        return candidates is None or any(_passes(value, others, between) for value in candidates - _excluded(others))
    return False


def _between(tests: list[Test], type_: Type) -> Interval:
    interval = Interval()
    for test in tests:
        bound: Any = test.operand
        match test.operator:
            case "at_least":
                interval = interval.above(bound, is_open=False)
            case "above" if type_ == "integer":
                interval = interval.above(bound + 1, is_open=False)
            case "above":
                interval = interval.above(bound, is_open=type_ != "integer")
            case "at_most":
                interval = interval.below(bound, is_open=False)
            case "below" if type_ == "integer":
                interval = interval.below(bound - 1, is_open=False)
            case "below":
                interval = interval.below(bound, is_open=True)
            case _:
                pass
    return interval


def _ages(tests: list[Test]) -> Interval:
    """The ages in days that the relative tests of a date leave; days ahead are negative."""
    interval = Interval()
    for test in tests:
        days: Any = test.operand
        match test.operator:
            case "within_last":
                interval = interval.above(0, is_open=False).below(days - 1, is_open=False)
            case "older_than":
                interval = interval.above(days, is_open=False)
            case "within_next":
                interval = interval.above(-days, is_open=False).below(0, is_open=False)
            case "beyond":
                interval = interval.below(-days - 1, is_open=False)
            case _:
                pass
    return interval


def _candidates(tests: list[Test], of: Trait | Property, between: Interval) -> set[Value] | None:
    """The only values that can pass, as far as they can be listed; None: too many."""
    listed: set[Value] | None = {True, False} if of.type == "boolean" else None
    if between.low is not None and between.low == between.high:
        listed = {between.low}
    for test in tests:
        if test.operator in ("is", "in"):
            operand: Any = test.operand
            values = operand if isinstance(operand, tuple) else (operand,)
            listed = set(values) if listed is None else listed & set(values)
    if listed is not None and of.type == "text":
        listed = {value for value in listed if str(value).strip() and value not in of.unknown}
    return listed


def _excluded(tests: list[Test]) -> set[Value]:
    found: set[Value] = set()
    for test in tests:
        operand: Any = test.operand
        if test.operator in ("is_not", "not_in"):
            found.update(operand if isinstance(operand, tuple) else (operand,))
    return found


def _passes(value: Value, tests: list[Test], between: Interval) -> bool:
    if isinstance(value, int | float | date) and not isinstance(value, bool) and not between.holds(value):
        return False
    for test in tests:
        operand: Any = test.operand
        # Beyond ASCII, engines may fold case differently.
        if (
            test.operator == "contains"
            and isinstance(value, str)
            and value.isascii()
            and operand.isascii()
            and (operand.lower() not in value.lower())
        ):
            return False
    return True


def matches_everything(pattern: Pattern) -> bool:
    """Whether a pattern is found in every text: it can match nothing at all, or any one character.

    >>> from pyrometer.definition.pattern import check_pattern
    >>> [matches_everything(check_pattern(text)) for text in ("chief|vp", "(chief)?", ".*", "^.+$", "^$")]
    [False, True, True, True, False]
    """
    body = list(_body(pattern.root))
    if len(body) == 1 and isinstance(body[0], Repeat) and body[0].least <= 1:
        body = [body[0].item]
    if len(body) == 1 and isinstance(body[0], AnyCharacter):
        return True
    return any(_matches_nothing(pattern.root, mark) for mark in (Mark.START, Mark.END))


def _body(root: Node) -> Iterator[Node]:
    for node in root.items if isinstance(root, Sequence) else (root,):
        if node not in (Mark.START, Mark.END):
            yield node


def _matches_nothing(node: Node, mark: Mark) -> bool:
    """Whether the empty text at the start (or end) of any text matches."""
    match node:
        case Repeat(item, least, _):
            return least == 0 or _matches_nothing(item, mark)
        case Sequence(items):
            return all(_matches_nothing(item, mark) for item in items)
        case Choice(options):
            return any(_matches_nothing(option, mark) for option in options)
        case _:
            return node is mark
