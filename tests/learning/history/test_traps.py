"""What histories hold that looks like a lesson and isn't: each with the trap in the data, and how it is survived."""

import csv
import random
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from pyrometer.errors import UsageError
from pyrometer.learning import Learned, learn, learn_history
from tests.learning.history.planted import BEGIN, Story, chance, stories, written


def learned(folder: Path, **asked: object) -> Learned:
    """What is learned from the files of a folder."""
    given = {name: folder / f"{name}.csv" for name in ("leads", "traits") if (folder / f"{name}.csv").exists()}
    return learn_history(events=folder / "events.csv", outcomes=folder / "outcomes.csv", **given, **asked)  # type: ignore[arg-type]


def told(folder: Path, live: Callable[[Story], None], count: int = 900, **asked: object) -> Learned:
    """What is learned from so many leads who live like that."""
    return learned(written(folder, stories(count, live)), **asked)


def subjects(found: Learned) -> set[str]:
    """What the rules are about."""
    return {column for rule in found.rules for column in rule.columns}


def browse(story: Story, keen: float = 0.0) -> None:
    """Pages and mails, more pages by those who are keen."""
    for day in story.times(0.1 + 0.3 * keen, story.life):
        story.did("page_viewed", day)
    for day in story.times(0.1, story.life):
        story.did("email_opened", day)


def test_what_happens_after_the_decision_is_not_seen(tmp_path: Path) -> None:
    def live(story: Story) -> None:
        story.life = 20 + story.draw.randrange(40)
        browse(story)
        story.won = story.draw.random() < 0.3
        if story.won:
            story.did("contract_signed", story.life + story.draw.uniform(0.1, 3))

    found = told(tmp_path, live)
    assert found.refusal is not None
    assert "nothing to learn here" in found.refusal
    (apart,) = found.quarantined
    assert apart.column == "contract_signed"
    assert "belongs to the ending" in apart.reason
    (seen,) = [each for each in found.events if each.kind == "contract_signed"]
    assert (seen.leads, seen.after, seen.use) == (0, 1.0, "quarantined")
    # Even whoever trusts it learns nothing from it: it had not happened yet.
    assert learned(tmp_path, trust=["contract_signed"]).refusal is not None


def test_an_event_that_only_won_leads_have_is_set_aside_though_it_comes_before(tmp_path: Path) -> None:
    def live(story: Story) -> None:
        keen = story.draw.random()
        story.life = 20 + story.draw.randrange(40)
        browse(story, keen)
        story.won = story.draw.random() < chance(-3, 4 * keen)
        if story.won:
            story.did("quote_accepted", story.draw.uniform(1, 5))

    found = told(tmp_path, live)
    assert found.definition is not None, found.refusal
    (apart,) = found.quarantined
    assert apart.column == "quote_accepted"
    assert "nearly always won" in apart.reason
    assert "quote_accepted" not in found.definition.split("format: 1")[1]
    assert "quote_accepted" in subjects(learned(tmp_path, trust=["quote_accepted"]))


@pytest.mark.parametrize("event", [True, False])
def test_a_bare_date_on_the_day_of_the_decision_is_not_before_it(tmp_path: Path, *, event: bool) -> None:
    def live(story: Story) -> None:
        story.start = story.start.replace(hour=0, minute=0, second=0, microsecond=0)
        story.events.clear()
        story.did("came", 0)
        story.life = 1 + story.draw.randrange(3)
        story.won = story.draw.random() < 0.4
        for day, share in ((0, 0.3), (story.life, 0.9 if story.won else 0.1)):
            if story.draw.random() < share:
                if event:
                    story.did("contacted", day)
                else:
                    story.said("stage", "talking", day)

    found = told(tmp_path, live)
    assert found.looks is not None
    assert found.looks.unknown == 0, "who was decided on the next day was known before"
    assert found.refusal is not None
    assert not found.rules
    if event:
        (seen,) = [each for each in found.events if each.kind == "contacted"]
        assert 0.2 < seen.leads / found.rows.used < 0.4


@pytest.mark.parametrize("odd", ["outcome", "event"])
def test_a_date_in_the_future_does_not_make_young_leads_old(tmp_path: Path, odd: str) -> None:
    def live(story: Story) -> None:
        story.won = story.draw.random() < 0.4
        story.life = story.draw.randrange(60, 120) if story.won else story.draw.randrange(3, 30)

    leads = [story for story in stories(900, live) if (story.start - BEGIN).days + story.life <= 730]
    before = learned(written(tmp_path / "before", leads))
    assert before.rows.immature > 20
    if odd == "outcome":
        leads[0].life = 40_000
    else:
        leads[0].events.clear()
        leads[0].did("came", 40_000)
    after = learned(written(tmp_path / "after", leads))
    assert after.rows.immature == before.rows.immature
    assert after.rows.open == (odd == "outcome")
    if odd == "outcome":
        assert any("decided in the future" in warning for warning in after.warnings)
        then = learned(tmp_path / "after", now=datetime(2199, 1, 1, tzinfo=UTC))
        assert (then.rows.open, then.rows.immature) == (0, 0), "in that year it was so"


def test_only_what_was_decided_before_the_held_out_leads_are_looked_at_is_learned_from(tmp_path: Path) -> None:
    def live(story: Story) -> None:
        keen = story.draw.random()
        story.life = 20 + story.draw.randrange(100)
        browse(story, keen)
        story.won = story.draw.random() < chance(-3, 5 * keen)

    leads = stories(900, live)
    found = learned(written(tmp_path, leads))
    split = found.split
    assert split is not None
    assert split.kind == "time"
    assert split.first_held_out is not None
    ended = [(story.start + timedelta(days=story.life)).date().isoformat() for story in leads]
    assert 300 < split.trained <= sum(day < split.first_held_out for day in ended)
    between = found.rows.used - split.trained - split.held_out
    assert between > 20
    assert any(f"{between} leads looked at before" in warning for warning in found.warnings)


@pytest.mark.parametrize("late", [False, True])
def test_what_was_typed_in_after_the_decision_was_not_known(tmp_path: Path, *, late: bool) -> None:
    def live(story: Story) -> None:
        story.life = 20 + story.draw.randrange(40)
        browse(story)
        story.won = story.draw.random() < 0.3
        if story.draw.random() < (0.6 if story.won else 0.1):
            delay = {"late": float(story.life)} if late else {}
            story.did("call_held", 0.5, **delay)
            story.said("need", "confirmed", 0.5, **delay)

    found = told(tmp_path, live)
    if late:
        assert found.refusal is not None
        assert all(each.leads == 0 for each in found.events if each.kind == "call_held")
    else:
        assert found.definition is not None
        assert subjects(found) & {"call_held", "need"}


def test_what_a_trait_says_today_is_not_what_it_said_then(tmp_path: Path) -> None:
    def live(story: Story) -> None:
        story.life = 20 + story.draw.randrange(40)
        browse(story)
        story.won = story.draw.random() < 0.3
        segment = "key account" if story.won and story.draw.random() < 0.7 else story.draw.choice(["small", "large"])
        story.profile = {"segment": segment, "size": 300 if story.won ^ (story.draw.random() < 0.3) else 30}
        # The log knows better: it was said when the lead had been won.
        story.said("tier", "gold" if story.won else "none", story.life + 2)

    found = told(tmp_path, live)
    assert {item.column for item in found.quarantined} == {"segment"}
    dated = {trait.column: trait.dated for trait in found.traits}
    assert dated == {"segment": False, "size": False, "tier": True}
    assert next(trait for trait in found.traits if trait.column == "tier").unknown_share == 1.0
    assert any("known only as they are today" in warning and "`size`" in warning for warning in found.warnings)
    assert found.definition is not None
    assert "size: {type: integer}  # as it is today, not as it was: not to be trusted" in found.definition
    assert subjects(found) == {"size"}


@pytest.mark.parametrize("longer", [True, False])
def test_who_was_watched_longer_did_more_and_that_is_no_lesson(tmp_path: Path, *, longer: bool) -> None:
    def live(story: Story) -> None:
        story.won = story.draw.random() < 0.4
        story.life = (60 if story.won == longer else 20) + story.draw.randrange(20)
        browse(story)

    leads = stories(900, live)
    counts = {side: [len(story.events) for story in leads if story.won == side] for side in (True, False)}
    means = {side: sum(found) / len(found) for side, found in counts.items()}
    assert means[longer] > 2 * means[not longer], "the trap is in the data"
    found = learned(written(tmp_path, leads))
    assert found.looks is not None
    for won, lost in zip(found.looks.won_days, found.looks.lost_days, strict=True):
        assert abs(won - lost) <= 1
    assert found.refusal is not None
    assert "nothing to learn here" in found.refusal


def test_leads_of_whom_nothing_was_known_in_time_are_counted(tmp_path: Path) -> None:
    def live(story: Story) -> None:
        keen = story.draw.random()
        story.life = 0 if story.lead_id.endswith("7") else 20 + story.draw.randrange(40)
        browse(story, keen)
        story.won = story.draw.random() < chance(-3, 5 * keen)

    found = told(tmp_path, live)
    assert found.looks is not None
    assert found.rows.unseen == found.looks.unknown == 90
    assert found.rows.read == 900 == found.rows.used + found.rows.immature + found.rows.open + found.rows.unseen


def test_the_same_evidence_in_another_order_gives_the_same_definition(tmp_path: Path) -> None:
    def live(story: Story) -> None:
        keen = story.draw.random()
        story.life = 20 + story.draw.randrange(40)
        browse(story, keen)
        story.profile = {"size": story.draw.randrange(500)}
        story.won = story.draw.random() < chance(-3, 5 * keen)

    written(tmp_path, stories(900, live))
    first = learned(tmp_path)
    for name in ("leads", "events", "outcomes"):
        with (tmp_path / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        random.Random(3).shuffle(rows)
        with (tmp_path / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *rows])
    assert first.definition is not None
    assert learned(tmp_path).definition == first.definition
    assert learned(tmp_path, seed=1).definition != first.definition


def test_inputs_that_do_not_go_together_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="how leads ended"):
        learn_history(events=tmp_path / "events.csv")
    with pytest.raises(UsageError, match="without dated evidence"):
        learn_history(outcomes=tmp_path / "outcomes.csv")
    with pytest.raises(UsageError, match="an archive holds events"):
        learn_history(archive=tmp_path, events=tmp_path / "events.csv")


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"resamples": 0}, "0 resamples; a whole number from 1 to 1000"),
        ({"resamples": 1001}, "1001 resamples"),
        ({"seed": -1}, "a seed of -1; a whole number from 0 to"),
        ({"seed": 2**31}, "a seed of 2147483648"),
    ],
)
def test_numbers_that_make_no_sense_are_refused(tmp_path: Path, options: dict[str, int], said: str) -> None:
    events = _csv(tmp_path / "events.csv", [{"lead_id": "Ada", "event": "came", "occurred_at": "2025-01-01"}])
    outcomes = _csv(tmp_path / "outcomes.csv", [{"lead_id": "Ada", "outcome": "won", "decided_at": "2025-02-01"}])
    with pytest.raises(UsageError, match=said):
        learn_history(events=events, outcomes=outcomes, **options)  # type: ignore[arg-type]
    leads = _csv(tmp_path / "leads.csv", [{"size": "1", "ended": "won"}])
    with pytest.raises(UsageError, match=said):
        learn(leads, outcome_column="ended", won="won", lost="lost", **options)  # type: ignore[arg-type]


def _csv(path: Path, rows: list[dict[str, str]]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path
