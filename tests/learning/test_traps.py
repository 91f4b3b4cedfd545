"""What history does to those who learn from it, each trap planted in data of its own."""

import random
from datetime import timedelta
from pathlib import Path

import pytest

from pyrometer.learning import Learned, learn
from tests.learning.planted import ASKED, QUICK, Row, days, leads, noise, written


def reasons(learned: Learned) -> dict[str, str]:
    """Why columns were set aside."""
    return {item.column: item.reason for item in learned.quarantined}


def use(learned: Learned, column: str) -> str:
    """What became of a column."""
    return next(trait.use for trait in learned.traits if trait.column == column)


def asked_columns(learned: Learned) -> set[str]:
    """The columns that rules ask for."""
    return {column for rule in learned.rules for column in rule.columns}


def test_what_was_planted_is_found_and_noise_is_not(tmp_path: Path) -> None:
    learned = learn(written(tmp_path / "leads.csv", leads()), **QUICK)
    assert learned.refusal is None
    assert asked_columns(learned) >= {"size", "channel", "visits"}
    assert learned.metrics["card"].auc_interval[0] > 0.6
    assert learned.metrics["card"].auc > 0.95 * learned.metrics["boosting"].auc
    assert learned.quarantined == ()
    assert len(learned.rules) <= 12


def test_present_values_are_no_snapshots_and_that_is_said(tmp_path: Path) -> None:
    learned = learn(written(tmp_path / "leads.csv", leads()), **QUICK)
    assert any("none is a snapshot" in warning for warning in learned.warnings)
    assert not any(trait.trusted for trait in learned.traits)
    assert learned.definition is not None
    assert "  size: {type: integer}  # untrusted: as exported" in learned.definition
    vouched = learn(tmp_path / "leads.csv", **QUICK, trust=["size"])
    assert [trait.column for trait in vouched.traits if trait.trusted] == ["size"]
    assert "  size: {type: integer}  # said to be known before" in str(vouched.definition)


def with_leak(rows: list[Row], seed: int = 5) -> list[Row]:
    """A column that sales fills in when it knows."""
    draw = random.Random(seed)
    for row in rows:
        row["step"] = "papers" if row["ended"] == "won" and draw.random() < 0.5 else draw.choice(["first", "second"])
    return rows


def test_a_value_that_is_nearly_always_won_is_set_aside_until_it_is_trusted(tmp_path: Path) -> None:
    file = written(tmp_path / "leads.csv", with_leak(leads()))
    learned = learn(file, **QUICK)
    (item,) = learned.quarantined
    assert (item.column, item.value) == ("step", "papers")
    assert "nearly always won" in item.reason
    assert "step" not in asked_columns(learned)
    trusting = learn(file, **QUICK, trust=["step"])
    assert "step" in asked_columns(trusting)
    assert trusting.quarantined == ()
    assert trusting.definition is not None
    assert "# trusted: step" in trusting.definition


def test_a_number_that_knows_the_outcome_is_set_aside_whatever_it_is_called(tmp_path: Path) -> None:
    draw = random.Random(3)
    rows = leads()
    for row in rows:
        row["q7"] = draw.choices("0123", (1, 3, 8, 8) if row["ended"] == "won" else (9, 7, 3, 1))[0]
    assert "lifts the ranking" in reasons(learn(written(tmp_path / "leads.csv", rows), **QUICK))["q7"]


def test_blanks_that_only_the_lost_have_are_set_aside(tmp_path: Path) -> None:
    draw = random.Random(3)
    rows = leads()
    for row in rows:
        row["mood"] = draw.choice("xyz") if row["ended"] == "won" or draw.random() < 0.5 else ""
        row["only"] = draw.choice("xyz") if row["ended"] == "won" else ""
    found = reasons(learn(written(tmp_path / "leads.csv", rows), **QUICK))
    assert "blank for" in found["mood"]
    assert "only won leads have a value" in found["only"]


@pytest.mark.parametrize("name", ["close_value", "Lost Reason", "duration", "Abschluss am", "Dauer", "失注理由"])
def test_names_that_speak_of_the_outcome_are_set_aside(tmp_path: Path, name: str) -> None:
    rows = [{name: str(number % 7), **row} for number, row in enumerate(leads(600))]
    assert "name speaks of the outcome" in reasons(learn(written(tmp_path / "leads.csv", rows), **QUICK))[name]


def test_a_clock_is_found_by_date_and_by_order(tmp_path: Path) -> None:
    rows = leads()
    draw = random.Random(2)
    rates = {}
    for row, day in zip(rows, days(len(rows)), strict=True):
        row["came"] = day.isoformat()
        row["rate"] = rates.setdefault(day.isoformat()[:7], f"{draw.uniform(0, 5):.2f}")
    dated = learn(written(tmp_path / "dated.csv", rows), **QUICK, date_column="came")
    assert "clock" in reasons(dated)["rate"]
    for row in rows:
        del row["came"]
    file = written(tmp_path / "ordered.csv", rows)
    assert "clock" in reasons(learn(file, **QUICK, ordered=True))["rate"]
    assert use(learn(file, **QUICK, ordered=True, keep=["rate"]), "rate") == "used"


def test_repeated_rows_count_once_and_their_number_is_told(tmp_path: Path) -> None:
    rows = leads()
    for number, row in enumerate(rows):
        row["spent"] = str(number * 7919 % 100_003)
    learned = learn(written(tmp_path / "leads.csv", rows + rows[:120]), **QUICK)
    assert (learned.rows.read, learned.rows.duplicates, learned.rows.used) == (1620, 120, 1500)


def test_leads_that_only_look_alike_are_not_taken_for_repeats(tmp_path: Path) -> None:
    draw = random.Random(4)
    rows = [{"kind": (kind := draw.choice("ab")), "ended": "won" if draw.random() < (0.5 if kind == "a" else 0.2)
             else "lost"} for _ in range(800)]  # fmt: skip
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK)
    assert learned.rows.duplicates == 0
    assert learned.rows.used == 800
    assert any("can't tell leads apart" in warning for warning in learned.warnings)


def test_young_leads_are_not_called_lost_and_open_ones_never(tmp_path: Path) -> None:
    draw = random.Random(6)
    rows = leads(2000)
    last = days(2000)[-1]
    for row, day in zip(rows, days(2000), strict=True):
        row["came"] = day.strftime("%m/%d/%Y")
        row["won_on"] = ""
        if row["ended"] == "won":
            won_on = day + timedelta(days=draw.randrange(1, 100))
            row["won_on"] = won_on.strftime("%m/%d/%Y") if won_on <= last else ""
            row["ended"] = "won" if won_on <= last else "lost"
    for row in rows[:50]:
        row["ended"] = "talking"
        row["won_on"] = ""
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK, date_column="came")
    assert learned.rows.open == 50
    assert 250 < learned.rows.immature < 450  # four leads a day, for the ninety days or so that nine of ten wins took
    assert learned.rows.used == 2000 - 50 - learned.rows.immature
    assert any("younger than" in warning for warning in learned.warnings)


def test_a_null_set_is_refused(tmp_path: Path) -> None:
    learned = learn(written(tmp_path / "leads.csv", noise()), **QUICK)
    assert learned.definition is None
    assert learned.rules == ()
    assert "nothing to learn here" in str(learned.refusal)


def test_too_few_of_either_outcome_are_refused(tmp_path: Path) -> None:
    rows = [{**row, "ended": "won" if number < 39 else "lost"} for number, row in enumerate(leads(400))]
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK)
    assert learned.definition is None
    assert "39 won" in str(learned.refusal)


def test_drift_is_told_and_not_adjusted_away(tmp_path: Path) -> None:
    draw = random.Random(8)
    rows = leads(2000)
    for number, row in enumerate(rows):
        if number >= 1400 and row["ended"] == "lost" and draw.random() < 0.5:
            row["ended"] = "won"
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK, ordered=True)
    assert learned.split is not None
    assert learned.split.kind == "time"
    assert learned.split.random_auc is not None
    assert learned.drift
    assert set(learned.drift) <= set(learned.warnings)
    assert learned.metrics["card"].ece > 0.1


def test_unknown_and_its_spellings_are_a_value_of_their_own(tmp_path: Path) -> None:
    draw = random.Random(9)
    rows = leads()
    for row in rows:
        if draw.random() < 0.3:
            row["size"] = draw.choice(["", "Unknown", "N/A"])
            row["ended"] = "won" if draw.random() < 0.65 else "lost"
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK)
    size = next(trait for trait in learned.traits if trait.column == "size")
    assert (size.type, size.unknown) == ("integer", ("N/A", "Unknown"))
    assert 0.25 < size.unknown_share < 0.35
    (rule,) = [rule for rule in learned.rules if rule.columns == ("size",)]
    unknown = next(part for part in rule.evidence if part.part == "unknown")
    assert unknown.leads > 250
    assert unknown.points > min(part.points for part in rule.evidence)
    assert learned.definition is not None
    assert 'unknown: ["N/A", "Unknown"]' in learned.definition


def test_whether_something_is_known_can_matter_more_than_what(tmp_path: Path) -> None:
    draw = random.Random(14)
    rows = leads()
    for row in rows:
        known = draw.random() < (0.9 if row["ended"] == "won" else 0.75)
        row["floor"] = str(draw.randrange(1, 9)) if known else ""
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK)
    assert "floor" in asked_columns(learned)
    assert learned.quarantined == ()


def test_rare_values_get_no_points_of_their_own(tmp_path: Path) -> None:
    rows = leads()
    for row in rows[:12]:
        row["channel"], row["ended"] = "Yacht club", "won"
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK, trust=["channel"])
    trained = learned.split.trained if learned.split else 0
    for rule in learned.rules:
        named = [part for part in rule.evidence if part.part not in ("otherwise", "unknown")]
        assert all(part.leads >= max(8, 0.019 * trained) for part in named), rule
    assert "Yacht club" not in str(learned.definition)


def test_bands_rise_where_the_trait_does(tmp_path: Path) -> None:
    learned = learn(written(tmp_path / "leads.csv", leads(3000)), **QUICK)
    (rule,) = [rule for rule in learned.rules if rule.columns == ("visits",)]
    points = [part.points for part in rule.evidence if part.part != "unknown"]
    assert len(points) > 1
    assert points == sorted(points)


def test_every_rule_says_how_stable_it_is(tmp_path: Path) -> None:
    learned = learn(written(tmp_path / "leads.csv", leads()), **ASKED)
    by_columns = {rule.columns: rule.stability for rule in learned.rules}
    assert by_columns[("channel",)] >= 0.9
    assert all(0 <= share <= 1 for share in by_columns.values())


def test_names_of_people_are_pointed_at_whatever_the_column_is_called(tmp_path: Path) -> None:
    draw = random.Random(15)
    rows = leads()
    for row in rows:
        row["f7"] = draw.choice(["Ann Ek", "Bo Lind", "Cy Dahl", "Dee Åberg"])
        row["town"] = draw.choice(["New York", "York", "Oslo", "Bergen"])
        row["title"] = draw.choice(["Sales Manager", "Project Manager", "Account Manager"])
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK)
    found = [warning for warning in learned.warnings if "names of people" in warning]
    assert [warning.split("`")[1] for warning in found] == ["f7"]


@pytest.mark.parametrize("name", ["sales_agent", "Lead Owner", "Zuständiger Verkäufer", "担当者"])
def test_it_does_not_learn_who_the_seller_was_unless_told_to(tmp_path: Path, name: str) -> None:
    rows = leads()
    draw = random.Random(10)
    for row in rows:
        row[name] = draw.choice(["Ann Ek", "Bo Lind"]) if row["ended"] == "won" else draw.choice(["Bo Lind", "Cy Dahl"])
        row[name] = row[name] if draw.random() < 0.6 else draw.choice(["Ann Ek", "Bo Lind", "Cy Dahl"])
    file = written(tmp_path / "leads.csv", rows)
    assert "who was selling" in reasons(learn(file, **QUICK))[name]
    assert use(learn(file, **QUICK, keep=[name]), name) == "used"


def test_chances_hold_by_stretches_of_the_score(tmp_path: Path) -> None:
    learned = learn(written(tmp_path / "leads.csv", leads(8000)), **QUICK)
    assert learned.metrics["card"].ece <= 0.05
    assert sum(each.leads for each in learned.calibration) == (learned.split.held_out if learned.split else 0)
    assert all(each.interval[0] <= each.rate <= each.interval[1] for each in learned.calibration)
    inside = [each for each in learned.calibration if each.interval[0] <= each.expected <= each.interval[1]]
    assert len(inside) >= len(learned.calibration) - 2


def test_it_stands_beside_the_models_it_is_compared_with(tmp_path: Path) -> None:
    learned = learn(written(tmp_path / "leads.csv", leads(3000)), **QUICK)
    assert list(learned.metrics) == ["card", "boosting", "logistic", "naive_bayes"]
    assert learned.metrics["card"].auc > learned.metrics["naive_bayes"].auc - 0.01
    for figures in learned.metrics.values():
        assert figures.auc_interval[0] < figures.auc < figures.auc_interval[1]


def test_a_column_can_be_left_out(tmp_path: Path) -> None:
    learned = learn(written(tmp_path / "leads.csv", leads()), **QUICK, ignore=["channel"])
    assert use(learned, "channel") == "ignored"
    assert "channel" not in asked_columns(learned)
    assert learned.definition is not None
    assert "# ignored: channel" in learned.definition


def test_a_condition_of_two_traits_is_found(tmp_path: Path) -> None:
    draw = random.Random(12)
    rows = []
    for _ in range(3000):
        here, there = draw.choice("ab"), draw.choice("xy")
        chance = 0.7 if (here, there) in (("a", "x"), ("b", "y")) else 0.2
        rows.append({"here": here, "there": there, "spent": str(draw.randrange(5000)),
                     "ended": "won" if draw.random() < chance else "lost"})  # fmt: skip
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK)
    assert any(rule.shape == "when" and set(rule.columns) == {"here", "there"} for rule in learned.rules)
    assert learned.metrics["card"].auc > 0.7
