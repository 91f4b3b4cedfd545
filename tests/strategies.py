"""Random definitions and random evidence, small and biased to boundaries.

Every value, age and threshold comes from a short list, so that equal values, ages equal to windows and scores equal to
thresholds are common. Definitions are built in layers (flags, a score, criteria, frameworks, more flags, another score,
temperature), each asking only what is before it, so nothing goes round in a circle; thresholds lie in reach.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

from tests.oracle import BUILT_IN, days, moment

Draw = st.DrawFn
Row = dict[str, Any]

AS_OFS = [
    datetime(2026, 6, 30, 12, tzinfo=UTC),
    datetime(2026, 6, 30, tzinfo=UTC),
    datetime(2024, 2, 29, 23, 59, 59, tzinfo=UTC),
    datetime(2024, 3, 1, 0, 30, tzinfo=timezone(timedelta(hours=2))),
    datetime(1970, 1, 2, 0, 0, 0, 1, tzinfo=UTC),
]
DURATIONS = ["1d", "2d", "7d", "1w", "4w", "28d", "30d", "60d", "365d"]
AGES = [0, 0, 1, 1, 2, 6, 7, 8, 13, 14, 27, 28, 29, 30, 31, 59, 60, 364, 365, 5000]

TEXTS = ["software", "Software", "SOFT", "a_b", "axb", "100%", "100 %", "it's", 'say "x"', "line\nbreak", "software\n"]
TEXTS += [
    "müller",
    "MÜLLER",
    "東京",
    "Σίσυφος",
    "straße",
    "😀",
    "\\",
    " x",
    "null",
    "None",
    "true",
    "0",
    "c++",
    "x,y;z|t\t.",
]
INTEGERS = [-5, -1, 0, 1, 9, 10, 11, 50, 59, 60, 61, 300, 2**53 - 1, 2**53, 2**53 + 1, -(2**53) - 1, 2**63 - 1]
NUMBERS = [-0.5, 0.0, 0.1, 0.2, 0.3, 0.1 + 0.2, 0.7, 1.0, 1.5, 10, 29.999999999999996, 60, 1e3, 1e-9, 2.0**53, 1e300]
DATES = [0, 1, -1, 6, 7, 29, 30, 31, -30, -31, -180, 365, -365]  # days before the as-of
STATES = ["met", "unmet", "Met", "maybe"]
RUBBISH = ["abc", "1,5", "NaN", "inf", "--", "2026-02-30", "1e999"]
BLANKS = [None, "", "", "  "]

PATTERNS = ["soft", "^soft", "ware$", "^break", "a.b", "a_b", "[0-9]+ ?%", "(it|that)'s", "m.ller", "MÜLLER", r"c\+\+"]
PATTERNS += ["^x?y*$", "東", "[^a-z]", r"\\", "o{1,2}|zz"]
PIECES = ["soft", "SOFT", "%", "_", "a_b", "'", '"', "\\", "mül", "京", "ΣΊ", "ß", "\n", " ", "+", "."]

PROFILE: dict[str, Row] = {
    "industry": {"type": "text", "unknown": ["NA", "None"]},
    "title": {"type": "text", "column": "Job title"},
    "size": {"type": "integer", "unknown": ["-1"]},
    "revenue": {"type": "number"},
    "opted": {"type": "boolean"},
    "buying": {"type": "date"},
}
EVENTS: dict[str, Row] = {
    "seen": {"properties": {"topic": "text", "seconds": "integer"}},
    "bought": {"properties": {"topic": "text", "amount": "number"}},
    "booked": {"properties": {"starts": "date", "online": "boolean"}},
    "called": {},
}
CRITERIA = ["need", "budget", "influence", "timeline", "fit", "interest", "own"]


@dataclass
class World:
    """What a layer may ask for so far."""

    definition: Row
    states: list[str] = field(default_factory=list)  # text traits that answer a criterion
    reach: dict[str, tuple[float, float]] = field(default_factory=dict)  # lowest and highest total of a score
    marks: dict[str, list[float]] = field(default_factory=dict)  # totals that a score may well have


def some_of(values: list[Any], most: int = 3) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=most, unique_by=lambda value: (type(value), value))


# --- conditions ------------------------------------------------------------------------------------------------------


def wanted(kind: str) -> st.SearchStrategy[Any]:
    """A value that a definition may compare with."""
    pool: dict[str, list[Any]] = {
        "text": [text for text in TEXTS if text.strip() == text] + ["NA"],
        "integer": INTEGERS,
        "number": NUMBERS,
        "boolean": [True, False],
        "date": [(AS_OFS[0] - timedelta(days=age)).date().isoformat() for age in DATES] + ["1969-12-31", "2024-02-29"],
        "state": STATES,
    }
    return st.sampled_from(pool[kind])


@st.composite
def tests_of(draw: Draw, kind: str) -> Row:
    """One or two operators with what they compare with."""
    order = ["at_least", "above", "at_most", "below"] if kind in ("integer", "number", "date") else []
    listed = [] if kind == "boolean" else ["in", "not_in"]
    special = {"text": ["matches", "contains"], "date": ["within_last", "older_than", "within_next", "beyond"]}
    operators = ["is", "is_not", "known", *listed, *order, *order, *special.get(kind, []), *special.get(kind, [])]
    tests: Row = {}
    for operator in (
        draw(some_of(sorted(set(operators)), 2)) if draw(st.booleans()) else [draw(st.sampled_from(operators))]
    ):
        if operator == "known":
            tests[operator] = draw(st.booleans())
        elif operator in ("in", "not_in"):
            tests[operator] = draw(st.lists(wanted(kind), min_size=1, max_size=3))
        elif operator in ("within_last", "older_than", "within_next", "beyond"):
            tests[operator] = draw(st.sampled_from(DURATIONS))
        elif operator in ("matches", "contains"):
            tests[operator] = draw(st.sampled_from(PATTERNS if operator == "matches" else PIECES))
        else:
            tests[operator] = draw(wanted(kind))
    return tests


@st.composite
def asked_events(draw: Draw, *, needs: tuple[str, ...] = ()) -> tuple[Row, dict[str, str]]:
    """`event` and perhaps `where`, and the properties that all of these events have; `needs` are types wanted."""
    names: Any = draw(
        st.sampled_from(["seen", "bought", "booked", "called", ["seen", "bought"], ["called", "seen"], "any"])
    )
    if needs:
        names = draw(st.sampled_from(["seen", "bought", ["seen", "bought"]] if "text" in needs else ["seen", "bought"]))
    each = (
        [
            EVENTS[name].get("properties", {})
            for name in ([names] if isinstance(names, str) and names != "any" else names)
        ]
        if names != "any"
        else [{}]
    )
    shared = {name: kind for name, kind in each[0].items() if all(name in properties for properties in each)}
    asked: Row = {"event": names}
    if shared and draw(st.booleans()):
        asked["where"] = {}
        for name in draw(some_of(sorted(shared), 2)):
            short = st.one_of(wanted(shared[name]), st.lists(wanted(shared[name]), min_size=1, max_size=2))
            asked["where"][name] = draw(
                st.one_of(tests_of(shared[name]), short if shared[name] == "text" else tests_of(shared[name]))
            )
    return asked, shared


@st.composite
def event_leaves(draw: Draw) -> Row:
    leaf, _ = draw(asked_events())
    if draw(st.integers(0, 3)) == 0:
        last: Row = {"older_than": draw(st.sampled_from(DURATIONS))}
        if draw(st.booleans()):
            last = {"within_last": draw(st.sampled_from(DURATIONS))} | (last if draw(st.booleans()) else {})
        return leaf | {"last": last}
    if draw(st.booleans()):
        leaf["within"] = draw(st.sampled_from(DURATIONS))
    low, high = sorted([draw(st.integers(1, 3)), draw(st.integers(0, 3))])
    bounds: list[Row] = [{}, {"at_least": max(low, 1)}, {"at_most": high}, {"at_least": low, "at_most": high}]
    return leaf | draw(st.sampled_from(bounds))


@st.composite
def score_leaves(draw: Draw, world: World) -> Row:
    name = draw(st.sampled_from(sorted(world.reach)))
    (low, high), operator = world.reach[name], draw(st.sampled_from(["at_least", "above", "at_most", "below"]))
    inside = [mark for mark in world.marks[name] if low < mark < high] or [(low + high) / 2]
    return {"score": name, operator: draw(st.sampled_from(inside))}


@st.composite
def grade_leaves(draw: Draw, world: World, graded: list[str]) -> Row:
    name = draw(st.sampled_from(graded))
    grades = sorted(world.definition["scores"][name]["grades"])
    operator = draw(st.sampled_from(["is", "is_not", "in", "at_least", "at_most"]))
    return {"grade": name, operator: draw(some_of(grades, 2)) if operator == "in" else draw(st.sampled_from(grades))}


@st.composite
def leaves(draw: Draw, world: World) -> Row:
    profile, frameworks = world.definition["profile"], world.definition["frameworks"]
    graded = [name for name in world.reach if world.definition["scores"][name].get("grades")]
    criteria = [*world.definition["criteria"], *sorted(all_letters(world))]
    kinds = ["trait", "trait", "trait", "event", "event"]
    kinds += ["flag"] * bool(world.definition["flags"]) + ["score"] * 2 * bool(world.reach) + ["grade"] * bool(graded)
    kinds += ["criterion"] * bool(criteria) + ["framework"] * bool(frameworks)
    kind = draw(st.sampled_from(kinds))
    if kind == "trait":
        name = draw(st.sampled_from(sorted(profile)))
        leaf = {"trait": name} | draw(tests_of("state" if name in world.states else profile[name]["type"]))
    elif kind == "event":
        leaf = draw(event_leaves())
    elif kind == "score":
        leaf = draw(score_leaves(world))
    elif kind == "grade":
        leaf = draw(grade_leaves(world, graded))
    elif kind == "flag":
        leaf = {"flag": draw(st.sampled_from(sorted(world.definition["flags"])))}
    elif kind == "criterion":
        leaf = {"criterion": draw(st.sampled_from(criteria))}
        leaf |= draw(st.sampled_from([{}, {"is": "met"}, {"is": "unmet"}, {"is": "unknown"}]))
    else:
        leaf = {"framework": draw(st.sampled_from(sorted(frameworks)))}
        leaf |= draw(st.sampled_from([{"is": "ready"}, {"met_at_least": 1}, {"met_at_least": 2}]))
    return leaf | draw(st.sampled_from([{}, {}, {}, {"label": "In other words"}]))


@st.composite
def conditions(draw: Draw, world: World, depth: int = 2) -> Row:
    shape = draw(st.sampled_from(["leaf", "leaf", "all", "any", "not", "some"])) if depth else "leaf"
    if shape == "leaf":
        return draw(leaves(world))
    if shape == "not":
        return {"not": draw(conditions(world, depth - 1))}
    parts = draw(st.lists(conditions(world, depth - 1), min_size=1, max_size=3))
    return {"some": draw(st.integers(1, len(parts))), "of": parts} if shape == "some" else {shape: parts}


def all_letters(world: World) -> set[str]:
    """The criteria that the frameworks so far ask for."""
    letters: set[str] = set()
    for name, own in world.definition["frameworks"].items():
        found = own.get("letters") or [letter.split("=")[-1] for letter in BUILT_IN[name][1].split()]
        letters |= set(found.values() if isinstance(found, dict) else found)
    return letters - set(world.definition["criteria"])


# --- scores ----------------------------------------------------------------------------------------------------------

POINTS = [1, 2, 3, 5, 8, 10, 12.5, 0.1, 0.0003, 20, 33.3333]


@st.composite
def points(draw: Draw) -> float:
    return draw(st.sampled_from(POINTS)) * draw(st.sampled_from([1, 1, 1, -1]))


@st.composite
def coolings(draw: Draw) -> Row:
    law = draw(st.sampled_from(["half_life", "half_life", "linear", "steps"]))
    cooling: Row = {law: draw(st.sampled_from(DURATIONS))}
    if law == "steps":
        starts = sorted(draw(st.sets(st.sampled_from(DURATIONS), max_size=2)), key=days)
        starts = [start for start in starts if start != "7d"]
        cooling[law] = {"0d": 100} | {start: draw(st.sampled_from([80, 50, 33.3, 12.5, 0, 100])) for start in starts}
    return cooling | ({"hold": draw(st.sampled_from(DURATIONS))} if draw(st.integers(0, 3)) == 0 else {})


@st.composite
def event_rules(draw: Draw) -> tuple[Row, float, float]:
    """An event rule, and the least and the most that it can come to."""
    form = draw(st.sampled_from(["every", "every", "daily", "latest", "distinct", "per", "per"]))
    asked, shared = draw(asked_events(needs={"distinct": ("text",), "per": ("number",)}.get(form, ())))
    worth, most = draw(points()), float("inf")
    rule: Row = {"points": worth} | asked
    if form == "distinct":
        rule["distinct"] = draw(st.sampled_from(sorted(shared)))
    elif form == "per":
        measured = sorted(name for name, kind in shared.items() if kind in ("integer", "number"))
        rule["per"] = {
            "property": draw(st.sampled_from(measured)),
            "every": draw(st.sampled_from([1, 7, 60, 0.1, 2.5, 0.3])),
        }
        rule["per"] |= draw(st.sampled_from([{}, {"up_to": 1}, {"up_to": 5}]))
        form = draw(st.sampled_from(["", "every", "daily", "latest"]))
    if form in ("daily", "latest") or (form == "every" and draw(st.booleans())):
        rule["count"] = form
    if form == "latest":
        most = abs(worth) * (rule["per"].get("up_to", 1_000_000) if "per" in rule else 1)
    if draw(st.booleans()):
        rule["cooling"] = draw(st.one_of(st.just("none"), coolings()))
    if draw(st.integers(0, 3)) == 0:
        rule["within"] = draw(st.sampled_from(DURATIONS))
    if draw(st.integers(0, 2)) == 0:
        rule["cap"] = draw(st.sampled_from([abs(worth), round(abs(worth) * 2.5, 4), 24, 1.5]))
        most = min(most, rule["cap"])
    return rule, min(0, worth) and -most, max(0, worth) and most


@st.composite
def rules(draw: Draw, world: World) -> tuple[Row, float, float]:
    """A rule, and the least and the most that it can come to."""
    shape = draw(st.sampled_from(["event", "event", "event", "when", "bands", "table"]))
    if shape == "event":
        return draw(event_rules())
    if shape == "when":
        worth = draw(points())
        return {"points": worth, "when": draw(conditions(world))}, min(0, worth), max(0, worth)
    worths = [draw(points()) for _ in range(4)]
    rule: Row = {"unknown": worths[0]} if draw(st.booleans()) else {}
    if shape == "bands":
        kind, trait = draw(st.sampled_from([("integer", "size"), ("number", "revenue")]))
        edges = sorted(draw(st.sets(wanted(kind), min_size=2, max_size=3)))
        bands: list[Row] = [{"below": edges[0]}, {"from": edges[0], "below": edges[1]}, {"from": edges[-1]}]
        kept = [band | {"points": worth} for band, worth in zip(bands, worths[1:], strict=True)]
        return {"trait": trait, "bands": kept[draw(st.integers(0, 2)) :]} | rule, min(0, *worths), max(0, *worths)
    trait = draw(st.sampled_from(["industry", "title", "size", "opted"]))
    values = draw(
        some_of([True, False], 2)
        if trait == "opted"
        else st.lists(wanted(PROFILE[trait]["type"]), min_size=1, max_size=2, unique=True)
    )
    rule |= {"otherwise": worths[3]} if draw(st.booleans()) else {}
    rule |= {"trait": trait, "points_for": dict(zip(values, worths[1:], strict=False))}
    return rule, min(0, *worths), max(0, *worths)


@st.composite
def scores(draw: Draw, world: World) -> tuple[Row, tuple[float, float], list[float]]:
    """A score, how low and how high it can be, and totals that it may well have."""
    score: Row = {"rules": []}
    groups = {"web": draw(st.sampled_from([1.5, 10, 24]))} if draw(st.booleans()) else {}
    low, high, inside = 0.0, 0.0, 0.0
    worths: list[float] = []
    found = draw(st.lists(rules(world), min_size=1, max_size=4))
    for number, (rule, least, most) in enumerate(found):
        grouped = groups and draw(st.booleans())
        score["rules"].append({"name": f"Rule {number}"} | rule | ({"group": "web"} if grouped else {}))
        low, high, inside = low + least, high + (0 if grouped else most), inside + (most if grouped else 0)
        worths += [value for value in (least, most, rule.get("points", 0)) if abs(value) < 1000]
    high += min(inside, *groups.values()) if groups else 0
    bounds = draw(st.sampled_from([None, None, [0, 10], [-20, 50], [-1000, 1000], [5, 20], [-10.5, -0.5]]))
    if bounds:
        score["range"] = bounds
    floor, ceiling = bounds or [0, 100]
    reach = (float(min(max(low, floor), ceiling)), float(min(max(high, floor), ceiling)))
    sums = [a + b for a in worths for b in worths]
    marks = sorted({round(mark, 4) for mark in [*worths, *sums, *reach] if reach[0] <= mark <= reach[1]})
    if groups:
        score["groups"] = {name: {"cap": cap} for name, cap in groups.items()}
    if draw(st.booleans()):
        score["cooling"] = draw(coolings())
    if draw(st.booleans()) and len(marks) > 1:
        graded = draw(st.lists(st.sampled_from(marks), min_size=1, max_size=4, unique=True))
        score["grades"] = dict(zip(draw(st.permutations(["A", "B", "1", "2"])), graded, strict=False))
    return score, reach, marks


# --- the whole -------------------------------------------------------------------------------------------------------


@st.composite
def criteria(draw: Draw, world: World) -> Row:
    criterion: Row = {"met": draw(conditions(world))}
    if draw(st.booleans()):
        criterion["unmet"] = draw(conditions(world, 1))
    if draw(st.booleans()):
        criterion["stale_after"] = draw(st.sampled_from(DURATIONS))
    return criterion


@st.composite
def frameworks(draw: Draw, name: str) -> Row:
    own: Row = {}
    letters = [letter.split("=")[0] for letter in BUILT_IN[name][1].split()] if name in BUILT_IN else []
    if not letters or draw(st.integers(0, 3)) == 0:
        chosen = draw(some_of(CRITERIA, 3))
        own["letters"] = (
            chosen if draw(st.booleans()) else {f"letter {number}": one for number, one in enumerate(chosen)}
        )
        letters = list(own["letters"])
    if "letters" in own or draw(st.booleans()):
        own["ready"] = {"some": draw(st.integers(1, len(letters)))}
        if draw(st.booleans()):
            own["ready"]["required"] = [draw(st.sampled_from(letters))]
    return own


@st.composite
def definitions(draw: Draw) -> Row:
    """A definition as parsed YAML."""
    definition: Row = {"format": 1, "name": "Random", "profile": {**PROFILE}, "events": EVENTS}
    definition |= {part: {} for part in ("flags", "scores", "criteria", "frameworks")}
    world = World(definition)
    named = draw(st.lists(st.sampled_from([*BUILT_IN, "ours"]), max_size=2, unique=True))
    asked = {name: draw(frameworks(name)) for name in named}
    answered = set(draw(st.lists(st.sampled_from(CRITERIA), max_size=2, unique=True)))
    letters = all_letters(World(definition | {"frameworks": asked})) - answered
    world.states = sorted(letters) if draw(st.integers(0, 3)) else sorted(letters)[1:]
    definition["profile"] |= {name: {"type": "text"} for name in world.states}

    def add_flags(prefix: str) -> None:
        for number in range(draw(st.integers(0, 2))):
            definition["flags"][f"{prefix}{number}"] = draw(conditions(world))

    def add_score(name: str) -> None:
        score, reach, marks = draw(scores(world))
        definition["scores"][name], world.reach[name], world.marks[name] = score, reach, marks

    add_flags("early ")
    add_score("first")
    for name in sorted(answered):
        definition["criteria"][name] = draw(criteria(world))
    definition["frameworks"] = asked
    add_flags("late ")
    if draw(st.booleans()):
        add_score("second")
    definition["temperature"] = {}
    for temperature in draw(st.sampled_from([["hot", "warm"], ["warm", "hot"], ["hot", "warm"], ["warm"], ["hot"]])):
        gate = {
            "when": draw(
                st.one_of(
                    conditions(world),
                    st.builds(lambda parts: {"all": parts}, st.lists(conditions(world, 1), min_size=2, max_size=3)),
                )
            )
        }
        definition["temperature"][temperature] = gate | (
            {"stay": draw(conditions(world))} if draw(st.booleans()) else {}
        )
    return definition


# --- evidence --------------------------------------------------------------------------------------------------------


@st.composite
def cells(draw: Draw, kind: str, as_of: datetime) -> Any:
    """A cell of a file, or a Python value, of a type – or blank, or rubbish."""
    which = draw(st.integers(0, 9))
    if which == 0 or (which == 1 and kind == "text"):
        return draw(st.sampled_from(BLANKS))
    if which == 1:
        return draw(st.sampled_from(RUBBISH))
    if kind == "date":
        return (as_of.astimezone(UTC) - timedelta(days=draw(st.sampled_from(DATES)))).date().isoformat()
    if kind == "boolean":
        return draw(st.sampled_from([True, False, "yes", "No", "1", "0", "TRUE", "false", "2"]))
    if kind == "integer" and which == 2:
        return draw(st.sampled_from(["10.0", "+10", "60.", "010", "10.5", str(2**63), "-1"]))
    if kind == "number" and which == 2:
        return draw(st.sampled_from(["1e3", ".5", "-0.5", "60.0", "1E-9"]))
    value = draw(wanted(kind))
    return str(value) if draw(st.booleans()) else value


@st.composite
def times(draw: Draw, as_of: datetime) -> datetime:
    """A time at an age that matters, seldom after the as-of."""
    day = as_of.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    within = [timedelta(0), timedelta(hours=9), timedelta(days=1, microseconds=-1), as_of - day]
    time = day - timedelta(days=draw(st.sampled_from(AGES))) + draw(st.sampled_from(within))
    return draw(st.sampled_from([time, time, time, time, as_of + timedelta(microseconds=1), as_of]))


@st.composite
def spelled(draw: Draw, time: datetime) -> Any:
    """A time in one of the ways to write it."""
    millis = (time - datetime(1970, 1, 1, tzinfo=UTC)) / timedelta(milliseconds=1)
    ways: list[Any] = [time, time.isoformat(), time.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f")]
    ways += [time.astimezone(timezone(timedelta(hours=-5, minutes=-30))).isoformat()]
    ways += [str(int(millis))] if millis == int(millis) and millis >= 10**11 else []
    return draw(st.sampled_from(ways))


@st.composite
def evidence(draw: Draw, definition: Row, as_of: datetime) -> Row:
    """Leads, their events, the log of traits, and their earlier temperatures."""
    leads, events, log, previous = [], [], [], []
    for lead in draw(
        st.lists(st.sampled_from(["1", "007", "it's", "Zoë", "a b", "東"]), min_size=1, max_size=4, unique=True)
    ):
        row = {"lead_id": lead}
        for name, trait in definition["profile"].items():
            kind = trait["type"] if name in PROFILE else "state"
            row[trait.get("column", name)] = draw(
                st.one_of(cells(kind, as_of), st.sampled_from([*trait.get("unknown", []), None]))
            )
        leads.append(row)
        for _ in range(draw(st.integers(0, 6))):
            events.append({"lead_id": lead} | draw(event_rows(lead, as_of)))
        for _ in range(draw(st.integers(0, 3))):
            log.append({"lead_id": lead} | draw(answers(definition, as_of)))
        if temperature := draw(st.sampled_from(["", "cool", "warm", "hot"])):
            previous.append({"lead_id": lead, "temperature": temperature})
    return {
        "leads": leads,
        "events": _told_apart(events, "message_id"),
        "traits": _told_apart(log, "trait"),
        "previous": previous,
    }


@st.composite
def event_rows(draw: Draw, lead: str, as_of: datetime) -> Row:
    """An event of a lead."""
    occurred = draw(times(as_of))
    received = occurred + timedelta(hours=draw(st.sampled_from([0, 1, 24, 240])))
    event = draw(st.sampled_from(["seen", "seen", "seen", "bought", "bought", "booked", "called", "unheard of"]))
    row: Row = {"event": event, "occurred_at": draw(spelled(occurred))}
    row["received_at"] = draw(st.sampled_from(["", None])) if draw(st.booleans()) else draw(spelled(received))
    number = draw(st.integers(0, 6))
    row["message_id"] = "" if number < 3 or event == "unheard of" else f"{lead}-{number}"
    for name, kind in EVENTS.get(event, {}).get("properties", {}).items():
        row[name] = draw(cells(kind, as_of))
    return row


@st.composite
def answers(draw: Draw, definition: Row, as_of: datetime) -> Row:
    """A row of the log of traits."""
    name = draw(st.sampled_from(sorted(definition["profile"])))
    kind = definition["profile"][name]["type"] if name in PROFILE else "state"
    occurred = draw(times(as_of))
    received = draw(st.sampled_from([None, occurred, occurred + timedelta(days=1)]))
    value = draw(cells(kind, as_of))
    return {
        "trait": name,
        "value": value,
        "occurred_at": occurred.isoformat(),
        "received_at": received and received.isoformat(),
    }


def _told_apart(found: list[Row], key: str) -> list[Row]:
    """Without rows that only an arbitrary choice could tell apart: the same key and times, with something else different."""
    kept: dict[Any, Row] = {}
    for number, row in enumerate(found):
        times = (moment(row["received_at"]) or moment(row["occurred_at"]), moment(row["occurred_at"]))
        kept.setdefault((row["lead_id"], row[key] or number, *times), row)
    return list(kept.values())


@st.composite
def cases(draw: Draw) -> tuple[Row, Row, datetime]:
    """A definition, evidence, and a time."""
    definition, as_of = draw(definitions()), draw(st.sampled_from(AS_OFS))
    return definition, draw(evidence(definition, as_of)), as_of
