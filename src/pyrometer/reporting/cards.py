"""The figures of a learned card: what speaks for its rules, and whether they would come again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from pyrometer.reporting.charts.bars import Bar, bars
from pyrometer.reporting.charts.intervals import Row, Scale, intervals, roof
from pyrometer.reporting.figures import Column, Figure, Table
from pyrometer.reporting.numbers import between, count, percent, several, signed, with_interval

if TYPE_CHECKING:
    from pyrometer.learning import Evidence, Learned, RuleFound


def rules_figure(learned: Learned) -> Figure:
    """Every line of every rule: the share won, with its interval, against the base rate."""
    base = _base_rate(learned)
    rows: list[Row] = []
    for rule in learned.rules:
        rows += _rule_rows(rule, base)
    highest = max([base, *(row.high for row in rows if row.high is not None)])
    wide, narrow = intervals(rows, Scale(0, roof(highest), "won", line=base, line_name=f"base rate {percent(base)}"))
    table = Table(
        "Evidence of the rules, from the leads learned from",
        (
            Column("rule"),
            Column("line"),
            Column("points", number=True),
            Column("leads", number=True),
            Column("won", number=True),
            Column("share won", number=True),
            Column("95 % interval", number=True),
        ),
        tuple(
            (
                rule.name,
                part.part,
                signed(part.points),
                count(part.leads),
                count(part.won),
                percent(part.rate) if part.leads else "–",
                between(*part.interval) if part.leads else "–",
            )
            for rule in learned.rules
            for part in rule.evidence
        ),
    )
    return Figure(
        "What each line of a rule is worth, and why",
        "Dots are shares of leads that were won, strokes their 95 % intervals (Wilson); to the right stand the points "
        "and the number of leads. Red lies above the base rate of the leads learned from, blue below; grey may be "
        "chance. A long stroke means few leads.",
        f"Shares won for {several(sum(row.value is not None for row in rows), 'line')} of "
        f"{several(len(learned.rules), 'rule')}, with intervals, against the base rate of {percent(base)}.",
        wide,
        table,
        narrow,
    )


def _base_rate(learned: Learned) -> float:
    """The share won of the leads learned from, each of which is in one part of most rules."""
    for rule in learned.rules:
        leads = sum(part.leads for part in rule.evidence)
        if learned.split is not None and leads == learned.split.trained:
            return sum(part.won for part in rule.evidence) / leads
    assert learned.base_rate is not None
    return learned.base_rate


def _rule_rows(rule: RuleFound, base: float) -> Iterator[Row]:
    parts = [part for part in rule.evidence if part.leads]
    if rule.shape == "when":
        yield _part_row(rule, rule.evidence[1], rule.name, base)
        return
    yield Row(rule.name)
    for part in parts:
        yield replace(_part_row(rule, part, part.part, base), under=rule.name)


def _part_row(rule: RuleFound, part: Evidence, name: str, base: float) -> Row:
    low, high = part.interval
    tone = "hot" if low > base else "cool" if high < base else "faint"
    return Row(
        name,
        part.rate,
        low,
        high,
        f"{signed(part.points)} · {count(part.leads)}",
        (
            ("points", signed(part.points)),
            ("won", f"{count(part.won)} of {count(part.leads)}"),
            ("share won", with_interval(part.rate, low, high)),
            ("base rate", percent(base)),
            ("rule chosen again", f"in {percent(rule.stability, 0)} of resamples"),
        ),
        tone,
    )


def stability_figure(learned: Learned) -> Figure:
    """How often resamples chose a rule of the same traits."""
    ordered = sorted(learned.rules, key=lambda rule: -rule.stability)
    wide, narrow = bars(
        [
            Bar(
                rule.name,
                rule.stability,
                percent(rule.stability, 0),
                (
                    ("chosen again", f"in {percent(rule.stability, 0)} of resamples"),
                    ("traits", ", ".join(rule.columns)),
                    *([("worth then", _worth(rule))] if _worth(rule) != "–" else []),
                ),
            )
            for rule in ordered
        ],
        1.0,
        "chosen again in resamples",
    )
    table = Table(
        "Stability of the rules",
        (Column("rule"), Column("traits"), Column("chosen again", number=True), Column("points then", number=True)),
        tuple((rule.name, ", ".join(rule.columns), percent(rule.stability, 0), _worth(rule)) for rule in ordered),
    )
    return Figure(
        "Which rules would come again",
        "The card was learned anew from random halves of the leads. A rule that comes again nearly always is a "
        "finding; one that comes and goes is worth an argument, and perhaps not worth a place.",
        f"For {several(len(ordered), 'rule')}, the share of resamples that chose a rule of the same traits.",
        wide,
        table,
        narrow,
    )


def _worth(rule: RuleFound) -> str:
    if rule.points_low is None or rule.points_high is None:
        return "–"
    return f"{rule.points_low:.0f} to {rule.points_high:.0f}"
