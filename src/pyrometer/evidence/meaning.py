"""What a raw value means: SQL expressions from texts, and from typed columns, to the five types and to times.

An expression is NULL where a value can't be read as its type. Nothing here looks at a session's settings: a text
becomes a time only after a strict pattern has accepted it, because the engine's own casts are more lenient than the
language (they drop an offset, take `epoch`, round 120.6, allow `1_000`).
"""

from __future__ import annotations

from typing import Literal

from pyrometer.evidence.quote import literal

Kind = Literal["text", "integer", "number", "boolean", "date", "time"]
"""The five types of the language, and `time`: a moment in UTC."""

SQL_TYPE: dict[Kind, str] = {
    "text": "VARCHAR",
    "integer": "BIGINT",
    "number": "DOUBLE",
    "boolean": "BOOLEAN",
    "date": "DATE",
    "time": "TIMESTAMP",
}

FIRST_TIME = "TIMESTAMP '0001-01-01 00:00:00'"
LAST_TIME = "TIMESTAMP '9999-12-31 23:59:59.999999'"

BLANKS = "".join(chr(code) for code in range(0x3001) if chr(code).isspace())
_BLANKS = literal(BLANKS)

_AROUND = " \t\u00a0"
_TRUE = "('true', 'yes', '1')"
_FALSE = "('false', 'no', '0')"

# Months, days, minutes and seconds are left to the cast; it would take the hour 24, and any offset.
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[T ](?:[01][0-9]|2[0-3]):[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
_ZONE = "(?:Z|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)"
_EPOCH = "-?[0-9]{1,16}"
_EPOCH_PARTS = r"-?[0-9]{1,16}\.[0-9]{0,9}"
_INTEGER = r"[+-]?[0-9]+(?:\.0*)?"
_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"

_SECONDS_UNTIL = 100_000_000_000
"""Numbers from here on are milliseconds; as seconds they would lie beyond the year 5000."""


def blank_as_null(sql: str) -> str:
    """A text, or NULL where it is empty or only white space (as Python's `str.isspace` has it).

    The comparison in front keeps the ordinary case cheap: no text between `!` and `~` starts with white space.
    """
    return f"CASE WHEN ({sql} < '!' OR {sql} > '~') AND trim({sql}, {_BLANKS}) = '' THEN NULL ELSE {sql} END"


def bare(sql: str) -> str:
    """A text without spaces, tabs and no-break spaces around it, or NULL where nothing is left."""
    ends = " OR ".join(f"suffix({sql}, {literal(blank)})" for blank in _AROUND)
    return f"CASE WHEN {sql} < '!' OR {sql} > '~' OR {ends} THEN nullif(trim({sql}, {_BLANKS}), '') ELSE {sql} END"


def read_text(kind: Kind, sql: str) -> str:
    """The value of a text; all but texts are expected to be bare."""
    match kind:
        case "text":
            return sql
        case "integer":
            return f"CASE WHEN {_is(sql, _INTEGER)} THEN TRY_CAST({sql} AS BIGINT) END"
        case "number":
            return f"CASE WHEN {_is(sql, _NUMBER)} THEN {_finite(f'TRY_CAST({sql} AS DOUBLE)')} END"
        case "boolean":
            return f"CASE WHEN lower({sql}) IN {_TRUE} THEN true WHEN lower({sql}) IN {_FALSE} THEN false END"
        case "date":
            # A moment has a UTC day; files often carry one where a date is meant.
            day = f"WHEN {_is(sql, _DAY)} AND {sql} >= '0001' THEN TRY_CAST({sql} AS DATE)"
            return f"CASE {day} WHEN length({sql}) > 10 THEN CAST(CASE {_iso_times(sql)} END AS DATE) END"
        case "time":
            whole = f"WHEN {_is(sql, _EPOCH)} THEN {_epoch(f'TRY_CAST({sql} AS BIGINT)')}"
            parts = f"WHEN {_is(sql, _EPOCH_PARTS)} THEN {_epoch_parts(f'TRY_CAST({sql} AS DECIMAL(28, 9))')}"
            return f"CASE {_iso_times(sql)} {whole} {parts} END"


def _iso_times(sql: str) -> str:
    # The zone goes with the number of microseconds since 1970, which no session setting can change. Only an offset in
    # the first or last year can lead out of the years that there are.
    zoned = f"make_timestamp(epoch_us(TRY_CAST({sql} AS TIMESTAMPTZ)))"
    pattern = _is(sql, _DAY + _CLOCK + _ZONE)
    return (
        f"WHEN {pattern} THEN CASE WHEN {sql} >= '0002' AND {sql} < '9999' THEN {zoned} ELSE {_bounded(zoned)} END"
        f" WHEN {_is(sql, f'{_DAY}(?:{_CLOCK})?')} AND {sql} >= '0001' THEN TRY_CAST({sql} AS TIMESTAMP)"
    )


def read_typed(kind: Kind, sql: str, sql_type: str) -> str:
    """The value of a typed column (Parquet), with the meaning that its text would have."""
    family = _family(sql_type)
    if family == "text":
        return read_text(kind, sql)
    match kind, family:
        case "text", "real":
            # 17.0 is what becomes of the identifier 17 in a column that also has missing values.
            whole = f"isfinite({sql}) AND {sql} = trunc({sql}) AND abs({sql}) < 1e15"
            return f"CASE WHEN {whole} THEN CAST(CAST({sql} AS BIGINT) AS VARCHAR) ELSE CAST({sql} AS VARCHAR) END"
        case "text", _:
            return f"CAST({sql} AS VARCHAR)"
        case "integer", "whole":
            return f"TRY_CAST({sql} AS BIGINT)"
        case "integer", "decimal":
            return f"CASE WHEN {sql} = trunc({sql}) THEN TRY_CAST({sql} AS BIGINT) END"
        case "integer", "real":
            return f"CASE WHEN isfinite({sql}) AND {sql} = trunc({sql}) THEN TRY_CAST({sql} AS BIGINT) END"
        case "number", "real":
            return _finite(f"CAST({sql} AS DOUBLE)")
        case "number", "whole" | "decimal":
            return f"CAST({sql} AS DOUBLE)"
        case "boolean", "truth":
            return sql
        case "boolean", "whole" | "decimal" | "real":
            return f"CASE {sql} WHEN 1 THEN true WHEN 0 THEN false END"
        case "date", "day":
            return _dated(sql)
        case "date", "moment" | "zoned":
            return f"CAST({read_typed('time', sql, sql_type)} AS DATE)"
        case "time", "moment" | "day":
            # Left as it is, so that the files' own statistics keep answering for it.
            return sql if sql_type == "TIMESTAMP" else _bounded(f"TRY_CAST({sql} AS TIMESTAMP)")
        case "time", "zoned":
            # The number of microseconds since 1970 in UTC is the same in every session.
            return _bounded(f"CASE WHEN isfinite({sql}) THEN make_timestamp(epoch_us({sql})) END")
        case "time", "whole" | "decimal" | "real":
            # Beyond 16 digits a product could overflow; no such number is a time.
            whole = f"TRY_CAST(CASE WHEN abs({sql}) < 1e16 THEN {sql} END AS BIGINT)"
            return _epoch(whole) if family == "whole" else _epoch_parts(f"TRY_CAST({sql} AS DECIMAL(28, 6))")
    return f"CAST(NULL AS {SQL_TYPE[kind]})"


def present(kind: Kind, sql: str, sql_type: str, unknown: tuple[str, ...] = ()) -> str:
    """The raw value, or NULL where it is blank or one of the spellings of unknown; white space counts only in texts."""
    family = _family(sql_type)
    found = sql
    if family == "text":
        found = blank_as_null(sql) if kind == "text" else bare(sql)
    if family == "real":
        found = f"CASE WHEN isnan({sql}) THEN NULL ELSE {sql} END"
    spelled = [literal(spelling) for spelling in unknown]
    if not spelled:
        return found
    compared = sql
    if family in ("whole", "decimal", "real"):
        spelled = [f"CAST({text} AS DOUBLE)" for text, value in zip(spelled, unknown, strict=True) if _numeric(value)]
        compared = f"CAST({sql} AS DOUBLE)"
    elif family != "text":
        compared = f"CAST({sql} AS VARCHAR)"
    return f"CASE WHEN {compared} IN ({', '.join(spelled)}) THEN NULL ELSE {found} END" if spelled else found


def _family(sql_type: str) -> str:
    """How a column type behaves here: text, whole, decimal, real, truth, day, moment, zoned or other."""
    name = sql_type.upper()
    if name in ("VARCHAR", "JSON", "UUID") or name.startswith("ENUM"):
        return "text" if name in ("VARCHAR", "JSON") else "other"
    if name.rstrip("0123456789") in ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT") or name in (
        "UTINYINT",
        "USMALLINT",
        "UINTEGER",
        "UBIGINT",
        "UHUGEINT",
    ):
        return "whole"
    if name.startswith("DECIMAL"):
        return "decimal"
    if name in ("FLOAT", "DOUBLE"):
        return "real"
    if name == "BOOLEAN":
        return "truth"
    if name == "DATE":
        return "day"
    if name in ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"):
        return "moment"
    if name in ("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ"):
        return "zoned"
    return "other"


def _numeric(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _is(sql: str, pattern: str) -> str:
    return f"regexp_full_match({sql}, {literal(pattern)})"


def _finite(sql: str) -> str:
    return f"CASE WHEN isfinite({sql}) THEN {sql} END"


def _bounded(sql: str) -> str:
    return f"CASE WHEN {sql} BETWEEN {FIRST_TIME} AND {LAST_TIME} THEN {sql} END"


def _dated(sql: str) -> str:
    return f"CASE WHEN {sql} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN {sql} END"


def _epoch(number: str) -> str:
    """The time of a whole number of seconds or milliseconds."""
    scale = f"CASE WHEN abs({number}) < {_SECONDS_UNTIL} THEN 1000000 ELSE 1000 END"
    return _bounded(f"make_timestamp({number} * {scale})")


def _epoch_parts(number: str) -> str:
    """The same with decimals, to the microsecond."""
    scale = f"CASE WHEN abs({number}) < {_SECONDS_UNTIL} THEN 1000000 ELSE 1000 END"
    return _bounded(f"make_timestamp(TRY_CAST(round({number} * ({scale})) AS BIGINT))")
