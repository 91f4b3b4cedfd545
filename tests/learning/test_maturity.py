"""How long nine of ten wins take, where many leads haven't had the time to end."""

import math
import random
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from pyrometer.learning import Learned, learn
from tests.learning.planted import QUICK, Row, written


def watched(folder: Path, mean: float, days: int, *, lost: str) -> Learned:
    """What is learned from leads that came in over so many days and are won after `mean` days on average.

    What isn't won by the end of these days is still open, or `lost` says that an export calls it so.
    """
    draw = random.Random(8)
    rows: list[Row] = []
    for number in range(4000):
        came = number * days / 4000
        size = draw.randrange(100)
        won = came + draw.expovariate(1 / mean) if draw.random() < size / 150 else math.inf
        ends = "won" if won <= days else lost if lost == "lost" or draw.random() < 0.5 else "lost"
        rows.append(
            {
                "created": str(date(2025, 1, 1) + timedelta(days=math.floor(came))),
                "won_on": str(date(2025, 1, 1) + timedelta(days=math.floor(won))) if won <= days else "",
                "size": str(size),
                "ended": ends,
            }
        )
    return learn(written(folder / "leads.csv", rows), **QUICK, date_column="created")


def said(learned: Learned) -> str:
    """What the result says of young leads."""
    (warning,) = [each for each in learned.warnings if each.startswith("leads younger than")]
    return warning


@pytest.mark.parametrize("lost", ["open", "lost"])
def test_wins_that_are_still_to_come_are_reckoned_with(tmp_path: Path, lost: str) -> None:
    # Of the wins that have happened nine of ten took no longer than 107 days; of all that will, 138.
    learned = watched(tmp_path, 60, 400, lost=lost)
    warning = said(learned)
    found = re.match(r"leads younger than (\d+) days", warning)
    assert found is not None
    assert 128 <= int(found[1]) <= 148
    assert not any("may well take longer" in each for each in learned.warnings)


def test_where_leads_were_watched_too_briefly_it_says_that_wins_may_take_longer(tmp_path: Path) -> None:
    learned = watched(tmp_path, 120, 180, lost="open")
    assert any(re.search(r"may well take longer.* watched for no more than 16\d,", each) for each in learned.warnings)
