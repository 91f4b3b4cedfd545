"""The dated trait log: each entry read as its trait's type, once, for every as-of time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import duckdb

from pyrometer.evidence.meaning import FIRST_TIME, LAST_TIME, SQL_TYPE, Kind, present, read_text, settled
from pyrometer.evidence.quote import ident, literal, literals
from pyrometer.evidence.reading import Input
from pyrometer.evidence.table import FILE, ROW
from pyrometer.evidence.views import Views, define

if TYPE_CHECKING:
    from pyrometer.definition.traits import Trait

ANSWERS = "answers"


def typed_column(kind: Kind) -> str:
    """The column of `answers` that holds the values of a type."""
    return f'"as {kind}"'


def trait_log(con: duckdb.DuckDBPyConnection, log: Input | None, traits: Mapping[str, Trait], views: Views) -> None:
    """`traits(lead_id, trait, value, source, author, occurred_at, received_at)`, and `answers`, with typed values.

    A blank value is an empty text in `traits`: it says that the trait is unknown, and overrides what was said before.
    """
    names = "lead_id, trait, value, source, author, occurred_at, received_at"
    if log is None:
        define(con, "traits", f"SELECT {names} FROM {_NOTHING}", views)
        return
    sound = f"occurred_at BETWEEN {FIRST_TIME} AND {LAST_TIME}"
    source = f"{ident(log.relation)} WHERE lead_id IS NOT NULL AND trait IS NOT NULL AND {sound}"
    kinds: dict[Kind, list[str]] = {}
    for name, trait in traits.items():
        kinds.setdefault(trait.type, []).append(name)
    known = _present(kinds, {name: tuple(str(text) for text in trait.unknown) for name, trait in traits.items()})
    read = "".join(
        f", CASE WHEN trait IN ({literals(names)}) THEN {read_text(kind, 'said')} END AS {typed_column(kind)}"
        for kind, names in kinds.items()
    )
    final = "".join(f", {settled(kind, column)} AS {column}" for kind in kinds for column in [typed_column(kind)])
    entry = "lead_id, trait, coalesce(value, '') AS value, source, author, occurred_at"
    con.execute(
        f"CREATE OR REPLACE TEMP TABLE {ANSWERS} AS SELECT {FILE}, {ROW}, {entry},"
        f" coalesce(received_at, occurred_at) AS received_at, said{final}"
        f" FROM (SELECT *{read} FROM (SELECT *, {known} AS said FROM {source}))"
    )
    define(con, "traits", f"SELECT {names} FROM {ANSWERS}", views)


def unreadable(kinds: Sequence[Kind]) -> str:
    """The condition for entries of `answers` that say something which isn't of the trait's type."""
    read = "".join(f" AND {typed_column(kind)} IS NULL" for kind in kinds)
    return f"said IS NOT NULL{read}"


def _present(kinds: Mapping[Kind, Sequence[str]], unknown: Mapping[str, tuple[str, ...]]) -> str:
    spelled = "".join(
        f" WHEN trait = {literal(name)} AND value IN ({literals(spellings)}) THEN NULL"
        for name, spellings in unknown.items()
        if spellings
    )
    texts = literals(kinds.get("text", [])) or "NULL"
    return (
        f"CASE{spelled} WHEN trait IN ({texts}) THEN {present('text', 'value', 'VARCHAR')}"
        f" ELSE {present('integer', 'value', 'VARCHAR')} END"
    )


_NOTHING = (
    f"(SELECT 0 AS {FILE}, 0 AS {ROW}, '' AS lead_id, '' AS trait, '' AS value, '' AS source, '' AS author,"
    f" CAST(NULL AS {SQL_TYPE['time']}) AS occurred_at, CAST(NULL AS {SQL_TYPE['time']}) AS received_at WHERE false)"
)
