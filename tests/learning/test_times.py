"""Times that change while leads come in: what is learned from old leads, and what it says of new ones."""

import random
from pathlib import Path

import pytest

from pyrometer.learning import Learned, learn
from tests.learning.planted import ASKED, Row, leads, written

ORDERED = {**ASKED, "ordered": True, "resamples": 1}


def points(learned: Learned, column: str) -> dict[str, int]:
    """The points of each part of the column's own rule."""
    return {
        part.part: part.points for rule in learned.rules if rule.columns == (column,) for part in rule.evidence
    }  # fmt: skip


def rising(count: int = 4000, seed: int = 21) -> list[Row]:
    """Leads that are won more and more often, through a channel that is new but no better."""
    draw = random.Random(seed)
    rows = leads(count, seed)
    for number, row in enumerate(rows):
        late = number / count
        row["form"] = "new" if draw.random() < late else "old"
        if row["ended"] == "lost" and draw.random() < 0.6 * late:
            row["ended"] = "won"
    return rows


def test_what_came_up_late_is_not_praised_for_its_time(tmp_path: Path) -> None:
    learned = learn(written(tmp_path / "leads.csv", rising()), **ORDERED)
    assert {column for rule in learned.rules for column in rule.columns} >= {"size", "channel"}
    found = points(learned, "form")
    assert abs(found.get("new", 0) - found.get("old", 0)) <= 3
    blind = learn(written(tmp_path / "shuffled.csv", shuffled(rising())), **ASKED, resamples=1)
    assert points(blind, "form")["new"] - points(blind, "form")["old"] > 3  # without an order nothing can be done


def shuffled(rows: list[Row]) -> list[Row]:
    """The same leads in no order."""
    return random.Random(1).sample(rows, len(rows))


def test_a_field_that_was_introduced_late_says_nothing_where_it_is_blank(tmp_path: Path) -> None:
    draw = random.Random(22)
    rows = leads(4000, 22)
    for number, row in enumerate(rows):
        row["budget"] = ""
        if number > 1600 and draw.random() < 0.7:
            row["budget"] = draw.choice(["large", "small"])
            if row["budget"] == "small" and row["ended"] == "won" and draw.random() < 0.6:
                row["ended"] = "lost"
    learned = learn(written(tmp_path / "leads.csv", rows), **ORDERED)
    found = points(learned, "budget")
    assert found["small"] < found["unknown"] < found["large"]
    assert any("filled in at some times and not at others" in warning for warning in learned.warnings)


def test_only_the_latest_is_learned_from_where_older_leads_teach_what_no_longer_holds(tmp_path: Path) -> None:
    rows = leads(6000, 23)
    for number, row in enumerate(rows):
        if number < 2400:
            # What was sold then is bought by others now.
            row["channel"] = {"Referral": "Mail", "Mail": "Referral"}.get(row["channel"], row["channel"])
            row["size"] = str(round(3000 / int(row["size"])))
            row["visits"] = str(19 - int(row["visits"]))
    learned = learn(written(tmp_path / "leads.csv", rows), **ORDERED)
    assert learned.split is not None
    assert learned.split.trained < 0.6 * 4200
    assert any(warning.startswith("times change: only the latest") for warning in learned.warnings)
    assert points(learned, "channel")["Referral"] > points(learned, "channel")["Mail"] + 3
    assert learned.metrics["card"].auc > learned.metrics["naive_bayes"].auc
    steady = learn(written(tmp_path / "steady.csv", leads(6000, 23)), **ORDERED)
    assert steady.split is not None
    assert steady.split.trained > 4000


def test_what_wears_off_is_told(tmp_path: Path) -> None:
    draw = random.Random(24)
    rows = leads(3000, 24)
    for row in rows[2200:]:
        if draw.random() < 0.8:
            row["ended"] = draw.choice(["won", "lost", "lost"])
    learned = learn(written(tmp_path / "leads.csv", rows), **ORDERED)
    assert learned.split is not None
    assert learned.split.gap is not None
    assert learned.split.gap > 0.03
    assert any("ranks later leads worse" in warning for warning in learned.warnings)


@pytest.mark.parametrize("by_rate", [True, False])
def test_chances_that_do_not_hold_are_told_with_the_reason(tmp_path: Path, by_rate: bool) -> None:
    draw = random.Random(25)
    rows = leads(4000, 25)
    for row in rows[2800:]:
        if by_rate:
            row["ended"] = "won" if row["ended"] == "lost" and draw.random() < 0.6 else row["ended"]
        elif int(row["visits"]) < 10:
            row["ended"] = "won" if draw.random() < 0.65 else "lost"
        else:
            row["ended"] = "won" if draw.random() < 0.35 else "lost"
    learned = learn(written(tmp_path / "leads.csv", rows), **ORDERED)
    (warning,) = [warning for warning in learned.warnings if "chances don't hold" in warning]
    if by_rate:
        assert "with that rate known they would be off by" in warning
        assert "Trust the order of leads" in warning
    else:
        assert "a changed base rate doesn't explain it" in warning
