"""`pyrometer score` in each of its formats."""

import csv
import gzip
import io
import json
from typing import Any

import duckdb
import pytest

from tests.cli.command import Runner

FILES = ("--leads", "leads.csv", "--events", "events.csv")
SCORE = ("score", "lead.yaml", *FILES)


def test_the_table(run: Runner) -> None:
    done = run(*SCORE, env={"COLUMNS": "110"})
    assert done.code == 0
    assert done.out == (
        "lead      temp.       fit  interest  why, and what is missing\n"
        "Ada       ●━━━ hot   60 A        42  +40 Size, +30 Asked for an offer\n"
        "Zoë 東京  ●━━╌ warm  60 A         0  +40 Size, +20 Has money\n"
        "                                     missing: interest 0 of 30, own 1 of 2\n"
        "Bob       ●━━╌ warm  40 B      10.4  +40 Size, +5.6 Prices\n"
        "                                     missing: interest 10.4853 of 30, own 0 of 2\n"
        "Eve       ●━╌╌ cool   0 C         0  -10 Size\n"
        "                                     missing: interest 0.0009 of 5\n"
        "=1+1      ●━╌╌ cool   0 C         0  missing: interest 0 of 5\n"
        "\n"
        "1 hot, 2 warm, 2 cool of 5 leads\n"
        "as of 2026-06-30 12:00 UTC, the latest evidence\n"
    )
    assert not done.err


def test_the_table_with_every_line_of_the_sums(run: Runner) -> None:
    done = run(*SCORE, "--explain", "--top", "1")
    assert done.out.startswith("lead")
    assert (
        "    interest 42\n"
        "      +30       Asked for an offer  once, today\n"
        "      +11.4822  Visits              3 times, most recently today\n"
        "       +8       Prices              2 times, most recently today; 14.9644 without its cap\n"
        "       -7.4822  cap of group web\n"
        "      ────────\n"
        "       42\n"
    ) in done.out


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        (["--as-of", "2026-06-30"], "as of 2026-06-30 00:00 UTC\n"),
        (["--as-of", "2026-06-30T19:04:05+02:00"], "as of 2026-06-30 17:04:05 UTC\n"),
        ([], "as of 2026-06-30 12:00 UTC, the latest evidence\n"),
    ],
)
def test_the_moment_is_told(run: Runner, asked: list[str], told: str) -> None:
    assert run(*SCORE, *asked).out.endswith(told)


def test_without_any_time_it_is_today_and_says_so(run: Runner) -> None:
    assert run("score", "lead.yaml", "--leads", "leads.csv").out.endswith("UTC, today: no evidence has a time\n")


def test_json_lines(run: Runner) -> None:
    done = run(*SCORE, "--format", "jsonl", "--explain")
    readings = {reading["lead_id"]: reading for reading in map(json.loads, done.lines)}
    assert list(readings) == ["=1+1", "Ada", "Bob", "Eve", "Zoë 東京"]
    bob = readings["Bob"]
    assert bob["as_of"] == "2026-06-30T12:00:00Z"
    assert bob["scores"] == {"fit": 40, "interest": 10.4853}
    assert bob["grades"] == {"fit": "B"}
    assert bob["criteria"] == {"budget": "unmet", "need": "unknown"}
    assert bob["frameworks"] == {"own": {"met": 0, "unmet": 1, "unknown": 1, "ready": False}}
    assert {"score": "interest", "rule": "Prices", "points": 5.6569, "hits": 1, "last_at": "2026-06-25", "cut": 0} in (
        bob["contributions"]
    )
    assert bob["definition"] == run("fingerprint", "lead.yaml").out.strip()
    assert "Zoë 東京" in done.out
    assert done.err == "1 hot, 2 warm, 2 cool of 5 leads\nas of 2026-06-30 12:00 UTC, the latest evidence\n"


def test_json_lines_without_explain_have_no_contributions(run: Runner) -> None:
    assert all("contributions" not in json.loads(line) for line in run(*SCORE, "--format", "jsonl").lines)


def test_csv_is_flat_and_safe_to_open_in_a_spreadsheet(run: Runner) -> None:
    done = run(*SCORE, "--format", "csv")
    rows = {row["lead_id"]: row for row in csv.DictReader(io.StringIO(done.out))}
    assert list(rows) == ["Ada", "Zoë 東京", "Bob", "Eve", "'=1+1"]
    assert list(rows["Ada"]) == [
        "lead_id",
        "temperature",
        "score_fit",
        "score_interest",
        "grade_fit",
        "criterion_budget",
        "criterion_need",
        "framework_own_met",
        "framework_own_unmet",
        "framework_own_unknown",
        "framework_own_ready",
        "missing",
        "as_of",
        "definition",
    ]
    assert rows["Bob"]["score_interest"] == "10.4853"
    assert rows["Bob"]["framework_own_ready"] == "false"
    assert rows["Bob"]["missing"].startswith("interest at least 30 (interest 10.4853 of 30); own ready (")
    assert rows["Ada"]["framework_own_met"] == "2"


def test_csv_with_the_points_of_every_line(run: Runner) -> None:
    done = run(*SCORE, "--format", "csv", "--explain")
    ada = next(csv.DictReader(io.StringIO(done.out)))
    names = ("asked_for_an_offer", "visits", "prices")
    assert [ada[f"points_interest_{name}"] for name in names] == ["30", "11.4822", "8"]
    assert (ada["score_interest_group_web"], ada["score_interest_range"]) == ("-7.4822", "0")


def test_csv_and_parquet_have_the_same_columns(run: Runner) -> None:
    done = run(*SCORE, "--format", "csv", "--explain")
    assert run(*SCORE, "--explain", "--out", "all.parquet").code == 0
    parquet = duckdb.sql(f"DESCRIBE FROM '{run.folder / 'all.parquet'}'").fetchall()
    assert done.out.splitlines()[0].split(",") == [name for name, *_ in parquet]


def test_csv_of_no_leads_has_its_header(run: Runner) -> None:
    (run.folder / "none.csv").write_text("lead_id,size\n", encoding="utf-8")
    arguments = ("score", "lead.yaml", "--leads", "none.csv", "--as-of", "2026-06-30")
    assert run(*arguments, "--format", "csv").out.startswith("lead_id,temperature,score_fit")
    assert run(*arguments).out.startswith("No leads.\n")
    assert run(*arguments, "--format", "jsonl").out == ""


@pytest.mark.parametrize("cell", ["=cmd", "+1", "-1", "@x", "\tx", "\rx"])
def test_no_text_becomes_a_formula(cell: str) -> None:
    from pyrometer.cli.formats import guard

    assert guard(cell) == f"'{cell}"
    assert guard(f"a{cell}") == f"a{cell}"


def test_the_format_is_what_the_file_is_called(run: Runner) -> None:
    for name in ("s.jsonl", "s.ndjson", "s.csv", "s.csv.gz", "s.txt", "s.parquet"):
        done = run(*SCORE, "--out", name)
        assert (done.code, done.out) == (0, "")
        assert done.err.endswith(f"5 written to {name}\n")
    folder = run.folder
    assert json.loads((folder / "s.jsonl").read_text(encoding="utf-8").splitlines()[1])["lead_id"] == "Ada"
    assert (folder / "s.jsonl").read_bytes() == (folder / "s.ndjson").read_bytes()
    assert gzip.decompress((folder / "s.csv.gz").read_bytes()) == (folder / "s.csv").read_bytes()
    assert (folder / "s.txt").read_text(encoding="utf-8").startswith("lead ")
    assert b"\x1b" not in (folder / "s.txt").read_bytes()
    assert (folder / "s.parquet").read_bytes()[:4] == b"PAR1"


def test_parquet_holds_the_same_figures(run: Runner) -> None:
    import duckdb

    assert run(*SCORE, "--out", "s.parquet", "--top", "3").code == 0
    query = f"SELECT lead_id, temperature, score_interest FROM '{run.folder}/s.parquet'"
    found = duckdb.execute(query).fetchall()
    assert found == [("Ada", "hot", 42.0), ("Zoë 東京", "warm", 0.0), ("Bob", "warm", 10.4853)]


@pytest.mark.parametrize("form", ["table", "jsonl", "csv"])
def test_top_takes_those_to_call_first(run: Runner, form: str) -> None:
    done = run(*SCORE, "--top", "2", "--format", form)
    shown = [name for name in ("Ada", "Zoë", "Bob", "Eve") if name in done.out]
    assert shown == ["Ada", "Zoë"]


@pytest.mark.parametrize("name", ["before.jsonl", "before.csv", "before.parquet"])
def test_an_earlier_output_lets_a_lead_stay(run: Runner, name: str) -> None:
    def temperature(*options: object) -> Any:
        done = run(*SCORE, "--as-of", "2026-07-10", "--format", "jsonl", *options)
        return {reading["lead_id"]: reading["temperature"] for reading in map(json.loads, done.lines)}["Ada"]

    assert run(*SCORE, "--out", name).code == 0
    assert temperature() == "warm"
    assert temperature("--previous", name) == "hot"


def test_standard_input(run: Runner) -> None:
    leads = (run.folder / "leads.csv").read_text(encoding="utf-8")
    for form in (["--leads", "-"], ["--leads=-"]):
        done = run("score", "lead.yaml", *form, "--events", "events.csv", stdin=leads)
        assert done.code == 0
        assert done.out == run(*SCORE).out


def test_odd_headers(run: Runner) -> None:
    path = run.folder / "leads.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("lead_id,size,", "Id,Head count,", 1), encoding="utf-8")
    events = run.folder / "events.csv"
    events.write_text(events.read_text(encoding="utf-8").replace("lead_id,", "Id,", 1), encoding="utf-8")
    done = run(*SCORE, "--lead-id", "Id", "--map", "size=Head count")
    assert done.code == 0
    assert "+40 Size" in done.out


def test_notes_on_the_data_are_short_and_on_standard_error(run: Runner) -> None:
    with (run.folder / "leads.csv").open("a", encoding="utf-8") as leads:
        leads.writelines(f"L{number},many,,\n" for number in range(4))
    done = run(*SCORE, "--format", "jsonl")
    assert len(done.lines) == 9
    assert "leads.csv: warning: 4 values of `size` unreadable" in done.err
    assert "pyrometer check lead.yaml --leads leads.csv --events events.csv" in done.err
    assert "row 7" not in done.err
