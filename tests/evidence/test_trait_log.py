"""The dated trait log: the profile as it was known at a time."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyrometer.evidence.asof import answered
from pyrometer.evidence.quote import ident
from tests.evidence.bench import Bench, definition, write, write_parquet


def entry(trait: str, value: object, at: str, lead: str = "A", **more: object) -> dict[str, object]:
    return {"lead_id": lead, "trait": trait, "value": value, "occurred_at": at, **more}


def day_of(trait: str) -> str:
    """The column with the day on which a trait's answer was given."""
    return ident(answered(trait))


def on(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 1, day, hour, tzinfo=UTC)


def test_the_latest_entry_wins_over_the_flat_file() -> None:
    log = [
        entry("employees", 200, "2026-01-03"),
        entry("employees", 300, "2026-01-05"),
        entry("industry", "x", "2026-01-05"),
    ]
    found = Bench(leads=[{"lead_id": "A", "employees": 100}, {"lead_id": "B", "employees": 7}], traits=log)
    columns = f"lead_id, industry, employees, {day_of('employees')}"
    dated = {"employees"}
    assert found.profile(columns, as_of=on(2), dated=dated) == [("A", None, 100, None), ("B", None, 7, None)]
    assert found.profile(columns, as_of=on(3), dated=dated)[0] == ("A", None, 200, date(2026, 1, 3))
    assert found.profile(columns, as_of=on(9), dated=dated)[0] == ("A", "x", 300, date(2026, 1, 5))
    assert found.profile(columns, as_of=on(9), dated=dated)[1] == ("B", None, 7, None)


def test_a_blank_entry_makes_a_trait_unknown_again() -> None:
    for blank in ("", None, "  ", "NA"):
        found = Bench(leads=[{"lead_id": "A", "industry": "x"}], traits=[entry("industry", blank, "2026-01-03")])
        assert found.profile("industry", as_of=on(2)) == [("x",)]
        assert found.profile(f"industry, {day_of('industry')}", as_of=on(4), dated={"industry"}) == [
            (None, date(2026, 1, 3))
        ]
        assert found.evidence.notes == ()


def test_an_unreadable_entry_is_unknown_and_reported() -> None:
    log = [entry("employees", "many", "2026-01-03"), entry("industry", "many", "2026-01-03")]
    found = Bench(leads=[{"lead_id": "A", "employees": 5}], traits=log)
    assert found.profile("employees, industry") == [(None, "many")]
    assert found.notes == [
        "traits: warning: 1 value of `employees` unreadable (row 1: 'many'); taken as unknown;"
        " expected whole numbers such as 120"
    ]


def test_what_was_received_later_was_not_known_yet() -> None:
    log = [entry("employees", 1, "2026-01-02"), entry("employees", 2, "2026-01-03", received_at="2026-01-06")]
    found = Bench(traits=log)
    assert found.profile("employees", as_of=on(5)) == [(1,)]
    assert found.profile("employees", as_of=on(6)) == [(2,)]


def test_of_entries_of_the_same_moment_the_one_received_later_wins() -> None:
    log = [
        entry("employees", 1, "2026-01-02", received_at="2026-01-04"),
        entry("employees", 2, "2026-01-02", received_at="2026-01-03"),
    ]
    for order in (log, log[::-1]):
        assert Bench(traits=order).profile("employees", as_of=on(5)) == [(1,)]


def test_the_leads_are_those_of_the_file_or_else_those_of_the_log() -> None:
    log = [entry("employees", 1, "2026-01-02"), entry("employees", 2, "2026-01-05", lead="B")]
    found = Bench(traits=log)
    assert found.profile("lead_id", as_of=on(2)) == [("A",)]
    assert found.profile("lead_id", as_of=on(5)) == [("A",), ("B",)]
    strangers = Bench(leads=[{"lead_id": "A"}], traits=log)
    assert strangers.profile("lead_id, employees", as_of=on(9)) == [("A", 1)]
    assert strangers.notes == ["traits: note: 1 row of 1 lead not among the leads (row 2: 'B'); left out"]


def test_entries_about_unknown_traits_are_counted() -> None:
    found = Bench(traits=[entry("employees", 1, "2026-01-02"), entry("shoe_size", 44, "2026-01-02")])
    assert found.profile("employees") == [(1,)]
    assert found.notes == [
        "traits: note: 1 row with traits that the definition doesn't know: `shoe_size` (row 2: 'shoe_size'); left out"
    ]


def test_the_log_as_a_relation(tmp_path: Path) -> None:
    path = write(
        tmp_path / "traits.csv",
        "lead_id,trait,value,occurred_at,source,author\nA,employees,7,2026-01-02T10:00+01:00,form,Ada\nA,industry,,2026-01-03,,\n",
    )
    found = Bench(traits=path)
    assert found.rows(
        "traits", "lead_id, trait, value, source, author, occurred_at::VARCHAR, received_at::VARCHAR"
    ) == [
        ("A", "employees", "7", "form", "Ada", "2026-01-02 09:00:00", "2026-01-02 09:00:00"),
        ("A", "industry", "", None, None, "2026-01-03 00:00:00", "2026-01-03 00:00:00"),
    ]
    assert (found.evidence.entries, found.evidence.has_log) == (2, True)
    assert found.evidence.latest == on(3)


def test_a_log_in_parquet_with_a_typed_value(tmp_path: Path) -> None:
    moment = "TIMESTAMPTZ '2026-01-02 00:00:00+01' AS occurred_at"
    select = f"SELECT 'A' AS lead_id, 'employees' AS trait, 12.0::DOUBLE AS value, {moment}"
    found = Bench(traits=write_parquet(tmp_path / "traits.parquet", select))
    assert found.profile(f"employees, {day_of('employees')}", dated={"employees"}) == [(12, date(2026, 1, 1))]


def test_every_type_from_the_log() -> None:
    said = {
        "industry": "x",
        "employees": "5",
        "revenue": "1.5",
        "opted_in": "yes",
        "buying_on": "2026-05-05",
        "channel": "ads",
    }
    found = Bench(traits=[entry(trait, value, "2026-01-02") for trait, value in said.items()])
    assert found.profile(", ".join(said)) == [("x", 5, 1.5, True, date(2026, 5, 5), "ads")]


def test_a_day_of_an_answer_without_a_log_is_never_known() -> None:
    found = Bench(leads=[{"lead_id": "A", "employees": 5}])
    assert found.profile(f"employees, {day_of('employees')}", dated={"employees"}) == [(5, None)]


def january(day: int | None) -> str | None:
    return None if day is None else f"2026-01-0{day}"


LOG = st.lists(
    st.builds(
        lambda lead, value, at, received: entry("size", value, january(at) or "", lead, received_at=january(received)),
        st.sampled_from("AB"), st.sampled_from(["", "1", "2", "x"]), st.integers(1, 6), st.none() | st.integers(1, 6),
    ),
    min_size=1, max_size=8,
)  # fmt: skip


@settings(max_examples=40)
@given(log=LOG, data=st.data(), day=st.integers(1, 6))
def test_the_profile_agrees_with_a_plain_reading(log: list[dict[str, Any]], data: st.DataObject, day: int) -> None:
    given_trait = definition(profile={"size": "integer"}, events={})
    expected = {}
    for lead in "AB":
        known = [
            (row["occurred_at"], row["received_at"] or row["occurred_at"], row["value"])
            for row in log
            if row["lead_id"] == lead and max(row["occurred_at"], row["received_at"] or "") <= f"2026-01-0{day}"
        ]
        if known:
            at, _, value = max(known)
            expected[lead] = (int(value) if value.isdigit() else None, date.fromisoformat(at))
    found = Bench(given_trait, traits=data.draw(st.permutations(log)))
    rows = found.profile(f"lead_id, size, {day_of('size')}", as_of=on(day), dated={"size"})
    assert {lead: tuple(rest) for lead, *rest in rows} == expected


@pytest.mark.parametrize("as_of", [on(3), datetime(2026, 1, 3), datetime.fromisoformat("2026-01-03T02:00:00+02:00")])  # noqa: DTZ001
def test_the_time_may_be_in_any_zone(as_of: datetime) -> None:
    found = Bench(traits=[entry("employees", 1, "2026-01-03T00:00:00Z"), entry("employees", 2, "2026-01-03T00:00:01Z")])
    assert found.profile("employees", as_of=as_of) == [(1,)]
