"""Tells imports what the live definition asks for, so that the columns of a file find their traits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from pyrometer.app.agreement.queries import definition_of, live
from pyrometer.app.capture.imports.wanted import Wanted, Wants
from pyrometer.definition import Definition
from pyrometer.definition.conditions import TraitLeaf
from pyrometer.definition.model import Part
from pyrometer.definition.rules.band import BandRule
from pyrometer.definition.rules.table import TableRule
from pyrometer.definition.traits import Property, Trait


def wants() -> Wants:
    """What the version in force asks for; nothing before the first was published."""
    version = live()
    return Wants() if version is None else of(definition_of(version))


def of(definition: Definition) -> Wants:
    """Traits, properties and events of a definition, in its order.

    >>> from pyrometer.definition import load
    >>> text = "format: 1\\nname: Tiny\\nprofile: {company_size: {type: integer, unknown: [n/a]}}\\nevents: {call: {}}"
    >>> found = of(load(text + "\\ntemperature: {hot: {when: {trait: company_size, at_least: 5}}}\\n"))
    >>> found.traits[0].name, found.traits[0].read_as, found.traits[0].unknown, found.events
    ('company_size', 'number', ('n/a',), ('call',))
    """
    parts = list(_parts(definition))
    return Wants(
        traits=tuple(
            replace(
                _wanted(name, trait, trait.values or ()),
                named=_named(name, parts),
                positive=trait.type == "integer" or _from_zero(name, parts),
            )
            for name, trait in definition.profile.items()
        ),
        properties=tuple(_wanted(name, each, ()) for name, each in definition.properties.items()),
        events=tuple(definition.events),
    )


def _wanted(name: str, declared: Trait | Property, values: tuple[object, ...]) -> Wanted:
    return Wanted(
        name=name,
        type=declared.type,
        column=declared.column or "",
        label=declared.label or "",
        unknown=tuple(str(spelling) for spelling in declared.unknown),
        values=tuple(str(value) for value in values),
    )


def _named(trait: str, parts: Sequence[Part]) -> tuple[str, ...]:
    """The values of a trait that rules and conditions name."""
    found: list[object] = []
    for part in parts:
        if isinstance(part, TableRule) and part.trait == trait:
            found += part.points_for
        elif isinstance(part, TraitLeaf) and part.trait == trait:
            found += [part.is_, part.is_not, *(part.in_ or ()), *(part.not_in or ()), part.matches, part.contains]
    return tuple(dict.fromkeys(str(value) for value in found if value is not None))


def _from_zero(trait: str, parts: Sequence[Part]) -> bool:
    """Whether bands sort the trait, and none of their bounds is negative."""
    rules = [part for part in parts if isinstance(part, BandRule) and part.trait == trait]
    bounds = [bound for rule in rules for band in rule.bands for bound in (band.from_, band.below) if bound is not None]
    try:
        return bool(bounds) and min(float(bound) for bound in bounds) >= 0
    except ValueError:
        return False  # bands of days


def _parts(found: object) -> Iterator[Part]:
    """A part of a definition, and all within it."""
    if isinstance(found, Part):
        yield found
        for value in vars(found).values():
            yield from _parts(value)
    elif isinstance(found, Mapping):
        for value in found.values():
            yield from _parts(value)
    elif isinstance(found, tuple | list):
        for value in found:
            yield from _parts(value)
