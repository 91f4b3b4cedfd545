"""The section of what dated evidence tells: when leads were looked at, what they had done, and how fast that cools."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pyrometer.reporting.charts.curves import Tried, curve
from pyrometer.reporting.figures import Column, Figure, Table
from pyrometer.reporting.html import Html
from pyrometer.reporting.numbers import count, percent, signed
from pyrometer.reporting.page import Section, paragraph

if TYPE_CHECKING:
    from pyrometer.learning import CoolingCurve, Learned

USES = {"used": "rules may ask for it", "quarantined": "set aside", "ignored": "left out, as asked"}
EXPLAINED = (
    "Across, half-lives that were tried; up, how much better later leads are ranked than without cooling (area under "
    "the curve), with an interval so wide that all half-lives together give a false alarm in one of 20 cases (DeLong, "
    "Bonferroni). Below the dashed line cooling does harm."
)


def looks_section(learned: Learned) -> Section | None:
    """When leads were looked at and what they had done by then; None for a flat export."""
    looks = learned.looks
    if looks is None:
        return None
    parts: list[Html] = [
        paragraph(
            f"Each lead is seen as it was known on a day before its decision, from {looks.first} to {looks.last}: won "
            f"leads {looks.won_days[1]:.0f} days after they were first known, lost ones {looks.lost_days[1]:.0f} "
            "(medians). Whatever was learned of them later counts for nothing."
        )
    ]
    left = [f"{count(looks.unknown)} of whom nothing was known before the day of their decision"] * (looks.unknown > 0)
    left += [f"{count(looks.undated)} without a date of the decision"] * (looks.undated > 0)
    if left:
        parts.append(paragraph(f"Left out: {' and '.join(left)}."))
    if learned.events:
        parts.append(
            Table(
                "Events, and the leads that had them by then",
                (
                    Column("event"),
                    Column("leads", number=True),
                    Column("won", number=True),
                    Column("first when decided, or later", number=True),
                    Column("use"),
                ),
                tuple(
                    (
                        each.kind,
                        count(each.leads),
                        percent(each.rate) if each.leads else "–",
                        percent(each.after),
                        USES.get(each.use, each.use),
                    )
                    for each in learned.events
                ),
            ).html()
        )
    return Section("Looks", "When leads were looked at", tuple(parts))


def cooling_section(learned: Learned) -> Section | None:
    """How fast events cool, by group; None where nothing of that was tried."""
    figures = tuple(_figures(learned))
    return Section("Cooling", "How fast interest cools", figures) if figures else None


def _figures(learned: Learned) -> Iterator[Figure]:
    for at, each in enumerate(learned.cooling):
        if any(one.half_life_days is not None for one in each.tried):
            yield _figure(each, at == 0)


def _figure(found: CoolingCurve, first: bool) -> Figure:
    chosen = "no cooling" if found.half_life_days is None else f"a half-life of {found.half_life_days} days"
    spec = curve(
        [
            Tried(
                each.half_life_days,
                each.gain,
                *each.gain_interval,
                (
                    ("gain", _gain(each.gain, each.gain_interval)),
                    (
                        "area under the curve",
                        f"{each.auc:.3f} ({each.auc_interval[0]:.3f} to {each.auc_interval[1]:.3f})",
                    ),
                ),
                each.half_life_days == found.half_life_days,
            )
            for each in found.tried
            if each.half_life_days is not None
        ]
    )
    signals = ", ".join(found.signals)
    return Figure(
        f"{found.group}: {chosen}",
        f"{EXPLAINED if first else 'Read as above.'} Chosen: {chosen}; {found.why}. Events: {signals}.",
        f"Gain over no cooling by half-life, for {count(found.leads)} leads. Chosen: {chosen}.",
        spec,
        Table(
            "Half-lives tried, and how they rank later leads",
            (
                Column("half-life"),
                Column("area under the curve", number=True),
                Column("95 % interval", number=True),
                Column("gain over none", number=True),
                Column("interval of the gain", number=True),
            ),
            tuple(
                (
                    "no cooling" if each.half_life_days is None else f"{each.half_life_days} days",
                    f"{each.auc:.3f}",
                    f"{each.auc_interval[0]:.3f} to {each.auc_interval[1]:.3f}",
                    signed(each.gain, 3),
                    f"{signed(each.gain_interval[0], 3)} to {signed(each.gain_interval[1], 3)}",
                )
                for each in found.tried
            ),
        ),
    )


def _gain(gain: float, interval: tuple[float, float]) -> str:
    return f"{signed(gain, 3)} ({signed(interval[0], 3)} to {signed(interval[1], 3)})"
