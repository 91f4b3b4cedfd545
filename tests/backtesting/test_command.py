"""The command as somebody uses it: its report, its JSON, and what it refuses."""

import csv
import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import pytest

from tests.backtesting.planted import DEFINITION, cohort
from tests.cli.command import Outcome
from tests.cli.here import Here

GIVEN = ("--events", "events.csv", "--outcomes", "outcomes.csv")
DATES = ("--from", "2025-02-01", "--to", "2025-11-30")


@pytest.fixture
def run(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Here:
    """Runs the command in a folder with a definition, events and outcomes."""
    events, outcomes = cohort(300)
    write(tmp_path / "events.csv", events)
    write(tmp_path / "outcomes.csv", outcomes)
    (tmp_path / "lead.yaml").write_text(DEFINITION, encoding="utf-8")
    (tmp_path / "later.yaml").write_text(DEFINITION.replace("at_least: 30", "at_least: 40"), encoding="utf-8")
    return Here(tmp_path, capfd)


def write(path: Path, rows: Iterable[Mapping[str, object]]) -> None:
    rows = list(rows)
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def ran(run: Here, *options: object, code: int = 0) -> Outcome:
    done = run("backtest", "lead.yaml", *options)
    assert done.code == code, done.err
    assert "Traceback" not in done.err
    return done


def test_the_report_says_what_a_manager_asks(run: Here) -> None:
    out = ran(run, *GIVEN, *DATES, "--capacity", "3/week").out
    lines = out.splitlines()
    assert lines[0] == "Planted: 10 dates from 2025-02-01 to 2025-11-01"
    assert re.match(r"Yes: of \d+ leads that became hot and were decided \d+ were won: [78]\d % \(", lines[1])
    assert re.match(r"Of \d+ won leads \d+ had been hot before: \d+ % \(", lines[2])
    assert re.match(r"Sales would have got \d\.\d new hot leads a week, .* for 3 a week that fits \d of 9", lines[3])
    assert re.match(r"The data suffices: \d+ decided hot leads and \d+ won leads", lines[4])
    assert re.match(r"\d+ leads won, \d+ lost, 0 still open; outcomes up to 2025-12-\d\d", lines[6])
    assert "limit: 1 of 10 dates are later than 2025-10" in out
    assert "nine of ten wins take up to 40 days" in out
    assert re.search(r"^hot +\d+ +\d+ +\d+ +[78]\d\.\d % \(\d\d to \d\d %\) +1\.\d \(", out, re.MULTILINE)
    assert re.search(r"precision: \d+ leads became hot, \d+ of them were decided later, \d+ won: [78]\d\.\d % \(", out)
    assert re.search(r"recall: +\d+ leads were won, \d+ of them had been hot: ", out)
    assert re.search(r"^\(2025-11-01\) ", out, re.MULTILINE)
    assert re.search(r"^proposed: hot from \d+ interest: from there on 9 of 10 stretches", out, re.MULTILINE) or (
        "nothing proposed: no bound of interest" in out
    )


def test_two_definitions_side_by_side(run: Here) -> None:
    out = ran(run, *GIVEN, *DATES, "--against", "later.yaml").out
    figures = r"^recall of hot at hand-off +\d\d\.\d % +0\.0 % +-\d\d\.\d \(-\d\d\.\d to -\d\d\.\d\) +less$"
    assert re.search(figures, out, re.MULTILINE)
    assert re.search(r"^hot +warm +\d+ +\d+ +\d+ +\d+$", out, re.MULTILINE)
    assert "1,000 resamples by lead (seed 0)" in out


def test_json_is_the_result_and_the_same_each_time(run: Here) -> None:
    options = (*GIVEN, "--at", "2025-02-01", "2025-03-15", "--against", "later.yaml", "--format", "json", "--seed", "7")
    one, two = (ran(run, *options).out for _ in range(2))
    assert one == two
    told = json.loads(one)
    assert told["times"] == ["2025-02-01T00:00:00Z", "2025-03-15T00:00:00Z"]
    assert told["comparison"]["seed"] == 7
    assert {"base", "bands", "tenths", "dates", "hand_off", "calibration", "capacity"} <= told["first"].keys()


def test_files_with_other_names_and_words(run: Here) -> None:
    text = (run.folder / "outcomes.csv").read_text(encoding="utf-8")
    renamed = text.replace("lead_id,outcome,decided_at", "lead_id,Stage,Closed").replace(",won,", ",Closed Won,")
    (run.folder / "crm.csv").write_text(renamed.replace(",lost,", ",Closed Lost,"), encoding="utf-8")
    options = ("--map", "outcome=Stage", "--map", "decided_at=Closed", "--won", "closed won", "--lost", "Closed Lost")
    plain = ran(run, *GIVEN, *DATES, "--format", "json")
    other = ran(run, "--events", "events.csv", "--outcomes", "crm.csv", *options, *DATES, "--format", "json")
    assert json.loads(other.out)["first"] == json.loads(plain.out)["first"]


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ((*GIVEN,), "say for which dates: --from 2025-03-01 --to 2025-12-"),
        ((*GIVEN, "--from", "2025-02-01"), "say for which dates: --from"),
        ((*GIVEN, *DATES, "--at", "2025-02-01"), "--at names all dates: leave out --from and --to"),
        ((*GIVEN, "--from", "2025-06-01", "--to", "2025-02-01"), "from 2025-06-01 to 2025-02-01 is backwards"),
        ((*GIVEN, *DATES, "--every", "day"), "every `day`: there are week and month"),
        ((*GIVEN, "--at", "2025-03-01", "2025-02-01"), "2025-02-01 00:00 comes after 2025-03-01 00:00"),
        ((*GIVEN, *DATES, "--capacity", "40/day"), "capacity `40/day` is not a number of leads a week; write 40/week"),
        ((*GIVEN, *DATES, "--mature", "-5"), "mature -5: a number of days from 0"),
        ((*GIVEN, *DATES, "--mature", "nan"), "--mature nan: a number of days"),
        ((*GIVEN, "--from", "soon", "--to", "2025-02-01"), "`soon` is not a time"),
        (("--events", "events.csv", *DATES), "a backtest needs outcomes"),
        ((*GIVEN, "--from", "2026-02-01", "--to", "2026-03-01"), "the first date; the latest outcome is of 2025-12"),
        ((*GIVEN, *DATES, "--won", "yes", "--lost", "no"), "no outcome is `yes` or `no`; the column says `lost`"),
        ((*GIVEN, *DATES, "--against", "nowhere.yaml"), "nowhere.yaml: there is no such file"),
        (("--events", "nowhere.csv", "--outcomes", "outcomes.csv", *DATES), "nowhere.csv"),
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_refused_with_a_fix(run: Here, options: tuple[str, ...], message: str) -> None:
    done = ran(run, *options, code=2)
    assert message in done.err
    assert not done.out


def test_a_bare_number_is_a_capacity_and_weeks_are_suggested_where_outcomes_span_few(run: Here) -> None:
    told = [ran(run, *GIVEN, *DATES, "--format", "json", "--capacity", text).out for text in ("3", "3/week")]
    assert told[0] == told[1]
    rows = [
        {"lead_id": "P0000", "outcome": "won", "decided_at": "2025-05-02"},
        {"lead_id": "P0001", "outcome": "lost", "decided_at": "2025-06-03"},
    ]
    write(run.folder / "outcomes.csv", rows)
    done = ran(run, *GIVEN, code=2)
    assert "--from 2025-05-02 --to 2025-06-03 --every week, since leads were decided" in done.err


def test_dates_that_cannot_be_read_are_named_as_the_cause(run: Here) -> None:
    rows = [
        {"lead_id": f"P{at:04}", "outcome": "won" if at % 3 else "lost", "decided_at": "24.06.2025"} for at in range(70)
    ]
    write(run.folder / "outcomes.csv", rows)
    done = ran(run, *GIVEN, *DATES, code=2)
    assert "no outcome of these leads says when it was decided: 70 values of `decided_at` unreadable" in done.err
    assert "such as `24.06.2025`; write times as 2026-06-24" in done.err


def test_dates_before_all_leads_are_refused_with_the_span_of_leads(run: Here) -> None:
    done = ran(run, *GIVEN, "--at", "2024-02-01", code=2)
    assert re.search(
        r"no lead was known .*; the last of them is 2024-02-01, and .* from 2025-01-\d\d to 2025-1", done.err
    )


def test_a_definition_with_errors_says_where(run: Here) -> None:
    (run.folder / "later.yaml").write_text(DEFINITION.replace("event: call", "event: cal"), encoding="utf-8")
    done = ran(run, *GIVEN, *DATES, "--against", "later.yaml", code=1)
    assert "later.yaml" in done.err
    assert "cal" in done.err
