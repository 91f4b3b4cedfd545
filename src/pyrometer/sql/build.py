"""Small words for building SQL expressions; all names quoted, all values literals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import reduce

from sqlglot import exp

LONG = 100
"""More terms than this are put in brackets by halves."""


def column(name: str, table: str | None = None) -> exp.Column:
    """A quoted column."""
    return exp.column(name, table=table, quoted=True)


def table(name: str) -> exp.Table:
    """A quoted table."""
    return exp.Table(this=exp.to_identifier(name, quoted=True))


def integer(value: int) -> exp.Expr:
    """A whole number."""
    literal = exp.Literal.number(abs(value))
    return exp.Neg(this=literal) if value < 0 else literal


def parameter(name: str, type_: str) -> exp.Expr:
    """A typed value that is given when the query runs."""
    return exp.cast(exp.Placeholder(this=name), type_)


def text(value: str) -> exp.Expr:
    """A text literal."""
    return exp.Literal.string(value)


def named(expression: exp.Expr, name: str, comment: str | None = None) -> exp.Expr:
    """An expression with its column name and, where given, a comment for the reader."""
    found = exp.alias_(expression, name, quoted=True)
    if comment:
        found.add_comments([f" {' '.join(comment.split())} "])
    return found


def case(branches: Iterable[tuple[exp.Expr, exp.Expr]], default: exp.Expr | None) -> exp.Expr:
    """CASE WHEN … THEN … ELSE … END; without branches, the default."""
    ifs = [exp.If(this=condition, true=value) for condition, value in branches]
    if not ifs:
        return default if default is not None else exp.null()
    return exp.Case(ifs=ifs, default=default) if default is not None else exp.Case(ifs=ifs)


def _halved(join: Callable[..., exp.Expr], items: Sequence[exp.Expr]) -> exp.Expr:
    if len(items) <= LONG:
        return join(*items)
    half = len(items) // 2
    return join(exp.Paren(this=_halved(join, items[:half])), exp.Paren(this=_halved(join, items[half:])))


def both(items: Sequence[exp.Expr]) -> exp.Expr:
    """All of them, by Kleene's and."""
    return _halved(exp.and_, items) if items else exp.true()


def either(items: Sequence[exp.Expr]) -> exp.Expr:
    """One of them, by Kleene's or."""
    return _halved(exp.or_, items) if items else exp.false()


def total(items: Sequence[exp.Expr]) -> exp.Expr:
    """The sum; of nothing: 0. Long sums are halved, so that no engine finds them nested too deeply."""
    if len(items) > LONG:
        half = len(items) // 2
        return exp.Add(this=exp.Paren(this=total(items[:half])), expression=exp.Paren(this=total(items[half:])))
    return reduce(lambda left, right: exp.Add(this=left, expression=right), items) if items else integer(0)


def minus(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """left - right, in brackets."""
    return exp.Paren(this=exp.Sub(this=left, expression=right))


def compare(operator: str, left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """A comparison by its name in the language."""
    kinds: dict[str, type[exp.Binary]] = {
        "is": exp.EQ,
        "is_not": exp.NEQ,
        "at_least": exp.GTE,
        "above": exp.GT,
        "at_most": exp.LTE,
        "below": exp.LT,
    }
    return kinds[operator](this=left, expression=right)


def is_null(value: exp.Expr) -> exp.Expr:
    """Whether a value is unknown."""
    operand = value if isinstance(value, exp.Column) else exp.Paren(this=value)
    return exp.Is(this=operand, expression=exp.null())


def not_null(value: exp.Expr) -> exp.Expr:
    """Whether a value is known."""
    return exp.Not(this=is_null(value))


def coalesce(value: exp.Expr, default: exp.Expr) -> exp.Expr:
    """The value, or the default where it is null."""
    return exp.Coalesce(this=value, expressions=[default])


def least(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """The smaller of two values that are never null."""
    return exp.Least(this=left, expressions=[right], ignore_nulls=True)


def greatest(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """The larger of two values that are never null."""
    return exp.Greatest(this=left, expressions=[right], ignore_nulls=True)


def times(left: exp.Expr, right: exp.Expr) -> exp.Expr:
    """left * right."""
    return exp.Mul(this=left, expression=right)


def negated(condition: exp.Expr) -> exp.Expr:
    """Kleene's not."""
    return exp.Not(this=exp.Paren(this=condition))


def one_if(condition: exp.Expr) -> exp.Expr:
    """1 where true, else 0."""
    return case([(condition, integer(1))], integer(0))
