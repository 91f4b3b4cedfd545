"""Learning from dated evidence as somebody does it at the command line."""

import json
from pathlib import Path

import pytest

from tests.cli.command import Runner
from tests.cli.here import Here
from tests.learning.history.planted import Story, chance, stories, written

EVIDENCE = ("--events", "events.csv", "--traits", "traits.csv")
FILES = ("--leads", "leads.csv", *EVIDENCE, "--outcomes", "outcomes.csv")
PRESENT = """format: 1
name: As agreed in spring
profile: {size: {type: integer, unknown: ["?"]}, need: text}
events: {page_viewed: {properties: {topic: text}}, demo_requested: {}}
scores: {interest: {rules: [{name: Pages, points: 2, event: page_viewed, cooling: {half_life: 30d}}]}}
temperature: {hot: {when: {score: interest, at_least: 10}}}
"""


def live(story: Story) -> None:
    """Keen leads look at more pages, ask for a demo, and are won."""
    story.life = 40 + story.draw.randrange(80)
    keen = story.draw.random()
    story.profile = {"size": story.draw.choice(["?", story.draw.randrange(500)])}
    for day in story.times(0.05 + 0.3 * keen, story.life):
        story.did("page_viewed", day, topic=story.draw.choice(["blog", "pricing"]))
    if story.draw.random() < keen:
        story.did("demo_requested", story.draw.uniform(0, story.life))
    story.said("need", "confirmed" if story.draw.random() < keen else "none", 1)
    story.won = story.draw.random() < chance(-3, 4 * keen)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the files of 700 leads and the present definition."""
    folder = written(tmp_path_factory.mktemp("history"), stories(600, live))
    (folder / "present.yaml").write_text(PRESENT, encoding="utf-8")
    return folder


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Here:
    """Runs the command there, in this process."""
    return Here(folder, capsys)


def test_from_files_to_a_definition_that_is_checked_and_scores(run: Here) -> None:
    shown = run("learn", *FILES, "--against", "present.yaml", "--out", "learned.yaml")
    assert shown.code == 0, shown.err
    for said in (
        "Each lead as it was known on a day before its decision",
        "against `As agreed in spring` the card",
        "cooling",
        "half-life",
    ):
        assert said in shown.out
    text = (run.folder / "learned.yaml").read_text(encoding="utf-8")
    assert "# against: As agreed in spring, fingerprint " in text
    assert "# seed: 0" in text
    assert "sha256 " in text
    assert str(run.folder) not in text
    checked = run("check", "learned.yaml", "--leads", "leads.csv", *EVIDENCE)
    assert checked.code == 0, checked.out + checked.err
    assert ": warning:" not in checked.out
    then = ("--as-of", "2025-01-01", "--format", "jsonl")
    scored = run("score", "learned.yaml", "--leads", "leads.csv", *EVIDENCE, *then)
    assert scored.code == 0, scored.err
    assert {json.loads(line)["temperature"] for line in scored.lines} == {"hot", "warm", "cool"}


def test_from_an_archive_the_same_is_learned_as_from_files(run: Here) -> None:
    added = run("archive", "append", "archive", *EVIDENCE, "--outcomes", "outcomes.csv")
    assert added.code == 0, added.err
    told = json.loads(run("learn", "--leads", "leads.csv", "--archive", "archive", "--format", "json").out)
    files = json.loads(run("learn", *FILES, "--format", "json").out)
    assert told["rules"] == files["rules"]
    assert told["fingerprint"] == files["fingerprint"]
    assert told["metrics"] == files["metrics"]
    (pages,) = [each for each in told["cooling"] if each["group"] == "page_viewed"]
    assert pages["tried"][0]["half_life_days"] is None
    assert {"auc", "auc_interval", "gain", "gain_interval"} <= set(pages["tried"][1])
    assert {"first", "last", "won_days", "lost_days", "undated", "unknown"} == set(told["looks"])
    assert {each["kind"] for each in told["events"]} == {"came", "demo_requested", "page_viewed"}


def test_columns_may_have_other_names(run: Here) -> None:
    told = json.loads(run("learn", "--events", "events.csv", "--outcomes", "outcomes.csv", "--format", "json").out)
    for name in ("events", "outcomes"):
        head, rest = (run.folder / f"{name}.csv").read_text(encoding="utf-8").split("\n", 1)
        head = (
            head.replace("lead_id", "who").replace("event", "what").replace("outcome", "ending").replace("topic", "on")
        )
        (run.folder / f"other_{name}.csv").write_text(f"{head}\n{rest}", encoding="utf-8")
    files = ("--events", "other_events.csv", "--outcomes", "other_outcomes.csv", "--lead-id", "who")
    names = ("--map", "event=what", "--map", "outcome=ending", "--map", "topic=on")
    shown = run("learn", *files, *names, "--format", "json")
    assert shown.code == 0, shown.err
    assert json.loads(shown.out)["rules"] == told["rules"]
    without = run("learn", *files)
    assert without.code == 2
    assert "no column `event`" in without.err


def test_a_bar_shows_how_far_it_is_on_a_terminal(folder: Path) -> None:
    shown = Runner(folder).on_terminal("learn", *FILES)
    assert shown.code == 0
    assert "Learning" in shown.seen


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--leads", "leads.csv"), "say how leads ended"),
        (("--outcome-column", "ended", *FILES), "--outcome-column is for a flat export, --events and"),
        ((*FILES, "--ordered"), "--ordered is for a flat export"),
        ((*FILES, "--date-column", "created"), "--date-column is for a flat export"),
        (("--leads", "leads.csv", "--outcomes", "outcomes.csv"), "without dated evidence there is no history"),
        (EVIDENCE, "how leads ended is not said"),
        (("--archive", "archive", *EVIDENCE), "an archive holds events and traits"),
        (("--outcome-column", "ended", "--leads", "leads.csv"), "--won and --lost"),
        (("--events", "missing.csv", "--outcomes", "outcomes.csv"), "missing.csv"),
        ((*FILES, "--ignore", "page_veiwed"), "did you mean `page_viewed`?"),
    ],
)
def test_what_does_not_go_together_is_said(run: Here, options: tuple[str, ...], said: str) -> None:
    shown = run("learn", *options)
    assert shown.code == 2, shown.out
    assert said in shown.err
