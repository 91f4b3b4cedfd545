"""What people read is what was built: laying a query out moves line breaks and comments, nothing else."""

from __future__ import annotations

import pytest
import sqlglot

import pyrometer
from pyrometer.compiling import compile_definition, statement_of
from pyrometer.sql import DIALECTS, Moment
from tests.compiled.definitions import DEFINITIONS, HOSTILE

LONGEST = 140
"""Wider than any line but a name or a literal that is long in itself."""


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("definition", DEFINITIONS.values(), ids=DEFINITIONS)
def test_the_text_says_what_the_query_says(definition: str, dialect: str) -> None:
    spoken = DIALECTS[dialect]
    compiled = compile_definition(definition, Moment.as_step(spoken.now(), spoken), spoken)
    statement = statement_of(compiled)
    built = statement.select().sql(dialect=dialect, comments=False)
    read = pyrometer.compile_sql(definition, dialect)
    assert sqlglot.parse_one(read, dialect=dialect) == sqlglot.parse_one(built, dialect=dialect)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_names_cannot_break_out_of_comments_or_literals(dialect: str) -> None:
    read = pyrometer.compile_sql(HOSTILE, dialect)
    comments = [line for line in read.splitlines() if "DROP TABLE" in line]
    assert comments
    assert all("--" in line[: line.index("DROP TABLE")] for line in comments if "'" not in line)
    (statement,) = sqlglot.parse(read, dialect=dialect)
    assert isinstance(statement, sqlglot.exp.Select)
