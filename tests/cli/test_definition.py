"""The commands that need a definition only, or nothing at all: assure, compile, fingerprint, schema."""

import json
import re

from tests.cli.command import Runner


def change(run: Runner, old: str, new: str) -> None:
    """Change the definition's text."""
    path = run.folder / "lead.yaml"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_examples_that_come_out_as_agreed(run: Runner) -> None:
    done = run("assure", "lead.yaml")
    assert (done.code, done.out) == (0, "✓ Ready to buy\n\n1 of 1 examples come out as agreed\n")


def test_an_example_that_does_not(run: Runner) -> None:
    change(run, "expect: {temperature: hot, scores: {fit: 60", "expect: {temperature: cool, scores: {fit: 50")
    done = run("assure", "lead.yaml")
    assert done.code == 1
    assert (
        done.out
        == """\
✗ Ready to buy
    temperature: expected cool, found hot
    fit: expected 50, found 60
        Size: 40
        Has money: 20

0 of 1 examples come out as agreed
"""
    )
    found = json.loads(run("assure", "lead.yaml", "--format", "json").out)
    assert found[0]["passed"] is False
    assert found[0]["findings"][1]["reasons"] == ["Size: 40", "Has money: 20"]


def test_a_definition_without_examples(run: Runner) -> None:
    text = (run.folder / "lead.yaml").read_text(encoding="utf-8")
    (run.folder / "lead.yaml").write_text(text.partition("examples:")[0], encoding="utf-8")
    done = run("assure", "lead.yaml")
    assert done.code == 0
    assert "There are no examples" in done.out


def test_the_fingerprint_is_of_the_meaning(run: Runner) -> None:
    first = run("fingerprint", "lead.yaml")
    assert re.fullmatch(r"[0-9a-f]{64}\n", first.out)
    change(run, "format: 1\n", "# a comment\nformat: 1\n")
    assert run("fingerprint", "lead.yaml").out == first.out
    change(run, "points: 30", "points: 31")
    assert run("fingerprint", "lead.yaml").out != first.out


def test_compiled_sql_runs_on_its_engine(run: Runner) -> None:
    import duckdb

    done = run("compile", "lead.yaml", "--out", "scores.sql")
    assert (done.code, done.out) == (0, "")
    sql = (run.folder / "scores.sql").read_text(encoding="utf-8")
    assert sql == run("compile", "lead.yaml", "--dialect", "duckdb", "--out", "-").out
    connection = duckdb.connect()
    connection.execute("CREATE TABLE profile (lead_id TEXT, size BIGINT, need TEXT, budget DOUBLE)")
    connection.execute("INSERT INTO profile VALUES ('Ada', 20, 'met', 5000)")
    connection.execute("CREATE TABLE events (lead_id TEXT, event TEXT, occurred_at TIMESTAMP, page TEXT)")
    found = connection.execute(sql)
    assert found.description is not None
    names = [column[0] for column in found.description]
    row = dict(zip(names, found.fetchall()[0], strict=True))
    assert (row["lead_id"], row["temperature"]) == ("Ada", "warm")


def test_the_schema_is_json_schema(run: Runner) -> None:
    done = run("schema", "--out", "language.json")
    assert (done.code, done.out) == (0, "")
    schema = json.loads((run.folder / "language.json").read_text(encoding="utf-8"))
    assert schema["$schema"].startswith("https://json-schema.org/")
    assert {"format", "name", "scores", "temperature"} <= set(schema["properties"])
