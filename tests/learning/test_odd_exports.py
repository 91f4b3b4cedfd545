"""Exports as they come: other languages and spellings, rare and frequent wins, few leads and many columns."""

import csv
import random
import re
from datetime import date, timedelta
from pathlib import Path

import pytest

from pyrometer.learning import Learned, learn
from tests.learning.planted import QUICK, Row, days, leads, written


def trait(learned: Learned, column: str) -> tuple[str, tuple[str, ...], str]:
    """How a column was read, its spellings of unknown, and what became of it."""
    (found,) = [trait for trait in learned.traits if trait.column == column]
    return found.type, found.unknown, found.use


def test_a_german_export_is_read(tmp_path: Path) -> None:
    draw = random.Random(31)
    rows = []
    for row, day in zip(leads(2000), days(2000), strict=True):
        size = row["size"] if draw.random() < 0.85 else draw.choice(["n/v", "keine Angabe", ""])
        channel = row["channel"] if draw.random() < 0.9 else "Ohne Angabe"
        rows.append({"Größe": size, "Kanal": channel, "Angelegt am": day.strftime("%d.%m.%y"),
                     "Umsatz": f"{draw.randrange(10_000, 99_999):,}".replace(",", ".") + ",50",
                     "Ausgang": {"won": "Gewonnen", "lost": "Verloren"}[row["ended"]]})  # fmt: skip
    file = tmp_path / "export.csv"
    with file.open("w", encoding="cp1252", newline="") as out:
        writer = csv.DictWriter(out, list(rows[0]), delimiter=";")
        writer.writeheader()
        writer.writerows(rows)
    learned = learn(file, outcome_column="Ausgang", won="gewonnen", lost="verloren", resamples=1)
    assert learned.definition is not None
    assert trait(learned, "Größe") == ("integer", ("keine Angabe", "n/v"), "used")
    assert trait(learned, "Kanal")[1:] == (("Ohne Angabe",), "used")
    assert trait(learned, "Angelegt am")[::2] == ("date", "time")
    assert learned.split is not None
    assert (learned.split.kind, learned.split.by) == ("time", "Angelegt am")
    (item,) = [item for item in learned.quarantined if item.column == "Umsatz"]
    assert "write them as 1234.5" in item.reason


@pytest.mark.parametrize(
    ("spell", "said"),
    [
        ("%d-%b-%Y", "DD Mon YYYY"),
        ("%B %d, %Y", "Mon DD, YYYY"),
        ("%m/%d/%y", "MM/DD/YY"),
        ("%d/%m/%Y %H:%M", "DD/MM/YYYY"),
        ("%Y%m%d", "YYYYMMDD"),
        ("%Y-%m-%dT%H:%M:%SZ", "YYYY-MM-DD"),
    ],
)
def test_dates_are_known_by_their_shape(tmp_path: Path, spell: str, said: str) -> None:
    rows = [{**row, "came": day.strftime(spell)} for row, day in zip(leads(800), days(800), strict=True)]
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK)
    (found,) = [trait for trait in learned.traits if trait.column == "came"]
    assert (found.type, found.date_format, found.use) == ("date", said, "time")
    assert learned.split is not None
    assert learned.split.first_held_out is not None
    assert abs(date.fromisoformat(learned.split.first_held_out) - date(2024, 5, 20)) < timedelta(days=2)


def test_days_that_stand_for_never_are_no_dates(tmp_path: Path) -> None:
    rows = leads(2000)
    for number, (row, day) in enumerate(zip(rows, days(2000), strict=True)):
        row["came"] = day.isoformat()
        won_on = (day + timedelta(days=20 + number % 30)).isoformat()
        row["won_on"] = won_on if row["ended"] == "won" else "9999-12-31"
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK, date_column="came")
    assert trait(learned, "won_on")[1] == ("9999-12-31",)
    assert 0 < learned.rows.immature < 60
    assert any(re.match("leads younger than 4[5-7] days", warning) for warning in learned.warnings)
    assert learned.definition is not None


def test_dots_between_thousands_are_not_taken_for_decimals(tmp_path: Path) -> None:
    rows = leads(800)
    for row in rows:
        row["size"] = f"{int(row['size']):,}".replace(",", ".")
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK)
    assert trait(learned, "size")[2] == "quarantined"
    assert "between thousands" in {item.column: item.reason for item in learned.quarantined}["size"]


@pytest.mark.parametrize("elsewhere", ["1,9 12,25 446,3", "high low none"])
def test_a_single_size_with_a_dot_is_no_decimal(tmp_path: Path, elsewhere: str) -> None:
    draw = random.Random(7)
    rows = [
        {**row, "size": draw.choice(["5", "12", "400", "1.500"]), "other": draw.choice(elsewhere.split())}
        for row in leads(800)
    ]
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK)
    (item,) = [item for item in learned.quarantined if item.column == "size"]
    assert "`1.500`" in item.reason
    assert "write 1500" in item.reason
    assert "size" not in [column for rule in learned.rules for column in rule.columns]
    kept = learn(written(tmp_path / "leads.csv", rows), **QUICK, keep=("size",))
    assert trait(kept, "size")[::2] == ("number", "used")


def test_real_decimals_are_kept(tmp_path: Path) -> None:
    rows = [{**row, "size": f"{int(row['size']) / 8:g}"} for row in leads(800)]
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK)
    assert trait(learned, "size")[::2] == ("number", "used")


@pytest.mark.parametrize(
    ("elsewhere", "said"),
    [("25.03.2024", "DD/MM/YYYY"), ("25/03/2024", "DD/MM/YYYY"), ("03/25/2024", "MM/DD/YYYY"), ("", "MM/DD/YYYY")],
)
def test_the_order_of_day_and_month_is_taken_from_other_dates(tmp_path: Path, elsewhere: str, said: str) -> None:
    draw = random.Random(8)
    rows = [
        {**row, "came": f"{draw.randint(1, 12):02}/{draw.randint(1, 12):02}/2024", "asked": elsewhere}
        for row in leads(400)
    ]
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK)
    (found,) = [trait for trait in learned.traits if trait.column == "came"]
    assert found.date_format == said
    doubts = [warning for warning in learned.warnings if "can't be told apart" in warning]
    assert [("`came`" in warning and said in warning) for warning in doubts] == [True] * (not elsewhere)


@pytest.mark.parametrize(("base", "count"), [(0.95, 4000), (0.03, 5000)])
def test_where_nearly_all_or_hardly_any_are_won_it_still_learns(tmp_path: Path, base: float, count: int) -> None:
    draw = random.Random(33)
    rows: list[Row] = []
    for _ in range(count):
        size, channel = draw.randrange(100), draw.choice("abcd")
        odds = base / (1 - base) * 2.0 ** ((size - 50) / 25) * (2.0 if channel == "a" else 1.0)
        won = draw.random() < odds / (1 + odds)
        rows.append({"size": str(size), "channel": channel, "n": str(draw.random()), "ended": "won" if won else "lost"})
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK)
    assert learned.quarantined == ()
    assert learned.definition is not None
    assert "size" in {column for rule in learned.rules for column in rule.columns}
    assert learned.metrics["card"].ece < 0.05


def test_two_numbers_that_only_matter_together_are_found(tmp_path: Path) -> None:
    draw = random.Random(34)
    rows: list[Row] = []
    for _ in range(3000):
        one, other = draw.random(), draw.random()
        won = draw.random() < (0.6 if (one > 0.5) != (other > 0.5) else 0.1)
        rows.append({"one": f"{one:.3f}", "other": f"{other:.3f}", "n": str(draw.randrange(50)),
                     "ended": "won" if won else "lost"})  # fmt: skip
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK)
    assert learned.metrics["card"].auc >= 0.95 * learned.metrics["boosting"].auc
    assert learned.metrics["card"].auc > 0.7 > learned.metrics["naive_bayes"].auc


def test_with_few_leads_bands_follow_the_trend_and_not_chance(tmp_path: Path) -> None:
    draw = random.Random(35)
    rows: list[Row] = []
    for _ in range(260):
        size = draw.gauss(0, 1)
        rows.append({"size": f"{size:.3f}", "ended": "won" if draw.random() < 1 / (1 + 3 ** (-2 * size)) else "lost"})
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK)
    (rule,) = learned.rules
    found = [part.points for part in rule.evidence if part.part != "unknown"]
    assert found == sorted(found)


def test_rows_of_few_flags_are_no_duplicates(tmp_path: Path) -> None:
    draw = random.Random(36)
    rows: list[Row] = []
    for _ in range(2000):
        row = {f"flag{number}": "yes" if draw.random() < 0.05 else "no" for number in range(20)}
        won = draw.random() < (0.7 if row["flag0"] == "yes" else 0.3)
        rows.append({**row, "ended": "won" if won else "lost"})
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK)
    assert learned.rows.duplicates == 0


def test_a_text_of_a_town_each_or_a_comment_does_no_harm(tmp_path: Path) -> None:
    draw = random.Random(37)
    rows = leads(1500)
    for row in rows:
        row["town"] = f"Town {min(int(draw.expovariate(0.01)), 900)}"
        row["comment"] = " ".join(draw.choice(["soon", "later", "price", "demo", "team"]) for _ in range(12))
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK)
    assert trait(learned, "comment")[2] == "quarantined"
    assert {column for rule in learned.rules for column in rule.columns} >= {"size", "channel", "visits"}


def test_numbers_beyond_all_measure_are_unknown(tmp_path: Path) -> None:
    rows = leads(1200)
    for number, row in enumerate(rows):
        row["spent"] = ["1e308", "-1e300", "inf", str(number % 97), str(number % 89), str(number % 83)][number % 6]
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK)
    assert learned.definition is not None
    assert trait(learned, "spent") == ("integer", ("-1e300", "1e308", "inf"), "used")


def test_hundreds_of_columns_are_gone_through(tmp_path: Path) -> None:
    draw = random.Random(38)
    rows = [{**row, **{f"c{number}": str(draw.randrange(4)) for number in range(150)}} for row in leads(600)]
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK)
    assert len(learned.traits) == 155
    assert len(learned.rules) <= 12


def test_a_leak_whose_numbers_are_written_oddly_is_called_a_leak(tmp_path: Path) -> None:
    draw = random.Random(9)
    amounts = [f"{draw.randrange(1_000, 99_999):,}".replace(",", ".") + ",50" for _ in range(800)]
    rows = [
        {**row, "volume": amount if row["ended"] == "won" else "", "turnover": amount}
        for row, amount in zip(leads(800), amounts, strict=True)
    ]
    file = written(tmp_path / "leads.csv", rows)
    found = {item.column: item for item in learn(file, **QUICK).quarantined}
    assert found["volume"].reason == "only won leads have a value"
    assert (found["volume"].remedy, found["turnover"].remedy) == ("trust", None)
    trusted = learn(file, **QUICK, trust=("volume", "turnover"))
    told = [warning for warning in trusted.warnings if "though it is trusted" in warning]
    assert sorted(warning.split("`")[1] for warning in told) == ["turnover", "volume"]


def test_the_template_gives_most_points_to_what_did_best_so_far(tmp_path: Path) -> None:
    rows = [{"demo": "nein", "size": str(n % 7), "ended": "won" if n < 5 else "lost"} for n in range(32)]
    rows += [{"demo": "ja", "size": str(n % 7), "ended": "won" if n < 8 else "lost"} for n in range(20)]
    learned = learn(written(tmp_path / "leads.csv", rows), **QUICK, keep=("demo",))
    assert learned.template is not None
    assert '"ja": 10' in learned.template
    assert '"nein": 5' in learned.template
