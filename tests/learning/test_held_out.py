"""Which leads are held out, and what is said where these can't be the latest."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pytest

from pyrometer.learning import Learned, learn
from pyrometer.learning.measure import calibration_error
from tests.learning.planted import QUICK, written


def dated(folder: Path, rate: Callable[[int], float], blank: float = 0.0) -> Learned:
    """What is learned from leads of 300 days, which are won at a rate by number; some have no date."""
    draw = random.Random(1)
    rows = []
    for number in range(1000):
        size = draw.randint(1, 100)
        won = draw.random() < rate(number) * (1.5 if size > 50 else 0.5)
        came = date(2025, 1, 1) + timedelta(days=number * 3 // 10)
        rows.append({"created": "" if draw.random() < blank else str(came), "size": str(size),
                     "ended": "won" if won else "lost"})  # fmt: skip
    return learn(written(folder / "leads.csv", rows), **QUICK, date_column="created")


def test_where_few_of_the_latest_were_won_it_says_why_they_are_not_held_out(tmp_path: Path) -> None:
    learned = dated(tmp_path, lambda number: 0.4 if number < 690 else 0.015)
    assert learned.split is not None
    assert learned.split.kind == "random"
    (said,) = [warning for warning in learned.warnings if "drawn at random" in warning]
    assert "`created`" in said
    assert "latest" in said
    assert "won" in said


def test_leads_without_a_date_are_counted_where_the_latest_are_held_out(tmp_path: Path) -> None:
    learned = dated(tmp_path, lambda number: 0.4, blank=0.4)
    split = learned.split
    assert split is not None
    assert split.kind == "time"
    assert split.undated > 300
    assert split.trained + split.held_out + split.undated == learned.rows.used
    assert any(f"{split.undated:,} leads" in said and "`created`" in said for said in learned.warnings)


def test_where_most_have_no_date_it_says_so(tmp_path: Path) -> None:
    learned = dated(tmp_path, lambda number: 0.4, blank=0.7)
    assert learned.split is not None
    assert (learned.split.kind, learned.split.undated) == ("random", 0)
    assert any("unknown" in said and "drawn at random" in said for said in learned.warnings)


def test_where_most_came_in_at_one_moment_it_says_so(tmp_path: Path) -> None:
    draw = random.Random(3)
    rows = [
        {"created": f"2025-01-0{1 + (number > 200)}", "size": str(size := draw.randint(1, 100)),
         "ended": "won" if draw.random() < size / 120 else "lost"}
        for number in range(1000)
    ]  # fmt: skip
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK, date_column="created")
    assert any("at once" in said and "drawn at random" in said for said in learned.warnings)


@pytest.mark.parametrize("seed", range(3))
def test_the_calibration_error_does_not_depend_on_the_order_of_leads(seed: int) -> None:
    chance, won = np.full(1000, 0.5), np.repeat([0.0, 1.0], 500)
    mixed = np.random.default_rng(seed).permutation(1000)
    assert calibration_error(chance, won) == calibration_error(chance, won[mixed]) == 0
    chance = np.repeat([0.1, 0.2, 0.6], [400, 350, 250])
    won = (np.arange(1000) % 10 < 3).astype(np.float64)
    error = 0.4 * 0.2 + 0.35 * 0.1 + 0.25 * 0.3
    assert calibration_error(chance, won) == pytest.approx(error, abs=0.002)
    assert calibration_error(chance[mixed], won[mixed]) == pytest.approx(calibration_error(chance, won))


def test_without_ties_the_calibration_error_is_that_of_ten_equal_groups() -> None:
    chance = np.random.default_rng(1).permutation(200) / 200
    won = np.random.default_rng(2).random(200) < 0.5
    groups = np.argsort(chance).reshape(10, 20)
    expected = np.mean([abs(won[group].mean() - chance[group].mean()) for group in groups])
    assert calibration_error(chance, won.astype(np.float64)) == pytest.approx(expected)
