"""What makes a row the one it is: its message id, or, for want of one, what it says."""

from __future__ import annotations

from collections.abc import Sequence

from pyrometer.archive.kinds import Kind, key_of
from pyrometer.archive.taking import TAKEN
from pyrometer.engines import DuckDBEngine
from pyrometer.evidence.meaning import FIRST_TIME, LAST_TIME
from pyrometer.evidence.quote import ident, literal
from pyrometer.evidence.table import FILE

NAMED = "named"
"""The relation with the rows that were taken, each with its message id."""

_UNIT, _PAIR = "chr(31)", "chr(30)"


def name_rows(
    engine: DuckDBEngine,
    kind: Kind,
    properties: Sequence[str],
    given: frozenset[str],
    received: str,
    *,
    bare: bool = False,
) -> int:
    """Makes the relation `named` of the rows of `taken` that are whole; how many there are.

    A row without `message_id` gets one of its contents (but for when it was received), and of how many such rows the
    file had before it: the same file gives the same ids, whenever it is read. `received` is the SQL of when rows were
    received that don't say. Where `bare`, a row with an id needs nothing else.
    """
    whole = " AND ".join(_sound(kind))
    identified = "lead_id IS NOT NULL AND message_id IS NOT NULL" + ("" if bare else f" AND {whole}")
    columns = [
        f"coalesce(received_at, {received}) AS received_at" if name == "received_at" else ident(name)
        for name in kind.columns
    ]
    shown = ", ".join([*columns, *map(ident, properties)])
    engine.run(f"CREATE OR REPLACE TEMP TABLE {NAMED} AS SELECT {shown} FROM {TAKEN} WHERE {identified}")
    if "message_id" not in given or engine.run(f"SELECT 1 FROM {TAKEN} WHERE message_id IS NULL AND {whole} LIMIT 1"):
        _name_nameless(engine, kind, properties, columns, whole)
    ((count,),) = engine.run(f"SELECT count(*) FROM {NAMED}")
    return int(count)


def _name_nameless(
    engine: DuckDBEngine, kind: Kind, properties: Sequence[str], columns: Sequence[str], whole: str
) -> None:
    """Adds to `named` the rows without an id, under 64 bits of their contents' MD5, numbered from the second on."""
    further = list(map(ident, properties))
    digest = f"md5_number_lower({contents_sql(kind, properties)}) AS digest"
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE nameless AS SELECT {', '.join([*columns, *further])}, {FILE}, {digest}"
        f" FROM {TAKEN} WHERE message_id IS NULL AND {whole}"
    )
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE alike AS SELECT {FILE}, digest FROM nameless GROUP BY ALL HAVING count(*) > 1"
    )

    def named(addition: str) -> str:
        derived = f"printf('row-%016x', digest){addition} AS message_id"
        mine = [derived if name == "message_id" else ident(name) for name in kind.columns]
        return ", ".join([*mine, *further])

    # Few rows say the same as another; only these have to be put in an order to be numbered.
    engine.run(f"INSERT INTO {NAMED} SELECT {named('')} FROM nameless ANTI JOIN alike USING ({FILE}, digest)")
    ordinal = f"row_number() OVER (PARTITION BY {FILE}, digest)"
    later = "CASE WHEN ordinal > 1 THEN '-' || CAST(ordinal AS VARCHAR) ELSE '' END"
    engine.run(
        f"INSERT INTO {NAMED} SELECT {named(f' || {later}')}"
        f" FROM (SELECT *, {ordinal} AS ordinal FROM nameless SEMI JOIN alike USING ({FILE}, digest))"
    )
    engine.run("DROP TABLE nameless")


def _sound(kind: Kind) -> list[str]:
    """The conditions of a row that an archive can keep."""
    found = [f"{ident(name)} IS NOT NULL" for name in kind.needed]
    times = [name for name in kind.needed if kind.columns[name] == "time"]
    found += [f"{ident(name)} BETWEEN {FIRST_TIME} AND {LAST_TIME}" for name in times]
    return [*found, "lower(trim(outcome)) IN ('won', 'lost')"] if kind.name == "outcomes" else found


def contents_sql(kind: Kind, properties: Sequence[str]) -> str:
    """A row's contents as one text; what is blank leaves no trace, so that new columns change nothing."""
    parts = [
        _part(name, f"epoch_us({ident(name)})" if kind.columns[name] == "time" else ident(name))
        for name in kind.identity
    ]
    parts += [_part(name, ident(name)) for name in sorted(properties)]
    return f"concat_ws({_UNIT}, {', '.join(parts)})"


def _part(name: str, value: str) -> str:
    return f"{literal(name)} || {_PAIR} || CAST({value} AS VARCHAR)"


def keep_first(engine: DuckDBEngine, kind: Kind, properties: Sequence[str]) -> int:
    """Of rows of `named` with the same id keep the one that was known first; how many went."""
    keys = ", ".join(map(ident, key_of(kind)))
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE doubled AS SELECT {keys} FROM {NAMED} GROUP BY {keys} HAVING count(*) > 1"
    )
    if not engine.run("SELECT 1 FROM doubled LIMIT 1"):
        return 0
    ((before,),) = engine.run(f"SELECT count(*) FROM {NAMED}")
    known = f"greatest({', '.join(map(ident, kind.times))})"
    rest = [*kind.columns, *sorted(properties)]
    order = ", ".join([known, *(f"{ident(name)} NULLS FIRST" for name in rest)])
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE first_of_doubled AS"
        f" SELECT * FROM {NAMED} SEMI JOIN doubled USING ({keys})"
        f" QUALIFY row_number() OVER (PARTITION BY {keys} ORDER BY {order}) = 1"
    )
    engine.run(
        f"CREATE OR REPLACE TEMP TABLE {NAMED} AS SELECT * FROM {NAMED} ANTI JOIN doubled USING ({keys})"
        " UNION ALL BY NAME SELECT * FROM first_of_doubled"
    )
    ((after,),) = engine.run(f"SELECT count(*) FROM {NAMED}")
    return int(before - after)
