"""Leads that go from one temperature to another, as streams whose breadth is their number."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import altair as alt

from pyrometer.reporting.charts.look import colour, drawn, told, values
from pyrometer.reporting.figures import Spec
from pyrometer.reporting.numbers import count

ORDER = ("hot", "warm", "cool")
HEIGHT = 300
GAP = 0.16
"""Between temperatures, as a share of all that flows."""
FULL = 30
"""From how many leads on the chart has its full height; fewer are fewer and thinner, or one would fill the page."""
LOW = 130
STEPS = 24
INSIDE, OUTSIDE = 0.012, 0.2
"""Where streams begin, and how much room there is for names; the width from end to end is 1."""


@dataclass(frozen=True)
class Stream:
    """Leads from one temperature to another; `facts` are shown to somebody who points at them."""

    before: str
    after: str
    leads: int
    facts: tuple[tuple[str, str], ...] = ()


def flow(streams: Sequence[Stream], names: tuple[str, str]) -> Spec:
    """The streams from left (before) to right (after), warm above; `names` stand above the two sides."""
    ordered = sorted(streams, key=lambda each: (ORDER.index(each.before), ORDER.index(each.after)))
    gap = GAP * sum(each.leads for each in ordered)
    left, right = _places(ordered, "before", gap), _places(ordered, "after", gap)
    deepest = sum(each.leads for each in ordered) + gap * (max(len(left), len(right)) - 1)
    for places in (left, right):
        # The side with fewer temperatures, and so fewer gaps, stands in the middle of the other.
        room = gap * (max(len(left), len(right)) - len(places)) / 2
        places.update({temperature: place + room for temperature, place in places.items()})
    ribbons, starts, ends = [], dict.fromkeys(ORDER, 0), dict.fromkeys(ORDER, 0)
    for number, each in enumerate(ordered):
        begins, finishes = left[each.before] + starts[each.before], right[each.after] + ends[each.after]
        starts[each.before] += each.leads
        ends[each.after] += each.leads
        ribbons += _ribbon(number, each, begins, finishes)
    nodes = [*_nodes(0, left, ordered, "before"), *_nodes(1, right, ordered, "after")]
    flowing = sum(each.leads for each in ordered)
    height = round(LOW + (HEIGHT - LOW) * min(flowing / FULL, 1))
    return _chart(ribbons, nodes, deepest, names, height)


def _places(streams: Sequence[Stream], side: str, gap: float) -> dict[str, float]:
    """Where each temperature begins that has leads, from above."""
    place, found = 0.0, {}
    for temperature in ORDER:
        leads = sum(each.leads for each in streams if getattr(each, side) == temperature)
        if leads:
            found[temperature] = place
            place += leads + gap
    return found


def _ribbon(number: int, stream: Stream, begins: float, finishes: float) -> list[dict[str, Any]]:
    stays = stream.before == stream.after
    facts = (("leads", count(stream.leads)), *stream.facts)
    title = f"{stream.before}, as before" if stays else f"{stream.before} → {stream.after}"
    found = []
    for step in range(STEPS + 1):
        share = step / STEPS
        bend = share * share * (3 - 2 * share)
        top = begins + (finishes - begins) * bend
        found.append(
            {
                "stream": number,
                "across": INSIDE + (1 - 2 * INSIDE) * share,
                "top": top,
                "bottom": top + stream.leads,
                "tone": colour("faint" if stays else stream.after),
                "strength": 0.18 if stays else 0.55,
                "told": told(title, *facts),
            }
        )
    return found


def _nodes(at: int, places: dict[str, float], streams: Sequence[Stream], side: str) -> list[dict[str, Any]]:
    found = []
    for temperature, place in places.items():
        leads = sum(each.leads for each in streams if getattr(each, side) == temperature)
        found.append(
            {
                "across": at,
                "left": at - INSIDE,
                "right": at + INSIDE,
                "top": place,
                "bottom": place + leads,
                "middle": place + leads / 2,
                "tone": colour(temperature),
                "name": [temperature, count(leads)],
                "side": side,
            }
        )
    return found


def _chart(
    ribbons: list[dict[str, Any]], nodes: list[dict[str, Any]], whole: float, names: tuple[str, str], height: int
) -> Spec:
    x = alt.X("across:Q", axis=None, scale=alt.Scale(domain=[-OUTSIDE, 1 + OUTSIDE], nice=False, zero=False))
    y = alt.Y("top:Q", axis=None, scale=alt.Scale(domain=[0, whole], reverse=True, nice=False))
    tones = alt.Color("tone:N", scale=None, legend=None)
    ends = alt.Chart(values(nodes, "ends"))
    heads = [{"across": 0, "name": names[0], "side": "before"}, {"across": 1, "name": names[1], "side": "after"}]
    layers: list[Any] = [
        alt.Chart(values(ribbons, "rows"), name="streams")
        .mark_area(strokeWidth=1.5, line=False)
        .encode(
            x=x,
            y=y,
            y2="bottom:Q",
            detail="stream:N",
            fill=alt.Fill("tone:N", scale=None, legend=None),
            stroke=alt.Stroke("tone:N", scale=None, legend=None),
            opacity=alt.Opacity("strength:Q", scale=None, legend=None),
            tooltip=alt.Tooltip("told:N"),
        ),
        ends.mark_rect().encode(x=alt.X("left:Q", axis=None), x2="right:Q", y=y, y2="bottom:Q", color=tones),
    ]
    sides: tuple[tuple[str, Literal["left", "right"], int], ...] = (("before", "right", -13), ("after", "left", 13))
    for side, align, shift in sides:
        layers.append(
            ends.transform_filter(f"datum.side === '{side}'")
            .mark_text(align=align, dx=shift, dy=-7, baseline="middle", fontSize=13, lineHeight=16)
            .encode(x=x, y=alt.Y("middle:Q", axis=None), text="name:N")
        )
        layers.append(
            alt.Chart(values(heads, "heads"))
            .transform_filter(f"datum.side === '{side}'")
            .mark_text(align="right" if side == "after" else "left", dy=-28, fill="var(--soft)", limit=260)
            .encode(x=alt.value("width" if side == "after" else 0), y=alt.value(0), text="name:N")
        )
    return drawn(alt.layer(*layers).properties(width="container", height=height), height + 44)
