"""Tells imports what the live definition asks for, so that the columns of a file find their traits."""

from __future__ import annotations

from pyrometer.app.agreement.queries import definition_of, live
from pyrometer.app.capture.imports.wanted import Wanted, Wants
from pyrometer.definition import Definition
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
    return Wants(
        traits=tuple(_wanted(name, trait, trait.values or ()) for name, trait in definition.profile.items()),
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
