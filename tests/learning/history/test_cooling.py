"""How fast interest cools: planted and found again, and not found where it isn't."""

from collections.abc import Callable
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from pyrometer.learning import CoolingCurve, Learned, learn_history
from tests.learning.history.planted import Story, chance, stories, written

HALF_LIFE = 14


def cooling(story: Story) -> None:
    """Pages in bursts over a hundred days; what counts at the end is how warm they still are."""
    story.life = 100
    warmth = 0.0
    for day in story.times(0.05, story.life):
        for _ in range(3):
            moment = min(day + 0.5 * story.draw.random(), story.life - 0.01)
            story.did("page_viewed", moment)
            warmth += 0.5 ** ((story.life - moment) / HALF_LIFE)
    story.won = story.draw.random() < chance(-4, 1.3 * warmth)


def lasting(story: Story) -> None:
    """A demo, early or not at all; that it was asked for counts for good."""
    story.life = 30 + story.draw.randrange(70)
    asked = story.draw.random() < 0.4
    if asked:
        story.did("demo_requested", story.draw.uniform(0, 20))
    for day in story.times(0.08, story.life):
        story.did("email_opened", day)
    story.won = story.draw.random() < chance(-1.5, 2.0 * asked)


def nothing(story: Story) -> None:
    """What leads do has nothing to do with how they end."""
    story.life = 30 + story.draw.randrange(70)
    for day in story.times(0.2, story.life):
        story.did("page_viewed", day)
    story.won = story.draw.random() < 0.3


def found(folder: Path, live: Callable[[Story], None], count: int) -> Learned:
    """What is learned from so many leads who live like that."""
    written(folder, stories(count, live))
    return learn_history(events=folder / "events.csv", outcomes=folder / "outcomes.csv")


def curve(learned: Learned, group: str) -> CoolingCurve:
    """The curve of a group."""
    return next(each for each in learned.cooling if each.group == group)


def test_a_planted_half_life_is_found_again_and_written(tmp_path: Path) -> None:
    learned = found(tmp_path, cooling, 4000)
    pages = curve(learned, "page_viewed")
    assert pages.half_life_days is not None, pages.why
    assert HALF_LIFE / 2 <= pages.half_life_days <= HALF_LIFE * 2
    assert HALF_LIFE in pages.level_days
    by_days = {each.half_life_days: each for each in pages.tried}
    chosen = by_days[pages.half_life_days]
    assert chosen.auc > by_days[None].auc
    assert chosen.auc_interval[0] < chosen.auc < chosen.auc_interval[1]
    assert chosen.gain_interval[0] > 0
    assert chosen.auc > max(by_days[1].auc, by_days[180].auc), "the curve has its top between"
    assert learned.definition is not None, learned.refusal
    rules = YAML(typ="safe").load(learned.definition)["scores"]["card"]["rules"]
    # All events together may say it a little better: that a lead came is one of them.
    written_days = [int(rule["cooling"]["half_life"].removesuffix("d")) for rule in rules if "cooling" in rule]
    assert written_days
    assert all(HALF_LIFE / 2 <= days <= HALF_LIFE * 2 for days in written_days)
    assert f": half-life {written_days[0]} days; better than no cooling" in learned.definition
    assert 1800 < pages.leads < 2100, "three quarters of the earlier 70 %, but for those decided too late"
    assert f"area under the curve of {pages.leads:,} later leads, by days: none: " in learned.definition


def test_what_does_not_cool_is_left_alone(tmp_path: Path) -> None:
    learned = found(tmp_path, lasting, 2000)
    demo = curve(learned, "demo_requested")
    assert demo.half_life_days is None
    assert demo.why
    assert learned.definition is not None, learned.refusal
    about = [rule for rule in learned.rules if "demo_requested" in rule.columns]
    assert about
    assert "half_life" not in learned.definition.split("format: 1")[1]


@pytest.mark.parametrize("seed", [1, 2])
def test_where_nothing_matters_no_half_life_is_found(tmp_path: Path, seed: int) -> None:
    written(tmp_path, stories(1200, nothing, seed))
    learned = learn_history(events=tmp_path / "events.csv", outcomes=tmp_path / "outcomes.csv")
    assert learned.refusal is not None
    assert all(each.half_life_days is None for each in learned.cooling)
