"""BigQuery's spelling of the verbs, after its documentation."""

from __future__ import annotations

from sqlglot import exp

from pyrometer.definition.pattern import Pattern
from pyrometer.sql.dialects.base import Dialect


class BigQuery(Dialect):
    """GoogleSQL as BigQuery speaks it; `TIMESTAMP` columns are moments, and days are those of UTC."""

    name = "bigquery"
    title = "BigQuery"
    supported = False
    session = "the time zone of the project or session has to be UTC, which it is unless somebody changed it"

    def day_number(self, moment: exp.Expr) -> exp.Expr:
        return exp.Anonymous(this="UNIX_DATE", expressions=[exp.cast(moment, "date")])

    def timestamp(self, text: str) -> exp.Expr:
        # Written with its zone, so that no setting can move it.
        return exp.Anonymous(this="TIMESTAMP", expressions=[exp.Literal.string(f"{text}+00")])

    def now(self) -> exp.Expr:
        return exp.Anonymous(this="CURRENT_TIMESTAMP")

    def whole_quotient(self, value: exp.Expr, divisor: exp.Expr) -> exp.Expr:
        return exp.Anonymous(this="DIV", expressions=[value, divisor])

    def regex_search(self, text: exp.Expr, pattern: Pattern) -> exp.Expr:
        spelled = exp.Literal.string(f"(?i-s){pattern.normalised}")
        return exp.Anonymous(this="REGEXP_CONTAINS", expressions=[text, spelled])

    def rows(self, names: list[str], rows: list[tuple[int, ...]]) -> exp.From:
        # There is no VALUES: an array of structs, whose first row names the columns, is the table of literals.
        first, *rest = [[exp.Literal.number(value) for value in row] for row in rows]
        pairs = zip(names, first, strict=True)
        head = exp.Struct(expressions=[exp.alias_(value, name, quoted=True) for name, value in pairs])
        structs = [head, *(exp.Tuple(expressions=row) for row in rest)]
        return exp.From(this=exp.Unnest(expressions=[exp.Array(expressions=structs)]))
