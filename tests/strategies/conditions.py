"""Random conditions: every operator on every type, nested."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from tests.oracle import BUILT_IN, Reading, days, parse
from tests.strategies.pools import AS_OFS, DURATIONS, EVENTS, POOLS, Draw, Row, chance, one, some

PATTERNS = ["soft", "^soft", "ware$", "^break", "a.b", "a_b", "[0-9]+ ?%", "(it|that)'s", "m.ller", "MÜLLER", r"c\+\+"]
PATTERNS += ["^x?y*$", "東", "[^a-z]", r"\\", "o{1,2}|zz"]
PIECES = ["soft", "SOFT", "%", "_", "a_b", "'", '"', "\\", "mül", "京", "ΣΊ", "ß", "\n", " x", "+", "."]

ORDER = ["at_least", "above", "at_most", "below"]
RELATIVE = ["within_last", "older_than", "within_next", "beyond"]
LISTED = ["is", "is_not", "known", "in", "not_in"]
OPERATORS = {
    "text": [*LISTED, "matches", "contains"],
    "state": LISTED,
    "integer": [*ORDER, *LISTED],
    "number": [*ORDER, *LISTED],
    "boolean": ["is", "is_not", "known"],
    "date": [*RELATIVE, *ORDER, *LISTED],
}

READER = Reading({}, {}, [], AS_OFS[0], None, ())
WITNESSES = {
    kind: [parse("text" if kind == "state" else kind, value) for value in [*POOLS[kind], *farther]]
    for kind, farther in {
        "text": ["wary ware", "xxy", "no ΣΊ", "o.o"],
        "state": ["other"],
        "integer": [-(2**63) + 1],
        "number": [-1e308, 1e308],
        "boolean": [],
        "date": ["0001-01-01", "9999-12-31", "2026-06-20"],
    }.items()
}
"""Values to see by whether tests can hold at once: a definition that asks for the impossible is refused."""


def possible(kind: str, tests: Row) -> bool:
    """Whether something we know of passes the tests."""
    return tests == {"known": False} or any(READER.holds(value, tests) for value in WITNESSES[kind])


@dataclass
class World:
    """What may be asked so far: the definition up to here, and what its scores can reach."""

    definition: Row
    states: list[str] = field(default_factory=list)
    """The text traits that answer for a criterion."""
    reach: dict[str, tuple[float, float]] = field(default_factory=dict)
    """The lowest and highest total of each score."""
    marks: dict[str, list[float]] = field(default_factory=dict)
    """Totals that a score may well have."""
    careful: bool = True
    """Whether to keep away from what is impossible."""

    def undefined(self) -> list[str]:
        """The criteria that frameworks ask for and the definition does not define."""
        asked: dict[str, None] = {}
        for name, own in self.definition["frameworks"].items():
            letters = own.get("letters") or [letter.split("=")[-1] for letter in BUILT_IN[name][1].split()]
            asked |= dict.fromkeys(letters.values() if isinstance(letters, dict) else letters)
        return [name for name in asked if name not in self.definition["criteria"]]


def operators_of(draw: Draw, kind: str, *, careful: bool = True) -> Row:
    """One or two operators with what they compare with; if `careful`, something passes them."""
    tests: Row = {}
    for operator in some(draw, OPERATORS[kind], most=2):
        if operator == "known":
            tests[operator] = chance(draw)
        elif operator in ("in", "not_in"):
            tests[operator] = some(draw, POOLS[kind], most=3)
        elif operator in RELATIVE:
            tests[operator] = one(draw, DURATIONS)
        elif operator in ("matches", "contains"):
            tests[operator] = one(draw, PATTERNS if operator == "matches" else PIECES)
        else:
            tests[operator] = one(draw, POOLS[kind])
    while careful and not possible(kind, tests):
        tests.popitem()
    return tests or {"known": True}


def asked_events(draw: Draw, names: list[Any] | None = None) -> tuple[Row, dict[str, str]]:
    """`event` and perhaps `where`, and the properties, with their types, that all of these events have."""
    usual = ["seen", "bought", "booked", "called", ["seen", "bought"], ["called", "seen"], "any", "seen"]
    event = one(draw, names or usual)
    listed = list(EVENTS) if event == "any" else event if isinstance(event, list) else [event]
    each = [EVENTS[name].get("properties", {}) for name in listed]
    shared = {name: kind for name, kind in each[0].items() if all(name in properties for properties in each)}
    asked: Row = {"event": event}
    if shared and chance(draw, 3):
        asked["where"] = {}
        for name in some(draw, list(shared), most=2):
            pool = POOLS[shared[name]]
            forms = [lambda: one(draw, pool), lambda: some(draw, pool, most=2)]  # noqa: B023
            longer = shared[name] != "text" or chance(draw)
            asked["where"][name] = operators_of(draw, shared[name]) if longer else one(draw, forms)()
    return asked, shared


def event_leaf(draw: Draw) -> Row:
    """How many such events there are, or how old the last one is."""
    leaf, _ = asked_events(draw)
    if chance(draw, 4):
        older, within = sorted([one(draw, DURATIONS), one(draw, DURATIONS)], key=days)
        both = {"within_last": within, "older_than": older}
        asked = some(draw, list(both), most=2 if days(older) < days(within) else 1)
        return leaf | {"last": {name: both[name] for name in asked}}
    if chance(draw):
        leaf["within"] = one(draw, DURATIONS)
    low, high = sorted([one(draw, [1, 2, 3]), one(draw, [0, 1, 2, 3])])
    bounds: list[Row] = [{}, {"at_least": max(low, 1)}, {"at_most": high}, {"at_least": low, "at_most": high}]
    return leaf | one(draw, bounds)


def score_leaf(draw: Draw, world: World) -> Row:
    """A bound that the score can be on either side of."""
    name = one(draw, list(world.reach))
    low, high = world.reach[name]
    if low == high:
        return {"score": name, "at_least": low}
    inside = [mark for mark in world.marks[name] if low < mark < high] or [round((low + high) / 2, 4)]
    inside += [] if world.careful else [low, high]
    return {"score": name, one(draw, ORDER): one(draw, inside)}


def grade_leaf(draw: Draw, world: World, graded: list[str]) -> Row:
    """One of the grades, or several."""
    name = one(draw, graded)
    grades = list(world.definition["scores"][name]["grades"])
    operator = one(draw, ["is", "at_least", "at_most", "in", "is_not"] if len(grades) > 1 else ["is", "at_least"])
    return {"grade": name, operator: some(draw, grades, most=2) if operator == "in" else one(draw, grades)}


def leaf(draw: Draw, world: World) -> Row:
    """A condition without parts, about anything there is so far."""
    definition = world.definition
    graded = [name for name in world.reach if definition["scores"][name].get("grades")]
    criteria = [*definition["criteria"], *world.undefined()]
    kinds = ["trait"] * 3 + ["event"] * 2 + ["score"] * 2 * bool(world.reach) + ["flag"] * bool(definition["flags"])
    kinds += ["grade"] * bool(graded) + ["criterion"] * bool(criteria) + ["framework"] * bool(definition["frameworks"])
    kind = one(draw, kinds)
    found: Row
    if kind == "trait":
        name = one(draw, list(definition["profile"]))
        kind = "state" if name in world.states else definition["profile"][name]["type"]
        found = {"trait": name} | operators_of(draw, kind, careful=world.careful)
    elif kind == "event":
        found = event_leaf(draw)
    elif kind == "score":
        found = score_leaf(draw, world)
    elif kind == "grade":
        found = grade_leaf(draw, world, graded)
    elif kind == "flag":
        found = {"flag": one(draw, list(definition["flags"]))}
    elif kind == "criterion":
        asked: list[Row] = [{}, {"is": "met"}, {"is": "unmet"}, {"is": "unknown"}]
        found = {"criterion": one(draw, criteria)} | one(draw, asked)
    else:
        ready: list[Row] = [{"is": "ready"}, {"met_at_least": 1}, {"met_at_least": 2}]
        found = {"framework": one(draw, list(definition["frameworks"]))} | one(draw, ready)
    return found | ({"label": "In other words"} if chance(draw, 4) else {})


@st.composite
def conditions(draw: Draw, world: World, depth: int = 2) -> Row:
    """A condition with parts up to so many levels deep."""
    shape = one(draw, ["leaf", "leaf", "all", "any", "not", "some"]) if depth else "leaf"
    if shape == "leaf":
        return leaf(draw, world)
    if shape == "not":
        return {"not": draw(conditions(world, depth - 1))}
    parts = draw(st.lists(conditions(world, depth - 1), min_size=1, max_size=3))
    return {"some": one(draw, range(1, len(parts) + 1)), "of": parts} if shape == "some" else {shape: parts}
