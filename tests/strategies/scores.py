"""Random scores: every rule shape, law of cooling, way to count, cap, group, range and grade."""

from __future__ import annotations

from dataclasses import dataclass

from hypothesis import strategies as st

from tests.strategies.conditions import World, asked_events, conditions
from tests.strategies.pools import DURATIONS, POOLS, PROFILE, Draw, Row, chance, one, some

POINTS = [1, 2, 3, 5, 8, 10, 12.5, 0.1, 0.0003, 20, 33.3333]
INFINITY = float("inf")


@dataclass(frozen=True)
class Ranged:
    """A rule, and the least and the most that it can come to."""

    rule: Row
    least: float
    most: float


def points(draw: Draw) -> float:
    """Points, seldom negative."""
    return one(draw, POINTS) * one(draw, [1, 1, 1, -1])


def cooling(draw: Draw) -> Row:
    """A law of cooling, perhaps held."""
    law = one(draw, ["half_life", "half_life", "linear", "steps"])
    found: Row = {law: one(draw, DURATIONS)}
    if law == "steps":
        starts = some(draw, ["1d", "7d", "30d", "4w"], most=2, least=0)
        found[law] = {"0d": 100} | {start: one(draw, [80, 50, 33.3, 12.5, 0, 100]) for start in starts}
    return found | ({"hold": one(draw, DURATIONS)} if chance(draw, 4) else {})


def event_rule(draw: Draw) -> Ranged:
    """Points for events, counted in any way."""
    form = one(draw, ["every", "every", "daily", "latest", "distinct", "per", "per"])
    both = ["seen", "bought", ["seen", "bought"]]
    asked, shared = asked_events(draw, both if form == "distinct" else both[:2] if form == "per" else None)
    worth, most = points(draw), INFINITY
    rule: Row = {"points": worth} | asked
    if form == "distinct":
        rule["distinct"] = one(draw, list(shared))
    elif form == "per":
        measured = [name for name, kind in shared.items() if kind in ("integer", "number")]
        rule["per"] = {"property": one(draw, measured), "every": one(draw, [1, 7, 60, 0.1, 2.5, 0.3])}
        rule["per"] |= {"up_to": one(draw, [1, 5])} if chance(draw) else {}
        form = one(draw, ["every", "daily", "latest"])
    if form in ("daily", "latest") or (form == "every" and chance(draw)):
        rule["count"] = form
    if form == "latest":
        most = abs(worth) * (rule["per"].get("up_to", 1_000_000) if "per" in rule else 1)
    if chance(draw):
        rule["cooling"] = "none" if chance(draw, 3) else cooling(draw)
    if chance(draw, 6):
        rule["within"] = one(draw, DURATIONS)
    if chance(draw):
        rule["cap"] = one(draw, [abs(worth), round(abs(worth) * 1.5, 4), 24, 0.1])
        most = min(most, rule["cap"])
    return Ranged(rule, -most if worth < 0 else 0, most if worth > 0 else 0)


@st.composite
def rules(draw: Draw, world: World) -> Ranged:
    """A rule of any shape."""
    shape = one(draw, ["event", "event", "event", "when", "bands", "table"])
    if shape == "event":
        return event_rule(draw)
    if shape == "when":
        worth = points(draw)
        return Ranged({"points": worth, "when": draw(conditions(world))}, min(0, worth), max(0, worth))
    worths = [points(draw) for _ in range(4)]
    rule: Row = {"unknown": worths[0]} if chance(draw) else {}
    if shape == "bands":
        trait = one(draw, ["size", "revenue"])
        edges = sorted(some(draw, POOLS[PROFILE[trait]["type"]], most=3, least=2))
        bands: list[Row] = [{"below": edges[0]}, {"from": edges[0], "below": edges[1]}, {"from": edges[-1]}]
        kept = [band | {"points": worth} for band, worth in zip(bands, worths[1:], strict=True)]
        rule |= {"trait": trait, "bands": kept[one(draw, [0, 1, 2]) :]}
    else:
        trait = one(draw, ["industry", "title", "size", "opted"])
        values = some(draw, POOLS[PROFILE[trait]["type"]], most=2)
        rule |= {"otherwise": worths[3]} if chance(draw) else {}
        rule |= {"trait": trait, "points_for": dict(zip(values, worths[1:3], strict=False))}
    given = [value for value in worths if value in (rule.get("unknown"), rule.get("otherwise"))]
    given += [band["points"] for band in rule.get("bands", [])] + list(rule.get("points_for", {}).values())
    return Ranged(rule, min(0, *given), max(0, *given))


@st.composite
def scores(draw: Draw, world: World, name: str) -> Row:
    """A score; its reach and the totals that it may well have go into the world."""
    groups = {"web": one(draw, [1.5, 10, 24])} if chance(draw) else {}
    score: Row = {"rules": [], "groups": {group: {"cap": cap} for group, cap in groups.items()}}
    low, high, inside = 0.0, 0.0, 0.0
    worths: list[float] = []
    for number, found in enumerate(draw(st.lists(rules(world), min_size=1, max_size=4))):
        grouped = bool(groups) and chance(draw)
        score["rules"].append({"name": f"Rule {number}"} | found.rule | ({"group": "web"} if grouped else {}))
        low, most = low + found.least, found.most
        high, inside = (high, inside + most) if grouped else (high + most, inside)
        worths += [value for value in (found.least, found.most, found.rule.get("points", 0)) if abs(value) < 1000]
    high += min(inside, *groups.values()) if groups else 0
    floor, ceiling = bounds = one(draw, [[0, 100], [0, 10], [-20, 50], [-1000, 1000], [5, 20], [-10.5, -0.5]])
    if bounds != [0, 100]:
        score["range"] = bounds
    world.reach[name] = (round(min(max(low, floor), ceiling), 4), round(min(max(high, floor), ceiling), 4))
    likely = [*worths, *(a + b for a in worths for b in worths), *world.reach[name]]
    marks = {round(mark, 4) for mark in likely if world.reach[name][0] <= mark <= world.reach[name][1]}
    world.marks[name] = sorted(marks)
    if chance(draw):
        score["cooling"] = cooling(draw)
    if chance(draw):
        graded = some(draw, world.marks[name], most=4)
        score["grades"] = dict(zip(some(draw, ["A", "B", "1", "2"], most=4, least=4), graded, strict=False))
    return score
