"""The answer of a backtest in a few sentences: would it have worked, and does the data suffice to say so?"""

from __future__ import annotations

from collections.abc import Iterator

from pyrometer.backtesting.result import Backtest, HandOff, Judgement
from pyrometer.intervals import Interval

FEW = 40
"""With fewer won leads than this nothing can be said with much certainty."""

FEW_HOT = 10
"""With fewer hot leads that were decided than this the data doesn't say whether hot is any good."""


def answer(found: Backtest) -> tuple[str, ...]:
    """Three or four sentences for people: precision and lift, recall, the work, and whether the data suffices."""
    judged = found.first
    hand = judged.hand_off
    lines = [_verdict(judged)]
    if hand.won_leads:
        lines.append(
            f"Of {_several(hand.won_leads, 'won lead')} {hand.won_hot:,} had been hot before:"
            f" {_percent(hand.recall, hand.recall_interval)}{hot_later(hand)}."
        )
    lines += _work(judged)
    lines.append(_suffices(judged))
    return tuple(lines)


def hot_later(hand: HandOff) -> str:
    """Why recall counts more hot leads than precision, as an addition to a sentence; nothing where it doesn't."""
    later = hand.won_hot - hand.won
    if not later:
        return ""
    return f"; {hand.won:,} at a judged date, {later:,} first at a later one, which precision doesn't count"


def _verdict(judged: Judgement) -> str:
    base, hand = judged.base, judged.hand_off
    hot = next((band.later for band in judged.bands if band.temperature == "hot"), None)
    if base.rate is None:
        return "Can't tell: no lead was decided after a judged date."
    if base.rate in (0, 1):
        return f"Can't tell: all leads that were decided later were {'won' if base.rate else 'lost'}."
    if not hand.handed:
        return "Can't tell: no lead was hot at a judged date."
    if not hand.decided:
        return f"Can't tell: of {_several(hand.handed, 'lead')} that became hot none was decided later."
    said = (
        f"of {_several(hand.decided, 'lead')} that became hot and {'was' if hand.decided == 1 else 'were'} decided"
        f" {hand.won:,} {'was' if hand.won == 1 else 'were'} won: {_percent(hand.precision, hand.precision_interval)}."
    )
    if hot is None or hot.lift is None or hot.lift_interval is None:
        return f"Can't tell: {said}"
    low, high = hot.lift_interval
    word = "Too few to say" if hand.decided < FEW_HOT else "Yes" if low > 1 else "No" if high < 1 else "Not shown"
    chance = ", which may be chance" if low <= 1 <= high else ""
    return (
        f"{word}: {said} At the same date a hot lead was {hot.lift:.1f} times ({low:.1f} to {high:.1f}) as likely to be"
        f" won later as leads in all{chance}."
    )


def _work(judged: Judgement) -> Iterator[str]:
    stretches = [(date.new_hot, date.weeks) for date in judged.dates if date.new_hot is not None and date.weeks]
    if not stretches:
        return
    rates = [new / weeks for new, weeks in stretches]
    mean = sum(new for new, _ in stretches) / sum(weeks for _, weeks in stretches)
    said = f"Sales would have got {mean:.1f} new hot leads a week, {max(rates):.1f} at the busiest"
    if judged.capacity is not None:
        enough = sum(rate <= judged.capacity.per_week for rate in rates)
        waiting = judged.dates[-1].waiting or 0
        said += (
            f"; for {judged.capacity.per_week:g} a week that fits {enough} of {_several(len(rates), 'stretch', 'es')}"
            f" between dates, with {waiting:.0f} waiting in the end"
        )
    yield f"{said}."


def _suffices(judged: Judgement) -> str:
    hand = judged.hand_off
    there = f"{_several(hand.decided, 'decided hot lead')} and {_several(hand.won_leads, 'won lead')}"
    if hand.decided < FEW_HOT or hand.won_leads < FEW:
        return f"The data is thin: {there}."
    if hand.decided < FEW:
        return f"The data suffices for the direction, not for exact rates: {there}."
    return f"The data suffices: {there}."


def _several(number: int, one: str, ending: str = "s") -> str:
    return f"{number:,} {one}{ending * (number != 1)}"


def _percent(share: float | None, interval: Interval | None) -> str:
    if share is None:
        return "–"
    around = "" if interval is None else f" ({100 * interval[0]:.0f} to {100 * interval[1]:.0f} %)"
    return f"{100 * share:.0f} %{around}"
