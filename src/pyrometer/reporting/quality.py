"""The figures of how good a card is: against its rivals, in its chances, and over time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from pyrometer.reporting.charts.bars import Bar, bars
from pyrometer.reporting.charts.calibration import Stretch, calibration
from pyrometer.reporting.charts.intervals import Row, Scale, intervals
from pyrometer.reporting.figures import Column, Figure, Table
from pyrometer.reporting.html import Html
from pyrometer.reporting.numbers import between, count, percent, several, signed, times
from pyrometer.reporting.page import paragraph

if TYPE_CHECKING:
    from pyrometer.learning import Figures, Learned

MODELS = {
    "card": "This card",
    "present": "The definition in use",
    "boosting": "Gradient boosting",
    "logistic": "Logistic regression",
    "naive_bayes": "Naive Bayes, as in CRMs",
}
AREA = "format(datum.value, '.2f')"


def models_figures(learned: Learned) -> Iterator[Figure]:
    """The card against its rivals: how well they rank, and what the best tenth is worth."""
    ranked = [(MODELS.get(name, name), name, each) for name, each in learned.metrics.items()]
    split = learned.split
    leads = f"{count(split.held_out)} held-out leads" if split is not None else "held-out leads"
    lowest = min(0.5, *(each.auc_interval[0] for _, _, each in ranked))
    wide, narrow = intervals(
        [
            Row(
                shown,
                each.auc,
                *each.auc_interval,
                f"{each.auc:.3f}",
                (("area under the curve", _area(each)), ("average precision", f"{each.average_precision:.3f}")),
                "accent" if name == "card" else "faint",
            )
            for shown, name, each in ranked
        ],
        Scale(max(0.0, lowest - 0.03), 1.0, "area under the curve", AREA, 0.5, "chance"),
    )
    table = _models_table(ranked)
    yield Figure(
        "This card against its rivals",
        f"All judged on the same {leads}. The area under the curve is the chance that a won lead ranks above a lost "
        "one: 0.5 is chance, 1 is perfect. Strokes are 95 % intervals (DeLong); where they overlap much, the data "
        f"don’t say who is better.{_against(learned)}",
        "Area under the curve: " + "; ".join(f"{shown} {_area(each)}" for shown, _, each in ranked) + ".",
        wide,
        table,
        narrow,
    )
    most = max(max(each.lift_10, each.lift_20) for _, _, each in ranked)
    wide, narrow = bars(
        [
            Bar(
                shown,
                each.lift_10,
                f"{times(each.lift_10)} · {times(each.lift_20)}",
                (("best 10 %", times(each.lift_10)), ("best 20 %", times(each.lift_20))),
                "accent" if name == "card" else "faint",
                each.lift_20,
            )
            for shown, name, each in ranked
        ],
        most * 1.05,
        "times the base rate",
        "format(datum.value, '~g')",
        1.0,
    )
    yield Figure(
        "What calling the best first is worth",
        "Lift: how many times the base rate is reached by the best 10 % of the ranking (dot and first number) and the "
        "best 20 % (tick and second number). At 1 the order would not matter.",
        "Lift of the best 10 % and 20 %: "
        + "; ".join(f"{shown} {times(each.lift_10)} and {times(each.lift_20)}" for shown, _, each in ranked)
        + ".",
        wide,
        table,
        narrow,
    )


def _against(learned: Learned) -> str:
    """How the card compares, lead by lead, with naive Bayes and with the definition in use, where there is one."""
    pairs = []
    if "naive_bayes" in learned.ahead:
        pairs.append(("naive Bayes", learned.ahead["naive_bayes"]))
    if learned.present is not None:
        named = f"the definition in use (“{learned.present.name}”)"
        pairs.append((named, learned.present.ahead))
    said = ""
    for named, found in pairs:
        verdict = {1: "surely better", -1: "surely worse", 0: "not surely better or worse"}[found.sure]
        low, high = (signed(bound, 3) for bound in found.interval)
        spread = f"{low} to {high}, DeLong for paired curves"
        said += f" Against {named} the card is {verdict}: {signed(found.gain, 3)} ({spread})."
    return said


def _area(each: Figures) -> str:
    return f"{each.auc:.3f} ({each.auc_interval[0]:.3f} to {each.auc_interval[1]:.3f})"


def _models_table(ranked: list[tuple[str, str, Figures]]) -> Table:
    return Table(
        "Models on the same held-out leads",
        (
            Column("model"),
            Column("area under the curve", number=True),
            Column("average precision", number=True),
            Column("Brier score", number=True),
            Column("calibration error", number=True),
            Column("lift, best 10 %", number=True),
            Column("lift, best 20 %", number=True),
        ),
        tuple(
            (
                shown,
                _area(each),
                f"{each.average_precision:.3f}",
                f"{each.brier:.3f}",
                f"{each.ece:.3f}",
                times(each.lift_10),
                times(each.lift_20),
            )
            for shown, _, each in ranked
        ),
    )


def calibration_figure(learned: Learned) -> Figure:
    """The chances that the card gave against the rates found."""
    found = learned.calibration
    spec = calibration(
        [
            Stretch(
                f"{each.lowest} to {each.highest} points",
                each.expected,
                each.rate,
                *each.interval,
                each.leads,
                each.won,
            )
            for each in found
        ]
    )
    off = [each for each in found if not each.interval[0] <= each.expected <= each.interval[1]]
    verdict = (
        "The chance expected lies within the interval of every stretch."
        if not off
        else f"In {len(off)} of {several(len(found), 'stretch', 'stretches')} the chance expected lies outside the "
        "interval."
    )
    card = learned.metrics.get("card")
    error = "" if card is None else f" On average chances and rates lie {percent(card.ece)} apart."
    return Figure(
        "Expected against found",
        "Held-out leads by stretches of their score: across, the chance that the card gave them; up, the share that "
        f"was won, with its 95 % interval (Wilson). On the dashed line both agree. {verdict}{error}",
        f"Chances against rates in {several(len(found), 'stretch', 'stretches')} of the score. {verdict}",
        spec,
        Table(
            "Chances and rates by stretch of the score, held-out leads",
            (
                Column("points"),
                Column("leads", number=True),
                Column("won", number=True),
                Column("expected", number=True),
                Column("found", number=True),
                Column("95 % interval", number=True),
            ),
            tuple(
                (
                    f"{each.lowest} to {each.highest}",
                    count(each.leads),
                    count(each.won),
                    percent(each.expected),
                    percent(each.rate),
                    between(*each.interval),
                )
                for each in found
            ),
        ),
    )


def split_figure(learned: Learned) -> Iterator[Figure | Html]:
    """The latest leads against leads drawn at random, where there is an order in time."""
    split, card = learned.split, learned.metrics.get("card")
    assert split is not None
    if split.kind != "time" or card is None or split.random_auc is None or split.random_auc_interval is None:
        yield paragraph(
            "Nothing in the data gives an order in time, so the held-out leads were drawn at random. Whether the card "
            "will hold for the leads of the next months, these data can’t say."
            if split.kind != "time"
            else "The latest leads were held out."
        )
        return
    rows = [
        ("The latest leads", card.auc, card.auc_interval, "accent"),
        ("Leads drawn at random", split.random_auc, split.random_auc_interval, "faint"),
    ]
    wide, narrow = intervals(
        [
            Row(
                name,
                auc,
                *interval,
                f"{auc:.3f}",
                (("area", f"{auc:.3f} ({interval[0]:.3f} to {interval[1]:.3f})"),),
                tone,
            )
            for name, auc, interval, tone in rows
        ],
        Scale(
            min(0.47, min(interval[0] for _, _, interval, _ in rows) - 0.03),
            1.0,
            "area under the curve",
            AREA,
            0.5,
            "chance",
        ),
    )
    gap = split.gap or 0.0
    yield Figure(
        "The latest leads, and leads drawn at random",
        f"The card was judged on the latest {count(split.held_out)} leads, as in real use: it learned from the past "
        f"and was tried on what came later (by {split.by}, from {split.first_held_out}). Drawn at random, the result "
        f"would be {split.random_auc:.3f}, a difference of {signed(gap, 3)}. A large gap means that the world has "
        "changed, or that something in the data tells the time.",
        f"Area under the curve {card.auc:.3f} on the latest leads, {split.random_auc:.3f} on leads drawn at random.",
        wide,
        Table(
            "The card on held-out leads chosen in two ways",
            (
                Column("held-out leads"),
                Column("area under the curve", number=True),
                Column("95 % interval", number=True),
            ),
            tuple((name, f"{auc:.3f}", f"{low:.3f} to {high:.3f}") for name, auc, (low, high), _ in rows),
        ),
        narrow,
    )
