"""Operators, bounds and values that don't fit the type of what they are put to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyrometer.definition.check.scene import Scene
from pyrometer.definition.conditions import EventLeaf, Operators, TraitLeaf, Where
from pyrometer.definition.operators import EQUALITY, Mistake, typed_tests, unknown_value
from pyrometer.definition.problems import Path, Problem
from pyrometer.definition.rules import BandRule, EventRule, TableRule
from pyrometer.definition.traits import Property, Trait
from pyrometer.definition.values import Value, parse_value

ORDERED = ("integer", "number", "date")


def check_types(scene: Scene) -> Iterator[Problem]:
    """Every operator, bound and value fits the type of its trait or property."""
    profile = scene.definition.profile
    for path, condition in scene.leaves:
        if isinstance(condition, TraitLeaf) and condition.trait in profile:
            yield from _operators(path, condition, profile[condition.trait], condition.trait)
        elif isinstance(condition, EventLeaf):
            yield from _where(scene, path, condition.where)
    for path, _, rule in scene.rules:
        if isinstance(rule, BandRule) and rule.trait in profile:
            yield from _bands(path, rule, profile[rule.trait])
        elif isinstance(rule, TableRule) and rule.trait in profile:
            yield from _table(path, rule, profile[rule.trait])
        elif isinstance(rule, EventRule):
            yield from _where(scene, path, rule.where)
            yield from _per(scene, path, rule)


def _where(scene: Scene, path: Path, where: Where) -> Iterator[Problem]:
    for name, operators in where.items():
        declared = scene.definition.properties.get(name)
        if declared is not None:
            yield from _operators((*path, "where", name), operators, declared, name)


def _operators(path: Path, operators: Operators, of: Trait | Property, name: str) -> Iterator[Problem]:
    listed = _listed(of)
    for test in typed_tests(operators, of.type):
        if isinstance(test, Mistake):
            yield Problem(
                "error", (*path, test.operator), test.what, test.why or f"`{name}` is of type {of.type}", test.fix
            )
        elif test.operator in EQUALITY:
            written = operators.given()[test.operator]
            for text in written if isinstance(written, tuple) else (written,):
                yield from _value((*path, test.operator), text, of, name, listed)


def means_unknown(text: str, of: Trait | Property) -> bool:
    """Whether a spelling is read as not known, and so never as a value."""
    return not text.strip() or text in of.unknown


def _value(
    path: Path, text: str, of: Trait | Property, name: str, listed: Mapping[Value | None, str]
) -> Iterator[Problem]:
    """A value that is compared with: one that evidence can hold, and that the trait lists if it lists any."""
    if not text.strip():
        yield Problem(
            "warning",
            path,
            f"a blank is never a value of `{name}`",
            "blanks mean that it isn't known",
            "ask `known: false`",
        )
    elif text in of.unknown:
        yield Problem(
            "warning",
            path,
            f"`{text}` is never a value of `{name}`",
            f"it is one of the spellings that mean unknown: `unknown` of `{name}`",
            "ask `known: false`",
        )
    elif listed and _typed(text, of) not in listed:
        yield Problem(
            "error",
            path,
            f"unknown value `{text}` of `{name}`",
            f"`{name}` lists its values",
            unknown_value(text, tuple(listed.values())),
        )


def _listed(of: Trait | Property) -> Mapping[Value | None, str]:
    """The values that a trait may take, with their spellings; none: any."""
    return {_typed(text, of): text for text in of.values or ()} if isinstance(of, Trait) else {}


def _typed(text: str, of: Trait | Property) -> Value | None:
    try:
        return parse_value(text, of.type)
    except ValueError:
        return None


def _bands(path: Path, rule: BandRule, trait: Trait) -> Iterator[Problem]:
    if trait.type not in ORDERED:
        yield Problem(
            "error",
            (*path, "bands"),
            f"bands can't be made of {trait.type}",
            f"they need an order, and `{rule.trait}` is of type {trait.type}",
            "use `points_for`",
        )
        return
    for index, band in enumerate(rule.bands):
        for key, bound in (("from", band.from_), ("below", band.below)):
            if bound is None:
                continue
            try:
                parse_value(bound, trait.type)
            except ValueError as error:
                yield Problem(
                    "error", (*path, "bands", index, key), str(error), f"`{rule.trait}` is of type {trait.type}"
                )


def _table(path: Path, rule: TableRule, trait: Trait) -> Iterator[Problem]:
    spelled: dict[Value, str] = {}
    listed = _listed(trait)
    for text in rule.points_for:
        here = (*path, "points_for", text)
        try:
            value = parse_value(text, trait.type)
        except ValueError as error:
            yield Problem("error", here, str(error), f"`{rule.trait}` is of type {trait.type}")
            continue
        if value in spelled:
            yield Problem(
                "error",
                here,
                f"`{text}` and `{spelled[value]}` are the same {trait.type}",
                "a value can have its points once",
                "remove one",
            )
        spelled.setdefault(value, text)
        yield from _value(here, text, trait, rule.trait, listed)


def _per(scene: Scene, path: Path, rule: EventRule) -> Iterator[Problem]:
    declared = scene.definition.properties.get(rule.per.property) if rule.per else None
    if declared is not None and declared.type not in ("integer", "number"):
        yield Problem(
            "error",
            (*path, "per", "property"),
            f"`per` can't count {declared.type}",
            f"it divides a number, and `{rule.per.property if rule.per else ''}` is of type {declared.type}",
            "declare the property as integer or number",
        )
