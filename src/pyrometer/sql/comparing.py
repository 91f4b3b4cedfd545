"""Typed tests of a trait's or property's value, in three-valued logic."""

from __future__ import annotations

from datetime import date

from sqlglot import exp

from pyrometer.definition.operators import Test
from pyrometer.definition.pattern import Pattern
from pyrometer.definition.values import Type, Value
from pyrometer.sql.build import both, compare, integer, is_null, minus, not_null, text
from pyrometer.sql.dialects.base import Dialect


def literal(value: Value, type_: Type, dialect: Dialect) -> exp.Expr:
    """A typed value as a literal."""
    if isinstance(value, bool):
        return exp.true() if value else exp.false()
    if isinstance(value, date):
        return dialect.date(value.isoformat())
    if isinstance(value, str):
        return text(value)
    if type_ == "number":
        return dialect.number(float(value))
    return integer(int(value))


def value_test(value: exp.Expr, type_: Type, test: Test, as_of_day: exp.Expr, dialect: Dialect) -> exp.Expr:
    """Whether the value passes the test; NULL where the value is (but for `known`)."""
    operator, operand = test.operator, test.operand
    if operator == "known":
        return not_null(value) if operand else is_null(value)
    if operator == "matches":
        assert isinstance(operand, Pattern)
        return dialect.regex_search(value, operand)
    if operator == "contains":
        return dialect.contains(value, str(operand))
    if operator in ("in", "not_in"):
        assert isinstance(operand, tuple)
        found: exp.Expr = exp.In(this=value, expressions=[literal(item, type_, dialect) for item in operand])
        return found if operator == "in" else exp.Not(this=found)
    if operator in ("within_last", "older_than", "within_next", "beyond"):
        assert isinstance(operand, int)
        return _relative(operator, operand, dialect.day_number(value), as_of_day)
    assert not isinstance(operand, Pattern | tuple)
    return compare(operator, value, literal(operand, type_, dialect))


def _relative(operator: str, days: int, value_day: exp.Expr, as_of_day: exp.Expr) -> exp.Expr:
    age = minus(as_of_day.copy(), value_day)
    ahead = minus(value_day.copy(), as_of_day.copy())
    if operator == "within_last":
        return both([compare("at_least", age, integer(0)), compare("below", age.copy(), integer(days))])
    if operator == "older_than":
        return compare("at_least", age, integer(days))
    if operator == "within_next":
        return both([compare("at_least", ahead, integer(0)), compare("at_most", ahead.copy(), integer(days))])
    return compare("above", ahead, integer(days))
