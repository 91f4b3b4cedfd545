"""Times: strictly read, in UTC, whatever the session thinks."""

from datetime import UTC, datetime, timedelta, timezone
from functools import cache
from pathlib import Path

import duckdb
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from pyrometer.evidence import load_evidence
from pyrometer.evidence.meaning import read_text, settled
from tests.evidence.bench import Bench, definition, write, write_parquet

OFFSETS = st.integers(-23 * 60 - 59, 23 * 60 + 59).map(lambda minutes: timezone(timedelta(minutes=minutes)))


def at(*parts: int) -> datetime:
    """A time in UTC as the engine gives it: without a zone."""
    return datetime(*parts, tzinfo=UTC).replace(tzinfo=None)  # type: ignore[misc, arg-type]


@cache
def session(zone: str) -> duckdb.DuckDBPyConnection:
    """A connection whose session is in some zone."""
    con = duckdb.connect()
    con.execute(f"SET TimeZone = '{zone}'")
    return con


def read(text: str, zone: str = "UTC") -> datetime | None:
    """A text as the time that a session in some zone reads."""
    value = settled("time", read_text("time", "x"))
    found = session(zone).execute(f"SELECT {value} FROM (SELECT ? AS x)", [text]).fetchone()
    assert found is not None
    moment: datetime | None = found[0]
    return moment


@given(
    when=st.datetimes(),
    zone=st.none() | OFFSETS,
    separator=st.sampled_from("T "),
    shape=st.sampled_from(["minutes", "seconds", "milliseconds", "microseconds"]),
    place=st.sampled_from(["UTC", "America/New_York", "Asia/Kolkata"]),
)
def test_iso_times_agree_with_python(
    when: datetime, zone: timezone | None, separator: str, shape: str, place: str
) -> None:
    text = when.replace(tzinfo=zone).isoformat(separator, timespec=shape)
    meant = datetime.fromisoformat(text)
    try:
        utc = meant.astimezone(UTC) if zone is not None else meant.replace(tzinfo=UTC)
    except OverflowError:
        assert read(text, place) is None
        return
    assert read(text, place) == utc.replace(tzinfo=None)


@given(when=st.datetimes(min_value=at(1, 1, 2), max_value=at(9999, 12, 30)), hours=st.integers(-23, 23))
def test_offsets_may_be_written_short(when: datetime, hours: int) -> None:
    when = when.replace(microsecond=0)
    sign, size = "-" if hours < 0 else "+", abs(hours)
    meant = when - timedelta(hours=hours)
    assert read(f"{when.isoformat()}{sign}{size:02d}") == meant
    assert read(f"{when.isoformat()}{sign}{size:02d}00") == meant
    assert read(f"{when.isoformat()}{sign}{size:02d}:00") == meant
    assert read(f"{when.isoformat()}Z") == when


@given(seconds=st.integers(-62_135_596_800, 99_999_999_999))
def test_whole_seconds(seconds: int) -> None:
    assert read(str(seconds)) == at(1970, 1, 1) + timedelta(seconds=seconds)


@given(milliseconds=st.integers(100_000_000_000, 253_402_300_799_999), sign=st.sampled_from([1, -1]))
def test_milliseconds(milliseconds: int, sign: int) -> None:
    assume(sign * milliseconds >= -62_135_596_800_000)
    assert read(str(sign * milliseconds)) == at(1970, 1, 1) + timedelta(milliseconds=sign * milliseconds)


@given(micros=st.integers(-(10**16), 99_999_999_999_999_999))
def test_seconds_with_decimals(micros: int) -> None:
    sign = "-" if micros < 0 else ""
    text = f"{sign}{abs(micros) // 1_000_000}.{abs(micros) % 1_000_000:06d}"
    assert read(text) == at(1970, 1, 1) + timedelta(microseconds=micros)


@given(text=st.text(st.sampled_from("0123456789-:T Z+.eainf"), max_size=26))
def test_what_is_read_is_a_time_for_python_too(text: str) -> None:
    assume(not text.startswith("0000"))
    found = read(text)
    if found is None:
        return
    try:
        float(text)
    except ValueError:
        meant = datetime.fromisoformat(text)
        offset = meant.utcoffset() or timedelta(0)
        assert found == meant.replace(tzinfo=None) - offset


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("2026-01-01T10:00:00+02:00", at(2026, 1, 1, 8)),
        ("2026-01-01 10:00", at(2026, 1, 1, 10)),
        ("2026-01-01T23:30:00-05", at(2026, 1, 2, 4, 30)),
        ("2026-01-05", at(2026, 1, 5)),
        ("2026-01-01T10:00:00.123456789Z", at(2026, 1, 1, 10, 0, 0, 123456)),
        ("1511544070", at(2017, 11, 24, 17, 21, 10)),
        ("1511544070123", at(2017, 11, 24, 17, 21, 10, 123000)),
        ("0", at(1970, 1, 1)),
        ("99999999999", at(5138, 11, 16, 9, 46, 39)),
    ],
)
def test_times_as_they_are_written(text: str, meant: datetime) -> None:
    assert read(text) == meant
    assert read(text, "Asia/Tokyo") == meant


@pytest.mark.parametrize(
    "text",
    [
        "epoch", "infinity", "-infinity", "now", "today", "2026-1-5", "2026-01-5", "26-01-05", "2026/01/05",
        "01/05/2026", "20260105T100000",
        "2026-02-30", "2026-13-01", "2026-00-10", "2026-01-01T24:00:00", "2026-01-01T23:60:00",
        "2026-01-01T23:59:60", "2026-01-01T10", "2026-01-01T10:00:00+24:00", "2026-01-01T10:00:00+02:60",
        "2026-01-01T10:00:00 +02:00", "2026-01-01T10:00:00 UTC", "2026-01-01T10:00:00z", "2026-01-01t10:00:00",
        "2026-01-01T10:00:00,5", "2026-01-01T", "0000-01-01", "0000-12-31T23:00:00Z", "-0001-01-01", "10000-01-01",
        "0001-01-01T00:00:00+02:00", "9999-12-31T23:59:59-01:00", "1e9", "1_511_544_070", "+1511544070", "1,511",
        "253402300800000", "-62135596801", "999999999999999", "9" * 16, "9" * 400, ".5", "0x10", "nan", "٢٠٢٦-٠١-٠١",
    ],
)  # fmt: skip
def test_what_is_no_time(text: str) -> None:
    assert read(text) is None


def test_an_epoch_of_either_kind_at_the_edge_of_year_one() -> None:
    assert read("-62135596800") == at(1, 1, 1)
    assert read("-62135596800000") == at(1, 1, 1)
    assert read("253402300799999") == at(9999, 12, 31, 23, 59, 59, 999000)


@pytest.mark.parametrize(
    "column",
    [
        "TIMESTAMP '2026-03-01 09:30:00'",
        "TIMESTAMPTZ '2026-03-01 11:30:00+02:00'",
        "CAST(TIMESTAMP '2026-03-01 09:30:00' AS TIMESTAMP_S)",
        "CAST(TIMESTAMP '2026-03-01 09:30:00' AS TIMESTAMP_MS)",
        "CAST(TIMESTAMP '2026-03-01 09:30:00' AS TIMESTAMP_NS)",
        "1772357400",
        "1772357400000",
        "CAST(1772357400 AS DOUBLE)",
        "CAST(1772357400 AS DECIMAL(18, 3))",
        "CAST(1772357400 AS HUGEINT)",
        "'2026-03-01T09:30Z'",
    ],
)
@pytest.mark.parametrize("zone", ["UTC", "Australia/Sydney"])
def test_typed_columns_mean_what_their_texts_mean(tmp_path: Path, column: str, zone: str) -> None:
    select = f"SELECT 'A' AS lead_id, 'demo_requested' AS event, {column} AS occurred_at"
    path = write_parquet(tmp_path / "events.parquet", select)
    with duckdb.connect() as con:
        con.execute(f"SET TimeZone = '{zone}'")
        evidence = load_evidence(con, definition(), events=path)
        assert con.execute("SELECT occurred_at FROM events").fetchall() == [(at(2026, 3, 1, 9, 30),)]
        assert evidence.latest == datetime(2026, 3, 1, 9, 30, tzinfo=UTC)


def test_a_day_is_its_midnight_in_parquet_too(tmp_path: Path) -> None:
    select = "SELECT 'A' AS lead_id, 'demo_requested' AS event, DATE '2026-03-01' AS occurred_at"
    found = Bench(events=write_parquet(tmp_path / "events.parquet", select))
    assert found.rows("events", "occurred_at") == [(at(2026, 3, 1),)]


@pytest.mark.parametrize("column", ["true", "[1]", "TIME '10:00:00'", "1e300", "CAST('nan' AS DOUBLE)", "NULL"])
def test_typed_columns_without_times(tmp_path: Path, column: str) -> None:
    select = f"SELECT 'A' AS lead_id, 'demo_requested' AS event, {column} AS occurred_at"
    assert Bench(events=write_parquet(tmp_path / "events.parquet", select)).rows("events") == []


@pytest.mark.parametrize("moment", ["infinity", "-infinity", "0044-03-15 (BC) 10:00:00", "12000-01-01 00:00:00"])
def test_timestamps_beyond_the_years_that_there_are(tmp_path: Path, moment: str) -> None:
    rows = f"""SELECT 'A' AS lead_id, 'demo_requested' AS event, TIMESTAMP '{moment}' AS occurred_at
               UNION ALL SELECT 'B', 'demo_requested', TIMESTAMP '2026-01-01 00:00:00'"""
    found = Bench(events=write_parquet(tmp_path / "events.parquet", rows))
    assert found.rows("events", "lead_id") == [("B",)]
    assert found.evidence.latest == datetime(2026, 1, 1, tzinfo=UTC)


def test_spaces_around_a_time_do_not_count(tmp_path: Path) -> None:
    path = write(tmp_path / "events.csv", "lead_id,event,occurred_at\nA,demo_requested, 2026-01-01 \n")
    assert Bench(events=path).rows("events", "occurred_at") == [(at(2026, 1, 1),)]


@given(st.lists(st.datetimes(timezones=st.one_of(st.none(), OFFSETS)), min_size=1, max_size=8))
def test_times_of_python_are_taken_to_the_microsecond(moments: list[datetime]) -> None:
    within = [moment for moment in moments if moment.tzinfo is None or 1 < moment.year < 9999]
    assume(within)
    rows = [{"lead_id": "A", "event": "demo_requested", "occurred_at": moment} for moment in within]
    told = [moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment for moment in within]
    found = Bench(events=[*rows, {"lead_id": "A", "event": "demo_requested", "occurred_at": None}])
    assert found.rows("events", "occurred_at") == [(moment,) for moment in sorted(told)]
