"""The profile as it was known at a time: the flat file, overridden by the trait log."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

import duckdb

from pyrometer.evidence.answers import ANSWERS, typed_column
from pyrometer.evidence.meaning import SQL_TYPE
from pyrometer.evidence.quote import ident, literal, literals
from pyrometer.evidence.relations import FLAT
from pyrometer.evidence.times import timestamp
from pyrometer.evidence.views import Views, define

_THEN = "profile_then"

if TYPE_CHECKING:
    from pyrometer.definition.document import Definition
    from pyrometer.evidence.load import Evidence


def answered(trait: str) -> str:
    """The column with the day of a trait's answer; no declared name can have its control character."""
    return f"{trait}\x1f"


def profile_as_of(
    con: duckdb.DuckDBPyConnection,
    definition: Definition,
    evidence: Evidence,
    as_of: datetime,
    *,
    dated: Collection[str] = (),
    views: Views | None = None,
) -> None:
    """Makes `profile(lead_id, <trait> typed …)` as known at `as_of` (without a zone: UTC).

    An entry of the log counts if it had occurred and been received by then; of a lead's entries for a trait the latest
    wins (by when it occurred, then by when it was received), over the flat file, even if it is blank. For the traits in
    `dated` there is a column that `answered` names, the UTC day of the winning entry; NULL where the flat file answers.

    The leads are those of the leads file; without one, those of the log by then; without either, those with events by
    then. `views` is as for `load_evidence`.
    """
    then = timestamp(as_of)
    known = f"occurred_at <= {then} AND received_at <= {then}"
    if evidence.has_log:
        con.execute(f"CREATE OR REPLACE TEMP TABLE {_THEN} AS {_with_log(definition, evidence, known, dated)}")
    elif not evidence.has_leads:
        traits = definition.profile.items()
        columns = "".join(f", CAST(NULL AS {SQL_TYPE[trait.type]}) AS {ident(name)}" for name, trait in traits)
        declared = f"event IN ({literals(definition.events) or 'NULL'})"
        select = f"SELECT DISTINCT lead_id{columns} FROM events WHERE {known} AND {declared}"
        con.execute(f"CREATE OR REPLACE TEMP TABLE {_THEN} AS {select}")
    days = "" if evidence.has_log else "".join(f", CAST(NULL AS DATE) AS {ident(answered(name))}" for name in dated)
    source = _THEN if evidence.has_log or not evidence.has_leads else FLAT
    define(con, "profile", f"SELECT *{days} FROM {source}", {} if views is None else views)


def _with_log(definition: Definition, evidence: Evidence, known: str, dated: Collection[str]) -> str:
    kinds = dict.fromkeys(trait.type for trait in definition.profile.values())
    typed = "".join(f", {literal(kind)}: {typed_column(kind)}" for kind in kinds)
    winners = (
        "SELECT lead_id, trait, max(occurred_at) AS answered,"
        f" arg_max({{'said': said{typed}}}, (occurred_at, received_at, value)) AS answer"
        f" FROM {ANSWERS} WHERE {known} GROUP BY lead_id, trait"
    )
    pivot, columns = ["lead_id"], ["lead_id"]
    for position, (name, trait) in enumerate(definition.profile.items()):
        mine = f"FILTER (trait = {literal(name)})"
        answer, day = f'"a{position}"', f'"d{position}"'
        pivot.append(f"any_value(answer[{literal(trait.type)}]) {mine} AS {answer}, max(answered) {mine} AS {day}")
        flat = ident(name) if evidence.has_leads else "NULL"
        columns.append(f"CASE WHEN {day} IS NOT NULL THEN {answer} ELSE {flat} END AS {ident(name)}")
        if name in dated:
            columns.append(f"CAST({day} AS DATE) AS {ident(answered(name))}")
    log = f"(SELECT {', '.join(pivot)} FROM ({winners}) GROUP BY lead_id)"
    leads = f"{FLAT} LEFT JOIN {log} USING (lead_id)" if evidence.has_leads else log
    return f"SELECT {', '.join(columns)} FROM {leads}"
