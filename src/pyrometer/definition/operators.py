"""What the operators of a trait or property mean for its type: typed tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyrometer.definition.conditions import Operators
from pyrometer.definition.pattern import Pattern, PatternError, check_pattern
from pyrometer.definition.problems import nearest
from pyrometer.definition.values import Type, Value, parse_value

EQUALITY = ("is", "is_not", "in", "not_in")
ORDER = ("at_least", "above", "at_most", "below")
RELATIVE = ("within_last", "older_than", "within_next", "beyond")
ALLOWED: dict[Type, tuple[str, ...]] = {
    "text": (*EQUALITY, "matches", "contains", "known"),
    "integer": (*EQUALITY, *ORDER, "known"),
    "number": (*EQUALITY, *ORDER, "known"),
    "boolean": (*EQUALITY, "known"),
    "date": (*EQUALITY, *ORDER, *RELATIVE, "known"),
}


@dataclass(frozen=True)
class Test:
    """One typed test.

    `operand` is a value of the type (`is`, `at_least` …), a tuple of values (`in`, `not_in`), a Pattern (`matches`),
    a text (`contains`), whole days (`within_last` …) or a truth value (`known`).
    """

    operator: str
    operand: Value | tuple[Value, ...] | Pattern


@dataclass(frozen=True)
class Mistake:
    """An operator that doesn't fit the type, or an operand that isn't a value of it."""

    operator: str
    what: str
    why: str = ""
    fix: str = ""


def typed_tests(operators: Operators, type_: Type) -> Iterator[Test | Mistake]:
    """Each written operator as a typed test, or the mistake in it."""
    for operator, operand in operators.given().items():
        if operator not in ALLOWED[type_]:
            yield Mistake(
                operator,
                f"`{operator}` can't be asked of {type_}",
                _reason(operator),
                f"{type_} knows {', '.join(f'`{allowed}`' for allowed in ALLOWED[type_])}",
            )
        elif operator in (*RELATIVE, "known"):
            yield Test(operator, operand)
        elif operator == "contains":
            yield Test(operator, operand) if operand else Mistake(operator, "`contains` needs a text to look for")
        elif operator == "matches":
            try:
                yield Test(operator, check_pattern(operand))
            except PatternError as error:
                yield Mistake(operator, error.what, error.why, error.fix)
        else:
            yield from _valued(operator, operand, type_)


def _valued(operator: str, operand: str | tuple[str, ...], type_: Type) -> Iterator[Test | Mistake]:
    try:
        if isinstance(operand, tuple):
            yield Test(operator, tuple(dict.fromkeys(parse_value(item, type_) for item in operand)))
        else:
            yield Test(operator, parse_value(operand, type_))
    except ValueError as error:
        yield Mistake(operator, str(error), f"it is compared with a value of type {type_}")


def _reason(operator: str) -> str:
    if operator in RELATIVE:
        return "it counts days from a date"
    if operator in ORDER:
        return "it needs an order"
    return "it searches in text" if operator in ("matches", "contains") else ""


def unknown_value(value: str, values: tuple[str, ...]) -> str:
    """What to say of a value that a trait's `values` don't list."""
    near = nearest(value, values)
    return f"did you mean `{near}`?" if near else f"its values: {', '.join(f'`{known}`' for known in values)}"
