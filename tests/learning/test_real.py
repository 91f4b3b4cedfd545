"""What comes out on data that nobody here made."""

import csv
from pathlib import Path

import pytest

from pyrometer.learning import Learned, learn
from tests.real.sets import FOLDER

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"the public data sets are not in {FOLDER}; PYROMETER_SHARED_DATA can say where"
)


def extraalearn(**options: object) -> Learned:
    """A course provider's leads."""
    return learn(
        FOLDER / "ExtraaLearn.csv", outcome_column="status", won="1", lost="0", lead_id="ID", resamples=1, **options
    )  # type: ignore[arg-type]


def shoppers(**options: object) -> Learned:
    """Visits to a shop."""
    return learn(
        FOLDER / "online_shoppers_intention.csv", outcome_column="Revenue", won="TRUE", lost="FALSE", resamples=1,
        **options,  # type: ignore[arg-type]
    )  # fmt: skip


def bank(path: Path = FOLDER / "bank-full.csv", **options: object) -> Learned:
    """Calls of a bank."""
    return learn(path, outcome_column="y", won="yes", lost="no", resamples=1, **options)  # type: ignore[arg-type]


def renamed(path: Path, target: Path) -> Path:
    """The bank's calls under names that say nothing."""
    with path.open(encoding="utf-8", newline="") as source, target.open("w", encoding="utf-8", newline="") as copy:
        header, *rows = csv.reader(source, delimiter=";")
        names = [name if name == "y" else f"f{number}" for number, name in enumerate(header)]
        csv.writer(copy, lineterminator="\n").writerows([names, *rows])
    return target


def assert_good(learned: Learned, share: float) -> None:
    """The card ranks nearly as well as boosting, better than naive Bayes, and its chances hold."""
    assert learned.definition is not None
    card = learned.metrics["card"]
    assert card.auc >= share * learned.metrics["boosting"].auc
    assert card.auc > learned.metrics["naive_bayes"].auc
    assert card.ece <= 0.05
    assert len(learned.rules) <= 12


def test_interactions_are_found() -> None:
    learned = extraalearn()
    assert_good(learned, 0.95)
    assert learned.quarantined == ()
    assert learned.metrics["card"].auc > 0.9


def test_a_column_that_half_encodes_the_outcome_is_set_aside() -> None:
    learned = shoppers()
    assert [item.column for item in learned.quarantined] == ["PageValues"]
    assert learned.rows.duplicates == 125
    assert_good(learned, 0.97)


def test_trusted_it_is_learned_from() -> None:
    learned = shoppers(trust=["PageValues"])
    assert_good(learned, 0.97)
    assert learned.metrics["card"].auc > 0.9


def test_the_length_of_the_call_is_found_without_its_name(tmp_path: Path) -> None:
    learned = bank(renamed(FOLDER / "bank-full.csv", tmp_path / "bank.csv"))
    assert [item.column for item in learned.quarantined] == ["f11"]
    assert_good(learned, 0.97)


def test_months_and_days_are_clocks_and_drift_is_told() -> None:
    learned = bank(ordered=True)
    assert {"day", "month", "duration"} == {item.column for item in learned.quarantined}
    assert any("% of the later ones" in each for each in learned.drift)
    assert any("chances don't hold" in warning and "with that rate known" in warning for warning in learned.warnings)
    assert any("`poutcome` is filled in at some times" in warning for warning in learned.warnings)
    assert learned.metrics["card"].auc > learned.metrics["boosting"].auc + 0.02
    assert learned.metrics["card"].auc > 0.7
    pdays = next(trait for trait in learned.traits if trait.column == "pdays")
    assert pdays.unknown == ("-1",)


def test_nothing_is_learned_where_nothing_foretells_the_win() -> None:
    learned = learn(
        FOLDER / "maven-crm" / "sales_pipeline.csv", outcome_column="deal_stage", won="Won", lost="Lost",
        date_column="engage_date", resamples=1,
    )  # fmt: skip
    assert learned.definition is None
    assert "nothing to learn here" in str(learned.refusal)
    assert learned.rows.open == 2089
    assert learned.rows.immature > 0
    assert {"close_value", "sales_agent"} <= {item.column for item in learned.quarantined}
