"""ClickHouse within the process: what evidence can lie in, and how its values are read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import pyrometer
from pyrometer import archive
from pyrometer.engines import connect
from pyrometer.errors import EvidenceError, UsageError
from tests.engines import chdb_connection
from tests.inplace.edges import EDGE_DEFINITION, EDGES

DEFINITION = """\
format: 1
name: Visits
profile:
  employees: integer
  kind: text
  since: date
events:
  visit: {properties: {topic: text, seconds: integer}}
scores:
  fit:
    rules:
      - {name: Size, trait: employees, bands: [{from: 100, points: 10}]}
      - {name: Kind, points: 1, when: {trait: kind, is: shop}}
      - {name: Since, points: 5, when: {trait: since, older_than: 36500d}}
  interest:
    range: [0, 1000]
    rules:
      - {name: Visits, points: 5, event: visit, cooling: {half_life: 10d}}
      - {name: Prices, points: 100, event: visit, where: {topic: prices, seconds: {at_least: 30}}, cap: 300}
temperature: {hot: {when: {score: interest, at_least: 100}}}
"""
AS_OF = "2026-06-11T12:00:00Z"
LEADS = pa.table({"lead_id": ["Ada", "Bo", "Cem"], "employees": [120, 35, None], "kind": ["shop", None, "bank"]})
EVENTS = pa.table(
    {
        "lead_id": ["Ada", "Ada", "Bo"],
        "event": ["visit"] * 3,
        "occurred_at": pa.array([datetime(2026, 6, day, 23, 30, tzinfo=UTC) for day in (1, 11 - 1, 11 - 1)]),
        "topic": ["prices", "the news", "prices"],
        "seconds": [30, 40, 29],
    }
)
EXPECTED = {"Ada": (11, 107.1652), "Bo": (0, 4.6652), "Cem": (0, 0)}


@pytest.fixture
def tables() -> Iterator[Any]:
    """A database `crm` in the memory of this process; gives a call that runs a statement."""
    run = chdb_connection().query
    run("DROP DATABASE IF EXISTS crm")
    run("CREATE DATABASE crm")
    yield run
    run("DROP DATABASE crm")


def scores(inputs: Any, engine: Any = "chdb://", definition: str = DEFINITION) -> dict[str, tuple[float, ...]]:
    with pyrometer.score(definition, engine=engine, inputs=inputs, as_of=AS_OF) as scoring:
        return {reading.lead_id: tuple(reading.as_dict()["scores"].values()) for reading in scoring}


def test_parquet_files_of_several_shapes(tmp_path: Path) -> None:
    pq.write_table(LEADS, tmp_path / "leads.parquet")
    (tmp_path / "log").mkdir()
    pq.write_table(EVENTS.slice(1).drop_columns("seconds"), tmp_path / "log" / "1.parquet")
    pq.write_table(EVENTS.slice(0, 1), tmp_path / "log" / "2.parquet")
    leads = {"files": str(tmp_path / "leads.parquet")}
    assert scores({"leads": leads, "events": {"files": str(tmp_path / "log/*.parquet")}}) == EXPECTED
    both = [str(tmp_path / "log" / name) for name in ("1.parquet", "2.parquet")]
    assert scores({"leads": leads, "events": {"files": both}}) == EXPECTED


@pytest.mark.parametrize("folder", ["plain", "Wärme & kälte 100%", "odd {a,b} [c] *?"])
def test_the_tables_of_an_archive(tmp_path: Path, folder: str) -> None:
    pq.write_table(LEADS, tmp_path / "leads.parquet")
    place = str(tmp_path / folder)
    log = EVENTS.to_pylist()
    for rows in (log[:1], [{**row, "colour": "red"} for row in log[1:]]):
        archive.append(place, events=rows, now=datetime(2026, 6, 20, tzinfo=UTC), received="occurred")
    archive.append(
        tmp_path / "odd xa,bx [c] xx", events=log, now=datetime(2026, 6, 20, tzinfo=UTC), received="occurred"
    )
    inputs = {"leads": {"files": str(tmp_path / "leads.parquet")}, "events": {"archive": place}}
    assert scores(inputs) == EXPECTED
    archive.compact(place)
    assert scores(inputs) == EXPECTED


def test_a_delta_table_that_is_no_archive(tmp_path: Path) -> None:
    from deltalake import write_deltalake

    write_deltalake(str(tmp_path / "events"), EVENTS)
    with pytest.raises(EvidenceError, match="a Delta table, but not one of an archive"):
        scores({"events": {"archive": str(tmp_path)}})
    with pytest.raises(UsageError, match="leads: an archive holds events and traits"):
        scores({"leads": {"archive": str(tmp_path)}})


def test_files_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="there are no files with provided path"):
        scores({"events": {"files": str(tmp_path / "*.parquet")}})
    with pytest.raises(EvidenceError, match=r"events: .* holds no archive with events"):
        scores({"events": {"archive": str(tmp_path)}})
    with pytest.raises(EvidenceError, match=r"there is no folder /nowhere"):
        connect("chdb:///nowhere")
    with pytest.raises(UsageError, match="chdb runs in this process"):
        connect("chdb://ada@db.example/crm")


KINDS = {
    "employees": [
        "UInt8",
        "Int16",
        "Int128",
        "UInt256",
        "Float32",
        "Decimal(9, 2)",
        "Decimal(38, 10)",
        "String",
        "LowCardinality(String)",
    ],
    "kind": ["FixedString(8)", "Enum8('shop' = 1, 'bank' = 2, '' = 3)", "LowCardinality(Nullable(String))"],
    "since": ["Date32", "String", "DateTime64(3, 'Asia/Tokyo')"],
}


@pytest.mark.parametrize(("column", "kind"), [(column, kind) for column, kinds in KINDS.items() for kind in kinds])
def test_columns_of_all_types_mean_the_same(tables: Any, column: str, kind: str) -> None:
    values = {"employees": "120", "kind": "'shop'", "since": "'1900-01-01'"}
    kinds = {"employees": "Int64", "kind": "String", "since": "Date32"} | {column: kind}
    typed = ", ".join(f"{name} {given}" for name, given in kinds.items())
    tables(f"CREATE TABLE crm.leads (lead_id String, {typed}) ENGINE = Memory")
    tables(f"INSERT INTO crm.leads VALUES ('Ada', {', '.join(values.values())})")
    assert scores({"leads": "crm.leads"}) == {"Ada": (16, 0)}


@pytest.mark.parametrize("kind", ["Decimal(38, 0)", "Decimal(38, 10)", "Decimal(76, 30)"])
def test_decimals_at_the_edge_of_an_integer(tables: Any, kind: str) -> None:
    tables(f"CREATE TABLE crm.leads (lead_id String, employees {kind}) ENGINE = Memory")
    rows = ", ".join(f"('{lead}', toDecimal256('{value}', 0))" for lead, value in EDGES.items())
    tables(f"INSERT INTO crm.leads VALUES {rows}")
    found = scores({"leads": "crm.leads"}, definition=EDGE_DEFINITION)
    assert {lead for lead, (fit,) in found.items() if fit == 10} == {"largest", "smallest"}
    assert {lead for lead, (fit,) in found.items() if fit == 1} == {"above", "below"}


def test_properties_that_cannot_be_looked_into(tables: Any) -> None:
    tables(
        "CREATE TABLE crm.events (lead_id String, event String, occurred_at DateTime, topic String, "
        "properties Tuple(seconds Int64)) ENGINE = Memory"
    )
    with pytest.raises(
        EvidenceError, match=r"(?s)`properties` of `crm\.events` .*in which `seconds` can't be looked for"
    ):
        scores({"events": "crm.events"})


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("Map(String, String)", "map('topic', 'prices', 'seconds', '30')"),
        ("JSON", """'{"topic": "prices", "seconds": 30}'"""),
        ("String", """'{"topic": "prices", "seconds": 30}'"""),
    ],
)
def test_properties_in_one_column(tables: Any, kind: str, value: str) -> None:
    tables(
        "CREATE TABLE crm.events (lead_id String, event String, occurred_at DateTime('America/New_York'), "
        f"properties {kind}) ENGINE = Memory"
    )
    tables(f"INSERT INTO crm.events VALUES ('Ada', 'visit', '2026-06-10 20:30:00', {value})")
    assert scores({"events": "crm.events"}) == {"Ada": (0, 105)}


def test_texts_that_are_not_unicode(tables: Any) -> None:
    tables("CREATE TABLE crm.leads (lead_id String, employees String, kind String) ENGINE = Memory")
    tables(
        r"INSERT INTO crm.leads VALUES ('Ada', '\\xff120', 'sh\\xffop'), ('B\\xff', '120', 'shop')".replace(
            "\\\\", "\\"
        )
    )
    assert scores({"leads": "crm.leads"}) == {"Ada": (0, 0), "B\ufffd": (11, 0)}


def test_an_engine_that_is_used_twice(tables: Any, tmp_path: Path) -> None:
    pq.write_table(LEADS, tmp_path / "leads.parquet")
    inputs = {"leads": {"files": str(tmp_path / "leads.parquet")}}
    with connect("chdb://") as engine:
        assert scores(inputs, engine) == scores(inputs, engine)
