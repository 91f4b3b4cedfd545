"""BigQuery and Snowflake, which nobody has run here: what their documentation says, verb by verb."""

from __future__ import annotations

import pytest

import pyrometer
from pyrometer.definition.pattern import check_pattern
from pyrometer.sql import DIALECTS, integer
from pyrometer.sql.build import column
from tests.compiled.definitions import EXAMPLES

BIGQUERY = {
    "day_number": "UNIX_DATE(CAST(`at` AS DATE))",
    "timestamp": "TIMESTAMP('2026-06-30 12:00:00+00')",
    "now": "CURRENT_TIMESTAMP()",
    "date": "CAST('2026-06-30' AS DATE)",
    "number": "CAST('0.1' AS FLOAT64)",
    "as_integer": "CAST(`at` AS INT64)",
    "as_number": "CAST(`at` AS FLOAT64)",
    "as_text": "CAST(`at` AS STRING)",
    "at_most": "LEAST(`at`, 9)",
    "whole_quotient": "DIV(`at`, 60)",
    "regex_search": r"REGEXP_CONTAINS(`at`, '(?i-s)^(?:a\\.b|c)+')",
    "contains": r"REGEXP_CONTAINS(`at`, '(?i-s)C\\+\\+')",
}
SNOWFLAKE = {
    "day_number": "DATEDIFF(DAY, CAST('1970-01-01' AS DATE), CAST(\"at\" AS DATE))",
    "timestamp": "TO_TIMESTAMP_NTZ('2026-06-30 12:00:00')",
    "now": "SYSDATE()",
    "date": "CAST('2026-06-30' AS DATE)",
    "number": "CAST('0.1' AS DOUBLE)",
    "as_integer": 'CAST("at" AS BIGINT)',
    "as_number": 'CAST("at" AS DOUBLE)',
    "as_text": 'CAST("at" AS VARCHAR)',
    "at_most": 'LEAST_IGNORE_NULLS("at", 9)',
    "whole_quotient": 'CAST(("at" - MOD("at", 60)) / 60 AS BIGINT)',
    "regex_search": r"""REGEXP_INSTR("at", '^([Aa]\\.[Bb]|[Cc])+') > 0""",
    "contains": r"""REGEXP_INSTR("at", '[Cc]\\+\\+') > 0""",
}
GIVEN = {
    "timestamp": ["2026-06-30 12:00:00"],
    "now": [],
    "date": ["2026-06-30"],
    "number": [0.1],
    "at_most": [column("at"), 9],
    "whole_quotient": [column("at"), integer(60)],
    "regex_search": [column("at"), check_pattern(r"^(a\.b|c)+")],
    "contains": [column("at"), "C++"],
}


@pytest.mark.parametrize("verb", BIGQUERY)
def test_verbs_in_bigquery(verb: str) -> None:
    spoken = getattr(DIALECTS["bigquery"], verb)(*GIVEN.get(verb, [column("at")]))
    assert spoken.sql(dialect="bigquery") == BIGQUERY[verb]


@pytest.mark.parametrize("verb", SNOWFLAKE)
def test_verbs_in_snowflake(verb: str) -> None:
    spoken = getattr(DIALECTS["snowflake"], verb)(*GIVEN.get(verb, [column("at")]))
    assert spoken.sql(dialect="snowflake") == SNOWFLAKE[verb]


def test_snowflake_has_names_as_tables_made_without_quotes_have_them() -> None:
    read = pyrometer.compile_sql(EXAMPLES["b2b-saas"], "snowflake")
    assert 'FROM "PROFILE"' in read
    assert '"PROFILE"."JOB_TITLE" AS "TRAIT_JOB_TITLE"' in read
    assert DIALECTS["snowflake"].identifier("Größe (cm)") == "Größe (cm)"


def test_bigquery_has_the_calendar_without_values() -> None:
    read = pyrometer.compile_sql(EXAMPLES["b2b-saas"], "bigquery")
    assert "  FROM UNNEST([\n    STRUCT(0 AS `at_age`, " in read
    assert "VALUES" not in read


@pytest.mark.parametrize("dialect", ["bigquery", "snowflake"])
def test_what_nobody_has_run_says_so(dialect: str) -> None:
    title = DIALECTS[dialect].title
    read = pyrometer.compile_sql(EXAMPLES["courses"], dialect)
    assert f"-- UNTESTED: written after {title}'s documentation; nobody has run this SQL on {title} here\n" in read


@pytest.mark.parametrize("dialect", ["duckdb", "postgres", "spark", "clickhouse"])
def test_what_is_tested_does_not(dialect: str) -> None:
    assert "UNTESTED" not in pyrometer.compile_sql(EXAMPLES["courses"], dialect)
