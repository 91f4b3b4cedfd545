"""Finds a definition's evidence in an engine's tables: which column holds what, and what is missing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from pyrometer.archive import Snapshot, current_files
from pyrometer.definition import Definition
from pyrometer.definition.problems import nearest, suggestion
from pyrometer.engines import ArchiveInput, Engine, Files
from pyrometer.errors import EvidenceError
from pyrometer.evidence import BAG, Field, Naming, clip, event_fields, log_fields, profile_fields, some
from pyrometer.inputs import EngineInput, Inputs
from pyrometer.sql import FAMILIES, WITHDRAWN, SourceField, SourceTable, can_look_into, repeated_select

SHOWN = 3
_SAID = {
    "text": "texts or whole numbers",
    "integer": "whole numbers",
    "number": "numbers",
    "boolean": "truth values",
    "date": "dates",
    "time": "timestamps",
}


@dataclass(frozen=True)
class Tables:
    """The tables of a run; none only where archives hold no row."""

    leads: SourceTable | None
    traits: SourceTable | None
    events: SourceTable | None


def find_tables(
    engine: Engine,
    definition: Definition,
    inputs: Inputs,
    archives: Mapping[str, Snapshot],
    withdrawn: Collection[str] = (),
) -> Tables:
    """Look each input up in the engine; of those in `withdrawn`, message ids are needed.

    `archives` are those of the inputs that are in one; an input of which one holds no row is left out. Raises
    EvidenceError where one can't be what it should be.
    """
    found: dict[str, SourceTable] = {}
    _check_names(definition, inputs)
    for label, given in inputs:
        columns = {name: column for name, column in given.columns.items() if column is not None}
        naming = Naming(given.lead_id, columns)
        wanted = {"leads": profile_fields, "events": event_fields}.get(label)
        fields = log_fields(naming) if wanted is None else wanted(definition, naming)
        if isinstance(given.source, ArchiveInput) and label in WITHDRAWN:
            # An archive has each message once; its id says which rows were taken back, and nothing else.
            if label not in withdrawn:
                given = replace(given, columns={**given.columns, "message_id": None})
            elif label == "traits":
                fields = [*fields, naming.field("message_id", "text")]
        source = given.source
        if label in archives:
            paths = current_files(archives[label], label)
            if not paths:
                continue
            source = Files(tuple(paths), exact=True)
        name = engine.register(source, label)
        there = engine.columns(name, label)
        shown = ".".join(given.source if isinstance(given.source, tuple) else name)
        if not there:
            raise EvidenceError(f"{label}: there is no table `{shown}` in {engine.shown}")
        _check_mapped(label, shown, given, [each.name for each in fields], there)
        known = tuple(
            _field(label, shown, each, given, there) for each in fields if each.name not in ("source", "author")
        )
        bag = (BAG, there[BAG]) if label == "events" and BAG in there else None
        if bag is not None and not can_look_into(bag, engine.dialect):
            _refuse_bag(f"column `{BAG}` of `{shown}`", bag[1], known, given, engine)
            bag = None
        found[label] = SourceTable(name, known, bag)
    return Tables(found.get("leads"), found.get("traits"), found.get("events"))


def _check_names(definition: Definition, inputs: Inputs) -> None:
    """Raises EvidenceError where a mapped name is no trait, property or field."""
    plain = Naming()
    each_kind = profile_fields(definition, plain), event_fields(definition, plain), log_fields(plain)
    known = sorted({field.name for fields in each_kind for field in fields})
    for label, given in inputs:
        for name, column in given.columns.items():
            if name not in known and column is not None:
                near = suggestion(name, known, kind="trait, property or field")
                raise EvidenceError(f"{label}: can't map `{name}` to `{column}`: there is nothing of that name; {near}")


def _refuse_bag(column: str, family: str, fields: Sequence[SourceField], given: EngineInput, engine: Engine) -> None:
    """Raises EvidenceError where a property could only stand in a column that nothing can be read from."""
    core = ("lead_id", "event", "message_id")
    lacking = [each.name for each in fields if not each.columns and each.kind != "time" and each.name not in core]
    lacking = [name for name in lacking if given.columns.get(name, name) is not None]
    if lacking:
        raise EvidenceError(
            f"events: {column} is of a type ({family}) in which {some(lacking)} can't be looked for: it should be "
            f"{engine.dialect.bags}; cast it in a view, or give each property a column of its own"
        )


def refuse_repeated(engine: Engine, leads: SourceTable) -> None:
    """Raises EvidenceError where a lead stands in its table more than once."""
    select = repeated_select(leads, engine.dialect, SHOWN + 1)
    rows = engine.few(select.sql(dialect=engine.dialect.name))
    if rows:
        said = ", ".join(f"`{clip(str(lead))}` in {count:,}" for lead, count in rows[:SHOWN])
        more = ", …" if len(rows) > SHOWN else ""
        raise EvidenceError(f"leads: a lead stands in one row of `{'.'.join(leads.name)}`, but {said}{more}")


def _check_mapped(label: str, table: str, given: EngineInput, known: Sequence[str], there: Mapping[str, str]) -> None:
    for name, column in given.columns.items():
        if name not in known:
            continue  # it may be a field of another input
        if column is not None and _find(column, there) is None:
            near = suggestion(column, list(there), kind="column")
            raise EvidenceError(f"{label}: `{table}` has no column `{column}`, which `{name}` is mapped to; {near}")


def _field(label: str, table: str, field: Field, given: EngineInput, there: Mapping[str, str]) -> SourceField:
    """Where a field stands; NULL in the mapping says nowhere."""
    columns: list[tuple[str, str]] = []
    if not (field.name in given.columns and given.columns[field.name] is None):
        found = (_find(name, there) for name in field.names)
        columns = [(name, there[name]) for name in dict.fromkeys(found) if name is not None]
    for name, family in columns:
        if family not in FAMILIES[field.kind]:
            raise EvidenceError(
                f"{label}: column `{name}` of `{table}` is of a type ({family}) that isn't read as `{field.name}`: "
                f"it should hold {_SAID[field.kind]}; cast it in a view, or map `{field.name}` to another column"
            )
    if field.required and not columns:
        wanted = field.names[0]
        near = nearest(wanted, there)
        fix = (
            f"did you mean `{near}`? say so"
            if near
            else f"the columns are {some(list(there), 20)}; say which one it is"
        )
        raise EvidenceError(
            f"{label}: `{table}` has no column `{wanted}`; {fix} in the mapping, under `columns`"
            if field.name != "lead_id"
            else f"{label}: `{table}` has no column `{wanted}`; {fix} in the mapping, as `lead_id`"
        )
    return SourceField(field.name, field.kind, tuple(columns), field.unknown)


def _find(name: str, there: Mapping[str, str]) -> str | None:
    """The column of that name; databases fold case, so one that differs only by it will do if there is just one."""
    if name in there:
        return name
    alike = [column for column in there if column.casefold() == name.casefold()]
    return alike[0] if len(alike) == 1 else None
