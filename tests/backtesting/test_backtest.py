"""A backtest of planted leads finds what was planted, and says what can't be known."""

from __future__ import annotations

import json
import sys
import tracemalloc
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pyrometer import archive, backtest, tally
from pyrometer.backtesting import Backtest, Band, Tenth, answer, dates_between, parse_capacity
from pyrometer.backtesting.comparing import compare
from pyrometer.backtesting.observing import Span
from pyrometer.engines import DuckDBEngine
from pyrometer.errors import EvidenceError, UsageError
from pyrometer.intervals import wilson
from tests.backtesting.planted import DATES, DEFINITION, NOW, Row, call, cohort, ended

LATER = DEFINITION.replace("name: Planted", "name: Later").replace("at_least: 30", "at_least: 40")


def run(
    events: list[Row], outcomes: list[Row], times: Any = DATES, definition: str = DEFINITION, **more: Any
) -> Backtest:
    options: dict[str, Any] = {"mature": 0, "now": NOW, **more}
    return backtest(definition, times, events=events, outcomes=outcomes, **options)


def band(found: Backtest, name: str) -> Band:
    return next(each for each in found.first.bands if each.temperature == name)


def test_a_decided_lead_is_not_read_any_more_and_outcomes_come_after_the_date() -> None:
    """Ada is won on 10 March: she counts in February and March, not in April; Bo was lost before the first date."""
    events = [*call("Ada", "2025-01-10", 3), *call("Bo", "2025-01-10", 3), *call("Cem", "2025-01-10")]
    outcomes = [
        ended("Ada", "won", "2025-03-10"),
        ended("Bo", "lost", "2025-01-20"),
        ended("Cem", "lost", "2025-04-10"),
    ]
    found = run(events, outcomes, DATES[:3])
    assert [(date.leads, date.hot, date.won, date.lost) for date in found.first.dates] == [
        (2, 1, 1, 1),
        (2, 1, 1, 1),
        (1, 0, 0, 1),
    ]
    assert found.first.base.leads == 2
    assert (band(found, "hot").later.readings, band(found, "hot").later.won) == (2, 2)
    assert found.first.hand_off.precision == 1
    assert found.first.hand_off.recall == 1


def test_a_lead_is_not_read_on_the_day_of_its_decision() -> None:
    """What has a day but no hour may have come after the decision on the same day, and speak of it."""
    events = [row for lead in ("Ada", "Bo", "Cem") for row in call(lead, "2025-01-10")]
    events += call("Bo", "2025-02-01", 9)
    outcomes = [
        ended("Ada", "won", "2025-02-01"),
        ended("Bo", "won", "2025-02-01T15:00:00Z"),
        ended("Cem", "lost", "2025-02-02"),
    ]
    found = run(events, outcomes, DATES[:1])
    assert (found.first.dates[0].leads, found.first.dates[0].hot) == (1, 0)
    late = run(events, outcomes, ["2025-02-01T23:00:00Z"])
    assert late.first.base.leads == 1
    assert late.missed == 0


def test_outcomes_of_the_future_are_open() -> None:
    """A slip of the year, or the day that somebody hopes for: nobody knows it yet."""
    events, outcomes = cohort(100)
    hoped = [{**row, "outcome": "won", "decided_at": "2099-01-01"} if n < 40 else row for n, row in enumerate(outcomes)]
    found = run(events, hoped, mature=None)
    without = run(events, outcomes[40:], mature=None)
    assert found.first == without.first
    assert (found.until, found.days_to_win) == (without.until, without.days_to_win)
    assert (found.outcomes_won, found.outcomes_lost) == (without.outcomes_won, without.outcomes_lost)
    assert found.outcomes_open == 40
    assert "40 leads were decided after today, 2026-01-01, and count as open" in "\n".join(found.limits)


def test_open_leads_are_never_lost() -> None:
    events, outcomes = cohort(100)
    further = [row for number in range(300) for row in call(f"Open{number}", "2025-01-10")]
    said = [{"lead_id": f"Open{number}", "outcome": "negotiating", "decided_at": None} for number in range(100)]
    alone, beside = run(events, outcomes), run(events + further, outcomes + said)
    assert beside.first.base == alone.first.base
    assert beside.first.dates[0].open == alone.first.dates[0].open + 300
    assert beside.outcomes_open == 100


def test_dates_whose_outcomes_are_not_complete_are_not_judged() -> None:
    """All are decided 40 days after they came, so that a date within 40 days of the last outcome tells too little."""
    events, outcomes = cohort(200)
    found = run(events, outcomes, mature=None)
    assert found.days_to_win == pytest.approx(40)
    last = max(row["decided_at"] for row in outcomes)
    assert found.judged_until == datetime.fromisoformat(last) - timedelta(days=40)
    assert [date.judged for date in found.first.dates] == [True] * 9 + [False] * 2
    assert "2 of 11 dates are later than" in found.limits[0]
    assert "nine of ten wins take up to 40 days" in found.limits[0]
    assert found.first.base.readings < run(events, outcomes).first.base.readings
    assert found.first.dates[-2].leads > 0  # it is read all the same


def test_leads_still_open_at_judged_dates_are_told() -> None:
    """Wins of so far say how long winning takes at least: thirty leads that are open all along may take longer."""
    events, outcomes = cohort(90)
    waiting = [row for number in range(30) for row in call(f"Open{number}", "2025-01-10")]
    found = run([*events, *waiting], outcomes, mature=None)
    judged = [date for date in found.first.dates if date.judged]
    assert found.still_open == 30 * len(judged) / sum(date.leads for date in judged)
    told = f"{100 * found.still_open:.0f} % of what was read at judged dates is of leads still open"
    assert f"{told}: won and lost there aren't complete, and the 40 days" in "\n".join(found.limits)
    decided = run(events, outcomes, mature=None)
    assert decided.still_open == 0
    assert "still open" not in "\n".join(decided.limits)


def test_planted_rates_are_found_in_their_intervals() -> None:
    events, outcomes = cohort(1500, hot_wins=0.8, cool_wins=0.1)
    found = run(events, outcomes)
    hot, warm = band(found, "hot").later, band(found, "warm").later
    assert hot.interval is not None
    assert warm.interval is not None
    assert hot.interval[0] < 0.8 < hot.interval[1]
    assert warm.interval[0] < 0.1 < warm.interval[1]
    assert hot.lift == pytest.approx(hot.rate / found.first.base.rate)  # type: ignore[operator]
    assert hot.lift_interval == pytest.approx([bound / found.first.base.rate for bound in hot.interval])  # type: ignore[operator]
    hand_off = found.first.hand_off
    assert hand_off.precision_interval is not None
    assert hand_off.precision_interval[0] < 0.8 < hand_off.precision_interval[1]
    assert found.first.area == pytest.approx(0.8, abs=0.1)


def test_a_lead_read_many_times_does_not_make_an_interval_narrow() -> None:
    """Ten leads over eleven dates are ten leads, not a hundred and ten."""
    events = [row for number in range(10) for row in call(f"L{number}", "2025-01-10", 3)]
    outcomes = [ended(f"L{number}", "won" if number < 5 else "lost", "2025-12-20") for number in range(10)]
    once, often = run(events, outcomes, DATES[:1]), run(events, outcomes)
    assert often.first.base.readings == 110
    assert often.first.base.worth == 10
    assert often.first.base.interval == once.first.base.interval == wilson(0.5, 10)


def test_the_hand_off_counts_each_lead_once_at_its_first_time() -> None:
    """Hot from March, cool in May, hot again in July: handed over once, in March, 40 days before it is won."""
    definition = DEFINITION.replace("points: 10, event: call", "points: 10, event: call, within: 45d")
    events = [*call("Ada", "2025-01-10"), *call("Ada", "2025-02-20", 3), *call("Ada", "2025-06-20", 3)]
    found = run(events, [ended("Ada", "won", "2025-08-10T00:00:00Z")], DATES, definition)
    assert [date.hot for date in found.first.dates] == [0, 1, 1, 0, 0, 1, 1, 0, 0, 0, 0]
    assert [date.new_hot for date in found.first.dates] == [None, 1, 0, 0, 0, 1, 0, 0, 0, 0, 0]
    hand_off = found.first.hand_off
    assert (hand_off.handed, hand_off.decided, hand_off.won) == (1, 1, 1)
    assert hand_off.days_to_won == (162, 162, 162)


def test_leads_that_were_hot_at_the_first_date_do_not_say_since_when() -> None:
    found = run(call("Ada", "2025-01-10", 3), [ended("Ada", "won", "2025-05-01")], DATES[:3])
    assert found.first.hand_off.handed == 1
    assert found.first.hand_off.timed == 0
    assert found.first.dates[0].new_hot is None


def test_won_leads_that_were_never_hot_are_named_the_warmest_first() -> None:
    events = [*call("Ada", "2025-01-10", 3), *call("Bo", "2025-01-10"), *call("Cem", "2025-01-10", 2)]
    events += [{"lead_id": "Dee", "event": "visit", "occurred_at": "2025-01-10"}]
    outcomes = [ended(lead, "won", "2025-02-20") for lead in ("Ada", "Bo", "Cem", "Dee")]
    found = run(events, outcomes, DATES[:1])
    hand_off = found.first.hand_off
    assert (hand_off.won_leads, hand_off.won_hot, hand_off.never_hot, hand_off.recall) == (4, 1, 3, 0.25)
    assert hand_off.never_hot_leads == (("Cem", "warm", 200_000), ("Bo", "warm", 100_000), ("Dee", "cool", 0))


LATE = [ended("Late", "won", "2025-06-20")]


def test_won_leads_that_no_date_saw_are_told() -> None:
    """Quick came and was won between two dates; Late came after the last one, which nobody missed."""
    events = [*call("Ada", "2025-01-10"), *call("Quick", "2025-02-05"), *call("Late", "2025-05-05")]
    found = run(events, [ended("Ada", "won", "2025-03-10"), ended("Quick", "won", "2025-02-20"), *LATE], DATES[:2])
    assert found.missed == 1
    assert "1 won leads were decided before any of the dates saw them" in " ".join(
        found.limits
    ) or "1 won lead was" in (" ".join(found.limits))


def test_wins_after_the_last_date_are_told() -> None:
    events, outcomes = cohort(100)
    assert "were won after the last date without being hot before" in "\n".join(run(events, outcomes, DATES[:3]).limits)
    assert "after the last date" not in "\n".join(run(events, outcomes).limits)


def test_tenths_hold_the_same_leads_apart_and_ties_together() -> None:
    """Ten leads with one to ten calls stand in a tenth each; ten more without calls share the places below."""
    events = [row for number in range(10) for row in call(f"L{number}", "2025-01-10", number + 1)]
    events += [{"lead_id": f"Z{number}", "event": "visit", "occurred_at": "2025-01-10"} for number in range(10)]
    outcomes = [ended(f"L{number}", "won", "2025-03-10") for number in range(10)]
    outcomes += [ended(f"Z{number}", "lost", "2025-03-10") for number in range(10)]
    found = run(events, outcomes, DATES[:1])
    tenths: list[Tenth] = [each for each in found.first.tenths if each.score == "interest"]
    assert [(each.tenth, each.readings, each.highest // 10_000) for each in tenths] == [
        (1, 2, 100),
        (2, 2, 80),
        (3, 2, 60),
        (4, 2, 40),
        (5, 2, 20),
        (8, 10, 0),
    ]
    assert found.first.area == 1


def test_no_skill_is_half_the_area() -> None:
    events, outcomes = cohort(1000, hot_wins=0.3, cool_wins=0.3)
    found = run(events, outcomes)
    assert found.first.area == pytest.approx(0.5, abs=0.05)
    hot = band(found, "hot").later
    assert hot.lift_interval is not None
    assert hot.lift_interval[0] < 1 < hot.lift_interval[1]


def test_calibration_shows_a_change_over_time() -> None:
    """What was worth 90 % in spring is worth 10 % in autumn: the order stands, its meaning doesn't."""
    events, outcomes = [], []
    for number in range(400):
        came = datetime(2025, 1, 20, tzinfo=UTC) + timedelta(days=number * 300 // 400)
        good = number % 10 < (9 if number < 200 else 1)
        events += call(f"L{number:03}", came, 3)
        outcomes.append(ended(f"L{number:03}", "won" if good else "lost", came + timedelta(days=20)))
    found = run(events, outcomes)
    assert found.first.calibration_error is not None
    assert found.first.calibration_error > 0.5
    steady = run(*cohort(800))
    assert steady.first.calibration_error is not None
    assert steady.first.calibration_error < 0.15


def test_two_definitions_are_compared_over_the_same_leads_and_dates() -> None:
    """The second asks for four calls, which nobody made who lost: its precision is higher, for sure."""
    events, outcomes = cohort(400, hot_wins=0.5)
    won = {row["lead_id"] for row in outcomes if row["outcome"] == "won"}
    first = {row["lead_id"]: row for row in events}
    events += [row for lead in won if int(lead[1:]) % 2 == 0 for row in call(lead, first[lead]["occurred_at"])]
    found = run(events, outcomes, against=LATER, seed=5)
    assert found.second is not None
    assert found.comparison is not None
    figures = {each.figure: each for each in found.comparison.differences}
    precision = figures["precision of hot at hand-off"]
    assert precision.first == pytest.approx(found.first.hand_off.precision)
    assert precision.second == found.second.hand_off.precision == 1
    assert precision.interval is not None
    assert 0.3 < precision.interval[0] < precision.difference < precision.interval[1] < 0.7  # type: ignore[operator]
    # The second's precision is 1 in every resample, so the interval is that of the first's alone.
    error = (precision.first * (1 - precision.first) / found.first.hand_off.decided) ** 0.5  # type: ignore[operator]
    assert precision.interval[1] - precision.interval[0] == pytest.approx(2 * 1.96 * error, rel=0.15)
    assert figures["recall of hot at hand-off"].difference == 0
    lift = figures["lift of hot"]
    assert lift.first == pytest.approx(band(found, "hot").later.lift)
    assert figures["area under the curve"].first == pytest.approx(found.first.area)
    assert found.comparison.apart == 0
    (moved,) = found.comparison.moved
    assert (moved.first, moved.second, moved.won) == ("hot", "warm", 0)
    assert moved.lost > 0


def test_equal_definitions_do_not_differ_and_the_seed_decides_the_rest() -> None:
    events, outcomes = cohort(200)
    same = run(events, outcomes, against=DEFINITION.replace("Planted", "Same"))
    assert same.comparison is not None
    assert all(each.difference == 0 and each.interval == (0, 0) for each in same.comparison.differences)
    assert same.comparison.moved == ()
    milder = DEFINITION.replace("at_least: 30", "at_least: 10").replace("at_least: 10}}\n", "at_least: 5}}\n")
    one, again, other = (run(events, outcomes, against=milder, seed=seed) for seed in (1, 1, 2))
    assert one.comparison == again.comparison
    assert one.comparison is not None
    assert other.comparison is not None
    assert one.comparison.differences[0].interval != other.comparison.differences[0].interval


def test_the_bootstrap_draws_leads_not_readings() -> None:
    """The same leads read at eleven dates instead of one: the interval must not shrink by the root of eleven."""
    events = [row for number in range(60) for row in call(f"L{number}", "2025-01-10", 3 if number % 3 else 4)]
    outcomes = [ended(f"L{number}", "won" if number % 2 else "lost", "2025-12-20") for number in range(60)]
    widths = []
    for times in (DATES[:1], DATES):
        found = run(events, outcomes, times, against=LATER)
        assert found.comparison is not None
        interval = next(each for each in found.comparison.differences if each.figure == "lift of hot").interval
        assert interval is not None
        widths.append(interval[1] - interval[0])
    assert widths[1] == pytest.approx(widths[0], rel=0.05)


def test_the_area_is_one_figure_wherever_it_stands() -> None:
    """Most of January's leads are won and few of February's, whatever they do: dates aren't to be mixed."""
    events, outcomes = [], []
    for month, day, share in (("01", "20", 0.8), ("02", "20", 0.2)):
        for number in range(40):
            lead = f"M{month}-{number:02}"
            events += call(lead, f"2025-{month}-01", 40 - number)
            outcomes.append(ended(lead, "won" if number < 40 * share else "lost", f"2025-{month}-{day}"))
    found = run(
        events, outcomes, ["2025-01-05", "2025-02-05"], DEFINITION.replace("[0, 100]", "[0, 900]"), against=LATER
    )
    assert found.comparison is not None
    area = next(each for each in found.comparison.differences if each.figure == "area under the curve")
    assert area.first == found.first.area == 1
    assert found.second is not None
    assert area.second == pytest.approx(found.second.area)


def test_a_comparison_of_many_leads_needs_little_memory() -> None:
    """A hundred places for each of forty thousand leads would be 32 MB, and more than one copy of them."""
    start = datetime(2025, 1, 1, tzinfo=UTC)
    span = Span((start,), start + timedelta(days=90), None, 0, start + timedelta(days=90))
    with DuckDBEngine() as engine:
        engine.run(
            "CREATE TABLE one AS SELECT 0 AS number, TIMESTAMP '2025-01-01' AS \"at\", 'L' || i AS lead_id,"
            " true AS decided, hash(i) % 3 = 0 AS won, true AS judged, 'hot' AS temperature, 2 AS heat,"
            " CAST(i < 4000 AS INTEGER) AS top, (i // 20 * 20 + 10) / 40000 AS place_0 FROM range(40000) AS r(i)"
        )
        tracemalloc.start()
        try:
            compare(engine, "one", "one", span, 0)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 32_000_000


def test_the_queue_and_what_waits_in_it() -> None:
    """Six leads become hot in each of two weeks, where four can be followed up: two wait, then four."""
    times = dates_between(datetime(2025, 2, 3, tzinfo=UTC), datetime(2025, 2, 24, tzinfo=UTC), "week")
    events = [
        row for week in (4, 11) for number in range(6) for row in call(f"W{week}-{number}", f"2025-02-{week:02}", 3)
    ]
    events += call("Early", "2025-01-10")
    found = run(events, [ended("Early", "lost", "2025-03-10")], times, capacity=4)
    assert [date.new_hot for date in found.first.dates] == [None, 6, 6, 0]
    assert [date.waiting for date in found.first.dates] == [None, 2, 4, 0]


def weekly(count: int = 12) -> tuple[list[Row], list[Row], Any]:
    """Each week one lead with ten calls, one with nine, … one with one; those with six and more are won."""
    times = dates_between(
        datetime(2025, 2, 3, tzinfo=UTC), datetime(2025, 2, 3, tzinfo=UTC) + timedelta(weeks=count), "week"
    )
    events, outcomes = [], []
    for week in range(count):
        at = times[week] + timedelta(days=2)
        for calls in range(1, 11):
            events += call(f"W{week:02}-{calls:02}", at, calls)
            outcomes.append(ended(f"W{week:02}-{calls:02}", "won" if calls > 5 else "lost", at + timedelta(days=200)))
    return [*events, *call("Early", "2025-01-10")], [*outcomes, ended("Early", "lost", "2025-12-01")], times


def test_capacity_proposes_the_lowest_bound_that_fits() -> None:
    """Three leads a week have eight calls and more, so that three a week means hot from 71 points, just above seven."""
    events, outcomes, times = weekly()
    found = run(events, outcomes, times, capacity=3)
    capacity = found.first.capacity
    assert capacity is not None
    assert (capacity.score, capacity.present) == ("interest", 300_000)
    assert capacity.proposed is not None
    assert capacity.proposed.points == 710_000
    assert (capacity.proposed.per_week, capacity.proposed.busiest, capacity.proposed.fits) == (3, 3, 1)
    assert capacity.proposed.precision == 1
    assert capacity.proposed.recall == pytest.approx(3 / 5)
    now = next(each for each in capacity.tried if each.points == capacity.present)
    assert (now.per_week, now.precision, now.recall) == (8, 5 / 8, 1)
    assert now.precision == found.first.hand_off.precision


def test_a_bound_that_fits_and_loses_nothing_is_left_alone() -> None:
    """All that are won have six calls and more; from 51 points on five a week are hot, and these are all that are."""
    events, outcomes, times = weekly()
    definition = DEFINITION.replace("at_least: 30", "at_least: 55")
    capacity = run(events, outcomes, times, definition, capacity=12).first.capacity
    assert capacity is not None
    assert capacity.proposed is None
    assert "55 interest, as it is now, fits already" in str(capacity.refusal)


def test_bounds_that_do_the_same_are_not_lowered_for_nothing() -> None:
    """With 60 leads a week nothing forbids a bound of 0; but none of 1 to 10 points lets through anybody else."""
    events, outcomes, times = weekly()
    definition = DEFINITION.replace("at_least: 30", "at_least: 75")
    capacity = run(events, outcomes, times, definition, capacity=60).first.capacity
    assert capacity is not None
    assert capacity.proposed is not None
    assert capacity.proposed.points == 100_000
    assert capacity.proposed.recall == 1


def test_nothing_is_proposed_of_a_few_decided_leads() -> None:
    events, outcomes, times = weekly(2)
    capacity = run(
        events, outcomes, times, DEFINITION.replace("at_least: 30", "at_least: 85"), capacity=1
    ).first.capacity
    assert capacity is not None
    assert capacity.proposed is None
    assert "only 4 of the leads that would have become hot were decided" in str(capacity.refusal)


def test_recall_says_which_hot_leads_precision_does_not_count() -> None:
    """Ada is hot in February already, Bo only in April, when the outcomes of dates aren't complete any more."""
    events = [*call("Ada", "2025-01-10", 3), *call("Bo", "2025-01-10"), *call("Bo", "2025-03-20", 2)]
    outcomes = [ended(lead, "won", "2025-04-20") for lead in ("Ada", "Bo")]
    found = run(
        [*events, *call("Cem", "2025-01-10")], [*outcomes, ended("Cem", "lost", "2025-04-20")], DATES[:3], mature=40
    )
    verdict, recall, *_, data = answer(found)
    assert verdict.startswith("Too few to say: of 1 lead that became hot and was decided 1 was won: 100 % (")
    assert recall.startswith("Of 2 won leads 2 had been hot before: 100 % (")
    assert recall.endswith("; 1 at a judged date, 1 first at a later one, which precision doesn't count.")
    assert data == "The data is thin: 1 decided hot lead and 2 won leads."


def test_the_answer_says_whether_hot_was_any_good() -> None:
    for hot, cool, word in [(0.8, 0.1, "Yes: "), (0.1, 0.8, "No: "), (0.4, 0.4, "Not shown: ")]:
        events, outcomes = cohort(400, hot_wins=hot, cool_wins=cool)
        assert answer(run(events, outcomes))[0].startswith(word)
    assert answer(run(ADA, WON, DATES[:1]))[0] == "Can't tell: all leads that were decided later were won."


def test_a_word_that_no_outcome_has_is_the_first_thing_said() -> None:
    events, outcomes = cohort(100)
    won = [row for row in outcomes if row["outcome"] == "won"]
    found = run(events, won, mature=None)
    assert found.limits[0].startswith("no lead is lost: no outcome says `lost`")
    assert found.limits[1].startswith("all leads that were decided later were won")


def test_a_proposal_does_in_a_replay_what_it_promised() -> None:
    """All call again after thirty days; who was hot has stayed so meanwhile, and is no new work."""
    events, outcomes, times = weekly()
    for row in [row for row in events if row["lead_id"] != "Early"]:
        again = datetime.fromisoformat(row["occurred_at"]) + timedelta(days=30)
        events.append({**row, "occurred_at": again.isoformat()})
    definition = DEFINITION.replace(
        "hot: {when: {score: interest, at_least: 30}}",
        "hot: {when: {all: [{score: interest, at_least: 30}, {event: call, within: 21d}]},"
        " stay: {event: call, within: 28d}}",
    ).replace("range: [0, 100]", "range: [0, 300]")
    proposed = run(events, outcomes, times, definition, capacity=7).first.capacity
    assert proposed is not None
    assert proposed.proposed is not None
    changed = definition.replace("at_least: 30", f"at_least: {proposed.proposed.points // 10_000}")
    found = run(events, outcomes, times, changed, capacity=7)
    new = [date.new_hot for date in found.first.dates if date.new_hot is not None]
    assert sum(new) / len(new) == proposed.proposed.per_week
    assert max(new) == proposed.proposed.busiest
    assert found.first.hand_off.precision == proposed.proposed.precision
    assert found.first.hand_off.recall == proposed.proposed.recall


def test_the_row_of_the_present_bound_is_what_dates_and_the_hand_off_say() -> None:
    """With `above` a lead at the bound isn't hot; who came in hot stays so, and is no new work when it is read."""
    events, outcomes, times = weekly()
    kept = DEFINITION.replace(
        "hot: {when: {score: interest, at_least: 30}}",
        "hot: {when: {score: interest, at_least: 90}, stay: {score: interest, at_least: 10}}",
    )
    came = [{"lead_id": f"W00-{calls:02}", "temperature": "hot"} for calls in range(1, 9)]
    for definition, previous, dates in [
        (DEFINITION.replace("at_least: 30", "above: 30"), None, times),
        (kept, came, times[1:]),
    ]:
        first = run(events, outcomes, dates, definition, capacity=3, previous=previous).first
        assert first.capacity is not None
        (now,) = [each for each in first.capacity.tried if each.points == first.capacity.present]
        new = [date.new_hot for date in first.dates if date.new_hot is not None]
        assert (now.per_week, now.busiest) == (sum(new) / len(new), max(new))
        assert (now.precision, now.recall) == (first.hand_off.precision, first.hand_off.recall)


def test_where_nothing_can_be_proposed_it_says_why() -> None:
    events, outcomes, times = weekly()
    gateless = DEFINITION.replace(
        "hot: {when: {score: interest, at_least: 30}}", "hot: {when: {event: call, at_least: 3}}"
    )
    for definition, dates, capacity, why in [
        (gateless, times, 3, "hot asks for no score"),
        (DEFINITION, times[-1:], 3, "with one date nobody knows"),
        (DEFINITION, times, 0.01, "no bound of interest lets through some leads"),
    ]:
        found = run(events, outcomes, dates, definition, capacity=capacity).first.capacity
        assert found is not None
        assert found.proposed is None
        assert why in str(found.refusal)


def test_traits_of_today_are_a_limit_and_dated_ones_are_not() -> None:
    definition = DEFINITION.replace("events:", "profile: {size: integer, name: text}\nevents:").replace(
        "rules: [", "rules: [{name: Large, trait: size, bands: [{from: 10, points: 5}]}, "
    )
    events, outcomes = cohort(60)
    leads = [{"lead_id": row["lead_id"], "size": 20, "name": "x"} for row in outcomes]
    found = run(events, outcomes, definition=definition, leads=leads)
    assert "1 trait is known only as of today (`size`)" in "\n".join(found.limits)
    traits = [
        {"lead_id": row["lead_id"], "trait": "size", "value": "20", "occurred_at": "2025-01-01"} for row in outcomes
    ]
    dated = run(events, outcomes, definition=definition, leads=leads, traits=traits)
    assert "known only as of today" not in "\n".join(dated.limits)
    late = {**traits[0], "occurred_at": "2025-12-30"}
    for some in (traits[1:], [late, *traits[1:]]):
        partly = run(events, outcomes, definition=definition, leads=leads, traits=some)
        assert "1 trait is known only as of today (`size`)" in "\n".join(partly.limits)


def test_outcomes_without_a_date_and_dates_without_leads_are_told() -> None:
    events, outcomes = cohort(60)
    undated = [{"lead_id": "Undated", "outcome": "won", "decided_at": None}]
    found = run([*events, *call("Undated", "2025-01-06")], [*outcomes, *undated], ["2024-12-01", *DATES])
    assert found.times[0] == datetime(2025, 2, 1, tzinfo=UTC)
    limits = "\n".join(found.limits)
    assert "1 date before 2025-02-01 is left out: no lead was known" in limits
    assert "1 decided lead has no date of it" in limits or "1 decided leads have no date of it" in limits
    assert found.first.base == run(events, outcomes).first.base


def test_outcomes_of_leads_that_nobody_knows_are_told_and_change_nothing() -> None:
    events, outcomes = cohort(60)
    found = run(events, [*outcomes, ended("Stranger", "won", "2025-12-30")])
    assert "1 lead not among the leads" in "\n".join(map(str, found.notes))
    assert found.first == run(events, outcomes).first


def test_dates_closer_than_winning_are_asked_for() -> None:
    events, outcomes = [], []
    for number in range(60):
        came = datetime(2025, 1, 10, tzinfo=UTC) + timedelta(days=5 * number)
        events += [*call(f"L{number}", came), *call(f"L{number}", came + timedelta(days=30), 3)]
        outcomes.append(ended(f"L{number}", "won", came + timedelta(days=40)))
    found = run(events, outcomes)
    assert "dates are 30 days apart, but half of the leads are won within" in "\n".join(found.limits)


ADA, WON = call("Ada", "2025-01-10"), [ended("Ada", "won", "2025-03-20")]
TOO_EARLY = "no lead was decided after 2025-02-01, the first date; the latest outcome is of 2025-01-20: begin earlier"


@pytest.mark.parametrize(
    ("events", "outcomes", "times", "message"),
    [
        (ADA, [ended("Ada", "won", "2025-01-20")], DATES, TOO_EARLY),
        (ADA, [ended("Bo", "won", "2025-02-20")], DATES, "no outcome of these leads says when it was decided"),
        (ADA, [{"lead_id": "Ada", "outcome": "won"}], DATES, "no outcome of these leads says when it was decided"),
        (ADA, [], DATES, "there is no outcome in it"),
        (call("Ada", "2026-05-10"), WON, DATES, "no lead was known at any of the dates"),
    ],
    ids=["no outcome after", "other leads", "undated", "no outcome", "nobody yet"],
)
def test_what_can_not_be_judged_is_refused(events: list[Row], outcomes: list[Row], times: Any, message: str) -> None:
    with pytest.raises(EvidenceError, match=message):
        run(events, outcomes, times)


def test_dates_that_are_all_too_young_are_refused_with_a_way_out() -> None:
    message = "2025-02-01, the first date, is too near .* 2025-03-20 to be judged: .* begin by 2025-01-19, or say with"
    with pytest.raises(EvidenceError, match=message):
        run(ADA, WON, mature=60)


@pytest.mark.parametrize(
    ("times", "more", "message"),
    [
        (DATES[::-1], {}, "comes after"),
        ([], {}, "no time to replay"),
        (DATES, {"capacity": 0}, "a number of leads a week above 0"),
        (DATES, {"capacity": float("nan")}, "a number of leads a week above 0"),
        (DATES, {"mature": -1}, "a number of days from 0"),
        (DATES, {"seed": -1}, "seed -1"),
    ],
)
def test_options_that_make_no_sense_are_refused(times: Any, more: dict[str, Any], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        run(ADA, WON, times, **more)


def test_what_needs_another_package_says_which(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", None)
    assert run(ADA, WON, DATES[:1]).first.hand_off.won_leads == 1
    for more, what in [
        ({"against": LATER}, "comparing two definitions"),
        ({"capacity": 5}, "proposing a bound for hot"),
    ]:
        with pytest.raises(UsageError, match=f'{what} needs the package numpy: pip install "pyrometer'):
            run(ADA, WON, DATES[:1], **more)


def test_outcomes_are_needed() -> None:
    with pytest.raises(UsageError, match="a backtest needs outcomes"):
        backtest(DEFINITION, DATES, events=call("A", "2025-01-10"))


def test_one_way_of_ending_leaves_nothing_to_tell_apart() -> None:
    found = run(call("A", "2025-01-10"), [ended("A", "won", "2025-03-20")], DATES[:1])
    assert "all leads that were decided later were won: there is nothing to tell apart" in found.limits
    assert found.first.area is None


def test_an_archive_brings_its_outcomes_and_a_tally_changes_nothing(tmp_path: Path) -> None:
    events, outcomes = cohort(80)
    plain = run(events, outcomes)
    archive.append(tmp_path / "archive", events=events, outcomes=outcomes, now=NOW, received="occurred")
    kept = backtest(DEFINITION, DATES, archive=tmp_path / "archive", mature=0, now=NOW)
    assert kept.first == plain.first
    path = tmp_path / "events.jsonl"
    path.write_text("\n".join(map(json.dumps, events)), encoding="utf-8")
    tally.build(DEFINITION, path, tmp_path / "tally")
    leads = [{"lead_id": row["lead_id"]} for row in outcomes]
    counted = backtest(DEFINITION, DATES, leads=leads, tally=tmp_path / "tally", outcomes=outcomes, mature=0, now=NOW)
    assert counted.first == plain.first


def test_the_result_is_json_and_progress_goes_to_one() -> None:
    events, outcomes = cohort(40)
    shares: list[float] = []
    found = run(events, outcomes, against=LATER, capacity=5, progress=shares.append)
    told = json.loads(json.dumps(found.as_dict()))
    assert told["times"][0] == "2025-02-01T00:00:00Z"
    assert told["first"]["bands"][0]["temperature"] == "hot"
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_capacity_as_people_write_it() -> None:
    assert parse_capacity(" 12.5 / week") == 12.5
    assert parse_capacity("40") == 40
    for text in ("40/day", "0/week", "-3/week", "lots/week"):
        with pytest.raises(UsageError, match="write 40/week"):
            parse_capacity(text)


def test_the_calendars_last_dates() -> None:
    first, last = datetime(9999, 11, 26, tzinfo=UTC), datetime(9999, 12, 31, tzinfo=UTC)
    assert [f"{date:%m-%d}" for date in dates_between(first, last)] == ["11-26", "12-26"]
    assert [f"{date:%m-%d}" for date in dates_between(first, last, "week")][-1] == "12-31"


def test_dates_that_make_no_sense() -> None:
    first, last = datetime(2025, 1, 31, tzinfo=UTC), datetime(2026, 1, 31, tzinfo=UTC)
    assert len(dates_between(first, last)) == 13
    with pytest.raises(UsageError, match="backwards"):
        dates_between(last, first)
    with pytest.raises(UsageError, match="there are week and month"):
        dates_between(first, last, "day")  # type: ignore[arg-type]
    with pytest.raises(UsageError, match="more than 1,000 dates"):
        dates_between(first, first + timedelta(days=9000), "week")
