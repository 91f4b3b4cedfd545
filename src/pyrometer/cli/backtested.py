"""What a backtest found, for people at a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.table import Table
from rich.text import Text

from pyrometer.cli.terminal import console, show, visible
from pyrometer.definition.values import points_number

if TYPE_CHECKING:
    from rich.console import Console

    from pyrometer.backtesting import Backtest, Capacity, Comparison, Difference, HandOff, Judgement, Rate, Tenth

NAMED = 5
"""How many won leads that were never hot are named."""

STEPS = 9
"""About how many bounds of hot are shown."""


def print_backtest(found: Backtest) -> None:
    """The answer in words and its limits on top; then the hand-off, ranks, dates, capacity, and the comparison."""
    screen = console()
    several = len(found.times) > 1
    span = f"{len(found.times)} dates from {found.times[0]:%Y-%m-%d} to {found.times[-1]:%Y-%m-%d}"
    _say(screen, f"{found.first.name}: {span if several else f'one date, {found.times[0]:%Y-%m-%d}'}", "bold")
    from pyrometer.backtesting import answer

    for sentence in answer(found):
        _say(screen, sentence)
    screen.print()
    _say(
        screen,
        f"{found.outcomes_won:,} leads won, {found.outcomes_lost:,} lost, {found.outcomes_open:,} still open; outcomes"
        f" up to {found.until:%Y-%m-%d}",
    )
    for limit in found.limits:
        screen.print(Text.assemble(("limit", "yellow"), f": {visible(limit)}"), soft_wrap=True)
    screen.print()
    _judgement(found.first, screen)
    if found.second is not None and found.comparison is not None:
        _comparison(found.first, found.second, found.comparison, screen)


def _judgement(found: Judgement, screen: Console) -> None:
    base = found.base
    _say(
        screen,
        f"Of {base.leads:,} leads that were decided after a judged date, read {base.readings:,} times, {_share(base)} "
        "were won: the base rate",
    )
    screen.print()
    bands = _table("temperature", "readings", "decided", "leads", "won", "lift")
    for band in found.bands:
        bands.add_row(Text(band.temperature, style="bold"), f"{band.readings:,}", *_rate(band.later))
    show(screen, bands)
    _say(
        screen,
        "readings: a lead at a date; decided: those of leads won or lost later, and how many leads that is",
        "dim",
    )
    _say(
        screen, "lift: how many times the base rate; in brackets 95 % intervals, each lead counted by its weight", "dim"
    )
    screen.print()
    _hand_off(found.hand_off, screen)
    shown = [each for each in found.tenths if each.score == "call order"]
    _say(screen, "The order in which leads would be called, in tenths of each date", "bold")
    _tenths(shown, screen)
    if found.area is not None:
        _say(screen, f"of two leads of a date, one won later and one lost, the won one stands higher {_of(found.area)}")
    screen.print()
    for score in dict.fromkeys(each.score for each in found.tenths if each.score != "call order"):
        _say(screen, f"By {visible(score)}", "bold")
        _tenths([each for each in found.tenths if each.score == score], screen, points=True)
        screen.print()
    _dates(found, screen)
    _calibration(found, screen)
    if found.capacity is not None:
        _capacity(found.capacity, screen)


def _hand_off(found: HandOff, screen: Console) -> None:
    from pyrometer.backtesting import hot_later

    _say(screen, "Hot as the hand-off to sales, each lead once", "bold")
    if found.decided:
        _say(
            screen,
            f"  precision: {found.handed:,} leads became hot, {found.decided:,} of them were decided later, "
            f"{found.won:,} won: {_percent(found.precision, found.precision_interval)}",
        )
    else:
        _say(screen, f"  precision: {found.handed:,} leads became hot, and none of them was decided later")
    if found.won_leads:
        _say(
            screen,
            f"  recall:    {found.won_leads:,} leads were won, {found.won_hot:,} of them had been hot: "
            f"{_percent(found.recall, found.recall_interval)}{hot_later(found)}",
        )
    if found.days_to_won is not None:
        low, middle, high = found.days_to_won
        _say(
            screen,
            f"  time:      {middle:.0f} days from first hot to won in the middle, {low:.0f} to {high:.0f} for half of"
            f" them ({found.timed:,} lead{'s' * (found.timed != 1)})",
        )
    if found.never_hot:
        named = ", ".join(f"{visible(lead)} ({heat})" for lead, heat, _ in found.never_hot_leads[:NAMED])
        more = ", …" if found.never_hot > NAMED else ""
        _say(screen, f"  missed:    {found.never_hot:,} won leads were never hot, such as {named}{more}")
    screen.print()


def _tenths(found: Sequence[Tenth], screen: Console, *, points: bool = False) -> None:
    names = ["tenth", *(["points"] if points else []), "readings", "decided", "leads", "won", "lift"]
    table = _table(*names)
    for each in found:
        span = [_span(each.lowest, each.highest)] if points else []
        table.add_row(f"{each.tenth}{'  highest' * (each.tenth == 1)}", *span, f"{each.readings:,}", *_rate(each.later))
    show(screen, table)


def _dates(found: Judgement, screen: Console) -> None:
    _say(screen, "Date by date: undecided leads, how they ended, and the work for sales", "bold")
    waits = any(date.waiting is not None for date in found.dates)
    names = ["date", "leads", "hot", "warm", "cool", "won", "lost", "open", "hot won", "new hot", "a week"]
    table = _table(*names, *(["waiting"] if waits else []))
    for date in found.dates:
        weekly = "–" if date.new_hot is None or not date.weeks else f"{date.new_hot / date.weeks:.1f}"
        table.add_row(
            f"{date.at:%Y-%m-%d}" if date.judged else f"({date.at:%Y-%m-%d})",
            *(f"{number:,}" for number in (date.leads, date.hot, date.warm, date.cool, date.won, date.lost, date.open)),
            _percent(date.hot_rate, date.hot_interval),
            "–" if date.new_hot is None else f"{date.new_hot:,}",
            weekly,
            *(["–" if date.waiting is None else f"{date.waiting:.0f}"] if waits else []),
        )
    show(screen, table)
    late = any(not date.judged for date in found.dates)
    if late:
        _say(screen, "(in brackets: too early to judge, so that won and lost aren't complete)", "dim")
    screen.print()


def _calibration(found: Judgement, screen: Console) -> None:
    if not found.calibration or found.calibration_error is None:
        return
    _say(screen, "Does a place in the order mean the same later?", "bold")
    table = _table("tenth", "won at earlier dates", "won at later dates")
    for each in found.calibration:
        table.add_row(str(each.tenth), _share(each.earlier), _share(each.later))
    show(screen, table)
    _say(screen, f"on average {100 * found.calibration_error:.1f} percentage points apart")
    screen.print()


def _capacity(found: Capacity, screen: Console) -> None:
    _say(screen, f"For a team that can follow up {found.per_week:g} leads a week", "bold")
    if found.tried and found.score is not None and found.present is not None:
        table = _table(f"hot from {visible(found.score)}", "new hot a week", "busiest", "fits", "precision", "recall")
        chosen = {found.present} | ({found.proposed.points} if found.proposed is not None else set())
        step = max(1, len(found.tried) // STEPS)
        for number, each in enumerate(found.tried):
            if number % step and each.points not in chosen:
                continue
            mark = "  proposed" * (found.proposed is not None and each.points == found.proposed.points)
            mark += "  now" * (each.points == found.present)
            table.add_row(
                f"{points_number(each.points):g}{mark}",
                f"{each.per_week:.1f}",
                f"{each.busiest:.1f}",
                f"{100 * each.fits:.0f} %",
                _percent(each.precision),
                _percent(each.recall),
            )
        show(screen, table)
    if found.proposed is not None and found.score is not None:
        _say(
            screen,
            f"proposed: hot from {points_number(found.proposed.points):g} {visible(found.score)}: from there on 9 of 10"
            " stretches between dates fit; lower bounds don't, or give no more; all else as it is",
        )
    if found.refusal is not None:
        _say(screen, f"nothing proposed: {found.refusal}")
    screen.print()


def _comparison(first: Judgement, second: Judgement, found: Comparison, screen: Console) -> None:
    _say(
        screen,
        f"Against {second.name}, over the same {found.readings:,} readings of {found.leads:,} leads",
        "bold",
    )
    table = _table("", "first", "second", "second less first", "")
    for each in found.differences:
        share = "lift" not in each.figure
        table.add_row(
            each.figure,
            _number(each.first, share),
            _number(each.second, share),
            _change(each.difference, each.interval, share),
            _verdict(each),
        )
    show(screen, table)
    _say(screen, f"in brackets 95 % intervals of {found.resamples:,} resamples by lead (seed {found.seed})", "dim")
    if found.apart:
        _say(screen, f"{found.apart:,} readings were made by one of the two only, and aren't compared")
    screen.print()
    if found.moved:
        table = _table("first", "second", "readings", "leads", "won later", "lost later")
        for move in found.moved:
            table.add_row(
                move.first, move.second, f"{move.readings:,}", f"{move.leads:,}", f"{move.won:,}", f"{move.lost:,}"
            )
        show(screen, table)
        screen.print()
    else:
        _say(screen, "no reading has another temperature")
        screen.print()


def _verdict(found: Difference) -> str:
    """What the interval of a difference allows to say."""
    if found.interval is None:
        return ""
    low, high = found.interval
    if low == high == 0:
        return "the same"
    return "more" if low > 0 else "less" if high < 0 else "could be chance"


def _rate(rate: Rate) -> tuple[str, str, str, str]:
    """The cells of a rate: decided readings, leads, the share won, the lift."""
    lift = "–"
    if rate.lift is not None and rate.lift_interval is not None:
        lift = f"{rate.lift:.1f} ({rate.lift_interval[0]:.1f} to {rate.lift_interval[1]:.1f})"
    return f"{rate.readings:,}", f"{rate.leads:,}", _share(rate), lift


def _share(rate: Rate) -> str:
    return _percent(rate.rate, rate.interval)


def _percent(share: float | None, interval: tuple[float, float] | None = None) -> str:
    if share is None:
        return "–"
    around = "" if interval is None else f" ({100 * interval[0]:.0f} to {100 * interval[1]:.0f} %)"
    return f"{100 * share:.1f} %{around}"


def _of(share: float) -> str:
    return f"in {100 * share:.0f} of 100 pairs"


def _span(lowest: int, highest: int) -> str:
    low, high = (f"{points_number(units):.0f}" for units in (lowest, highest))
    return low if low == high else f"{low} to {high}"


def _number(value: float | None, share: bool) -> str:
    return "–" if value is None else f"{100 * value:.1f} %" if share else f"{value:.2f}"


def _change(value: float | None, interval: tuple[float, float] | None, share: bool) -> str:
    if value is None:
        return "–"
    around = "" if interval is None else f" ({_signed(interval[0], share)} to {_signed(interval[1], share)})"
    return f"{_signed(value, share)}{around}"


def _signed(value: float, share: bool) -> str:
    """A change in percentage points, or in lift; what rounds to nothing has no minus."""
    scale, digits = (100, 1) if share else (1, 2)
    return f"{round(scale * value, digits) + 0.0:+.{digits}f}"


def _say(screen: Console, text: str, style: str = "") -> None:
    screen.print(Text(visible(text), style=style), soft_wrap=True)


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right", overflow="fold")
    return table
