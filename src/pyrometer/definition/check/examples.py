"""Examples that name what doesn't exist, hold values of the wrong type, or expect the impossible."""

from __future__ import annotations

import math
from collections.abc import Iterator

from pyrometer.definition.check import names
from pyrometer.definition.check.possible import ANY_STATE, Possible
from pyrometer.definition.check.scene import Scene
from pyrometer.definition.check.spans import UNBOUNDED
from pyrometer.definition.examples import Answer, Example, ExampleEvent, Expectation
from pyrometer.definition.operators import unknown_value
from pyrometer.definition.problems import Path, Problem, suggestion
from pyrometer.definition.traits import Property, Trait
from pyrometer.definition.values import parse_value, spell_points


def check_examples(possible: Possible) -> Iterator[Problem]:
    """Every example is of this definition, and can come out as expected."""
    scene = possible.scene
    for index, example in enumerate(scene.definition.examples):
        path: Path = ("examples", index)
        for name, answer in example.profile.items():
            yield from names.trait(scene, (*path, "profile", name), name)
            trait = scene.definition.profile.get(name)
            if trait is not None and answer is not None:
                yield from _answer((*path, "profile", name), example, name, answer, trait)
        for number, event in enumerate(example.events):
            yield from _event(scene, (*path, "events", number), event)
        yield from _expectation(possible, (*path, "expect"), example.expect)
    if not scene.definition.examples and not scene.left_out:
        yield Problem(
            "note",
            (),
            "there are no examples",
            "examples are leads that both teams agreed on; they show what a change would do to them",
            "add three that you argued about under `examples`, then run `pyrometer assure`",
        )


def _answer(path: Path, example: Example, name: str, answer: Answer, trait: Trait) -> Iterator[Problem]:
    if answer.value is None:
        if trait.type != "date":
            key = "ago" if answer.ago is not None else "ahead"
            yield Problem(
                "error",
                (*path, key),
                f"`{key}` is for dates, and `{name}` is of type {trait.type}",
                fix="give the value itself",
            )
        return
    yield from _value(path, answer.value, name, trait, trait.values)
    if trait.type == "date" and answer.value.strip() and answer.value not in trait.unknown and example.as_of is None:
        yield Problem(
            "warning",
            path,
            "this example may come out differently next year",
            "it gives a date, and no `as_of` to count from",
            "write `{ago: 30d}` or `{ahead: 90d}`, or add `as_of`",
        )


def _value(path: Path, text: str, name: str, of: Trait | Property, listed: tuple[str, ...] | None) -> Iterator[Problem]:
    if not text.strip() or text in of.unknown:
        return  # an example may well be of a lead of whom this isn't known
    try:
        value = parse_value(text, of.type)
    except ValueError as error:
        yield Problem("error", path, str(error), f"`{name}` is of type {of.type}")
        return
    if listed and of.type == "text" and value not in listed:
        yield Problem(
            "error",
            path,
            f"unknown value `{text}` of `{name}`",
            f"`{name}` lists its values",
            unknown_value(text, listed),
        )


def _event(scene: Scene, path: Path, event: ExampleEvent) -> Iterator[Problem]:
    kind = scene.definition.events.get(event.event)
    if kind is None:
        yield from names.event(scene, (*path, "event"), event.event)
        return
    for name, text in event.properties.items():
        if name in kind.properties:
            yield from _value((*path, name), text, name, kind.properties[name], None)
        else:
            yield Problem(
                "error",
                (*path, name),
                f"`{event.event}` has no property `{name}`",
                fix=suggestion(name, [*kind.properties, "age", "times"], kind="property"),
            )


def _expectation(possible: Possible, path: Path, expect: Expectation) -> Iterator[Problem]:
    scene = possible.scene
    definition = scene.definition
    if expect.temperature in ("hot", "warm"):
        declared = definition.temperature.hot if expect.temperature == "hot" else definition.temperature.warm
        if declared is None and not scene.damaged("temperature"):
            yield Problem(
                "error",
                (*path, "temperature"),
                f"no lead is {expect.temperature}",
                f"`temperature` doesn't say what {expect.temperature} is",
                f"add `{expect.temperature}: {{when: …}}` under `temperature`",
            )
    for name, bounds in expect.scores.items():
        here = (*path, "scores", name)
        yield from names.score(scene, here, name)
        low, high = possible.scores.get(name, UNBOUNDED)
        least, most = -math.inf, math.inf
        for operator, units in bounds.given().items():
            if operator in ("is", "at_least", "above"):
                least = max(least, units + (operator == "above"))
            if operator in ("is", "at_most", "below"):
                most = min(most, units - (operator == "below"))
        if least > most:
            yield Problem("error", here, "no score is within these bounds", "they exclude each other", "change one")
        elif least > high or most < low:
            end = f"exceed {spell_points(int(high))}" if least > high else f"fall below {spell_points(int(low))}"
            yield Problem("error", here, f"`{name}` can't come out so", f"it can't {end}", "change what is expected")
    for name, expected in expect.grades.items():
        missing = list(names.score(scene, (*path, "grades", name), name))
        yield from missing or names.grade(scene, (*path, "grades", name), name, [expected])
    for name, state in expect.criteria.items():
        yield from names.criterion(scene, (*path, "criteria", name), name)
        if state not in possible.criteria.get(name, ANY_STATE) and not scene.damaged("criteria"):
            yield Problem(
                "error",
                (*path, "criteria", name),
                f"`{name}` can never be {state}",
                "nothing in its condition allows it",
                "change what is expected",
            )
    for name in expect.frameworks:
        yield from names.framework(scene, (*path, "frameworks", name), name)
    for name in expect.flags:
        yield from names.flag(scene, (*path, "flags", name), name)
