"""`pyrometer compile`: which dialects there are, what is said of them, and where it writes."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import pytest

from pyrometer.cli.compile import DialectName
from pyrometer.sql import DIALECTS
from tests.cli.here import Here

DEFINITION = """\
format: 1
name: Calls
events: {called: {}}
scores: {interest: {cooling: {half_life: 5d}, rules: [{name: Called, event: called, points: 7}]}}
temperature: {warm: {when: {score: interest, at_least: 5}}}
"""


@pytest.fixture
def run(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Here:
    (tmp_path / "definition.yaml").write_text(DEFINITION, encoding="utf-8")
    return Here(tmp_path, capfd)


def test_the_choices_are_the_dialects(run: Here) -> None:
    assert get_args(DialectName) == tuple(DIALECTS)
    shown = run("compile", "--help").out
    assert all(name in shown for name in DIALECTS)


@pytest.mark.parametrize("dialect", DIALECTS)
def test_only_what_nobody_has_run_is_remarked_on(run: Here, dialect: str) -> None:
    done = run("compile", "definition.yaml", "--dialect", dialect)
    assert done.code == 0
    assert done.out.startswith("-- Calls\n-- definition ")
    assert ("nobody has run this SQL" in done.err) == (dialect in ("bigquery", "snowflake"))
    assert len(done.err.splitlines()) == (dialect in ("bigquery", "snowflake"))


@pytest.mark.parametrize(
    ("given", "meant"),
    [("postgresql", "postgres"), ("PostgreSQL", "postgres"), ("snowflak", "snowflake"), ("bigqery", "bigquery")],
)
def test_a_near_miss_is_told_what_was_meant(run: Here, given: str, meant: str) -> None:
    done = run("compile", "definition.yaml", "--dialect", given)
    assert (done.code, done.out) == (2, "")
    assert f"there is no dialect `{given}`; did you mean `{meant}`?" in done.err


def test_another_name_is_told_all_there_are(run: Here) -> None:
    done = run("compile", "definition.yaml", "--dialect", "oracle")
    assert done.code == 2
    assert "known: `duckdb`, `postgres`, `spark`, `clickhouse`, `bigquery`, `snowflake`" in done.err


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--dbt", "project", "--out", "x.sql"], "leave one out"),
        (["--force"], "--force is for --dbt"),
        (["--dbt", "definition.yaml"], "is a file"),
    ],
)
def test_options_that_do_not_go_together(run: Here, options: list[str], told: str) -> None:
    done = run("compile", "definition.yaml", *options)
    assert (done.code, done.out) == (2, "")
    assert told in done.err
    assert sorted(path.name for path in run.folder.iterdir()) == ["definition.yaml"]


def test_the_same_bytes_to_a_file_and_to_the_screen(run: Here) -> None:
    shown = run("compile", "definition.yaml", "--as-of", "2026-06-30").out
    run("compile", "definition.yaml", "--as-of", "2026-06-30", "--out", "scores.sql")
    assert (run.folder / "scores.sql").read_text(encoding="utf-8") == shown


def test_a_project_that_is_not_there_yet_is_made(run: Here) -> None:
    done = run("compile", "definition.yaml", "--dbt", "new/project", "--dialect", "snowflake")
    assert done.code == 0
    assert "wrote new/project/models/calls.sql" in done.lines
    assert "there is no dbt_project.yml in new/project yet" in done.out
    assert "nobody has run this SQL" in done.err
    seed = (run.folder / "new/project/seeds/calls_calendar.csv").read_text(encoding="utf-8")
    assert seed.splitlines()[:2] == ["at_age,w1", "0,70000"]
    assert 'AT_AGE: "BIGINT"' in (run.folder / "new/project/models/calls.yml").read_text(encoding="utf-8").replace(
        '"AT_AGE"', "AT_AGE"
    )
