"""Business minutes: hours, holidays, time zones, and clocks that are put forward and back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.lifecycle import STANDARD, Hours, add_business_minutes, business_minutes_between, read_hours

BERLIN = ZoneInfo("Europe/Berlin")
TOKYO = ZoneInfo("Asia/Tokyo")
ALWAYS: Hours = dict.fromkeys(range(7), (0, 1440))
ZONES = ["UTC", "Europe/Berlin", "Asia/Tokyo", "America/Havana", "Australia/Lord_Howe", "Pacific/Apia", "Asia/Kolkata"]


def berlin(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN)


@pytest.mark.parametrize(
    ("start", "minutes", "end"),
    [
        pytest.param("2026-06-03 10:00", 60, "2026-06-03 11:00", id="within a day"),
        pytest.param("2026-06-03 16:00", 60, "2026-06-03 17:00", id="up to closing time"),
        pytest.param("2026-06-03 16:00", 61, "2026-06-04 09:01", id="over the night"),
        pytest.param("2026-06-05 16:30", 60, "2026-06-08 09:30", id="over the weekend"),
        pytest.param("2026-06-06 12:00", 15, "2026-06-08 09:15", id="from a Saturday"),
        pytest.param("2026-06-03 03:00", 15, "2026-06-03 09:15", id="before opening"),
        pytest.param("2026-06-03 20:00", 15, "2026-06-04 09:15", id="after closing"),
        pytest.param("2026-12-23 16:30", 60, "2026-12-28 09:30", id="over holidays"),
        pytest.param("2026-06-03 20:00", 0, "2026-06-03 20:00", id="nothing to wait for"),
        pytest.param("2026-06-03 09:00", 5 * 480, "2026-06-09 17:00", id="a week of work"),
    ],
)
def test_minutes_pass_while_somebody_works(start: str, minutes: int, end: str) -> None:
    holidays = {date(2026, 12, 24), date(2026, 12, 25)}
    found = add_business_minutes(berlin(start), minutes, STANDARD, BERLIN, holidays)
    assert found == berlin(end)
    assert business_minutes_between(berlin(start), found, STANDARD, BERLIN, holidays) == minutes


def test_seconds_are_kept() -> None:
    start = datetime(2026, 6, 3, 8, 0, 42, tzinfo=UTC)
    assert add_business_minutes(start, 30, STANDARD, BERLIN) == start + timedelta(minutes=30)


def test_a_night_that_is_an_hour_shorter_has_an_hour_less() -> None:
    forward = date(2026, 3, 29)
    start, end = berlin(f"{forward} 00:00"), berlin("2026-03-30 00:00")
    assert business_minutes_between(start, end, ALWAYS, BERLIN) == 23 * 60
    assert business_minutes_between(start, end, {6: (60, 240)}, BERLIN) == 2 * 60
    # Hours that the clock jumped over are no hours.
    assert business_minutes_between(start, end, {6: (125, 170)}, BERLIN) == 0


def test_a_night_that_is_an_hour_longer_has_an_hour_more() -> None:
    start, end = berlin("2026-10-25 00:00"), berlin("2026-10-26 00:00")
    assert business_minutes_between(start, end, ALWAYS, BERLIN) == 25 * 60
    assert business_minutes_between(start, end, {6: (120, 180)}, BERLIN) == 2 * 60


def test_a_day_that_a_zone_skipped_has_no_minutes() -> None:
    apia = ZoneInfo("Pacific/Apia")  # went from 29 to 31 December 2011
    start = datetime(2011, 12, 29, 12, tzinfo=apia)
    assert add_business_minutes(start, 60, {4: (540, 1020), 5: (540, 1020)}, apia) == datetime(
        2011, 12, 31, 10, tzinfo=apia
    )


def test_the_same_moment_is_day_here_and_night_there() -> None:
    start = datetime(2026, 6, 3, 8, 0, tzinfo=UTC)  # 10:00 in Berlin, 17:00 in Tokyo
    assert add_business_minutes(start, 60, STANDARD, BERLIN) == start + timedelta(hours=1)
    assert add_business_minutes(start, 60, STANDARD, TOKYO) == datetime(2026, 6, 4, 1, 0, tzinfo=UTC)


def test_an_end_before_the_start_counts_backwards() -> None:
    early, late = berlin("2026-06-05 16:30"), berlin("2026-06-08 09:30")
    assert business_minutes_between(late, early, STANDARD, BERLIN) == -60


@pytest.mark.parametrize("hours", [{}, {0: (540, 1020)}])
def test_without_work_ahead_there_is_no_clock(hours: Hours) -> None:
    start = datetime(2026, 6, 3, tzinfo=UTC)
    holidays = {start.date() + timedelta(days=day) for day in range(1000)}
    with pytest.raises(ValueError, match="no working hours lie ahead"):
        add_business_minutes(start, 1, hours, UTC, holidays)


def test_minutes_to_wait_are_not_negative() -> None:
    with pytest.raises(ValueError, match="can't be negative"):
        add_business_minutes(datetime(2026, 6, 3, tzinfo=UTC), -1, STANDARD, UTC)


def test_hours_as_people_write_them() -> None:
    assert read_hours({"mon": ["09:00", "17:00"], "sun": ["9:05", "24:00"]}) == {0: (540, 1020), 6: (545, 1440)}


@pytest.mark.parametrize(
    ("spelled", "problem"),
    [
        ({"Monday": ["09:00", "17:00"]}, "unknown day `Monday`"),
        ({"mon": "09:00-17:00"}, "mon needs a beginning and an end"),
        ({"mon": ["09:00"]}, "mon needs a beginning and an end"),
        ({"mon": ["17:00", "09:00"]}, "mon ends at 09:00, which isn't after 17:00"),
        ({"mon": ["09:00", "25:00"]}, "`25:00` is no time of day"),
        ({"mon": ["09:00", "9"]}, "`9` is no time of day"),
        ({"mon": [9, 17]}, "`9` is no time of day"),
    ],
)
def test_hours_that_make_no_sense_say_so(spelled: dict[str, object], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        read_hours(spelled)


moments = st.integers(0, 18 * 365 * 1440).map(
    lambda minute: datetime(2011, 12, 1, tzinfo=UTC) + timedelta(minutes=minute)
)
zones = st.sampled_from(ZONES).map(ZoneInfo)
stretches = st.tuples(st.integers(0, 1438), st.integers(0, 1440)).filter(lambda pair: pair[0] < pair[1])
weeks = st.dictionaries(st.integers(0, 6), stretches, min_size=1)
free = st.sets(st.dates(date(2011, 12, 1), date(2030, 1, 1)), max_size=8)
minutes = st.integers(0, 3000)


@given(moments, minutes, weeks, zones, free)
def test_what_was_added_lies_between(
    start: datetime, added: int, hours: Hours, zone: ZoneInfo, holidays: set[date]
) -> None:
    end = add_business_minutes(start, added, hours, zone, holidays)
    assert business_minutes_between(start, end, hours, zone, holidays) == added


@given(moments, minutes, minutes, weeks, zones, free)
def test_waiting_twice_is_waiting_once_for_both(
    start: datetime, first: int, second: int, hours: Hours, zone: ZoneInfo, holidays: set[date]
) -> None:
    once = add_business_minutes(start, first + second, hours, zone, holidays)
    assert add_business_minutes(
        add_business_minutes(start, first, hours, zone, holidays), second, hours, zone, holidays
    ) == once or (second == 0)


@given(moments, st.timedeltas(timedelta(0), timedelta(days=20)), minutes, minutes, weeks, zones, free)
def test_later_and_longer_never_end_sooner(
    start: datetime,
    later: timedelta,
    added: int,
    more: int,
    hours: Hours,
    zone: ZoneInfo,
    holidays: set[date],
) -> None:
    end = add_business_minutes(start, added, hours, zone, holidays)
    assert add_business_minutes(start + later, added, hours, zone, holidays) >= end
    assert add_business_minutes(start, added + more, hours, zone, holidays) >= end


@given(moments, st.timedeltas(timedelta(0), timedelta(days=20)), weeks, zones, free)
def test_business_time_is_never_more_than_time(
    start: datetime, later: timedelta, hours: Hours, zone: ZoneInfo, holidays: set[date]
) -> None:
    found = business_minutes_between(start, start + later, hours, zone, holidays)
    assert 0 <= found <= later / timedelta(minutes=1)
