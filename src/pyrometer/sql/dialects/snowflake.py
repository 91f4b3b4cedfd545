"""Snowflake's spelling of the verbs, after its documentation."""

from __future__ import annotations

import re

from sqlglot import exp

from pyrometer.definition.pattern import Pattern, Spelling
from pyrometer.sql.build import compare, integer, minus
from pyrometer.sql.dialects.base import Dialect

POSIX = Spelling(group="(", any_case=True)
"""POSIX's extended regular expressions with a few of Perl's, `\\b` among them, but without groups that capture nothing.

Letters are written in all their cases, since nobody says what the switch for ignoring case does beyond ASCII.
"""

UNQUOTED = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


class Snowflake(Dialect):
    """Snowflake, with times in `TIMESTAMP_NTZ` columns that hold UTC."""

    name = "snowflake"
    title = "Snowflake"
    supported = False
    moment_type = "TIMESTAMP_NTZ"
    session = "occurred_at has to be TIMESTAMP_NTZ in UTC, or the session's TIMEZONE to be 'UTC'"

    def identifier(self, name: str) -> str:
        # What is created without quotes is stored in capitals, and that is what nearly all tables are.
        return name.upper() if UNQUOTED.fullmatch(name) else name

    def day_number(self, moment: exp.Expr) -> exp.Expr:
        days = [exp.Var(this="DAY"), self.date("1970-01-01"), exp.cast(moment, "date")]
        return exp.Anonymous(this="DATEDIFF", expressions=days)

    def timestamp(self, text: str) -> exp.Expr:
        return exp.Anonymous(this="TO_TIMESTAMP_NTZ", expressions=[exp.Literal.string(text)])

    def now(self) -> exp.Expr:
        return exp.Anonymous(this="SYSDATE")

    def whole_quotient(self, value: exp.Expr, divisor: exp.Expr) -> exp.Expr:
        # A quotient of whole numbers is rounded to six decimals here, so the rest is taken off first.
        rest = exp.Anonymous(this="MOD", expressions=[value.copy(), divisor.copy()])
        return self.as_integer(exp.Div(this=minus(value, rest), expression=divisor))

    def regex_search(self, text: exp.Expr, pattern: Pattern) -> exp.Expr:
        # REGEXP_LIKE wants the whole text to match; this one looks for the first place.
        spelled = exp.Literal.string(pattern.render(POSIX))
        return compare("above", exp.Anonymous(this="REGEXP_INSTR", expressions=[text, spelled]), integer(0))
