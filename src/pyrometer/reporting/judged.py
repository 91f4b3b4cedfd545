"""The figures of a judged definition: lift by temperature and tenth, time to won, and whether it holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pyrometer.definition.values import spell_points
from pyrometer.reporting.charts.calibration import Stretch, calibration
from pyrometer.reporting.charts.intervals import Row, Scale, intervals
from pyrometer.reporting.figures import Column, Figure, Table
from pyrometer.reporting.html import Html
from pyrometer.reporting.numbers import between, count, percent, several, times, with_interval
from pyrometer.reporting.page import Section, fold, paragraph

if TYPE_CHECKING:
    from pyrometer.backtesting import HandOff, Judgement, Rate, Tenth

TIMES = "format(datum.value, '~g') + '\N{NO-BREAK SPACE}×'"
CALL_ORDER = "call order"
RATES = (
    Column("decided readings", number=True),
    Column("leads", number=True),
    Column("won", number=True),
    Column("share won", number=True),
    Column("95 % interval", number=True),
    Column("lift", number=True),
    Column("95 % interval", number=True),
)


def rate_cells(rate: Rate) -> tuple[str, ...]:
    """A rate as cells of a table, in the order of `RATES`."""
    return (
        count(rate.readings),
        count(rate.leads),
        count(rate.won),
        "–" if rate.rate is None else percent(rate.rate),
        "–" if rate.interval is None else between(*rate.interval),
        "–" if rate.lift is None else times(rate.lift),
        "–" if rate.lift_interval is None else f"{rate.lift_interval[0]:.1f} to {rate.lift_interval[1]:.1f}",
    )


def lift_figures(found: Judgement) -> Iterator[Figure]:
    """Lift by temperature, in the order of calling, and by each score."""
    bands = [(band.temperature, band.later, band.temperature) for band in found.bands]
    table = Table(
        "Temperatures, and how leads that were decided later ended",
        (Column("temperature"), Column("readings", number=True), *RATES),
        tuple((band.temperature, count(band.readings), *rate_cells(band.later)) for band in found.bands),
    )
    yield _lifts(
        "Lift by temperature",
        "How many times the base rate leads of each temperature were won, with 95 % intervals (Wilson; a lead that was "
        "read at several dates counts by its weight). At 1 a temperature tells nothing. To the right the share won of "
        "all readings: a lead counts at each date, other than at hand-off, where it counts once.",
        bands,
        table,
    )
    for score in dict.fromkeys(each.score for each in found.tenths):
        tenths = [each for each in found.tenths if each.score == score]
        yield _tenths(found, score, tenths)


def _tenths(found: Judgement, score: str, tenths: Sequence[Tenth]) -> Figure:
    order = score == CALL_ORDER
    area = (
        f" Of two leads of a date, one won later and one lost, the won one stands higher in {100 * found.area:.0f} of "
        "100 pairs."
        if order and found.area is not None
        else ""
    )
    named = [
        (f"{_ordinal(each.tenth)} tenth{', the highest' if each.tenth == 1 else ''}", each.later, "accent")
        for each in tenths
    ]
    return _lifts(
        "Lift by place in the call order" if order else f"Lift by {score}",
        (
            "Leads of each date in the order in which they would be called (warmer first, then by the sum of scores), "
            f"in tenths. A definition that works falls from the first to the last.{area}"
            if order
            else "Leads of each date in tenths of this score alone; read as above."
        ),
        named,
        Table(
            "Tenths of each date",
            (Column("tenth"), Column("points", number=True), Column("readings", number=True), *RATES),
            tuple(
                (
                    str(each.tenth),
                    f"{spell_points(each.lowest)} to {spell_points(each.highest)}",
                    count(each.readings),
                    *rate_cells(each.later),
                )
                for each in tenths
            ),
        ),
    )


def _ordinal(number: int) -> str:
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number, 'th') }"


def _lifts(title: str, reading: str, rates: Sequence[tuple[str, Rate, str]], table: Table) -> Figure:
    rows = [
        Row(
            name,
            rate.lift,
            *(rate.lift_interval or (rate.lift, rate.lift)),
            percent(rate.rate or 0.0),
            (
                ("lift", times(rate.lift)),
                ("won", f"{count(rate.won)} of {count(rate.readings)} readings, {several(rate.leads, 'lead')}"),
                ("share won", with_interval(rate.rate or 0.0, *(rate.interval or (0.0, 1.0)))),
            ),
            tone,
        )
        if rate.lift is not None
        else Row(name, note="none decided")
        for name, rate, tone in rates
    ]
    highest = max([1.2, *(row.high for row in rows if row.high is not None)])
    wide, narrow = intervals(rows, Scale(0, highest * 1.03, "times the base rate", TIMES, 1.0, "base rate"))
    return Figure(
        title,
        reading,
        f"{title}: " + ", ".join(f"{row.name} {times(row.value)}" for row in rows if row.value is not None) + ".",
        wide,
        table,
        narrow,
    )


def timing_section(found: Judgement) -> Section:
    """The hand-off to sales: how many, how good, how soon, and who was missed."""
    hand = found.hand_off
    parts: list[Figure | Html] = [_hand_off(hand)]
    if hand.days_to_won is not None:
        parts.append(_days(hand.timed, hand.days_to_won))
    if hand.never_hot_leads:
        parts.append(
            paragraph(
                f"{several(hand.never_hot, 'lead')} were won without ever having been hot. Why they weren’t is worth a "
                "look: pyrometer explain tells what was missing."
            )
        )
        table = Table(
            "Won, but never hot: those that came nearest",
            (Column("lead"), Column("warmest"), Column("sum of scores at last", number=True)),
            tuple((lead, heat, f"{units / 10_000:.1f}") for lead, heat, units in hand.never_hot_leads),
        )
        parts.append(fold("Some of them", table.html()))
    return Section("Hand-off", "Hot as the hand-off to sales", tuple(parts))


def _days(leads: int, days: tuple[float, float, float]) -> Figure:
    low, middle, high = days
    said = f"Half of {several(leads, 'lead')} took {low:.0f} to {high:.0f} days, {middle:.0f} in the middle."
    row = Row(
        "Days to won", middle, low, high, f"{middle:.0f} days", (("half of them", f"{low:.0f} to {high:.0f} days"),)
    )
    wide, narrow = intervals([row], Scale(0, max(high * 1.25, 1), "days", "format(datum.value, '~g')"))
    return Figure(
        "From first hot to won",
        f"{said} The stroke is the middle half of them. Whoever calls much later than that comes too late.",
        said,
        wide,
        Table(
            "Days from first hot to won",
            (Column("leads"), *(Column(name, number=True) for name in ("a quarter within", "half", "three quarters"))),
            ((count(leads), f"{low:.1f}", f"{middle:.1f}", f"{high:.1f}"),),
        ),
        narrow,
    )


def _later(hand: HandOff) -> str:
    """Why recall counts more hot leads than precision."""
    number = hand.won_hot - hand.won
    if not number:
        return ""
    were = "lead that was" if number == 1 else "leads that were"
    return f"Recall also counts {count(number)} won {were} first hot at a date too late for precision to be judged. "


def _hand_off(hand: HandOff) -> Figure:
    shares = [
        (
            "Won, of those handed over hot and decided",
            hand.precision,
            hand.precision_interval,
            f"{count(hand.won)} of {count(hand.decided)}",
            "hot",
        ),
        (
            "Had been hot, of those won",
            hand.recall,
            hand.recall_interval,
            f"{count(hand.won_hot)} of {count(hand.won_leads)}",
            "accent",
        ),
    ]
    rows = [
        Row(name, share, *interval, note, (("share", with_interval(share, *interval)), ("leads", note)), tone)
        if share is not None and interval is not None
        else Row(name, note="none")
        for name, share, interval, note, tone in shares
    ]
    wide, narrow = intervals(rows, Scale(0, 1, "share"))
    return Figure(
        "Precision and recall",
        f"{several(hand.handed, 'lead')} became hot before being decided; each counts once, when it was first hot. "
        "Precision says how much of what sales gets is worth it, recall how much of what is worth it sales gets. "
        f"{_later(hand)}95 % intervals are Wilson’s.",
        "; ".join(f"{row.name}: {row.note}" for row in rows) + ".",
        wide,
        Table(
            "The hand-off",
            (Column("what"), Column("share", number=True), Column("95 % interval", number=True), Column("leads")),
            tuple(
                (
                    name,
                    "–" if share is None else percent(share),
                    "–" if interval is None else between(*interval),
                    note,
                )
                for name, share, interval, note, _ in shares
            ),
        ),
        narrow,
    )


def calibration_figure(found: Judgement) -> Figure | None:
    """Rates of the earlier half of dates against the later half; None where there is nothing to compare."""
    pairs = [each for each in found.calibration if each.earlier.rate is not None and each.later.rate is not None]
    if not pairs or found.calibration_error is None:
        return None
    error = 100 * found.calibration_error
    return Figure(
        "Earlier dates against later ones",
        "Readings in tenths of the call order: across, the share won at the earlier dates; up, the share won at the "
        "later ones, with its 95 % interval (Wilson). On the dashed line a place in the order still means what it "
        f"meant. On average the two lie {error:.1f} percentage points apart.",
        f"Shares won by tenth, earlier against later dates; {error:.1f} percentage points apart on average.",
        calibration(
            [
                Stretch(
                    f"{_ordinal(each.tenth)} tenth",
                    each.earlier.rate or 0.0,
                    each.later.rate or 0.0,
                    *(each.later.interval or (0.0, 1.0)),
                    each.later.readings,
                    each.later.won,
                )
                for each in pairs
            ],
            ("won at earlier dates", "won at later dates"),
            ("earlier", "later"),
        ),
        Table(
            "Shares won by tenth of the call order",
            (
                Column("tenth"),
                Column("earlier dates", number=True),
                Column("95 % interval", number=True),
                Column("later dates", number=True),
                Column("95 % interval", number=True),
            ),
            tuple(
                (
                    str(each.tenth),
                    percent(each.earlier.rate or 0.0),
                    between(*(each.earlier.interval or (0.0, 1.0))),
                    percent(each.later.rate or 0.0),
                    between(*(each.later.interval or (0.0, 1.0))),
                )
                for each in pairs
            ),
        ),
    )
