"""Wrong usage and unreadable input: exit code 2, one clear message, nothing written."""

import os
import stat
from pathlib import Path

import pytest

from tests.cli.here import Here

SCORE = ("score", "lead.yaml", "--leads", "leads.csv", "--events", "events.csv")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["scroe"], 'Did you mean "score"?'),
        (["--frobnicate"], "--frobnicate"),
        (["score"], "DEFINITION is missing"),
        (["score", "lead.yaml", "more.yaml"], "what is `more.yaml`?"),
        ([*SCORE, "--leeds", "x"], "Did you mean --leads?"),
        ([*SCORE, "--top"], "--top needs a value"),
        ([*SCORE, "--top", "0"], "--top `0` is not a whole number of at least 1"),
        ([*SCORE, "--top", "2.5"], "--top `2.5` is not a whole number"),
        ([*SCORE, "--top", "ten"], "--top `ten` is not a whole number"),
        ([*SCORE, "--threads=-1"], "--threads `-1` is not a whole number"),
        ([*SCORE, "--format", "xml"], 'Choose from: "table", "jsonl", "csv", "parquet"'),
        ([*SCORE, "--format", "parquet"], "needs a file"),
        ([*SCORE, "--out", "scores.xlsx"], "what is `.xlsx`?"),
        ([*SCORE, "--out", "scores.parquet.gz"], "Parquet is compressed inside"),
        ([*SCORE, "--out", "nowhere/scores.csv"], "there is no folder nowhere"),
        ([*SCORE, "--out", "."], "is a folder"),
        ([*SCORE, "--out", "leads.csv"], "would overwrite an input"),
        ([*SCORE, "--out", "lead.yaml", "--format", "csv"], "would overwrite an input"),
        ([*SCORE, "--as-of", "yesterday"], "`yesterday` is not a time; write 2026-06-30"),
        ([*SCORE, "--map", "size"], "--map `size` is not trait=column"),
        ([*SCORE, "--map", "size=a", "--map", "size=b"], "twice"),
        ([*SCORE, "--memory-limit", "lots"], "`lots` is not an amount of memory"),
        ([*SCORE, "--leads", "leads.csv"], "--leads"),
        ([*SCORE, "--as-of="], "an empty argument for --as-of"),
        ([*SCORE, "--threads", "5000"], "--threads 5000: at most 1024"),
        (["score", "lead.yaml", "--leads", ""], "an empty argument"),
        (["score", "lead.yaml", "--leads", "-", "--events", "-"], "only one input can come from standard input"),
        (["score", "lead.yaml", "--leads", "laeds.csv"], "laeds.csv"),
        (["score", "led.yaml", "--leads", "leads.csv"], "led.yaml: there is no such file"),
        (["check", "."], "is a folder"),
        (["explain", "lead.yaml", "--leads", "leads.csv"], "LEAD is missing"),
        (["explain", "lead.yaml", "Ada", "--leads", "leads.csv", "--as-of", "2026-07-01", "--lang", "fr"], '"sv"'),
        (["compile", "lead.yaml", "--dialect", "cobol"], "there is no dialect `cobol`"),
        (["tally"], None),
        (["tally", "bild"], "bild"),
        (["tally", "info", "--tally", "nowhere"], "nowhere holds no tally"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else None,
)
def test_wrong_usage_is_told_in_a_line(here: Here, arguments: list[str], said: str | None) -> None:
    before = {path: path.read_bytes() for path in here.folder.iterdir()}
    done = here(*arguments)
    if said is None:  # a group of commands alone shows its help
        assert done.code == 0
        return
    assert done.code == 2
    assert said in done.err
    assert done.err.startswith("pyrometer: ")
    assert len(done.err.splitlines()) <= 2
    assert not done.out
    assert {path: path.read_bytes() for path in here.folder.iterdir()} == before


@pytest.mark.parametrize("content", [b"\x00\x01\x02\xff" * 3000, b"PAR1 but not really", b"no,lead,here\n1,2,3\n"])
def test_unreadable_leads_are_an_error_of_input(here: Here, content: bytes) -> None:
    (here.folder / "odd.csv").write_bytes(content)
    done = here("score", "lead.yaml", "--leads", "odd.csv", "--as-of", "2026-06-30")
    assert done.code == 2
    assert "odd.csv" in done.err


def test_a_definition_that_may_not_be_read(here: Here) -> None:
    path = here.folder / "lead.yaml"
    path.chmod(0)
    try:
        path.read_bytes()
    except PermissionError:
        assert "not allowed to read it" in here("check", "lead.yaml").err
    else:
        pytest.skip("this user may read everything")
    finally:
        path.chmod(stat.S_IRUSR | stat.S_IWUSR)


def test_a_repeated_lead_is_named_with_its_rows(here: Here) -> None:
    with (here.folder / "leads.csv").open("a", encoding="utf-8") as leads:
        leads.write("Ada,1,,\n")
    done = here(*SCORE)
    assert done.code == 2
    assert "`Ada` in rows 2, 7" in done.err


def test_problems_of_the_definition_are_all_shown_and_are_code_1(here: Here) -> None:
    path = here.folder / "lead.yaml"
    path.write_text(
        path.read_text(encoding="utf-8")
        .replace("trait: size", "trait: sise")
        .replace("event: visited,", "event: visitid,"),
        encoding="utf-8",
    )
    done = here(*SCORE)
    assert done.code == 1
    assert not done.out
    assert "lead.yaml:13: error: scores.fit.rules[0]" in done.err
    assert "did you mean `size`?" in done.err
    assert "did you mean `visited`?" in done.err
    assert "errors in the definition" in done.err


def test_options_may_come_in_any_order(here: Here) -> None:
    second = here.folder / "more.csv"
    second.write_text("lead_id,event,occurred_at\nEve,asked,2026-06-30T10:00:00Z\n", encoding="utf-8")
    straight = here("score", "lead.yaml", "--events", "events.csv", "--events", "more.csv", "--leads", "leads.csv")
    turned = here("score", "--leads", "leads.csv", "--events", "events.csv", "more.csv", "lead.yaml")
    assert straight.code == turned.code == 0
    assert straight.out == turned.out
    assert "Eve       ●━━╌ warm" in turned.out


def test_an_unexpected_error_is_one_line_and_a_traceback_on_request(here: Here, tmp_path: Path) -> None:
    broken = tmp_path / "broken"
    broken.mkdir()
    (broken / "sitecustomize.py").write_text(
        "import pyrometer.cli.fingerprint as module\nmodule.fingerprint_command.__defaults__\n"
        "import pyrometer.definition as definition\ndefinition.load = lambda path: {}['gone']\n",
        encoding="utf-8",
    )
    path = os.pathsep.join(filter(None, [str(broken), os.environ.get("PYTHONPATH")]))
    done = here("fingerprint", "lead.yaml", env={"PYTHONPATH": path})
    assert done.code == 2
    assert "something went wrong that should not have: KeyError: 'gone'" in done.err
    assert "PYROMETER_DEBUG=1" in done.err
    assert len(done.err.splitlines()) == 2
