"""What the report says of a definition's worth, and how to go on from it."""

import random
import shlex
from pathlib import Path

import pytest

from pyrometer.learning import learn
from tests.cli.here import Here
from tests.learning.planted import ASKED, Row, leads, written

OPTIONS = ("--outcome-column", "ended", "--won", "won", "--lost", "lost", "--resamples", "4")


@pytest.fixture
def run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Here:
    """Runs the command in a folder of its own."""
    return Here(tmp_path, capsys)


def flooded() -> list[Row]:
    """Leads of which half are as good as can be, since only one thing tells."""
    draw = random.Random(3)
    return [
        {"channel": channel, "ended": "won" if draw.random() < {"Fair": 0.5, "Mail": 0.15}[channel] else "lost"}
        for channel in (draw.choice(["Fair", "Mail"]) for _ in range(1200))
    ]


def test_a_definition_that_calls_half_of_the_leads_hot_is_said_to_be_of_no_use(run: Here) -> None:
    file = written(run.folder / "leads.csv", flooded())
    learned = learn(file, **ASKED, resamples=4)
    assert learned.verdict is not None
    assert not learned.verdict.usable
    hot = learned.bands[0]
    assert 0.4 < hot.held_out_share < 0.6
    assert f"Hot would be {100 * hot.held_out_share:.1f} % of the leads held out" in str(learned.verdict)
    assert learned.definition is not None
    assert "not the best 10 %" in learned.definition
    told = run("learn", "--leads", "leads.csv", *OPTIONS, "--out", "d.yaml").out
    assert told.startswith("Not to be used as it stands.")
    assert told.rindex("Not to be used as it stands.") < told.index("written: d.yaml")


def test_a_definition_is_weighed_against_the_one_in_use(tmp_path: Path) -> None:
    file = written(tmp_path / "leads.csv", leads())
    first = learn(file, **ASKED, resamples=4)
    assert first.definition is not None
    assert first.verdict is not None
    assert first.verdict.usable
    in_use = tmp_path / "in-use.yaml"
    in_use.write_text(first.definition)
    again = learn(file, **ASKED, resamples=4, against=in_use)
    assert again.verdict is not None
    assert not again.verdict.usable
    assert "not better than the definition in use" in str(again.verdict)


def test_the_share_won_of_hot_leads_is_that_of_leads_held_out(tmp_path: Path) -> None:
    learned = learn(written(tmp_path / "leads.csv", leads()), **ASKED, resamples=1)
    hot, warm = learned.bands
    assert learned.definition is not None
    assert learned.split is not None
    assert hot.held_out_share == pytest.approx(hot.leads / learned.split.held_out)
    assert f"at_least: {hot.at_least}}}}}  # {100 * hot.trained_share:.1f} % of the leads learned from; " in (
        learned.definition
    )
    for band in (hot, warm):
        assert band.rate == band.won / band.leads
        assert f"of the {band.leads:,} held out, {100 * band.rate:.1f} % were won" in learned.definition


def test_the_next_commands_lead_to_scored_leads(run: Here) -> None:
    rows = [{"Lead no.": f"L{number * 37 % 1501:04d}", **row} for number, row in enumerate(leads())]
    written(run.folder / "deals of 2025.csv", [*rows, *rows[:5]])
    told = run("learn", "--leads", "deals of 2025.csv", *OPTIONS, "--out", "d.yaml").out
    (line,) = [line for line in told.splitlines() if line.startswith("then: pyrometer ")]
    assert "take out the 5 rows that repeat one" in told
    written(run.folder / "deals of 2025.csv", rows)
    scored = run(*shlex.split(line.removeprefix("then: pyrometer ")), "--as-of", "2026-01-01")
    assert scored.code == 0, scored.err


def test_a_long_name_that_wraps_does_not_look_like_another_rule(run: Here) -> None:
    name = "how many people work there, as far as the form that they filled in says"
    written(run.folder / "leads.csv", [{name: row["size"], "ended": row["ended"]} for row in leads()])
    told = run("learn", "--leads", "leads.csv", *OPTIONS).out
    lines = told[told.index("rule ") : told.index("again: how often")].splitlines()[1:]
    assert lines[0].startswith("how many")
    assert all(line.startswith("  ") for line in lines[1:] if line)


def test_a_column_in_another_case_and_values_that_nobody_named_are_told(run: Here) -> None:
    written(run.folder / "leads.csv", leads(200))
    unsaid = run("learn", "--leads", "leads.csv", "--outcome-column", "ended")
    assert unsaid.code == 2
    assert "`ended` has `lost`, `won`" in unsaid.err
    cased = run("learn", "--leads", "leads.csv", "--outcome-column", "Ended")
    assert cased.code == 2
    assert "did you mean `ended`?" in cased.err
    begun = run("learn", "--leads", "leads.csv", *OPTIONS, "--trust", "chan")
    assert "did you mean `channel`?" in begun.err
