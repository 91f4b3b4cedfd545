"""`pyrometer check`: problems of the definition, notes on the data, and the exit code."""

import json

import pytest

from tests.cli.here import Here


def spoil(here: Here, *changes: tuple[str, str]) -> None:
    """Change the definition's text."""
    path = here.folder / "lead.yaml"
    text = path.read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path.write_text(text, encoding="utf-8")


def test_a_sound_definition(here: Here) -> None:
    done = here("check", "lead.yaml")
    assert (done.code, done.out, done.err) == (0, "no problems\n", "")


def test_every_problem_stands_with_its_line_and_its_fix(here: Here) -> None:
    spoil(
        here,
        ("trait: budget, at_least: 1000}}", "trait: bugdet, at_least: 1000}}"),
        ("{score: interest, at_least: 5}", "{score: intrest, at_least: 5}"),
        ("event: visited, group: web", "event: visited, group: wbe"),
    )
    done = here("check", "lead.yaml")
    assert done.code == 1
    assert not done.err
    assert done.lines[0].startswith("lead.yaml:14: error: scores.fit.rules[1].when.trait: unknown trait `bugdet`")
    assert "    fix: did you mean `budget`?" in done.lines
    assert "    fix: did you mean `interest`?" in done.lines
    assert "    fix: did you mean `web`?" in done.lines
    assert done.lines[-1].startswith("3 errors")


def test_warnings_fail_only_where_asked(here: Here) -> None:
    spoil(here, ("cap: 8, group: web", "cap: 3, group: web"))
    done = here("check", "lead.yaml")
    assert done.code == 0
    assert "warning: scores.interest.rules[2].cap" in done.out
    assert done.lines[-1].startswith("1 warning")
    assert here("check", "lead.yaml", "--strict").code == 1


def test_as_json(here: Here) -> None:
    spoil(here, ("trait: size", "trait: siez"))
    done = here("check", "lead.yaml", "--format", "json")
    assert done.code == 1
    found = json.loads(done.out)
    assert found["summary"].startswith("1 error")
    problem = found["problems"][0]
    assert (problem["level"], problem["file"], problem["line"]) == ("error", "lead.yaml", 13)
    assert problem["path"] == "scores.fit.rules[0].trait"
    assert problem["fix"] == "did you mean `size`?"


def test_what_the_data_say(here: Here) -> None:
    with (here.folder / "leads.csv").open("a", encoding="utf-8") as leads:
        leads.write("Max,many,,\n")
    with (here.folder / "events.csv").open("a", encoding="utf-8") as events:
        events.write("Ada,danced,2026-06-30,\nNobody,asked,2026-06-30,\nAda,asked,lately,\nAda,asked,2999-01-01,\n")
    done = here("check", "lead.yaml", "--leads", "leads.csv", "--events", "events.csv")
    assert done.code == 0
    assert "leads.csv: warning: 1 value of `size` unreadable" in done.out
    assert "    row 7: `many`" in done.out
    assert "`danced`" in done.out
    assert "not among the leads" in done.out
    assert "row 11: `lately`" in done.out
    assert "in the future" in done.out
    assert "warning" in done.lines[-1]
    assert "note" in done.lines[-1]
    assert here("check", "lead.yaml", "--leads", "leads.csv", "--strict").code == 1
    found = json.loads(here("check", "lead.yaml", "--leads", "leads.csv", "--format", "json").out)
    assert found["data"][0]["samples"] == [{"row": 7, "text": "many"}]


def test_words_that_are_surely_meant_to_be_the_same(here: Here) -> None:
    with (here.folder / "leads.csv").open("a", encoding="utf-8") as leads:
        leads.write("Max,,Met,\nNan,,unmett,\n")
    with (here.folder / "events.csv").open("a", encoding="utf-8") as events:
        events.write("Ada,visited,2026-06-30, prices\n")
    done = here("check", "lead.yaml", "--leads", "leads.csv", "--events", "events.csv")
    assert "`Met` for `met` in `need`" in done.out
    assert "    fix: write `met`" in done.lines
    assert "`unmett`" in done.out
    assert "    fix: write `prices`" in done.lines


def test_the_definition_is_told_before_unreadable_data(here: Here) -> None:
    spoil(here, ("cap: 8, group: web", "cap: 3, group: web"))
    done = here("check", "lead.yaml", "--leads", "nowhere.csv")
    assert done.code == 2
    assert "warning: scores.interest.rules[2].cap" in done.out
    assert "nowhere.csv" in done.err


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff\xfe" * 1000,
        b"a: &a [x]\nb: *a\n",
        b"!!python/object/apply:os.system ['touch pwned']\n",
        b"format: 1\nname: " + b"x" * 2_000_000,
        b"[" * 5_000,
        b"format: 1\n\tname: x\n",
        b"- a\n- list\n",
    ],
)
def test_rubbish_is_an_error_and_never_runs(here: Here, content: bytes) -> None:
    (here.folder / "lead.yaml").write_bytes(content)
    done = here("check", "lead.yaml")
    assert done.code == 1
    assert "lead.yaml" in done.out
    assert ": error: " in done.out
    assert not (here.folder / "pwned").exists()


def test_text_from_files_cannot_steer_the_terminal(here: Here) -> None:
    spoil(here, ("name: Size, trait: size", 'name: "Si\\e[2Jze", trait: "\\e]0;x\\asize"'))
    done = here("check", "lead.yaml")
    assert done.code == 1
    assert "\x1b" not in done.out + done.err
    assert "\x07" not in done.out + done.err
