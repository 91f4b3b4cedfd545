"""The section that compares two definitions over the same leads and dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyrometer.reporting.charts.flow import Stream, flow
from pyrometer.reporting.charts.intervals import Row, Scale, intervals
from pyrometer.reporting.figures import Column, Figure, Table
from pyrometer.reporting.html import Html
from pyrometer.reporting.numbers import count, percent, several
from pyrometer.reporting.page import Section, paragraph

if TYPE_CHECKING:
    from pyrometer.backtesting import Comparison, Difference, Judgement

SIGNED = "datum.value == 0 ? '0' : format(datum.value, '+.3~r')"


def comparison_section(first: Judgement, second: Judgement, found: Comparison) -> Section:
    """The second definition less the first, with intervals, and who moved between temperatures."""
    named = (
        f"Both definitions are called “{first.name}”"
        if first.name == second.name
        else f"The first definition is “{first.name}”, the second “{second.name}”"
    )
    apart = f" {several(found.apart, 'reading')} that only one of them made are left out." if found.apart else ""
    both = f"{several(found.readings, 'reading')} of {several(found.leads, 'lead')}"
    parts: list[Figure | Html] = [paragraph(f"{named}; they are judged over the same {both}.{apart}")]
    if found.differences and not any(map(_differs, found.differences)) and not found.moved:
        parts.append(paragraph("The two did the same: no reading has another temperature, and no figure differs."))
        return Section("Comparison", "The second definition against the first", tuple(parts))
    known = [each for each in found.differences if each.difference is not None and each.interval is not None]
    for lifts, title in ((False, "What the second does better or worse"), (True, "Lift, the second less the first")):
        here = [each for each in known if ("lift" in each.figure) is lifts]
        if any(map(_differs, here)):
            parts.append(_differences(here, found, title))
    moved = [each for each in found.moved if each.first != each.second and each.readings]
    if moved:
        parts.append(_moved(found))
    return Section("Comparison", "The second definition against the first", tuple(parts))


def _differs(each: Difference) -> bool:
    """Whether a figure is another by the second definition, or was in some resample."""
    return bool(each.difference) or any(each.interval or ())


def _differences(known: list[Difference], found: Comparison, title: str) -> Figure:
    rows = [
        Row(
            each.figure,
            each.difference,
            *(each.interval or (0.0, 0.0)),
            _number(each.difference, sign=True),
            (
                ("first", _number(each.first)),
                ("second", _number(each.second)),
                ("difference", f"{_number(each.difference, sign=True)} {_span(each)}"),
            ),
            _tone(each),
        )
        for each in known
    ]
    low = min(0.0, *(row.low or 0.0 for row in rows))
    high = max(0.0, *(row.high or 0.0 for row in rows))
    room = max(high - low, 0.01) * 0.04
    wide, narrow = intervals(rows, Scale(low - room, high + room, "second less first", SIGNED, 0.0, "no difference"))
    sure = sum(each.interval is not None and not each.interval[0] <= 0 <= each.interval[1] for each in known)
    return Figure(
        title,
        f"Differences over the same leads and dates, with 95 % intervals from {count(found.resamples)} resamples by "
        f"lead. Red is surely more and blue surely less; grey may be chance. {count(sure)} of "
        f"{several(len(known), 'difference')} {'is' if sure == 1 else 'are'} sure.",
        "; ".join(f"{each.figure} {_number(each.difference, sign=True)} {_span(each)}" for each in known) + ".",
        wide,
        Table(
            "Figures of both definitions",
            (
                Column("figure"),
                *(Column(name, number=True) for name in ("first", "second", "second less first", "95 % interval")),
            ),
            tuple(
                (
                    each.figure,
                    _number(each.first),
                    _number(each.second),
                    _number(each.difference, sign=True),
                    _span(each),
                )
                for each in found.differences
                if ("lift" in each.figure) is ("lift" in known[0].figure)
            ),
        ),
        narrow,
    )


def _tone(each: Difference) -> str:
    if each.interval is None or each.interval[0] <= 0 <= each.interval[1]:
        return "faint"
    return "hot" if each.interval[0] > 0 else "cool"


def _number(value: float | None, *, sign: bool = False) -> str:
    if value is None:
        return "–"
    return f"{value:{'+' if sign else ''}.3f}".replace("-", "−")


def _span(each: Difference) -> str:
    if each.interval is None:
        return "–"
    return f"({_number(each.interval[0], sign=True)} to {_number(each.interval[1], sign=True)})"


def _moved(found: Comparison) -> Figure:
    changed = [each for each in found.moved if each.first != each.second and each.readings]
    streams = [
        Stream(
            each.first,
            each.second,
            each.readings,
            (
                ("different leads", count(each.leads)),
                ("won", f"{count(each.won)} of {count(each.won + each.lost)} decided"),
            ),
        )
        for each in changed
    ]
    return Figure(
        "From the first definition to the second",
        "Readings (a lead at a date) that have another temperature by the second definition; the broader, the more. "
        "Those that keep theirs are not drawn.",
        "; ".join(f"{count(each.readings)} readings from {each.first} to {each.second}" for each in changed) + ".",
        flow(streams, ("by the first", "by the second")),
        Table(
            "Readings by temperature of both definitions, and how their leads ended",
            (
                Column("first"),
                Column("second"),
                Column("readings", number=True),
                Column("leads", number=True),
                Column("won", number=True),
                Column("lost", number=True),
                Column("won of decided", number=True),
            ),
            tuple(
                (
                    each.first,
                    each.second,
                    count(each.readings),
                    count(each.leads),
                    count(each.won),
                    count(each.lost),
                    percent(each.won / (each.won + each.lost)) if each.won + each.lost else "–",
                )
                for each in found.moved
            ),
        ),
        legend=(("hot", "become hot"), ("warm", "become warm"), ("cool", "become cool")),
    )
