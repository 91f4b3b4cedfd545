"""`pyrometer programme`: problems, the picture, and a made-up lead."""

import json
from pathlib import Path

import pytest

from tests.cli.command import Runner

DEFINITION = """
format: 1
name: Tiny
profile: {need: {type: text, values: [confirmed, none]}}
events: {visited: {}, asked: {}}
criteria: {need: {met: {trait: need, is: confirmed}, ask: {en: What goes wrong?}}}
frameworks: {bant: {}}
temperature:
  hot: {when: {event: asked, within: 30d}}
  warm: {when: {event: visited, within: 30d}}
"""
PROGRAMME = """
format: 1
programme: tiny
name: Tiny
purpose: email
enter: {when: {missing: need}, again: 30d}
exits: [{when: {temperature: cool}, because: cooled off}]
steps:
  - {send: hello, asking: {framework: bant}}
  - wait: 1w
  - {send: again}
  - wait: {until: {criterion: need, is: met}, at_most: 4w}
    then: [{notify: {to: rep, say: It answered}}]
    else: [{leave: {because: silent, then: recycle, after: 90d}}]
"""
STORY = """
lead: Somebody who answers
begins: 2026-03-02T09:00
zone: Europe/Berlin
consent: {email: yes}
events:
  - {event: visited, after: 2d}
  - {event: visited, after: 10d}
changes:
  - {after: 12d, profile: {need: confirmed}}
"""


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    for name, text in (("lead", DEFINITION), ("tiny", PROGRAMME), ("story", STORY)):
        (tmp_path / f"{name}.yaml").write_text(text.lstrip("\n"), encoding="utf-8")
    return Runner(tmp_path)


def test_a_story_is_told_in_the_time_of_its_lead(runner: Runner) -> None:
    done = runner("programme", "tiny.yaml", "--definition", "lead.yaml", "--story", "story.yaml", "--days", "60")
    assert (done.code, done.err) == (0, "")
    at = done.lines.index("Somebody who answers, in Europe/Berlin time")
    assert [line.strip() for line in done.lines[at + 1 : at + 9]] == [
        "Wed 2026-03-04 09:00  enters",
        "gets hello, asked about budget",
        "Wed 2026-03-11 09:00  gets again",
        "Sat 2026-03-14 09:00  the rep is told: It answered",
        "finishes",
        "",
        "no problems",
    ]
    assert done.lines[0] == "↓ enters: need is missing"


def test_problems_stand_with_line_and_fix_and_the_story_waits(runner: Runner) -> None:
    (runner.folder / "tiny.yaml").write_text(PROGRAMME.replace("missing: need", "missing: neet"), encoding="utf-8")
    done = runner("programme", "tiny.yaml", "--definition", "lead.yaml", "--story", "story.yaml")
    assert done.code == 1
    assert done.lines[0] == "tiny.yaml:6: error: enter.when.missing: unknown criterion `neet`"
    assert "    fix: did you mean `need`?" in done.lines
    assert "Somebody" not in done.out


def test_contents_are_checked_where_they_are_given(runner: Runner) -> None:
    folder = runner.folder / "texts"
    folder.mkdir()
    for name, pitch in (("hello", "low"), ("again", "sales")):
        text = f"---\nname: {name}\npurpose: email\npitch: {pitch}\n---\nText.\n"
        (folder / f"{name}.md").write_text(text, encoding="utf-8")
    done = runner("programme", "tiny.yaml", "--contents", "texts")
    assert done.code == 0
    assert "`again` is a sales pitch, and warm leads can be at this step" in done.out
    assert runner("programme", "tiny.yaml", "--contents", "texts", "--strict").code == 1
    (folder / "again.md").unlink()
    assert "unknown content `again`" in runner("programme", "tiny.yaml", "--contents", "texts").out


def test_for_programs(runner: Runner) -> None:
    done = runner(
        *("programme", "tiny.yaml", "--definition", "lead.yaml", "--story", "story.yaml", "--days", "9"),
        *("--format", "json"),
    )
    found = json.loads(done.out)
    assert (done.code, found["summary"], found["programme"]) == (0, "no problems", "tiny")
    assert found["lines"][-1] == {"depth": 0, "kind": "end", "step": None, "words": "finished"}
    first = found["story"]["happened"][0]
    assert first["at"] == "2026-03-04T08:00:00+00:00"
    assert [intent["intent"] for intent in first["intents"]] == ["Enter", "Send", "Wait"]
    assert first["intents"][1]["asking"] == {"criterion": "budget", "question": None, "trait": None}
    assert found["story"]["step"] == "wait until"


def test_a_programme_that_is_shipped(runner: Runner) -> None:
    done = runner("programme", "re-engage", "--definition", "lead.yaml")
    assert (done.code, done.lines[-1]) == (0, "no problems")
    assert "✉ send quiet-useful" in done.lines


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("programme", "re-engag"), "neither a file nor a programme that is shipped; did you mean `re-engage`?"),
        (("programme", "nowhere.yaml"), "there is no such file"),
        (("programme", "tiny.yaml", "--story", "story.yaml"), "--story needs --definition FILE"),
        (("programme", "tiny.yaml", "--days", "9"), "add --story FILE"),
        (("programme", "tiny.yaml", "--contents", "nowhere"), "there is no such folder"),
    ],
)
def test_wrong_usage(runner: Runner, arguments: tuple[str, ...], said: str) -> None:
    done = runner(*arguments)
    assert done.code == 2
    assert said in done.err


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            ("event: visited, after: 2d", "event: visitd, after: 2d"),
            "story.yaml:6: error: events[0].event: unknown event",
        ),
        (("need: confirmed", "nead: confirmed"), "changes[0].profile.nead: unknown trait `nead`"),
        (("Europe/Berlin", "Berlin"), "zone: `Berlin` is no time zone"),
        (("begins: 2026-03-02T09:00", "begins: soon"), "begins: `soon` is not a time"),
        (("consent: {email: yes}", "consnt: {email: yes}"), "consnt: unknown key `consnt`"),
    ],
)
def test_a_story_with_mistakes(runner: Runner, change: tuple[str, str], said: str) -> None:
    (runner.folder / "story.yaml").write_text(STORY.lstrip("\n").replace(*change), encoding="utf-8")
    done = runner("programme", "tiny.yaml", "--definition", "lead.yaml", "--story", "story.yaml")
    assert done.code == 1
    assert said in done.err
    assert "1 error in the story" in done.err
