"""What people read is what was built: laying a query out moves line breaks and comments, nothing else."""

from __future__ import annotations

import re

import pytest
import sqlglot

import pyrometer
from pyrometer.compiling import compile_definition, statement_of
from pyrometer.definition.fingerprint import fingerprint
from pyrometer.sql import DIALECTS, Moment
from pyrometer.sql.readable import WIDTH
from tests.compiled.definitions import DEFINITIONS, EXAMPLES, HOSTILE

LITERAL = re.compile(r"'[^']{60,}'")
"""A literal that is long in itself, such as a pattern."""

PARSED = {name: each for name, each in DEFINITIONS.items() if "over leap days and centuries" not in name}
"""All but the one whose calendar has a row for each day of centuries: to parse that takes minutes, and the calendars of
the others are laid out by the same lines."""


@pytest.mark.parametrize("definition", PARSED.values(), ids=PARSED)
def test_the_text_says_what_the_query_says(definition: str) -> None:
    loaded = pyrometer.load(definition)
    for dialect, spoken in DIALECTS.items():
        compiled = compile_definition(loaded, Moment.as_step(spoken.now(), spoken), spoken)
        statement = statement_of(compiled)
        built = statement.select().sql(dialect=dialect, comments=False)
        assert sqlglot.parse_one(statement.text(), dialect=dialect) == sqlglot.parse_one(built, dialect=dialect), (
            dialect
        )


@pytest.mark.parametrize("dialect", DIALECTS)
def test_names_cannot_break_out_of_comments_or_literals(dialect: str) -> None:
    read = pyrometer.compile_sql(HOSTILE, dialect)
    (statement,) = sqlglot.parse(read, dialect=dialect)
    assert isinstance(statement, sqlglot.exp.Select)
    told = [line.strip() for line in read.splitlines() if "DROP TABLE" in line]
    rules = ("*/ DROP TABLE profile; /*", "-- DROP TABLE {% endraw %}", "half DROP TABLE a line")
    for rule in rules:
        assert any(line.partition("-- ")[2] == f"fit: {rule}" for line in told), rule


def test_every_rule_has_its_name_beside_or_above_it() -> None:
    read = pyrometer.compile_sql(EXAMPLES["b2b-saas"])
    points = read[read.index('"flags_and_points_and_criteria" AS (') :]
    assert '"m4" AS "points_interest_asked_for_a_demo", -- interest: Asked for a demo\n' in points
    assert "    -- fit: Size\n    CASE\n      WHEN " in points


@pytest.mark.parametrize("example", EXAMPLES)
@pytest.mark.parametrize("dialect", [name for name in DIALECTS if name not in ("snowflake", "bigquery")])
def test_lines_are_no_longer_than_they_must_be(example: str, dialect: str) -> None:
    read = pyrometer.compile_sql(EXAMPLES[example], dialect)
    long = [line for line in read.splitlines() if len(line) > WIDTH and not LITERAL.search(line)]
    assert [line for line in long if " / 10000.0 AS " not in line] == []


def test_a_header_tells_what_is_read_and_given() -> None:
    read = pyrometer.compile_sql(EXAMPLES["e-commerce"], "clickhouse", as_of="2026-06-30")
    header = read[: read.index("\nWITH")]
    assert f"-- definition {fingerprint(pyrometer.load(EXAMPLES['e-commerce']))}" in header
    assert "-- for ClickHouse, as of 2026-06-30 00:00:00 UTC" in header
    assert "--     occurred_at " in header
    assert "DateTime64(6, 'UTC')" in header
    assert all(line.startswith("--") for line in header.splitlines() if line)
    assert read.rstrip().splitlines()[-1].startswith("SETTINGS join_use_nulls = 1, ")


def test_what_nobody_reads_is_not_asked_for() -> None:
    read = pyrometer.compile_sql(EXAMPLES["b2b-saas"])
    assert "--     email " in read
    assert '"profile"."company"' not in read
