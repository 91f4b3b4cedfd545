"""Evidence of many leads at once, joined to columns by the database, as scoring takes it fastest."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.db.models import F

from pyrometer.app.evidence.models import Event, Lead, TraitChange
from pyrometer.app.evidence.queries import said
from pyrometer.app.evidence.withholding import ANSWER, EVENT, Refusals, agreed, parts
from pyrometer.evidence import SEPARATOR, Joined

_BOUND = 5_000
"""Names and ids that a statement is given at most."""
_MAPPED = 1 << 40
"""Bytes of the file that may be mapped; SQLite has its own limit below that."""


@dataclass(frozen=True)
class Columns:
    """Evidence as `pyrometer.live.LiveScorer.readings` takes it; `lead_id` is the root's, as a text."""

    leads: list[dict[str, Any]]
    events: Joined
    traits: Joined


def columns_of(roots: Sequence[int], *, events: Collection[str], traits: Collection[str]) -> Columns:
    """What `rows_of` gives of some roots, by column: of the events and traits with these names only."""
    roots = Lead.objects.filter(pk__in=roots, root=F("pk"), erased_at__isnull=True).order_by("pk").values_list("pk")
    known = [root for (root,) in roots]
    members = dict(Lead.objects.filter(root__in=known).values_list("pk", "root_id"))
    refusals = agreed().refusals(known)
    return Columns(
        [{"lead_id": str(root)} for root in known],
        # The database keeps a lead's messages apart; only leads that were merged may have one twice.
        _events(members, events, refusals, merged=len(members) > len(known)),
        _traits(members, traits, refusals),
    )


def _events(root_of: Mapping[int, int], names: Collection[str], refusals: Refusals, *, merged: bool) -> Joined:
    shown = ["name", *_TIMES, "properties", *(["message_id"] if merged else [])]
    found = _joined(Event._meta.db_table, shown, _counting(EVENT, root_of, names, refusals), root_of, "bot = ''")
    texts = {"lead_id": found["lead_id"], "event": found["name"]}
    if merged:
        texts["message_id"] = found["message_id"]
    return Joined(found.rows, texts, {name: found[name] for name in _TIMES}, bag=found["properties"])


def _traits(root_of: Mapping[int, int], names: Collection[str], refusals: Refusals) -> Joined:
    counting = _counting(ANSWER, root_of, names, refusals)
    found = _joined(TraitChange._meta.db_table, ["trait", *_TIMES, "value"], counting, root_of, "1 = 1")
    texts = {"lead_id": found["lead_id"], "trait": found["trait"]}
    return Joined(found.rows, texts, {name: found[name] for name in _TIMES}, {"value": found["value"]})


_TIMES = ("occurred_at", "received_at")


class _Found(dict[str, str]):
    """Columns by name, and how many rows they have."""

    rows = 0


_NAMED = {EVENT: "name", ANSWER: "trait"}

_Counting = tuple[list[int], str, list[str]]
"""Leads, so many at a time, with the condition on what counts of them, and what it is given."""


def _joined(
    table: str, columns: Sequence[str], counting: Iterable[_Counting], root_of: Mapping[int, int], more: str
) -> _Found:
    """Columns of the evidence of some leads, each one text; `lead_id` is the root's.

    A statement gives a row a lead, so that no text in the database grows with the number of leads.
    """
    joined: dict[str, list[str]] = {name: [] for name in ("lead_id", *columns)}
    found = _Found()
    texts = ", ".join(_text(name) for name in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            # The rows of a lead lie scattered over the whole file, where reading takes twice as long as looking.
            cursor.execute(f"PRAGMA mmap_size = {_MAPPED}")
        for some, condition, given in counting:
            cursor.execute(*_statement(table, texts, some, f"retracted_at IS NULL AND {more} AND {condition}", given))
            for lead, count, *each in cursor.fetchall():
                found.rows += count
                joined["lead_id"].append(SEPARATOR.join([str(root_of[lead])] * count))
                for name, text in zip(columns, each, strict=True):
                    joined[name].append(_FLAT[name](text, count) if name in _FLAT else text)
    found |= {name: SEPARATOR.join(each) for name, each in joined.items()}
    return found


def _statement(table: str, texts: str, some: list[int], condition: str, given: list[str]) -> tuple[str, list[Any]]:
    """What gives a row for each of some leads that has evidence: its id, how many rows there are, and their texts."""
    if connection.vendor == "sqlite":
        where = f"lead_id IN ({_places(some)}) AND {condition}"
        return f"SELECT lead_id, count(*), {texts} FROM {table} WHERE {where} GROUP BY lead_id", [*some, *given]
    # Lead by lead, each along the index. Asked for all at once, PostgreSQL reads the whole table for some thousands, in
    # several processes, as often as there are batches.
    each = f"SELECT count(*) AS number, {texts} FROM {table} WHERE lead_id = asked.lead_id AND {condition}"
    asked = "unnest(%s::bigint[]) AS asked (lead_id)"
    return (
        f"SELECT asked.lead_id, found.* FROM {asked} CROSS JOIN LATERAL ({each}) AS found WHERE number > 0",
        [some, *given],
    )


def _counting(kind: str, root_of: Mapping[int, int], names: Collection[str], refusals: Refusals) -> Iterator[_Counting]:
    # A name with a separator in it would take others apart.
    wanted = [name for name in names if SEPARATOR not in name]
    by = _NAMED[kind]
    for part in parts(refusals, set(root_of.values()), kind, wanted) if wanted else ():
        conditions, given = [], [*part.names, *part.partly, *(part.sources if part.partly else ())]
        if part.names:
            conditions.append(f"{by} IN ({_places(part.names)})")
        if part.partly:
            conditions.append(f"({by} IN ({_places(part.partly)}) AND source IN ({_places(part.sources)}))")
        ids = [lead for lead, root in root_of.items() if root in part.roots] if conditions else []
        for start in range(0, len(ids), _BOUND):
            yield ids[start : start + _BOUND], f"({' OR '.join(conditions)})", given


def _places(values: Sequence[Any]) -> str:
    return ", ".join(["%s"] * len(values))


def _text(column: str) -> str:
    """The SQL of all values of a column of a lead, joined; the order of rows is the same for all columns."""
    if connection.vendor == "sqlite":
        sql = f"hex({column})" if column == "message_id" else column
        return f"group_concat(coalesce({sql}, ''), char({ord(SEPARATOR)}))"
    if column in _TIMES:
        sql = f"to_char({column} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    else:
        # An id may hold whatever its sender likes, so also a separator.
        sql = f"encode(convert_to({column}, 'UTF8'), 'hex')" if column == "message_id" else f"{column}::text"
    return f"string_agg(coalesce({sql}, ''), chr({ord(SEPARATOR)}))"


def _properties(joined: str, rows: int) -> str:
    """The properties of some events, with texts in the place of the lists and objects inside."""
    if joined.count("{") == rows and "[" not in joined:
        return joined
    return SEPARATOR.join(map(_shallow, joined.split(SEPARATOR)))


def _shallow(text: str) -> str:
    properties: dict[str, Any] = json.loads(text)
    if not any(isinstance(value, dict | list) for value in properties.values()):
        return text
    return json.dumps({name: _flat(value) for name, value in properties.items()})


def _values(joined: str, rows: int) -> str:
    """The values of some answers, with texts in the place of lists and objects."""
    if "{" not in joined and "[" not in joined:
        return joined
    return SEPARATOR.join(
        json.dumps(_flat(said(json.loads(text)))) if text[:1] in ("{", "[") else text
        for text in joined.split(SEPARATOR)
    )


def _flat(value: Any) -> Any:
    return json.dumps(value) if isinstance(value, dict | list) else value


_FLAT: dict[str, Callable[[str, int], str]] = {"properties": _properties, "value": _values}
