"""The ideal customer, for people at a terminal."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.constrain import Constrain
from rich.table import Table
from rich.text import Text

from pyrometer.cli.terminal import console, show, speaks_unicode, visible

if TYPE_CHECKING:
    from rich.console import Console

    from pyrometer.profiling import Aspect, Pair, Profile, Segment

KINDS = {
    "behaviour": "By behaviour",
    "channel": "By channel",
    "geography": "By geography",
    "trait": "By trait",
}
WIDTH = 100
"""Of text that runs on."""
SHOWN = 10
"""Segments of an aspect that are shown: the findings, then the largest."""
MARKS = {"more": ("▲", "+", "green"), "less": ("▼", "-", "red"), None: (" ", " ", "")}


def print_profile(profile: Profile) -> None:
    """The data and its limits, the portrait, then every telling aspect with its segments, pairs, and what was set
    apart."""
    screen = console()
    _data(profile, screen)
    if profile.refusal is not None:
        screen.print(Text(visible(profile.refusal), style="bold"), soft_wrap=True)
        return
    screen.print(Text("The ideal customer", style="bold"))
    for sentence in profile.portrait:
        show(screen, Constrain(Text(visible(sentence)), WIDTH))
    screen.print()
    telling = [aspect for aspect in profile.aspects if aspect.telling]
    for kind, title in KINDS.items():
        here = [aspect for aspect in telling if aspect.kind == kind]
        if here:
            screen.print(Text(title, style="bold"))
            show(screen, _aspects(here, screen))
            screen.print()
    if profile.pairs:
        screen.print(Text("Two together", style="bold"))
        show(screen, _pairs(profile.pairs))
        screen.print(
            Text(f"chosen from {profile.pairs_tried:,} on one half of the leads, counted on the other", style="dim"),
            soft_wrap=True,
        )
        screen.print()
    if profile.apart:
        _apart(profile.apart, screen)
    _legend(profile, screen)


def _data(profile: Profile, screen: Console) -> None:
    counted = profile.counted
    rate = "" if profile.base_rate is None else f"; {_percent(profile.base_rate)} of these were won"
    quick = f"{counted.quick:,} decided too quickly, " if counted.quick else ""
    quick += f"{counted.undated:,} decided nobody knows when, " if counted.undated else ""
    quick += f"{counted.unseen:,} unknown before, " if counted.unseen else ""
    screen.print(
        Text(
            f"{counted.read:,} leads: {counted.duplicates:,} duplicates, {counted.open:,} open, "
            f"{counted.immature:,} too young, {quick}{counted.used:,} used{rate}",
            style="bold",
        ),
        soft_wrap=True,
    )
    for warning in profile.warnings:
        screen.print(Text.assemble(("limit", "yellow"), f": {visible(warning)}"), soft_wrap=True)
    screen.print()


def _aspects(aspects: Sequence[Aspect], screen: Console) -> Table:
    dated = any(segment.halves is not None for aspect in aspects for segment in aspect.segments)
    table = _table("", "leads", "won", "rate", "expected", "lift", "", *(["earlier, later"] if dated else []))
    for aspect in aspects:
        table.add_row(Text(visible(aspect.name), style="bold"))
        shown, rest = _shown(aspect)
        for segment in shown:
            sign, plain, style = MARKS[segment.direction]
            table.add_row(
                f"  {visible(segment.name)}",
                f"{segment.leads:,}",
                f"{segment.won:,}",
                _percent(segment.rate),
                f"{_percent(segment.expected)} ({_percent(segment.interval[0])} to {_percent(segment.interval[1])})",
                f"{segment.lift:.2f}",
                Text(f"{sign if speaks_unicode(screen) else plain}{'' if segment.lasting else '?'}", style=style),
                *([_halves(segment)] if dated else []),
            )
        if rest:
            table.add_row(Text(f"  and {rest:,} more", style="dim"))
    return table


def _halves(segment: Segment) -> Text:
    if segment.halves is None:
        return Text()
    earlier, later = segment.halves
    return Text(f"{earlier:.2f}, {later:.2f}", style="" if segment.lasting else "yellow")


def _shown(aspect: Aspect) -> tuple[list[Segment], int]:
    """The segments to show, in their order where it means something, else the highest rate first."""
    first = sorted(aspect.segments, key=lambda each: (each.direction is None, -each.leads))[:SHOWN]
    if aspect.type in ("integer", "number"):
        kept = [each for each in aspect.segments if each in first]
    else:
        kept = sorted(first, key=lambda each: (-each.expected, each.name))
    return kept, len(aspect.segments) - len(kept)


def _pairs(pairs: Sequence[Pair]) -> Table:
    table = _table("", "leads", "won", "rate", "expected", "lift", "each alone")
    for pair in pairs:
        both = zip(pair.aspects, pair.segments, strict=True)
        table.add_row(
            Text("\n  and ".join(f"{visible(aspect)}: {visible(segment)}" for aspect, segment in both)),
            f"{pair.leads:,}",
            f"{pair.won:,}",
            _percent(pair.rate),
            f"{_percent(pair.expected)} ({_percent(pair.interval[0])} to {_percent(pair.interval[1])})",
            f"{pair.lift:.2f}",
            f"{_percent(pair.parts[0])}, {_percent(pair.parts[1])}",
        )
    return table


def _apart(apart: Sequence[Aspect], screen: Console) -> None:
    screen.print(Text("Set apart, and in nothing above", style="bold"))
    for aspect in apart:
        screen.print(
            Text.assemble((visible(aspect.name), "yellow"), f": {visible(aspect.apart or '')}"), soft_wrap=True
        )
    for option in ("trust", "keep"):
        names = [visible(aspect.name) for aspect in apart if aspect.remedy == option]
        if names:
            screen.print(Text(f"--{option} takes back: {', '.join(names)}", style="dim"), soft_wrap=True)
    screen.print()


def _legend(profile: Profile, screen: Console) -> None:
    more, less = ("▲", "▼") if speaks_unicode(screen) else ("+", "-")
    dated = any(segment.halves is not None for _, segment in profile.findings)
    halves = ", and among the earlier and the later half of the leads" if dated else ""
    doubt = " With ? the later half doesn't bear it out." if dated else ""
    text = (
        "expected: the rate to expect of such leads, drawn towards the base rate where they are few, with its 95 % "
        f"interval; lift: that over the base rate{halves}. {more} {less}: beyond chance, with {profile.tests:,} "
        f"segments tested; about {100 * profile.false_discoveries:.0f} % of such marks may still be luck.{doubt}"
    )
    show(screen, Constrain(Text(text, style="dim"), WIDTH))


def _table(*columns: str) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for number, column in enumerate(columns):
        table.add_column(column, justify="left" if number == 0 else "right", overflow="fold")
    return table


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
