"""Traits and events as declared: reserved names, columns that clash, values that contradict their type."""

from __future__ import annotations

from collections.abc import Iterator

from pyrometer.definition.check.scene import Scene
from pyrometer.definition.problems import Path, Problem
from pyrometer.definition.traits import Property, Trait
from pyrometer.definition.values import parse_value

OF_LEADS = ("lead_id",)
OF_EVENTS = ("lead_id", "event", "occurred_at", "received_at", "message_id", "properties")
IN_EXAMPLES = ("age", "times")


def check_declarations(scene: Scene) -> Iterator[Problem]:
    """Every trait and property has a column, a type and values that agree with each other."""
    columns: dict[str, tuple[str, str]] = {}
    for name, trait in scene.definition.profile.items():
        path = ("profile", name)
        yield from _reserved(path, "trait", name, trait.column, OF_LEADS)
        yield from _column(path, "trait", name, trait.column, columns)
        yield from _values(path, trait)
    yield from _properties(scene)


def _reserved(path: Path, kind: str, name: str, column: str | None, taken: tuple[str, ...]) -> Iterator[Problem]:
    lowered = name.lower()
    if lowered in taken:
        yield Problem(
            "error",
            path,
            f"a {kind} can't be called `{name}`",
            "files have a column of that name already",
            "rename it" if column else "rename it, and name the file's column with `column`",
        )
    if column is not None and column.lower() in taken:
        yield Problem(
            "error",
            (*path, "column"),
            f"the column `{column}` is not free for a {kind}",
            f"it holds what every file has: {', '.join(taken)}",
            "name another column",
        )


def _column(
    path: Path, kind: str, name: str, column: str | None, columns: dict[str, tuple[str, str]]
) -> Iterator[Problem]:
    """Names and columns are compared as files and databases do, ignoring case."""
    wanted = column or name
    before = columns.setdefault(wanted.lower(), (name, wanted))
    if before[0] == name:
        return
    if before[0].lower() == name.lower():
        yield Problem(
            "error",
            path,
            f"`{name}` and `{before[0]}` differ only by case",
            "files and databases don't tell such columns apart",
            "rename one",
        )
    else:
        yield Problem(
            "warning",
            (*path, "column") if column else path,
            f"`{name}` and `{before[0]}` are read from the same column, `{before[1]}`",
            f"two {kind}s rarely are the same",
            "give one of them another `column`",
        )


def _values(path: Path, trait: Trait) -> Iterator[Problem]:
    if trait.values is None:
        return
    if not trait.values:
        yield Problem(
            "warning",
            (*path, "values"),
            "the list of values is empty",
            "it allows any value",
            "list the values, or remove the key",
        )
    for index, text in enumerate(trait.values):
        here = (*path, "values", index)
        try:
            parse_value(text, trait.type)
        except ValueError as error:
            yield Problem("error", here, str(error), f"the trait is of type {trait.type}")
            continue
        if text in trait.values[:index]:
            yield Problem("warning", here, f"`{text}` is listed twice", fix="remove one")
        if not text.strip() or text in trait.unknown:
            yield Problem(
                "warning",
                here,
                f"`{text}` is listed as a value, and as a spelling of unknown",
                "it is read as unknown",
                "remove it from `values` or from `unknown`",
            )


def _properties(scene: Scene) -> Iterator[Problem]:
    first: dict[str, tuple[str, Property]] = {}
    columns: dict[str, tuple[str, str]] = {}
    for event, kind in scene.definition.events.items():
        for name, declared in kind.properties.items():
            path = ("events", event, "properties", name)
            if name in first:
                yield from _same(path, name, declared, *first[name])
                continue
            first[name] = (event, declared)
            yield from _reserved(path, "property", name, declared.column, OF_EVENTS)
            yield from _column(path, "property", name, declared.column, columns)
            if name in IN_EXAMPLES:
                yield Problem(
                    "note",
                    path,
                    f"examples can't give `{name}`",
                    f"beside an example's event, `{name}` says when or how often it happened",
                )


def _same(path: Path, name: str, declared: Property, event: str, before: Property) -> Iterator[Problem]:
    """A property is one column of the events file, whichever events have it."""
    why = f"a property is one column, shared by all events that have it, and `{event}` declared it first"
    if declared.type != before.type:
        yield Problem(
            "error",
            path,
            f"`{name}` is {before.type} for `{event}` and {declared.type} here",
            why,
            "give both the same type, or rename one",
        )
    if declared.column not in (None, before.column):
        yield Problem(
            "error",
            (*path, "column"),
            f"`{name}` has another column for `{event}`",
            why,
            "name the same column, or rename one",
        )
    if declared.unknown and set(declared.unknown) != set(before.unknown):
        yield Problem(
            "error",
            (*path, "unknown"),
            f"`{name}` has other spellings of unknown for `{event}`",
            why,
            "write all of them there",
        )
