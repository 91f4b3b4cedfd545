"""Exports with several rows a lead."""

import random
from pathlib import Path

import pytest

from pyrometer.learning import learn
from tests.learning.planted import QUICK, Row, days, leads, written


def visits(count: int = 250) -> list[Row]:
    """Leads of which nothing foretells how they end, each with a row for each of six visits."""
    draw = random.Random(5)
    found = []
    for number in range(count):
        traits = {f"x{each}": str(draw.randrange(5000)) for each in range(6)}
        ended = draw.choice(["won", "lost"])
        found += [{"lead_id": f"L{number}", "visit": str(visit), **traits, "ended": ended} for visit in range(6)]
    return found


@pytest.mark.parametrize("named", [True, False])
def test_a_lead_of_many_rows_counts_once_so_that_it_cannot_be_learned_by_heart(tmp_path: Path, named: bool) -> None:
    file = written(tmp_path / "leads.csv", visits())
    learned = learn(file, **QUICK, lead_id="lead_id") if named else learn(file, **QUICK)
    assert (learned.rows.read, learned.rows.duplicates, learned.rows.used) == (1500, 1250, 250)
    assert learned.definition is None
    assert any("1,250 rows" in warning and "`lead_id`" in warning for warning in learned.warnings)


@pytest.mark.parametrize("order", ["date", "file"])
def test_of_a_lead_with_several_rows_the_last_one_stands(tmp_path: Path, order: str) -> None:
    rows = [
        {"lead_id": f"L{number}", **row, "came": day.isoformat()}
        for number, (row, day) in enumerate(zip(leads(400), days(400), strict=True))
    ]
    late = days(400)[-1].isoformat()
    later = [{**row, "came": late if order == "date" else row["came"], "ended": "talking"} for row in rows[:100]]
    every = [*later, *rows] if order == "date" else [*rows, *later]
    learned = learn(written(tmp_path / "leads.csv", every), **QUICK, date_column="came")
    assert (learned.rows.read, learned.rows.duplicates, learned.rows.open) == (500, 100, 100)


def test_rows_without_an_id_are_leads_of_their_own(tmp_path: Path) -> None:
    rows = [{"lead_id": "" if number < 50 else f"L{number}", **row} for number, row in enumerate(leads(400))]
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK)
    assert (learned.rows.duplicates, learned.rows.used) == (0, 400)
