"""What comes out on data that nobody here made."""

import pytest

from pyrometer.profiling import Profile, profile
from tests.profiling.planted import aspect, segment
from tests.real.sets import FOLDER

pytestmark = pytest.mark.skipif(
    not FOLDER.is_dir(), reason=f"the public data sets are not in {FOLDER}; PYROMETER_SHARED_DATA can say where"
)


def extraalearn() -> Profile:
    """A course provider's leads."""
    return profile(leads=FOLDER / "ExtraaLearn.csv", outcome_column="status", won="1", lost="0", lead_id="ID")


def test_a_course_provider_sees_who_enrols() -> None:
    found = extraalearn()
    website = segment(found, "first_interaction", "Website")
    assert (website.leads, website.won) == (2542, 1159)
    assert "first_interaction is Website" in found.portrait[0]
    assert "digital_media" in found.portrait[-1]
    assert found.apart == ()
    assert found.pairs
    assert all(pair.leads < 2306 for pair in found.pairs)


def test_a_shop_sees_who_buys_without_the_column_that_half_knows() -> None:
    found = profile(
        leads=FOLDER / "online_shoppers_intention.csv", outcome_column="Revenue", won="TRUE", lost="FALSE"
    )  # fmt: skip
    assert [each.name for each in found.apart] == ["PageValues"]
    assert found.counted.duplicates == 125
    assert segment(found, "VisitorType", "New_Visitor").direction == "more"
    assert not aspect(found, "Region").telling


def test_a_bank_sees_whom_to_call() -> None:
    found = profile(leads=FOLDER / "bank-full.csv", outcome_column="y", won="yes", lost="no", ordered=True)
    assert {each.name for each in found.apart} == {"day", "month", "duration"}
    assert "poutcome is success" in found.portrait[0]
    # More of them came by telephone when rates were high; in either half they closed less often.
    phone = segment(found, "contact", "telephone")
    assert phone.direction == "more"
    assert not phone.lasting
    assert segment(found, "housing", "yes").lasting


def test_nothing_is_found_where_nothing_foretells_the_win() -> None:
    found = profile(
        leads=FOLDER / "maven-crm" / "sales_pipeline.csv", outcome_column="deal_stage", won="Won", lost="Lost",
        date_column="engage_date",
    )  # fmt: skip
    assert found.findings == ()
    assert found.pairs == ()
    assert found.refusal is None
    assert found.portrait[0].startswith("Nothing tells")
    assert {"close_value", "sales_agent"} <= {each.name for each in found.apart}
    accounts = aspect(found, "account").segments
    assert max(each.rate for each in accounts) > 0.75
    assert max(each.expected for each in accounts) < 0.67
