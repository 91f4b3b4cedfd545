"""Random definitions, built in layers."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.oracle import BUILT_IN
from tests.strategies.conditions import World, conditions
from tests.strategies.pools import DURATIONS, EVENTS, PROFILE, Draw, Row, chance, one, some
from tests.strategies.scores import scores

CRITERIA = ["need", "budget", "influence", "timeline", "fit", "interest", "own"]


@st.composite
def criteria(draw: Draw, world: World) -> Row:
    """A criterion, perhaps with `unmet`, perhaps growing stale."""
    criterion: Row = {"met": draw(conditions(world))}
    if chance(draw):
        criterion["unmet"] = draw(conditions(world, 1))
    if chance(draw):
        criterion["stale_after"] = one(draw, DURATIONS)
    return criterion


def framework(draw: Draw, name: str) -> Row:
    """A framework as built in, changed, or of one's own."""
    own: Row = {}
    letters = [letter.split("=")[0] for letter in BUILT_IN[name][1].split()] if name in BUILT_IN else []
    if not letters or chance(draw, 4):
        chosen = some(draw, CRITERIA, most=3)
        own["letters"] = {f"letter {number}": one for number, one in enumerate(chosen)} if chance(draw) else chosen
        letters = list(own["letters"])
    if "letters" in own or chance(draw):
        own["ready"] = {"some": one(draw, range(1, len(letters) + 1))}
        if chance(draw):
            own["ready"]["required"] = some(draw, letters, most=2)
    return own


@st.composite
def gates(draw: Draw, world: World) -> Row:
    """When, and perhaps how long, a lead has a temperature."""
    several = st.lists(conditions(world, 1), min_size=2, max_size=3)
    gate: Row = {"when": {"all": draw(several)} if chance(draw) else draw(conditions(world))}
    return gate | ({"stay": draw(conditions(world))} if chance(draw) else {})


@st.composite
def definitions(draw: Draw, *, careful: bool = True) -> Row:
    """A definition as parsed YAML; if not `careful`, it may often ask for the impossible."""
    definition: Row = {"format": 1, "name": "Random", "profile": {**PROFILE}, "events": EVENTS}
    definition |= {part: {} for part in ("flags", "scores", "criteria", "frameworks", "temperature")}
    world = World(definition, careful=careful)

    asked = {name: framework(draw, name) for name in some(draw, [*BUILT_IN, "ours"], most=2, least=0)}
    answered = some(draw, CRITERIA, most=2, least=0)
    letters = World({"frameworks": asked, "criteria": answered}).undefined()
    world.states = letters[1:] if chance(draw, 4) else letters
    definition["profile"] |= {name: {"type": "text"} for name in world.states}

    for number in range(one(draw, range(3))):
        definition["flags"][f"early {number}"] = draw(conditions(world))
    definition["scores"]["first"] = draw(scores(world, "first"))
    for name in answered:
        definition["criteria"][name] = draw(criteria(world))
    definition["frameworks"] = asked
    for number in range(one(draw, range(3))):
        definition["flags"][f"late {number}"] = draw(conditions(world))
    if chance(draw):
        definition["scores"]["second"] = draw(scores(world, "second"))
    for temperature in one(draw, [["hot", "warm"], ["hot", "warm"], ["warm", "hot"], ["warm"], ["hot"]]):
        definition["temperature"][temperature] = draw(gates(world))
    return definition
