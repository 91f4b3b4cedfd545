"""`pyrometer simulate` as somebody runs it."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path

import pytest

from tests.cli.conftest import DEFINITION, EVENTS, LEADS
from tests.cli.here import Here

FILES = ("--leads", "leads.csv", "--events", "events.csv", "--weeks", "0")
SIGNED = ("--outcomes", "outcomes.csv", "--won", "Signed")
OUTCOMES = "lead_id,outcome,decided_at\nAda,Signed,2026-07-02\nBob,gone,2026-06-01\n"


@pytest.fixture
def run(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Here:
    """Runs the command in a folder with a definition, a changed one, and evidence."""
    changed = DEFINITION.replace("at_least: 30}, {framework", "at_least: 41}, {framework")
    changed = changed.replace("points: 4, event: visited", "points: 1, event: visited")
    changed = changed.replace("{score: interest, at_least: 5}", "{score: interest, at_least: 7}")
    for name, text in (
        ("lead.yaml", DEFINITION),
        ("changed.yaml", changed),
        ("leads.csv", LEADS),
        ("events.csv", EVENTS),
        ("outcomes.csv", OUTCOMES),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
    return Here(tmp_path, capfd)


def test_the_report(run: Here) -> None:
    outcomes = ("--outcomes", "outcomes.csv", "--won", "Signed", "--lost", "gone")
    done = run("simulate", "lead.yaml", "changed.yaml", *FILES, *outcomes)
    assert (done.code, done.err) == (0, "")
    assert (
        done.out
        == """\
2 of 5 leads change temperature: 2 cooler (1 already decided)
as of 2026-06-30 12:00 UTC, the latest evidence; evidence from 2026-03-01 to 2026-06-30
warning: 1 of 1 examples in changed.yaml fails: “Ready to buy”; see pyrometer assure changed.yaml

old ↓ new →  hot  warm  cool  all
hot            ·     1     ·    1
warm           ·     1     1    2
cool           ·     ·     2    2
all            0     2     3    5

why 1 lead is no longer hot
  1  interest at least 41, was 30
  1  points of interest
     1  Visits -8.6

why 1 lead is no longer warm (already decided)
  1  points of interest
     1  Visits -3.6
  1  interest at least 7, was 5

how they really ended
  note: 1 of 2 was decided before the moment they are scored for, so what is known of them may already tell the outcome;
  an earlier --as-of is fairer
                                 leads  won  lost  open     won of decided
  hot → warm                         1    1     0     0  100 % (21 to 100)
  warm → cool                        1    0     1     0      0 % (0 to 79)
  all hot by the old definition      1    1     0     0  100 % (21 to 100)
  all hot by the new definition      0    0     0     0                  –
  all leads                          5    1     1     3     50 % (9 to 91)

what was changed
  temperature: hot
    was interest at least 30
    now interest at least 41
  temperature: warm
    was any of: interest at least 5
    now any of: interest at least 7
  interest: Visits
    was +4 for visited, in group web
    now +1 for visited, in group web

who
  Ada  hot → warm
      interest at least 41, was 30
      interest 42 → 40.8706: -8.6116 Visits, +7.4822 cap of group web
  Bob  warm → cool  (already lost)
      interest 10.4853 → 6.864: -3.6213 Visits
      interest at least 7, was 5
"""
    )


def test_the_columns_of_outcomes_by_other_names(run: Here) -> None:
    (run.folder / "outcomes.csv").write_text(OUTCOMES.replace("outcome,decided_at", "Stage,Closed"), encoding="utf-8")
    named = ("--map", "outcome=Stage", "--map", "decided_at=Closed")
    done = run("simulate", "lead.yaml", "changed.yaml", *FILES, *SIGNED, "--lost", "gone", *named)
    assert (done.code, done.err) == (0, "")
    assert "2 cooler (1 already decided)" in done.lines[0]


@pytest.mark.parametrize(
    ("as_of", "said"),
    [
        ("2024-06-30", "as of 2024-06-30, before all of it"),
        ("2027-01-30", "as of 2027-01-30, 213 days after it"),
        ("2026-07-03", ""),
    ],
)
def test_a_moment_outside_of_the_evidence_is_warned_of(run: Here, as_of: str, said: str) -> None:
    done = run("simulate", "lead.yaml", "changed.yaml", *FILES, "--as-of", as_of)
    assert done.code == 0
    assert (said in done.err) if said else not done.err
    assert "evidence from 2026-03-01 to 2026-06-30" in done.lines[1]


def test_the_same_twice(run: Here) -> None:
    done = run("simulate", "lead.yaml", "lead.yaml", *FILES)
    assert done.code == 0
    assert done.lines[0] == "The two definitions mean the same: no lead can change temperature."
    assert "what was changed" not in done.out


def test_json_is_the_whole_result(run: Here) -> None:
    done = run("simulate", "lead.yaml", "changed.yaml", *FILES, "--format", "json", "--top", "1")
    found = json.loads(done.out)
    assert found["flips"] == 2
    assert len(found["shown"]) == 1
    assert found["matrix"]["hot"] == {"hot": 0, "warm": 1, "cool": 0}
    for score in found["shown"][0]["scores"]:
        assert round(sum(line["difference"] for line in score["lines"]), 4) == score["difference"]


@pytest.mark.parametrize("name", ["changes.jsonl", "changes.csv", "changes.csv.gz"])
def test_all_changes_in_a_file(run: Here, name: str) -> None:
    done = run("simulate", "lead.yaml", "changed.yaml", *FILES, "--out", name, "--top", "1")
    assert done.code == 0
    assert f"2 leads written to {name}" in done.out
    raw = (run.folder / name).read_bytes()
    text = (gzip.decompress(raw) if name.endswith(".gz") else raw).decode()
    if "csv" in name:
        rows = list(csv.DictReader(io.StringIO(text)))
    else:
        rows = [json.loads(line) for line in text.splitlines()]
    assert [(row["lead_id"], row["before"], row["after"]) for row in rows] == [
        ("Ada", "hot", "warm"),
        ("Bob", "warm", "cool"),
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("simulate", "lead.yaml"), 2, "NEW is missing"),
        (("simulate", "lead.yaml", "no.yaml", *FILES), 2, "no.yaml: there is no such file"),
        (("simulate", "lead.yaml", "broken.yaml", *FILES), 1, "broken.yaml:"),
        (("simulate", "lead.yaml", "changed.yaml"), 2, "there are no leads to score"),
        (("simulate", "lead.yaml", "changed.yaml", "--leads", "-"), 2, "can't come from standard input"),
        (("simulate", "lead.yaml", "changed.yaml", *FILES, "--out", "changes.xlsx"), 2, ".jsonl or .csv"),
        (("simulate", "lead.yaml", "changed.yaml", *FILES, "--out", "-"), 2, "--out needs a file"),
        (("simulate", "lead.yaml", "changed.yaml", *FILES, "--out", "leads.csv"), 2, "would overwrite an input"),
        (("simulate", "lead.yaml", "changed.yaml", *FILES, "--out", "changed.csv/x.csv"), 2, "there is no folder"),
        (("simulate", "lead.yaml", "changed.yaml", *FILES, "--capacity", "lots"), 2, "write 40/week"),
        (("simulate", "lead.yaml", "changed.yaml", *FILES[:4], "--weeks", "-3"), 2, "-3 weeks"),
        (("simulate", "lead.yaml", "changed.yaml", *FILES, "--outcomes", "no.csv"), 2, "no.csv"),
        (("simulate", "lead.yaml", "changed.yaml", *FILES, "--outcomes", "outcomes.csv"), 2, "--won"),
        (("simulate", "lead.yaml", "changed.yaml", *FILES, "--won", "Signed"), 2, "there are none: give them with"),
        (("simulate", "lead.yaml", "changed.yaml", *FILES, "--won", "won"), 2, "there are none: give them with"),
        (
            ("simulate", "lead.yaml", "changed.yaml", *FILES, *SIGNED, "--lost", "churned"),
            2,
            "no outcome says `churned`, so no lead would be lost; the column says `Signed`, `gone`: --lost names",
        ),
        (("simulate", "lead.yaml", "changed.yaml", *FILES, "--map", "outcome=Stage"), 2, "no trait, property or field"),
    ],
)
def test_what_is_wrong_is_said(run: Here, arguments: tuple[str, ...], code: int, said: str) -> None:
    (run.folder / "broken.yaml").write_text(DEFINITION.replace("trait: size", "trait: siz"), encoding="utf-8")
    done = run(*arguments)
    assert (done.code, done.out) == (code, "")
    assert said in done.err
    assert not list(run.folder.glob("*.part"))
    assert not (run.folder / "changes.csv").exists()


def test_ids_that_would_steer_a_terminal_or_a_spreadsheet(run: Here) -> None:
    (run.folder / "leads.csv").write_text("lead_id,size\n=cmd(),20\n\x1b[2Jx,20\n", encoding="utf-8")
    events = "lead_id,event,occurred_at,page\n=cmd(),visited,2026-06-30,start\n\x1b[2Jx,visited,2026-06-30,start\n"
    (run.folder / "events.csv").write_text(events, encoding="utf-8")
    cold = DEFINITION.replace("{score: interest, at_least: 5}", "{score: interest, at_least: 3}")
    (run.folder / "lead.yaml").write_text(cold, encoding="utf-8")
    done = run("simulate", "lead.yaml", "changed.yaml", *FILES, "--out", "changes.csv")
    assert done.code == 0
    assert "\x1b" not in done.out
    assert "\\x1b[2Jx" in done.out
    assert "\n'=cmd()," in (run.folder / "changes.csv").read_text(encoding="utf-8")


def test_plain_ascii_where_the_terminal_has_no_more(run: Here) -> None:
    done = run("simulate", "lead.yaml", "changed.yaml", *FILES, env={"PYTHONIOENCODING": "ascii"})
    assert done.code == 0
    assert "hot -> warm" in done.out
