"""The event log: what exists, once, and what is said about the rest."""

import json
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Any

import duckdb
import pyarrow
import pyarrow.parquet
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pyrometer.evidence.files import find
from pyrometer.evidence.parquetfile import newest, open_parquet
from tests.evidence.bench import Bench, definition, write, write_parquet

HEADER = "lead_id,event,occurred_at"
DAY = "2026-01-02T10:00:00Z"


def event(lead: str = "A", name: str = "demo_requested", at: object = DAY, **more: object) -> dict[str, object]:
    return {"lead_id": lead, "event": name, "occurred_at": at, **more}


def test_what_a_log_becomes(tmp_path: Path) -> None:
    path = write(
        tmp_path / "events.csv",
        f"{HEADER},received_at,seconds,topic\n"
        "A,page_viewed,2026-01-02T10:00:00+02:00,,61,pricing\n"
        "B,demo_requested,1767348000,2026-01-03,,\n",
    )
    found = Bench(events=path)
    assert found.rows("events", "lead_id, event, occurred_at::VARCHAR, received_at::VARCHAR, topic, seconds") == [
        ("A", "page_viewed", "2026-01-02 08:00:00", "2026-01-02 08:00:00", "pricing", 61),
        ("B", "demo_requested", "2026-01-02 10:00:00", "2026-01-03 00:00:00", None, None),
    ]
    assert found.evidence.has_received_at
    assert found.evidence.latest == datetime(2026, 1, 3, tzinfo=UTC)
    assert found.evidence.notes == ()


def test_what_the_definition_does_not_know_is_counted_and_left_out() -> None:
    found = Bench(events=[event(), event(name="ping"), event(name="ping"), event(name="Demo_Requested")])
    assert found.rows("events", "event") == [("demo_requested",)]
    assert found.notes == [
        "events: note: 3 rows with events that the definition doesn't know: `ping`, `Demo_Requested`"
        " (row 2: 'ping', row 3: 'ping', row 4: 'Demo_Requested'); left out"
    ]


def test_events_of_strangers_are_reported_and_make_no_leads() -> None:
    found = Bench(leads=[{"lead_id": "A"}], events=[event("A"), event("B"), event("B"), event("C")])
    assert found.profile("lead_id") == [("A",)]
    assert found.notes == [
        "events: note: 3 rows of 2 leads not among the leads (row 2: 'B', row 3: 'B', row 4: 'C'); left out"
    ]


def test_rows_that_cannot_be_events_are_left_out_and_reported(tmp_path: Path) -> None:
    path = write(
        tmp_path / "events.csv",
        f"{HEADER},seconds\nA,page_viewed,{DAY},1\n,page_viewed,{DAY},1\nA,,{DAY},1\nA,page_viewed,,1\n"
        f"A,page_viewed,yesterday,1\nA,page_viewed,{DAY},long\n",
    )
    found = Bench(events=path)
    assert found.rows("events", "lead_id, seconds") == [("A", 1), ("A", None)]
    assert {note.what: note.samples for note in found.evidence.notes} == {
        "1 row without `lead_id`": ((3, ""),),
        "1 row without `event`": ((4, ""),),
        "1 row without `occurred_at`": ((5, ""),),
        "1 value of `occurred_at` unreadable": ((6, "yesterday"),),
        "1 value of `seconds` unreadable": ((7, "long"),),
    }


def test_properties_as_json(tmp_path: Path) -> None:
    rows = [
        event(name="page_viewed", properties={"topic": "pricing", "seconds": 61, "other": 1}),
        event(name="page_viewed", properties=json.dumps({"topic": "docs", "seconds": "62"})),
        event(name="page_viewed", properties={"topic": None, "seconds": "long"}),
        event(name="page_viewed", properties="{broken"),
        event(name="page_viewed", properties="[1]"),
        event(name="page_viewed", properties=""),
        event(name="page_viewed", properties={"topic": "docs"}, topic="pricing"),
        event(name="page_viewed", properties={"topic": "docs", "seconds": 5}, topic=" "),
    ]
    expected = [("docs", 5), ("docs", 62), ("pricing", 61), ("pricing", None), *[(None, None)] * 4]
    jsonl = write(tmp_path / "events.jsonl", "".join(json.dumps(row) + "\n" for row in rows))
    for source in (rows, jsonl):
        found = Bench(events=source)
        assert found.rows("events", "topic, seconds") == expected
        notes = {note.what: (note.count, note.samples) for note in found.evidence.notes}
        assert notes["2 values of `properties` not a JSON object"] == (2, ((4, "{broken"), (5, "[1]")))
        assert notes["1 value of `seconds` unreadable"] == (1, ((3, "long"),))


@pytest.mark.parametrize(
    "column",
    [
        '\'{"topic": "pricing", "seconds": 61}\'',
        "{'topic': 'pricing', 'seconds': 61}",
        "MAP {'topic': 'pricing', 'seconds': '61'}",
    ],
)
def test_properties_in_parquet(tmp_path: Path, column: str) -> None:
    row = "SELECT 'A' AS lead_id, 'page_viewed' AS event, DATE '2026-01-01' AS occurred_at"
    select = f"{row}, {column} AS properties"
    found = Bench(events=write_parquet(tmp_path / "events.parquet", select))
    assert found.rows("events", "topic, seconds") == [("pricing", 61)]


def test_names_of_properties_that_json_paths_would_read_otherwise() -> None:
    names = ["a.b", "a/b", "a~b", "$", "[0]", 'say "x"', "*", "a b", "ünï", "it's"]
    given_names = definition(events={"page_viewed": {"properties": dict.fromkeys(names, "text")}}, profile={})
    found = Bench(given_names, events=[event(name="page_viewed", properties={name: name for name in names})])
    assert found.rows("events", "COLUMNS(* EXCLUDE (lead_id, event, occurred_at, received_at, message_id))") == [
        tuple(names)
    ]


def test_the_first_known_of_equal_messages_stays() -> None:
    rows = [
        event(at="2026-01-05", received_at="2026-01-09", message_id="m", topic="third"),
        event(at="2026-01-05", received_at="2026-01-06", message_id="m", topic="first"),
        event(at="2026-01-04", received_at="2026-01-07", message_id="m", topic="second"),
        event(at="2026-01-05", message_id="n", topic="other"),
        event(at="2026-01-05", message_id="", topic="blank"),
        event(at="2026-01-05", message_id=None, topic="blank"),
    ]
    for order in (rows, rows[::-1], rows[2:] + rows[:2], rows * 3):
        found = Bench(events=order)
        assert [row for row in found.rows("events", "topic") if row != ("blank",)] == [("first",), ("other",)]


def test_a_message_that_cannot_be_an_event_does_not_hide_its_repeat(tmp_path: Path) -> None:
    rows = [event(at="never", message_id="m"), event(name="ping", message_id="m"), event(at=DAY, message_id="m")]
    assert Bench(events=rows).rows("events", "event") == [("demo_requested",)]
    select = " UNION ALL ".join(
        f"SELECT 'A' AS lead_id, '{row['event']}' AS event, '{row['occurred_at']}' AS occurred_at, 'm' AS message_id"
        for row in rows
    )
    found = Bench(events=write_parquet(tmp_path / "events.parquet", select))
    assert found.rows("events", "event") == [("demo_requested",)]


ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "lead_id": st.sampled_from(["A", "B"]),
            "event": st.sampled_from(["demo_requested", "page_viewed"]),
            "occurred_at": st.integers(0, 5).map(lambda day: f"2026-01-0{day + 1}"),
            "received_at": st.none() | st.integers(0, 5).map(lambda day: f"2026-01-0{day + 1}"),
            "message_id": st.none() | st.sampled_from("mnop"),
            "topic": st.none() | st.sampled_from("xy"),
        }
    ),
    max_size=8,
)


@settings(max_examples=40)
@given(rows=ROWS, data=st.data())
def test_order_repeats_and_form_change_nothing(
    tmp_path_factory: pytest.TempPathFactory, rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    columns = "lead_id, event, occurred_at, received_at, topic"
    expected = Bench(events=rows).rows("events", columns)
    with_ids = [row for row in rows if row["message_id"]]
    shuffled = data.draw(st.permutations(rows + with_ids))
    assert Bench(events=shuffled).rows("events", columns) == expected
    if rows:
        path = tmp_path_factory.mktemp("events") / "events.parquet"
        with duckdb.connect() as con:
            con.execute(
                "CREATE TABLE e (lead_id TEXT, event TEXT, occurred_at TIMESTAMP, received_at TIMESTAMP,"
                " message_id TEXT, topic TEXT)"
            )
            con.executemany(
                "INSERT INTO e VALUES ($lead_id, $event, $occurred_at, $received_at, $message_id, $topic)", shuffled
            )
            con.execute(f"COPY e TO '{path}' (FORMAT parquet)")
        assert Bench(events=path).rows("events", columns) == expected


@given(rows=ROWS, day=st.integers(1, 6))
@settings(max_examples=40)
def test_the_answer_for_a_day_does_not_change_later(rows: list[dict[str, Any]], day: int) -> None:
    """What was the first known of equal messages on a day is so for every later look at that day."""
    moment = f"2026-01-0{day}"
    known = (
        f"events WHERE occurred_at <= TIMESTAMP '{moment} 00:00:00' AND received_at <= TIMESTAMP '{moment} 00:00:00'"
    )
    then = [row for row in rows if max(row["occurred_at"], row["received_at"] or row["occurred_at"]) <= moment]
    assert Bench(events=rows).rows(known) == Bench(events=then).rows(known)


def test_parquet_is_read_in_place_and_only_audited_when_asked(tmp_path: Path) -> None:
    select = """SELECT 'L' || (i % 5) AS lead_id, ['demo_requested', 'ping'][1 + i % 2] AS event,
                       TIMESTAMP '2026-01-01 00:00:00' + to_hours(i) AS occurred_at, i AS other
                FROM range(100) AS t(i)"""
    path = write_parquet(tmp_path / "events.parquet", select)
    found = Bench(leads=[{"lead_id": "L0"}], events=path)
    tables = [name for (name,) in found.con.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
    assert "raw_events" not in tables
    assert found.evidence.events == 100
    assert len(found.rows("events WHERE event = 'demo_requested'")) == 50
    assert found.evidence.latest == datetime(2026, 1, 5, 3, tzinfo=UTC)
    assert found.notes == ["events.parquet: note: 1 column not in the definition: `other`; left out"]
    audited = Bench(leads=[{"lead_id": "L0"}], events=path, audit=True)
    assert [note.count for note in audited.evidence.notes] == [1, 50, 80]
    assert audited.evidence.notes[1].samples == ((2, "ping"), (4, "ping"), (6, "ping"))


def test_the_latest_time_of_parquet_files_is_the_same_with_and_without_footers(tmp_path: Path) -> None:
    def select(times: str, rows: str = "range(3)") -> str:
        return f"SELECT 'A' AS lead_id, 'ping' AS event, {times} FROM {rows} AS t(i)"

    hours = "TIMESTAMP '2026-01-01 00:00:00' + to_hours(i)"
    forms = {
        "plain": [f"{hours} AS occurred_at"],
        "none": [f"CASE WHEN i < 0 THEN {hours} END AS occurred_at"],
        "received": [f"{hours} AS occurred_at", f"{hours} AS occurred_at, {hours} + to_days(i) AS received_at"],
        "before 1970": ["TIMESTAMP '1950-01-01 00:00:00' - to_days(i) AS occurred_at"],
        "no rows": [f"{hours} AS occurred_at", None],
        "mixed": [f"{hours} AS occurred_at", "DATE '2026-02-01' AS occurred_at"],
        "texts": ["'2026-01-01T05:00:00Z' AS occurred_at"],
        "zoned": [f"({hours})::TIMESTAMPTZ AS occurred_at"],
        "endless": ["TIMESTAMP 'infinity' AS occurred_at", f"{hours} AS occurred_at"],
    }
    for name, files in forms.items():
        folder = tmp_path / name
        folder.mkdir()
        for number, times in enumerate(files):
            text = select(times) if times else select(f"{hours} AS occurred_at", "range(0)")
            write_parquet(folder / f"{number}.parquet", text)
        read = Bench(events=str(folder / "*.parquet")).evidence.latest
        with duckdb.connect() as con:
            con.execute("SET TimeZone = 'UTC'")
            source = f"read_parquet('{folder}/*.parquet', union_by_name = true)"
            rows = con.execute(f"SELECT CAST(COLUMNS(*) AS VARCHAR) FROM {source}").fetchall()
            columns = [column[0] for column in con.description]
        plain = [dict(zip(columns, row, strict=True)) for row in rows]
        assert read == Bench(events=plain).evidence.latest, name


def test_parquet_without_footers_about_values_is_read(tmp_path: Path) -> None:
    path = tmp_path / "events.parquet"
    times = pyarrow.array([10**15, None, 10**14], pyarrow.timestamp("us"))
    table = pyarrow.table({"lead_id": ["A"] * 3, "event": ["ping"] * 3, "occurred_at": times})
    pyarrow.parquet.write_table(table, path, write_statistics=False)
    assert Bench(events=path).evidence.latest == datetime.fromtimestamp(10**9, UTC)


def test_ids_of_any_type_are_text(tmp_path: Path) -> None:
    for column, lead in (("7", "7"), ("CAST(7 AS DOUBLE)", "7"), ("'007'", "007"), ("uuid()", None)):
        select = f"SELECT {column} AS lead_id, 'demo_requested' AS event, DATE '2026-01-01' AS occurred_at"
        ((found,),) = Bench(events=write_parquet(tmp_path / "events.parquet", select)).rows("events", "lead_id")
        assert found == lead or (lead is None and len(found) == 36)


def test_the_latest_evidence_leaves_the_future_out(tmp_path: Path) -> None:
    rows = [event(at="2026-01-02"), event(at="2026-01-03", received_at="2026-01-05"), event(at="2031-01-01")]
    now = datetime(2026, 2, 1, tzinfo=UTC)
    for zone in (UTC, None):
        found = Bench(events=rows, now=now.replace(tzinfo=zone))
        assert found.evidence.latest == datetime(2026, 1, 5, tzinfo=UTC)
        assert found.notes == [
            "events: warning: 1 row with `occurred_at` in the future (row 3: '2031-01-01 00:00:00'); not counted yet"
        ]
    assert Bench(events=rows).evidence.latest == datetime(2031, 1, 1, tzinfo=UTC)
    years = "TIMESTAMP '2026-01-01 00:00:00' + to_years(i) AS occurred_at"
    select = f"SELECT 'A' AS lead_id, 'ping' AS event, {years} FROM range(9) AS t(i)"
    path = write_parquet(tmp_path / "events.parquet", select)
    assert Bench(events=path, now=now + timedelta(days=366)).evidence.latest == datetime(2027, 1, 1, tzinfo=UTC)


def test_without_a_file_of_leads_those_with_events_are_the_leads() -> None:
    found = Bench(events=[event("A", at="2026-01-01"), event("B", at="2026-01-03"), event("A", at="2026-01-04")])
    assert found.profile("lead_id", as_of=datetime(2026, 1, 2, tzinfo=UTC)) == [("A",)]
    assert found.profile("lead_id, employees", as_of=datetime(2026, 1, 3, tzinfo=UTC)) == [("A", None), ("B", None)]


def test_fields_can_be_mapped(tmp_path: Path) -> None:
    path = write(tmp_path / "events.csv", "user;what;when;page\nA;page_viewed;1767225600;pricing\n")
    found = Bench(events=path, lead_id="user", columns={"event": "what", "occurred_at": "when", "topic": "page"})
    assert found.rows("events", "lead_id, event, topic") == [("A", "page_viewed", "pricing")]


def test_what_was_loaded_can_be_replaced() -> None:
    found = Bench(leads=[{"lead_id": "A"}], events=[event()])
    again = Bench(leads=[{"lead_id": "B"}])
    found.con.close()
    assert again.rows("events") == []


@pytest.mark.parametrize("unit", ["s", "ms", "us", "ns"])
@pytest.mark.parametrize("zone", [None, "UTC", "Asia/Kathmandu"])
def test_times_of_parquet_in_every_unit(tmp_path: Path, unit: str, zone: str | None) -> None:
    path = tmp_path / "events.parquet"
    scale = {"s": 1, "ms": 10**3, "us": 10**6, "ns": 10**9}[unit]
    times = pyarrow.array([1_780_000_000 * scale], pyarrow.timestamp(unit, zone))
    columns = {"lead_id": ["A"], "event": ["demo_requested"], "occurred_at": times}
    pyarrow.parquet.write_table(pyarrow.table(columns), path)
    found = Bench(events=path)
    assert found.evidence.latest == datetime.fromtimestamp(1_780_000_000, UTC)
    assert len(found.rows("events")) == 1


def test_footers_are_what_answers(tmp_path: Path) -> None:
    select = "SELECT 'A' AS lead_id, TIMESTAMP '2026-01-01 00:00:00' AS occurred_at"
    path = write_parquet(tmp_path / "e.parquet", select)
    with duckdb.connect() as con, ExitStack() as keep:
        table = open_parquet(con, find([str(path)], keep), 0)
        assert newest(con, table, "occurred_at") == "CAST('2026-01-01 00:00:00' AS TIMESTAMP)"
        assert newest(con, table, "lead_id") is None


def test_a_time_before_all_years(tmp_path: Path) -> None:
    times = "TIMESTAMP '0001-01-01 00:00:00' - to_days(400) AS occurred_at"
    path = write_parquet(tmp_path / "e.parquet", f"SELECT 'A' AS lead_id, 'ping' AS event, {times}")
    found = Bench(leads=[{"lead_id": "A"}], events=path)
    assert found.evidence.latest is None
    assert not found.rows("events")


class _Sector(str, Enum):  # noqa: UP042 (it is the mixture that is misread)
    SOFTWARE = "software"


class _Real(float):
    def __repr__(self) -> str:
        return f"real({float(self)})"


def test_subclasses_of_plain_values_mean_what_they_are() -> None:
    found = Bench(events=[event(topic=_Sector.SOFTWARE, seconds=_Real(61))])
    assert found.rows("events", "topic, seconds") == [("software", 61)]


def test_rows_need_not_have_the_same_names() -> None:
    first: dict[str, Any] = {"lead_id": "A", "event": "page_viewed", "occurred_at": "2026-01-01", "topic": "pricing"}
    other: dict[str, Any] = {"occurred_at": "2026-01-02", "event": "page_viewed", "lead_id": "B", "seconds": 30}
    blank: dict[str, Any] = {"lead_id": "C", "event": "page_viewed", "occurred_at": "2026-01-03", "topic": " \t"}
    for rows in ([first, other], [other, first], [first, other, blank]):
        found = Bench(events=rows)
        expected = [(row["lead_id"], None if row is blank else row.get("topic")) for row in rows]
        assert found.rows("events", "lead_id, topic") == sorted(expected, key=lambda row: str(row[0]))
