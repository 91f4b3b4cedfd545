"""From raw columns to typed ones, remembering what could not be read."""

from __future__ import annotations

from collections.abc import Sequence

from pyrometer.evidence.fields import BAG, Field
from pyrometer.evidence.meaning import SQL_TYPE, always_readable, family_of, present, read_typed, settled
from pyrometer.evidence.quote import ident, literals
from pyrometer.evidence.table import FILE, ROW, Table

BAD = '"bad\x1f"'
"""NULL, or a row's unreadable values as a list of (position of the field, text)."""

_LONGEST = 200


def typed_select(
    table: Table, fields: Sequence[Field], *, bag: bool = False, audited: bool = True, marked: bool = True
) -> str:
    """The SELECT that turns an input's raw columns into `row#, file#, <fields>, bad#`; or the fields alone.

    They stand alone unless `audited`; without `marked`, `bad#` is NULL in every row.

    With `bag`, a field that has no value in a column of its own is looked up in the JSON of the column `properties`.
    """
    holder = table.columns.get(BAG) if bag else None
    found = [_raw(table, each, position, in_bag=holder is not None) for position, each in enumerate(fields)]
    source = table.relation
    if holder is not None:
        source = _opened(source, holder.sql, holder.sql_type, fields)
    given = "".join(f', {sql} AS "p{position}"' for position, (sql, sql_type) in enumerate(found) if sql_type)
    kept = ', "bag!"' if holder is not None else ""
    rows = f"SELECT {ROW}, {FILE}{kept}{given} FROM {source}"
    # What is read already needs no expression of its own: with few rows, every one of them costs more than the rows.
    final, read, bounded = [], "", ""
    for position, (each, (_, sql_type)) in enumerate(zip(fields, found, strict=True)):
        value = f'"p{position}"'
        if sql_type is None:
            final.append(f"CAST(NULL AS {SQL_TYPE[each.kind]})")
            continue
        if (reading := read_typed(each.kind, value, sql_type)) != value:
            value = f'"v{position}"'
            read += f", {reading} AS {value}"
        if (bounds := settled(each.kind, value, sql_type)) != value:
            value = f'"s{position}"'
            bounded += f", {bounds} AS {value}"
        final.append(value)
    for layer in (read, bounded):
        if layer:
            rows = f"SELECT *{layer} FROM ({rows})"
    names = ", ".join(f"{value} AS {ident(each.name)}" for value, each in zip(final, fields, strict=True))
    if not audited:
        return f"SELECT {names} FROM ({rows})"
    failures: list[tuple[str, int, str]] = []
    if not marked:
        return f"SELECT {ROW}, {FILE}, {names}, {_failed(failures)} AS {BAD} FROM ({rows})"
    for position, (each, value, (_, sql_type)) in enumerate(zip(fields, final, found, strict=True)):
        text = f'CAST("p{position}" AS VARCHAR)' if sql_type else "''"
        if each.filled:
            failures.append((f"{value} IS NULL", position, f"coalesce({text}, '')"))
        elif sql_type is not None and not always_readable(each.kind, sql_type):
            failures.append((f'"p{position}" IS NOT NULL AND {value} IS NULL', position, text))
    if holder is not None:
        failures.append(('"bag!" IS NOT NULL', len(fields), '"bag!"'))
    return f"SELECT {ROW}, {FILE}, {names}, {_failed(failures)} AS {BAD} FROM ({rows})"


def _raw(table: Table, field: Field, position: int, *, in_bag: bool) -> tuple[str, str | None]:
    """The SQL of a field's raw value and its type; the type is None if the input can't have the field at all."""
    columns = [table.columns[name] for name in field.names if name in table.columns]
    options = [
        (each.sql, each.sql_type)
        if field.as_is and field.kind == "text" and not field.unknown and each.sql_type == "VARCHAR"
        else (present(field.kind, each.sql, each.sql_type, field.unknown), each.sql_type)
        for each in columns
    ]
    if in_bag and not field.required:
        options.append((present(field.kind, f'"bag#"[{position + 1}]', "VARCHAR", field.unknown), "VARCHAR"))
    if not options:
        return "NULL", None
    if len(options) == 1:
        return options[0]
    if len({sql_type for _, sql_type in options}) == 1:
        return f"coalesce({', '.join(sql for sql, _ in options)})", options[0][1]
    return f"coalesce({', '.join(f'CAST({sql} AS VARCHAR)' for sql, _ in options)})", "VARCHAR"


def _opened(source: str, holder: str, holder_type: str, fields: Sequence[Field]) -> str:
    """The relation with `bag#`, the texts of all fields found in the JSON, and `bag!`, JSON that isn't an object."""
    text = holder if family_of(holder_type) in ("text", "tidy") else f"CAST(to_json({holder}) AS VARCHAR)"
    # One call parses the JSON once for all fields; of the names that a field goes by, the first wins.
    pointers = literals(_pointer(name) for each in fields for name in each.names)
    found = f'json_extract_string("bag?", [{pointers}])'
    picks, start = [], 1
    for each in fields:
        options = [f'"bag="[{start + step}]' for step in range(len(each.names))]
        start += len(each.names)
        picks.append(options[0] if len(options) == 1 else f"coalesce({', '.join(options)})")
    blank = present("text", '"bag?"', "VARCHAR")
    sound = """CASE WHEN json_valid("bag?") THEN json_type("bag?") = 'OBJECT' ELSE false END"""
    return (
        f'(SELECT *, [{", ".join(picks)}] AS "bag#" FROM ('
        f'SELECT *, CASE WHEN "bag+" THEN {found} END AS "bag=", CASE WHEN NOT "bag+" THEN {blank} END AS "bag!" FROM ('
        f'SELECT *, {sound} AS "bag+" FROM (SELECT *, {text} AS "bag?" FROM {source}))))'
    )


def _pointer(name: str) -> str:
    return "/" + name.replace("~", "~0").replace("/", "~1")


def _failed(failures: Sequence[tuple[str, int, str]]) -> str:
    if not failures:
        return "CAST(NULL AS STRUCT(field INTEGER, text VARCHAR)[])"
    each = ", ".join(
        f"CASE WHEN {failed} THEN {{'field': CAST({position} AS INTEGER), 'text': left({text}, {_LONGEST})}} END"
        for failed, position, text in failures
    )
    anything = " OR ".join(f"({failed})" for failed, _, _ in failures)
    return f"CASE WHEN {anything} THEN list_filter([{each}], lambda x: x IS NOT NULL) END"
