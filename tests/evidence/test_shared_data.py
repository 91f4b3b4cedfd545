"""Real data that nobody here wrote: read in place, skipped where it is absent."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pyrometer.errors import EvidenceError
from tests.evidence.bench import Bench, definition, write
from tests.real.sets import FOLDER

pytestmark = pytest.mark.skipif(not FOLDER.is_dir(), reason=f"the public data sets are not at {FOLDER}")


def test_shop_events_without_a_header() -> None:
    with pytest.raises(EvidenceError, match="the file seems to lack a header row"):
        Bench(events=FOLDER / "UserBehavior_head.csv")


def test_shop_events_with_a_cut_off_last_line(tmp_path: Path) -> None:
    header = b"lead_id,item,category,event,occurred_at\n"
    path = write(tmp_path / "events.csv", header + (FOLDER / "UserBehavior_head.csv").read_bytes())
    given = definition(
        profile={}, events={name: {"properties": {"item": "text"}} for name in ("pv", "buy", "cart", "fav")}
    )
    now = datetime(2017, 12, 10, tzinfo=UTC)
    found = Bench(given, events=path, now=now, audit=True)
    short, *_ = [note for note in found.evidence.notes if "columns of the header" in note.what]
    assert (short.count, short.samples) == (1, ((84_477, "100370,1968385,1875258,pv"),))
    assert found.evidence.events == 84_476
    assert found.evidence.latest is not None
    assert found.evidence.latest <= now
    assert found.rows("events", "count(*), count(DISTINCT lead_id)") == [(84_475, 815)]
    said = found.audit()
    assert any("1 row without `occurred_at` (row 84,477)" in note for note in said)


def test_leads_of_a_course_provider() -> None:
    profile: dict[str, Any] = {
        "age": "integer",
        "profile_completed": {"type": "text", "values": ["Low", "Medium", "High"]},
        "page_views_per_visit": "number",
        "referral": "boolean",
    }
    found = Bench(definition(profile=profile), leads=FOLDER / "ExtraaLearn.csv", lead_id="ID", audit=True)
    assert found.profile("count(*), count(age), count(page_views_per_visit), count(referral)") == [(4612,) * 4]
    assert [note.split(":")[1].strip() for note in found.audit()] == ["note"]


def test_calls_of_a_bank(tmp_path: Path) -> None:
    lines = (FOLDER / "bank-full.csv").read_bytes().splitlines()
    rows = [b'"lead_id";' + lines[0], *(b"%d;%s" % pair for pair in enumerate(lines[1:]))]
    profile: dict[str, Any] = {
        "age": "integer",
        "job": {"type": "text", "unknown": ["unknown"]},
        "default": "boolean",
        "pdays": {"type": "integer", "unknown": ["-1"]},
    }
    found = Bench(definition(profile=profile), leads=write(tmp_path / "bank.csv", b"\n".join(rows)))
    ((all_rows, ages, jobs, defaults, days),) = found.profile(
        'count(*), count(age), count(job), count("default"), count(pdays)'
    )
    assert (all_rows, ages, defaults) == (45_211, 45_211, 45_211)
    assert (jobs, days) == (44_923, 8_257)


def test_sessions_of_a_shop_have_no_ids() -> None:
    with pytest.raises(EvidenceError, match="no column `lead_id`; the columns are `Administrative`"):
        Bench(leads=FOLDER / "online_shoppers_intention.csv")


def test_opportunities_whose_product_is_spelled_in_two_ways() -> None:
    profile: dict[str, Any] = {"product": "text", "account": "text", "engage_date": "date", "close_value": "number"}
    path = FOLDER / "maven-crm" / "sales_pipeline.csv"
    found = Bench(definition(profile=profile), leads=path, lead_id="opportunity_id", audit=True)
    assert found.profile("count(*), count(account)") == [(8_800, 7_375)]
    said = found.audit(values={"product": {"GTX Pro", "MG Special"}})
    assert any("rows with `GTXPro` for `GTX Pro` in `product`" in note for note in said)
    assert any("of `engage_date` unreadable (row 2: '10/20/2016'" in note for note in said)
