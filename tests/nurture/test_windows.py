"""When mails may go out: windows in every zone, days when clocks change, holidays, caps, waits on wall clocks."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.nurture import Policy, earliest
from pyrometer.nurture.windows import later, next_day, next_time, opening, uncapped

BERLIN = ZoneInfo("Europe/Berlin")
ZONES = [
    "UTC",
    "Europe/Berlin",
    "America/New_York",
    "America/Havana",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Pacific/Apia",
    "Pacific/Chatham",
]


def berlin(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=BERLIN, fold=fold).astimezone(UTC)


@pytest.mark.parametrize(
    ("moment", "opens"),
    [
        pytest.param("2026-06-03 10:00", "2026-06-03 10:00", id="open"),
        pytest.param("2026-06-03 08:00", "2026-06-03 08:00", id="just opened"),
        pytest.param("2026-06-03 17:59", "2026-06-03 17:59", id="about to close"),
        pytest.param("2026-06-03 18:00", "2026-06-04 08:00", id="closed"),
        pytest.param("2026-06-03 03:00", "2026-06-03 08:00", id="before opening"),
        pytest.param("2026-06-05 19:00", "2026-06-08 08:00", id="over the weekend"),
        pytest.param("2026-12-24 12:00", "2026-12-28 08:00", id="over holidays"),
    ],
)
def test_the_window(moment: str, opens: str) -> None:
    policy = Policy(holidays=frozenset({date(2026, 12, 24), date(2026, 12, 25)}))
    assert opening(berlin(moment), policy, BERLIN) == berlin(opens)


NIGHT = Policy(hours=dict.fromkeys(range(7), (120, 180)))
"""From two to three at night, when clocks are changed."""


def test_a_window_that_the_clock_jumps_over_opens_the_next_day() -> None:
    assert opening(berlin("2026-03-29 00:30"), NIGHT, BERLIN) == berlin("2026-03-30 02:00")


def test_a_window_that_the_clock_shows_twice_is_open_twice() -> None:
    first, second = berlin("2026-10-25 02:30"), berlin("2026-10-25 02:30", fold=1)
    assert second - first == timedelta(hours=1)
    assert [opening(moment, NIGHT, BERLIN) for moment in (first, second)] == [first, second]
    assert opening(berlin("2026-10-25 01:00"), NIGHT, BERLIN) == berlin("2026-10-25 02:00")
    quarter = Policy(hours={6: (150, 165)})
    assert opening(berlin("2026-10-25 02:50"), quarter, BERLIN) == berlin("2026-10-25 02:30", fold=1)


def test_the_same_moment_is_open_here_and_closed_there() -> None:
    moment = datetime(2026, 6, 3, 14, tzinfo=UTC)  # four in Berlin, eleven at night in Tokyo
    assert opening(moment, Policy(), BERLIN) == moment
    assert opening(moment, Policy(), ZoneInfo("Asia/Tokyo")) == datetime(2026, 6, 3, 23, tzinfo=UTC)


def test_without_a_window_ahead_it_says_so() -> None:
    days = frozenset(date(2026, 1, 1) + timedelta(days=day) for day in range(1000))
    with pytest.raises(ValueError, match="no window lies ahead"):
        opening(datetime(2026, 6, 1, 20, tzinfo=UTC), Policy(holidays=days), UTC)


@pytest.mark.parametrize(
    ("mails", "allowed"),
    [
        ([], None),
        (["2026-06-03 09:00"], "2026-06-04 09:00"),
        (["2026-06-02 09:00"], "2026-06-03 09:00"),
        (["2026-06-03 09:00", "2026-06-01 09:00", "2026-05-29 10:00"], "2026-06-05 10:00"),
        (["2026-06-03 09:00", "2026-06-01 09:00", "2026-05-20 10:00"], "2026-06-04 09:00"),
    ],
)
def test_the_caps(mails: list[str], allowed: str | None) -> None:
    found = uncapped([berlin(mail) for mail in mails], Policy(per_day=1, per_week=3))
    assert found == (datetime.min.replace(tzinfo=UTC) if allowed is None else berlin(allowed))


FIRST = datetime(2011, 12, 1, tzinfo=UTC)
moments = st.integers(0, 18 * 365 * 86_400).map(lambda second: FIRST + timedelta(seconds=second))
zones = st.sampled_from(ZONES).map(ZoneInfo)
policies = st.builds(
    Policy,
    hours=st.dictionaries(
        st.integers(0, 6),
        st.tuples(st.integers(0, 1380), st.integers(1, 1440)).filter(lambda pair: pair[1] - pair[0] >= 1),
        min_size=1,
    ),
    holidays=st.frozensets(st.dates(date(2011, 12, 1), date(2030, 1, 1)), max_size=8),
    per_day=st.sampled_from([None, 1, 2]),
    per_week=st.sampled_from([None, 1, 2, 5]),
)


@given(moments, st.lists(st.timedeltas(timedelta(0), timedelta(days=9)), max_size=6), policies, zones)
def test_the_earliest_moment_keeps_to_everything(
    moment: datetime, ages: list[timedelta], policy: Policy, zone: ZoneInfo
) -> None:
    mails = [moment - age for age in ages]
    found, why = earliest(moment, mails, policy, zone)
    local = found.astimezone(zone)
    opens, closes = policy.hours[local.weekday()]
    assert found >= moment
    assert opens <= local.hour * 60 + local.minute < closes
    assert local.date() not in policy.holidays
    for cap, span in ((policy.per_day, timedelta(days=1)), (policy.per_week, timedelta(days=7))):
        assert cap is None or sum(found - mail < span for mail in mails) < cap
    assert earliest(found, mails, policy, zone)[0] == found
    assert why in ("window", "cap")


@given(moments, st.integers(0, 3 * 24 * 60), policies, zones)
def test_later_is_never_sooner(moment: datetime, more: int, policy: Policy, zone: ZoneInfo) -> None:
    assert opening(moment + timedelta(minutes=more), policy, zone) >= opening(moment, policy, zone)


@given(moments, st.integers(1, 60 * 1440), zones)
def test_a_duration_takes_time(moment: datetime, minutes: int, zone: ZoneInfo) -> None:
    found = later(moment, minutes, zone)
    assert abs((found - moment) - timedelta(minutes=minutes)) <= timedelta(
        hours=24 if zone.key == "Pacific/Apia" else 1
    )
    assert found > moment


def test_days_are_those_of_the_wall_clock() -> None:
    before = berlin("2026-03-28 09:00")
    assert later(before, 1440, BERLIN) == berlin("2026-03-29 09:00")
    assert later(before, 23 * 60, BERLIN) == before + timedelta(hours=23)


@given(
    moments, st.sets(st.sampled_from("mon tue wed thu fri sat sun".split()), min_size=1), st.integers(0, 1439), zones
)
def test_a_weekday_comes(moment: datetime, days: set[str], minute: int, zone: ZoneInfo) -> None:
    found = next_time(moment, days, minute, zone)
    local = found.astimezone(zone)
    assert moment < found <= moment + timedelta(days=16)
    assert "mon tue wed thu fri sat sun".split()[local.weekday()] in days
    shown = local.hour * 60 + local.minute
    assert shown == minute or 0 < shown - minute <= 60  # where the clock was put forward over it


def test_a_weekday_of_today_is_the_next_one() -> None:
    tuesday = berlin("2026-06-02 09:30")
    assert next_time(tuesday, ["tue"], 570, BERLIN) == berlin("2026-06-09 09:30")
    assert next_time(tuesday, None, 570, BERLIN) == berlin("2026-06-03 09:30")
    assert next_time(tuesday, ["wed"], None, BERLIN) == berlin("2026-06-03 00:00")


def test_a_tick_is_a_utc_day() -> None:
    assert next_day(berlin("2026-06-03 01:30")) == datetime(2026, 6, 3, tzinfo=UTC)
