"""Values: the same meaning from CSV, JSONL, typed Parquet and rows of Python."""

import json
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.evidence.bench import Bench, write, write_parquet

TRAITS = ["industry", "employees", "revenue", "opted_in", "buying_on"]

READ: list[tuple[str, str, Any]] = [
    ("employees", "120", 120),
    ("employees", " 120 ", 120),
    ("employees", "120.0", 120),
    ("employees", "120.", 120),
    ("employees", "+7", 7),
    ("employees", "-7", -7),
    ("employees", "007", 7),
    ("employees", "9223372036854775807", 2**63 - 1),
    ("employees", "-9223372036854775808", -(2**63)),
    ("revenue", "12.5", 12.5),
    ("revenue", "12", 12.0),
    ("revenue", "-.5", -0.5),
    ("revenue", "1e3", 1000.0),
    ("revenue", "1.5E-3", 0.0015),
    ("revenue", "0.1", 0.1),
    ("opted_in", "true", True),
    ("opted_in", "TRUE", True),
    ("opted_in", "Yes", True),
    ("opted_in", "1", True),
    ("opted_in", "false", False),
    ("opted_in", "No", False),
    ("opted_in", "0", False),
    ("buying_on", "2026-02-01", date(2026, 2, 1)),
    ("buying_on", "2026-02-01T23:30:00-05:00", date(2026, 2, 2)),
    ("buying_on", "2026-02-01 10:00", date(2026, 2, 1)),
    ("industry", "Software", "Software"),
    ("industry", " Software ", " Software "),
    ("industry", "n/a", "n/a"),
]
UNREADABLE: list[tuple[str, str]] = [
    ("employees", "120.6"),
    ("employees", "1_000"),
    ("employees", "1,000"),
    ("employees", "1e3"),
    ("employees", "0x10"),
    ("employees", "nan"),
    ("employees", "9223372036854775808"),
    ("employees", "many"),
    ("employees", "1 2"),
    ("employees", "١٢"),
    ("revenue", "nan"),
    ("revenue", "inf"),
    ("revenue", "1e999"),
    ("revenue", "1_0.5"),
    ("revenue", "12,5"),
    ("revenue", "$12"),
    ("opted_in", "2"),
    ("opted_in", "y"),
    ("opted_in", "on"),
    ("opted_in", "1.5"),
    ("buying_on", "2026-2-1"),
    ("buying_on", "2026-02-30"),
    ("buying_on", "01.02.2026"),
    ("buying_on", "20260201"),
    ("buying_on", "1767225600"),
    ("buying_on", "0000-01-01"),
]
UNKNOWN = [
    ("industry", ""),
    ("industry", "   "),
    ("industry", "\t\n"),
    ("industry", "\u00a0\u3000"),
    ("industry", "NA"),
    ("employees", ""),
    ("employees", "  "),
    ("employees", "-1"),
]


FORMS = ["csv", "jsonl", "parquet", "rows", "log"]


def given_as(form: str, folder: Path, cases: list[tuple[str, str]]) -> Bench:
    """A lead per case, with one value each, in a form that holds texts."""
    leads = [{"lead_id": f"L{number:03d}", trait: text} for number, (trait, text) in enumerate(cases)]
    if form == "csv":
        rows = ["".join(f',"{lead.get(trait, "")}"' for trait in TRAITS) for lead in leads]
        lines = [f"{lead['lead_id']}{row}\n" for lead, row in zip(leads, rows, strict=True)]
        return Bench(leads=write(folder / "leads.csv", ",".join(["lead_id", *TRAITS]) + "\n" + "".join(lines)))
    if form == "jsonl":
        return Bench(leads=write(folder / "leads.jsonl", "".join(json.dumps(lead) + "\n" for lead in leads)))
    if form == "parquet":
        rows = [", ".join(f"'{lead[trait]}' AS {trait}" if trait in lead else f"'' AS {trait}" for trait in TRAITS)
                for lead in leads]  # fmt: skip
        select = " UNION ALL ".join(f"SELECT '{lead['lead_id']}' AS lead_id, {row}"
                                    for lead, row in zip(leads, rows, strict=True))  # fmt: skip
        return Bench(leads=write_parquet(folder / "leads.parquet", select))
    if form == "rows":
        return Bench(leads=leads)
    entries = [
        {"lead_id": lead["lead_id"], "trait": trait, "value": text, "occurred_at": "2026-01-01"}
        for lead, (trait, text) in zip(leads, cases, strict=True)
    ]
    return Bench(leads=[{"lead_id": lead["lead_id"]} for lead in leads], traits=entries)


def values(found: Bench, cases: list[tuple[str, str]]) -> list[Any]:
    """The value of each case's lead."""
    leads = found.profile(", ".join(["lead_id", *TRAITS]))
    return [
        dict(zip(["lead_id", *TRAITS], lead, strict=True))[trait] for lead, (trait, _) in zip(leads, cases, strict=True)
    ]


@pytest.mark.parametrize("form", FORMS)
def test_what_is_read(tmp_path: Path, form: str) -> None:
    cases = [(trait, text) for trait, text, _ in READ]
    found = given_as(form, tmp_path, cases)
    assert list(zip(cases, values(found, cases), strict=True)) == [
        ((trait, text), meant) for trait, text, meant in READ
    ]
    assert [note for note in found.notes if "unreadable" in note] == []


@pytest.mark.parametrize("form", FORMS)
def test_what_is_unreadable_is_unknown_and_reported(tmp_path: Path, form: str) -> None:
    found = given_as(form, tmp_path, UNREADABLE)
    assert [
        (case, value) for case, value in zip(UNREADABLE, values(found, UNREADABLE), strict=True) if value is not None
    ] == []
    reported = {note.what: (note.level, note.count, note.samples) for note in found.evidence.notes}
    for trait in ("employees", "revenue", "opted_in", "buying_on"):
        texts = [(row, text) for row, (name, text) in enumerate(UNREADABLE, 2 if form == "csv" else 1) if name == trait]
        what = f"{len(texts)} values of `{trait}` unreadable"
        assert reported[what] == ("warning", len(texts), tuple(texts[:3]))


@pytest.mark.parametrize("form", FORMS)
def test_blanks_and_spellings_of_unknown(tmp_path: Path, form: str) -> None:
    found = given_as(form, tmp_path, UNKNOWN)
    assert [
        (case, value) for case, value in zip(UNKNOWN, values(found, UNKNOWN), strict=True) if value is not None
    ] == []
    assert [note for note in found.notes if "unreadable" in note] == []


def test_a_spelling_of_unknown_is_compared_exactly() -> None:
    found = Bench(leads=[{"lead_id": "A", "industry": "na"}, {"lead_id": "B", "industry": " NA"}])
    assert found.profile("industry") == [(" NA",), ("na",)]


@pytest.mark.parametrize(
    ("trait", "column", "meant"),
    [
        ("employees", "CAST(120 AS UTINYINT)", 120),
        ("employees", "CAST(120 AS HUGEINT)", 120),
        ("employees", "CAST(120 AS DOUBLE)", 120),
        ("employees", "CAST(120 AS DECIMAL(9, 2))", 120),
        ("employees", "'120'", 120),
        ("employees", "CAST(-1 AS BIGINT)", None),
        ("employees", "CAST(-1 AS DOUBLE)", None),
        ("revenue", "CAST(12 AS INTEGER)", 12.0),
        ("revenue", "CAST(12.5 AS DECIMAL(9, 2))", 12.5),
        ("revenue", "CAST(12.5 AS FLOAT)", 12.5),
        ("revenue", "CAST('nan' AS DOUBLE)", None),
        ("opted_in", "true", True),
        ("opted_in", "1", True),
        ("opted_in", "CAST(0 AS DOUBLE)", False),
        ("opted_in", "'yes'", True),
        ("buying_on", "DATE '2026-02-01'", date(2026, 2, 1)),
        ("buying_on", "TIMESTAMP '2026-02-01 23:00:00'", date(2026, 2, 1)),
        ("buying_on", "TIMESTAMPTZ '2026-02-01 23:00:00-05:00'", date(2026, 2, 2)),
        ("industry", "5", "5"),
        ("industry", "CAST(5 AS DOUBLE)", "5"),
        ("industry", "CAST(5.5 AS DOUBLE)", "5.5"),
        ("industry", "true", "true"),
        ("industry", "CAST('NA' AS ENUM('NA', 'x'))", None),
        ("industry", "CAST('x' AS ENUM('NA', 'x'))", "x"),
    ],
)
def test_typed_columns(tmp_path: Path, trait: str, column: str, meant: Any) -> None:
    path = write_parquet(tmp_path / "leads.parquet", f"SELECT 'A' AS lead_id, {column} AS {trait}")
    found = Bench(leads=path)
    assert found.profile(trait) == [(meant,)]
    assert found.evidence.notes == ()


@pytest.mark.parametrize(
    ("trait", "column"),
    [
        ("employees", "120.6"),
        ("employees", "CAST(120.6 AS DOUBLE)"),
        ("employees", "CAST('inf' AS DOUBLE)"),
        ("employees", "CAST(1e300 AS DOUBLE)"),
        ("employees", "true"),
        ("employees", "DATE '2026-01-01'"),
        ("employees", "[1, 2]"),
        ("revenue", "CAST('inf' AS DOUBLE)"),
        ("revenue", "false"),
        ("opted_in", "2"),
        ("opted_in", "DATE '2026-01-01'"),
        ("buying_on", "20260201"),
        ("buying_on", "TIME '10:00:00'"),
    ],
)
def test_typed_columns_that_mean_something_else(tmp_path: Path, trait: str, column: str) -> None:
    path = write_parquet(tmp_path / "leads.parquet", f"SELECT 'A' AS lead_id, {column} AS {trait}")
    found = Bench(leads=path)
    assert found.profile(trait) == [(None,)]
    assert [note.what for note in found.evidence.notes] == [f"1 value of `{trait}` unreadable"]


@pytest.mark.parametrize(
    ("trait", "value", "meant"),
    [
        ("employees", 120, 120),
        ("employees", 120.0, 120),
        ("employees", Decimal("120"), 120),
        ("employees", None, None),
        ("employees", float("nan"), None),
        ("employees", 2**63 - 1, 2**63 - 1),
        ("revenue", 12, 12.0),
        ("revenue", Decimal("12.5"), 12.5),
        ("revenue", 0.1, 0.1),
        ("opted_in", True, True),
        ("opted_in", 0, False),
        ("buying_on", date(2026, 2, 1), date(2026, 2, 1)),
        ("buying_on", datetime.fromisoformat("2026-02-01T23:30:00-05:00"), date(2026, 2, 2)),
        ("industry", "a\x1fb", "a\x1fb"),
        ("industry", "a\x00b", "a\x00b"),
        ("industry", "half \ud83d of a letter", "half ? of a letter"),
        ("industry", 5, "5"),
        ("industry", True, "true"),
    ],
)
def test_values_of_python(trait: str, value: Any, meant: Any) -> None:
    assert Bench(leads=[{"lead_id": "A", trait: value}]).profile(trait) == [(meant,)]
    several = [{"lead_id": "A", trait: value}, {"lead_id": "B"}, {"lead_id": "C", trait: "text"}]
    assert Bench(leads=several).profile(trait, as_of=None)[0:3].count((meant,)) >= 1


@pytest.mark.parametrize("value", [2**63, -(2**63) - 1, float("inf"), 10**400, [1], {"a": 1}, b"12", object])
def test_values_of_python_that_are_no_whole_number(value: Any) -> None:
    found = Bench(leads=[{"lead_id": "A", "employees": value}])
    assert found.profile("employees") == [(None,)]
    assert [note.what for note in found.evidence.notes] == ["1 value of `employees` unreadable"]


SCALARS: dict[str, st.SearchStrategy[Any]] = {
    "industry": st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=8) | st.just("NA"),
    "employees": st.integers(-(2**63), 2**63 - 1) | st.integers(-1, 3),
    "revenue": st.floats(allow_nan=False, allow_infinity=False),
    "opted_in": st.booleans(),
    "buying_on": st.dates(),
}
LEADS = st.lists(st.fixed_dictionaries({}, optional=SCALARS), min_size=1, max_size=6)


def as_text(value: object) -> str:
    return (
        value.isoformat() if isinstance(value, date) else json.dumps(value) if isinstance(value, bool) else str(value)
    )


@settings(max_examples=40)
@given(leads=LEADS)
def test_every_form_means_the_same(tmp_path_factory: pytest.TempPathFactory, leads: list[dict[str, Any]]) -> None:
    folder = tmp_path_factory.mktemp("forms")
    typed = [{"lead_id": f"L{number}", **lead} for number, lead in enumerate(leads)]
    texts = [{name: as_text(value) for name, value in lead.items()} for lead in typed]
    written = write(folder / "leads.jsonl", "".join(json.dumps(lead, default=as_text) + "\n" for lead in typed))
    header = ["lead_id", *SCALARS]
    lines = [",".join('"' + lead.get(name, "").replace('"', '""') + '"' for name in header) for lead in texts]
    table = write(folder / "leads.csv", "\n".join([",".join(header), *lines]) + "\n")
    meant = [tuple(lead.get(name) if blank(lead.get(name)) is None else None for name in header) for lead in typed]
    for source in (typed, texts, written, table):
        assert Bench(leads=source).profile(", ".join(header)) == meant


def blank(value: object) -> bool | None:
    """True where a value stands for unknown, else None."""
    return True if value in ("NA", -1) or (isinstance(value, str) and not value.strip()) else None
