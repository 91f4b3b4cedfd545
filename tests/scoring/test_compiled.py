"""The SQL that people paste gives the scores that Pyrometer gives."""

from __future__ import annotations

import duckdb
import pytest

import pyrometer
from pyrometer.errors import UsageError
from tests.scoring.test_live import DEFINITION, EVENTS, LEADS

SIMPLE = DEFINITION.replace(", stale_after: 30d", "")


@pytest.fixture
def warehouse() -> duckdb.DuckDBPyConnection:
    """A database with `profile` and `events`, as a warehouse has them."""
    con = duckdb.connect()
    con.execute("CREATE TABLE profile (lead_id VARCHAR, size BIGINT, need VARCHAR)")
    con.executemany("INSERT INTO profile VALUES (?, ?, 'confirmed')", [[row["lead_id"], row["size"]] for row in LEADS])
    con.execute(
        "CREATE TABLE events (lead_id VARCHAR, event VARCHAR, occurred_at TIMESTAMP, topic VARCHAR,"
        " seconds BIGINT, asset VARCHAR)"
    )
    con.executemany(
        "INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)",
        [[row[name] for name in ("lead_id", "event", "occurred_at", "topic", "seconds", "asset")] for row in EVENTS],
    )
    return con


@pytest.mark.parametrize("explain", [False, True])
def test_compiled_and_scored_agree(warehouse: duckdb.DuckDBPyConnection, explain: bool) -> None:
    as_of = "2026-06-25T12:00:00Z"
    sql = pyrometer.compile_sql(SIMPLE, as_of=as_of, explain=explain)
    rows = warehouse.execute(sql)
    names = [column[0] for column in rows.description]
    compiled = {row[0]: dict(zip(names, row, strict=True)) for row in rows.fetchall()}
    leads = [row | {"need": "confirmed"} for row in LEADS]
    with pyrometer.score(SIMPLE, leads=leads, events=EVENTS, as_of=as_of, explain=explain) as scoring:
        for reading in scoring:
            found, shown = compiled[reading.lead_id], reading.as_dict(explain=explain)
            assert found["temperature"] == shown["temperature"]
            assert {name: found[f"score_{name}"] for name in shown["scores"]} == shown["scores"]
            assert found["criterion_need"] == shown["criteria"]["need"]
    assert len(compiled) == len(LEADS)


def test_without_a_time_it_scores_when_it_runs(warehouse: duckdb.DuckDBPyConnection) -> None:
    rows = warehouse.execute(pyrometer.compile_sql(SIMPLE)).fetchall()
    assert len(rows) == len(LEADS)


def test_steps_are_named_and_rules_are_told() -> None:
    sql = pyrometer.compile_sql(SIMPLE, as_of="2026-06-25")
    assert '"calendar" AS (' in sql
    assert " -- interest: Pricing\n" in sql
    assert "DOUBLE" not in sql


def test_an_unknown_dialect_is_refused() -> None:
    with pytest.raises(UsageError, match="duckdb"):
        pyrometer.compile_sql(SIMPLE, "oracle")
