"""The command as somebody uses it: its report, its exit codes, and odd files."""

import json
from pathlib import Path

import pytest

import pyrometer
from pyrometer.errors import EvidenceError, UsageError
from pyrometer.profiling import profile
from tests.cli.command import Outcome
from tests.cli.here import Here
from tests.learning.planted import leads, noise, written
from tests.profiling.test_history import planted

OPTIONS = ("--outcome-column", "ended", "--won", "won", "--lost", "lost")


@pytest.fixture
def run(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Here:
    """Runs the command in a folder with leads.csv."""
    written(tmp_path / "leads.csv", leads())
    return Here(tmp_path, capfd)


def profiled(run: Here, *options: object, code: int = 0) -> Outcome:
    """A run of `pyrometer profile` on leads.csv."""
    outcome = run("profile", "--leads", "leads.csv", *OPTIONS, *options)
    assert outcome.code == code, outcome.err
    return outcome


def test_the_report_tells_the_data_the_portrait_and_the_segments(run: Here) -> None:
    shown = profiled(run).out
    assert "1,500 leads" in shown
    assert shown.index("limit: every trait is as it stands") < shown.index("The ideal customer")
    assert "Leads close most often where" in shown
    assert "Not telling: shoe." in shown
    assert shown.index("By behaviour\n") < shown.index("By channel\n") < shown.index("By trait\n")
    (referral,) = [line for line in shown.splitlines() if line.startswith("  Referral ")]
    assert referral.endswith("▲")
    assert "segments tested" in " ".join(shown.split())


def test_the_json_is_what_python_gives(run: Here) -> None:
    told = json.loads(profiled(run, "--format", "json").out)
    found = pyrometer.profile(leads=run.folder / "leads.csv", outcome_column="ended", won="won", lost="lost")
    assert told == json.loads(json.dumps(found.as_dict()))
    assert set(told["counted"]) == {"read", "duplicates", "open", "immature", "quick", "undated", "unseen", "used"}
    first = told["aspects"][0]["segments"][0]
    assert {"leads", "won", "rate", "expected", "interval", "lift", "lift_interval", "p", "q", "direction"} <= set(
        first
    )


def test_where_nothing_tells_it_says_so_and_that_is_an_answer(run: Here) -> None:
    written(run.folder / "leads.csv", noise())
    shown = profiled(run)
    assert "Nothing tells" in shown.out
    assert "By trait" not in shown.out


def test_too_few_leads_are_refused(run: Here) -> None:
    few = [{**row, "ended": "won" if number < 20 else "lost"} for number, row in enumerate(leads(300))]
    written(run.folder / "leads.csv", few)
    assert "20 won and 280 lost, and 40 of each are needed" in profiled(run, code=3).out
    assert json.loads(profiled(run, "--format", "json", code=3).out)["aspects"] == []


def test_what_was_set_apart_is_shown_below_with_its_reason(run: Here) -> None:
    rows = [{**row, "close_value": "900" if row["ended"] == "won" else "0"} for row in leads()]
    written(run.folder / "leads.csv", rows)
    shown = profiled(run).out
    above, below = shown.split("Set apart, and in nothing above")
    assert "close_value" not in above
    assert "close_value: its name speaks of the outcome" in below
    assert "--trust" in below


def test_mistakes_are_named_with_the_likely_fix(run: Here) -> None:
    shown = run("profile", "--leads", "leads.csv", "--outcome-column", "endde")
    assert shown.code == 2
    assert "did you mean `ended`?" in shown.err
    missing = run("profile", "--leads", "leads.csv")
    assert missing.code == 2
    assert "--outcome-column is missing" in missing.err


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"won": "Gewonnen"}, "it has `lost`, `won`"),
        ({"ignore": "chanel"}, "did you mean `channel`?"),
        ({"date_column": "size"}, "holds no dates"),
        ({"trust": "ended"}, "holds the outcome"),
        ({"events": "events.csv"}, "--events goes with a definition"),
    ],
)
def test_options_that_make_no_sense_are_refused(tmp_path: Path, options: dict[str, str], said: str) -> None:
    with pytest.raises(UsageError) as refused:
        profile(leads=written(tmp_path / "leads.csv", leads(200)), outcome_column="ended", **options)  # type: ignore[arg-type]
    assert said in str(refused.value)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"ended\nwon\nlost\n", "too little"),
        (b"size,ended\n" + b"1,won\n2,won\n" * 100, "0 lost"),
        (b"ended\n" + b"won\nlost\n" * 100, "Nothing tells"),
        (b"same,ended\n" + b"x,won\nx,lost\n" * 100, "Nothing tells"),
        (b"blank,ended\n" + b",won\n,lost\n" * 100, "Nothing tells"),
    ],
)
def test_files_that_say_nothing_are_answered(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "leads.csv"
    file.write_bytes(content)
    found = profile(leads=file, outcome_column="ended")
    assert said in f"{found.refusal} {found.portrait}"


@pytest.mark.parametrize(
    ("content", "said"), [(b"", "is empty"), (b"\x00\x01\x02\x03" * 100, "text"), (b"PK\x03\x04", "Excel")]
)
def test_files_that_are_no_tables_are_refused(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "leads.csv"
    file.write_bytes(content)
    with pytest.raises(EvidenceError, match=said):
        profile(leads=file, outcome_column="ended")


def test_texts_can_not_steer_the_terminal(run: Here) -> None:
    rows = [
        {"\x1b[2J odd ": {"Referral": "\x1b]0;x\x07"}.get(row["channel"], row["channel"]), "ended": row["ended"],
         "a" * 300: row["visits"], "[bold]": "[/red]" if row["size"] > "5" else "{0}"}
        for row in leads()
    ]  # fmt: skip
    written(run.folder / "leads.csv", rows)
    shown = profiled(run)
    assert "\x1b" not in shown.out
    assert "\\x1b]0;x\\x07" in shown.out
    assert json.loads(profiled(run, "--format", "json").out)["aspects"]


def test_extreme_numbers_are_compared_like_others(run: Here) -> None:
    rows = [
        {"huge": str(10 ** (number % 17) * (-1 if number % 3 else 1)), "tiny": f"{(number % 50) * 1e-12:.15f}",
         "far": f"{number % 40}e300", **row}
        for number, row in enumerate(leads())
    ]  # fmt: skip
    written(run.folder / "leads.csv", rows)
    told = json.loads(profiled(run, "--format", "json").out)
    for each in told["aspects"]:
        assert sum(segment["leads"] for segment in each["segments"]) == 1500
        assert len({segment["name"] for segment in each["segments"]}) == len(each["segments"])


def test_narrow_and_plain_terminals_are_served(run: Here) -> None:
    shown = run("profile", "--leads", "leads.csv", *OPTIONS, env={"COLUMNS": "60", "PYTHONIOENCODING": "ascii"})
    assert shown.code == 0
    assert max(len(line) for line in shown.lines[1:] if not line.startswith("limit: ")) <= 60
    assert "▲" not in shown.out


def test_a_bar_shows_how_far_it_is_on_a_terminal(run: Here) -> None:
    shown = run.on_terminal("profile", "--leads", "leads.csv", *OPTIONS)
    assert shown.code == 0
    assert "Comparing" in shown.seen


def test_a_definition_is_profiled_with_its_files(run: Here) -> None:
    (run.folder / "definition.yaml").write_text(
        "format: 1\nname: Tiny\nprofile: {region: text}\nevents: {viewed: {}, asked: {}, welcomed: {}}\n"
        "temperature: {hot: {when: {event: asked}}}\n",
        encoding="utf-8",
    )
    for name, rows in planted().items():
        written(run.folder / f"{name}.csv", rows)
    files = [part for name in ("leads", "events", "outcomes") for part in (f"--{name}", f"{name}.csv")]
    shown = run("profile", "definition.yaml", *files)
    assert shown.code == 0, shown.err
    assert "limit: each lead is seen 10 days after its first event" in shown.out
    assert "asked happened once" in shown.out
    refused = run("profile", "definition.yaml", *files, "--outcome-column", "ended")
    assert refused.code == 2
    assert "flat export" in refused.err


@pytest.mark.parametrize("name", ["leads.csv", "leads.csv.gz", "leads.ndjson", "leads.pq", "leads.txt"])
def test_leads_in_place_of_a_definition_are_told_apart(run: Here, name: str) -> None:
    (run.folder / name).write_bytes((run.folder / "leads.csv").read_bytes())
    outcome = run("profile", name)
    assert outcome.code == 2
    assert f"{name} is no definition: give a flat export as --leads {name}" in " ".join(outcome.err.split())
