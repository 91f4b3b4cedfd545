"""The figures of leads that change temperature: as a flow, and what made the difference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from pyrometer.definition.values import spell_points
from pyrometer.reporting.charts.bars import Bar, bars
from pyrometer.reporting.charts.flow import Stream, flow
from pyrometer.reporting.charts.look import WHOLE
from pyrometer.reporting.figures import Column, Figure, Table
from pyrometer.reporting.numbers import count, percent, several

if TYPE_CHECKING:
    from pyrometer.simulation import Cause, FlipGroup, Simulation

MOST = 15
"""How many causes a chart shows; the table has all."""
SEEN = 0.1
"""The share of changing leads from which those that stay are drawn beside them; below, they would hide them."""
EXPLAINED = (
    "In how many of these leads each cause was at work; a lead can have several. Under a score whose points moved "
    "stand the rules that moved it, with what they changed on average."
)


def flow_figure(found: Simulation) -> Figure:
    """Leads from their old temperature to the new one."""
    both = not found.flips or found.flips >= SEEN * found.leads
    streams = [
        Stream(before, after, leads, _ended(found, before, after))
        for before, row in found.matrix.items()
        for after, leads in row.items()
        if leads and (both or before != after)
    ]
    stay = ", ".join(f"{count(found.matrix[name][name])} {name}" for name in ("hot", "warm", "cool"))
    reading = (
        "From left to right, from the old temperature to the new one; the broader, the more leads. Grey leads stay as "
        f"they are ({stay})."
        if both
        else "From left to right, from the old temperature to the new one; the broader, the more leads. Only leads "
        f"that change are drawn: those that stay ({stay}) would hide them."
    )
    rows = tuple(
        (before, after, count(leads), percent(leads / max(found.leads, 1)))
        for before, row in found.matrix.items()
        for after, leads in row.items()
        if leads
    )
    return Figure(
        "From old to new",
        reading,
        "; ".join(f"{count(group.leads)} from {group.before} to {group.after}" for group in found.groups) + ".",
        flow(streams, ("by the old definition", "by the new one")) if streams else {},
        Table(
            "Leads by old and new temperature",
            (Column("old"), Column("new"), Column("leads", number=True), Column("share", number=True)),
            rows,
        ),
        legend=(("hot", "become hot"), ("warm", "become warm"), ("cool", "become cool")),
    )


def _ended(found: Simulation, before: str, after: str) -> tuple[tuple[str, str], ...]:
    for group in found.groups:
        if (group.before, group.after) == (before, after) and group.ended is not None and group.ended.rate is not None:
            ended = group.ended
            return (("won", f"{count(ended.won)} of {count(ended.won + ended.lost)} decided"),)
    return ()


def causes_figures(found: Simulation) -> Iterator[Figure]:
    """What made the difference, by what it means for sales and marketing."""
    first = True
    for end in ("hot", "warm"):
        for warmer in (True, False):
            groups = [
                group
                for group in found.groups
                if group.warmer is warmer and end == (group.after if warmer else group.before)
            ]
            leads = sum(group.leads for group in groups)
            if leads:
                one = leads == 1
                if warmer:
                    verb = f"{'becomes' if one else 'become'} {end}"
                else:
                    verb = f"{'is' if one else 'are'} no longer {end}"
                decided = sum(group.decided for group in groups)
                apart = f" ({count(decided)} already decided)" if decided else ""
                yield _causes(
                    groups, f"Why {several(leads, 'lead')} {verb}{apart}", end if warmer else "faint", leads, first
                )
                first = False


def _causes(groups: Sequence[FlipGroup], title: str, tone: str, leads: int, first: bool) -> Figure:
    rows = list(_rows(groups, tone))
    wide, narrow = bars(rows[:MOST], max(row.value for row in rows), "leads", WHOLE)
    more = f" The chart shows the first {MOST} of {len(rows)}." if len(rows) > MOST else ""
    return Figure(
        title,
        f"{EXPLAINED if first else 'Read as above.'}{more}",
        f"{title}: {rows[0].name} in {rows[0].note}.",
        wide,
        Table(
            title,
            (Column("cause"), Column("leads", number=True), Column("share", number=True)),
            tuple((row.name, row.note, percent(row.value / leads)) for row in rows),
        ),
        narrow,
    )


def _rows(groups: Sequence[FlipGroup], tone: str) -> Iterator[Bar]:
    causes: Counter[Cause] = Counter()
    lines: Counter[tuple[str, str]] = Counter()
    units: Counter[tuple[str, str]] = Counter()
    for group in groups:
        causes.update({each.cause: each.leads for each in group.causes})
        lines.update({(line.score, line.rule): line.leads for line in group.lines})
        units.update({(line.score, line.rule): line.units for line in group.lines})
    for cause, leads in causes.most_common():
        yield Bar(cause.what, leads, count(leads), (("leads", count(leads)),), tone)
        if cause.kind == "points":
            for (score, rule), moved in lines.most_common():
                if score == cause.score:
                    mean = points(round(units[score, rule] / moved))
                    name = "the score’s range" if rule == "range" else rule
                    yield Bar(
                        f"↳ {name}: {mean}",
                        moved,
                        count(moved),
                        (("leads", count(moved)), ("on average", f"{mean} points")),
                        "accent",
                    )


def points(units: int) -> str:
    """Points with their sign, to a tenth.

    >>> points(125_000), points(-10_000)
    ('+12.5', '−1')
    """
    return f"{'+' if units > 0 else ''}{spell_points(round(units, -3))}".replace("-", "−")


def shown_table(found: Simulation) -> Table:
    """Some leads in full."""
    outcome = any(flip.outcome is not None for flip in found.shown)
    rest = found.flips - len(found.shown)
    more = f"; {count(rest)} more change (--top N shows N, --out changes.csv writes all)" if rest else ""
    return Table(
        f"{several(len(found.shown), 'lead')} with what made the difference{more}",
        (
            Column("lead"),
            Column("was"),
            Column("is now"),
            Column("what made the difference"),
            Column("scores"),
            *([Column("ended")] if outcome else []),
        ),
        tuple(
            (
                flip.lead_id,
                flip.before,
                flip.after,
                "; ".join(cause.what for cause in flip.causes),
                "; ".join(
                    f"{score.score} {spell_points(score.before)} → {spell_points(score.after)}"
                    for score in flip.scores
                    if score.before is not None and score.after is not None and score.before != score.after
                )
                or "–",
                *([f"{flip.outcome or '–'}{', before' if flip.decided else ''}"] if outcome else []),
            )
            for flip in found.shown
        ),
    )
