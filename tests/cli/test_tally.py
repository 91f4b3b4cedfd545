"""`pyrometer tally`, and scoring from what it made."""

import json

from tests.cli.command import Runner
from tests.cli.here import Here

SCORE = ("score", "lead.yaml", "--leads", "leads.csv", "--events", "events.csv")
BUILD = ("tally", "build", "lead.yaml", "--events", "events.csv", "--tally", "tally")


def test_a_tally_scores_the_same(run: Runner) -> None:
    built = run(*BUILD)
    assert built.code == 0
    assert built.out == "tally: 1 of 1 files read, 5 rows of leads and days\n"
    direct = run(*SCORE, "--format", "jsonl", "--explain")
    tallied = run("score", "lead.yaml", "--leads", "leads.csv", "--tally", "tally", "--format", "jsonl", "--explain")
    assert tallied.code == 0
    assert tallied.out == direct.out


def test_what_a_tally_holds(here: Here) -> None:
    here(*BUILD)
    assert here("tally", "refresh", "lead.yaml", "--tally", "tally").out.startswith(
        "tally: nothing new to read, 5 rows"
    )
    shown = here("tally", "info", "--tally", "tally")
    assert "latest evidence: 2026-06-30 12:00 UTC" in shown.out
    assert f"  {here.folder}/events.csv" in shown.lines
    found = json.loads(here("tally", "info", "--tally", "tally", "--format", "json").out)
    assert found["files"] == [f"{here.folder}/events.csv"]
    assert found["rows"] == 5


def test_new_events_are_added_while_scoring(here: Here) -> None:
    here(*BUILD)
    more = here.folder / "more.csv"
    more.write_text("lead_id,event,occurred_at\nEve,asked,2026-06-30T11:00:00Z\n", encoding="utf-8")
    done = here("score", "lead.yaml", "--leads", "leads.csv", "--events", "more.csv", "--tally", "tally")
    assert "Eve       ●━━╌ warm" in done.out
    assert here("score", "lead.yaml", "--leads", "leads.csv", "--events", "events.csv", "more.csv").out == done.out


def test_a_damaged_tally_is_told(here: Here) -> None:
    here(*BUILD)
    (here.folder / "tally" / "tally.json").write_text("{", encoding="utf-8")
    done = here("tally", "info", "--tally", "tally")
    assert done.code == 2
    assert "damaged" in done.err
