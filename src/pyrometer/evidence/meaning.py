"""What a raw value means: SQL expressions from texts, and from typed columns, to the five types and to times.

A value goes through three expressions, in projections one upon the other so that none is computed twice: `present`
(NULL where there is nothing), `read_text` or `read_typed` (NULL where it can't be read), and `settled` (NULL where it
is out of range). Nothing here looks at a session's settings: a text becomes a time only after a strict pattern has
accepted it, because the engine's own casts are more lenient than the language (they drop an offset, take `epoch`,
round 120.6, allow `1_000`). Expressions are short: with few rows, planning them is what takes the time.
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

_BLANKS = literal("".join(chr(code) for code in range(0x3001) if chr(code).isspace()))

# Months, days, minutes and seconds are left to the cast; it would take the hour 24, and any offset.
_DAY = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
_CLOCK = r"[T ](?:[01][0-9]|2[0-3]):[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,9})?)?"
_ZONE = "(?:Z|[+-](?:[01][0-9]|2[0-3])(?::?[0-5][0-9])?)"
_EPOCH = "-?[0-9]{1,15}"
_EPOCH_PARTS = r"-?[0-9]{1,15}\.[0-9]{0,9}"
_INTEGER = r"[+-]?[0-9]+(?:\.0*)?"
_NUMBER = r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?"

_MILLISECONDS_FROM = 100_000_000_000
"""Numbers from here on are milliseconds; as seconds they would lie beyond the year 5000."""


def present(kind: Kind, sql: str, sql_type: str, unknown: tuple[str, ...] = ()) -> str:
    """The raw value, or NULL where it is blank or one of the spellings of unknown.

    Texts are taken as they are, unless they are nothing but white space; around other values spaces don't count.
    """
    family = family_of(sql_type)
    found = sql
    if family == "text":
        # The comparison keeps the ordinary case cheap: no text between `!` and `~` begins with white space.
        blank = f"({sql} < '!' OR {sql} > '~') AND trim({sql}, {_BLANKS}) = ''"
        found = f"CASE WHEN {blank} THEN NULL ELSE {sql} END" if kind == "text" else f"nullif(trim({sql}), '')"
    elif family == "tidy":
        found = f"nullif({sql}, '')" if kind == "text" else f"nullif(trim({sql}), '')"
    elif family == "real":
        found = f"CASE WHEN isnan({sql}) THEN NULL ELSE {sql} END"
    spelled = [literal(spelling) for spelling in unknown]
    compared = sql
    if family in ("whole", "decimal", "real"):
        spelled = [f"CAST({text} AS DOUBLE)" for text, value in zip(spelled, unknown, strict=True) if _numeric(value)]
        compared = f"CAST({sql} AS DOUBLE)"
    elif family not in ("text", "tidy"):
        compared = f"CAST({sql} AS VARCHAR)"
    return f"CASE WHEN {compared} IN ({', '.join(spelled)}) THEN NULL ELSE {found} END" if spelled else found


def read_text(kind: Kind, sql: str) -> str:
    """The value of a text that is present."""
    match kind:
        case "text":
            return sql
        case "integer":
            return f"CASE WHEN {_is(sql, _INTEGER)} THEN TRY_CAST({sql} AS BIGINT) END"
        case "number":
            return f"CASE WHEN {_is(sql, _NUMBER)} THEN TRY_CAST({sql} AS DOUBLE) END"
        case "boolean":
            yes, no = "('true', 'yes', '1')", "('false', 'no', '0')"
            return f"CASE WHEN lower({sql}) IN {yes} THEN true WHEN lower({sql}) IN {no} THEN false END"
        case "date":
            # A moment has a UTC day; files often carry one where a date is meant.
            day = f"WHEN {_is(sql, _DAY)} THEN TRY_CAST({sql} AS DATE)"
            return f"CASE {day} WHEN length({sql}) > 10 THEN CAST(CASE {_iso_times(sql)} END AS DATE) END"
        case "time":
            seconds = f"WHEN {_is(sql, _EPOCH)} THEN {_epoch(f'CAST({sql} AS BIGINT)')}"
            parts = f"WHEN {_is(sql, _EPOCH_PARTS)} THEN {_epoch_parts(f'CAST({sql} AS DECIMAL(28, 9))')}"
            return f"CASE {_iso_times(sql)} {seconds} {parts} END"


def read_typed(kind: Kind, sql: str, sql_type: str) -> str:
    """The value of a typed column that is present, with the meaning that its text would have."""
    family = family_of(sql_type)
    if family in ("text", "tidy"):
        return read_text(kind, sql)
    match kind, family:
        case "text", "real":
            # 17.0 is what becomes of the identifier 17 in a column that also has missing values.
            whole = f"isfinite({sql}) AND {sql} = trunc({sql}) AND abs({sql}) < 1e15"
            return f"CASE WHEN {whole} THEN CAST(CAST({sql} AS BIGINT) AS VARCHAR) ELSE CAST({sql} AS VARCHAR) END"
        case "text", _:
            return f"CAST({sql} AS VARCHAR)"
        case "integer", "whole":
            return sql if sql_type == "BIGINT" else f"TRY_CAST({sql} AS BIGINT)"
        case "integer", "decimal":
            return f"CASE WHEN {sql} = trunc({sql}) THEN TRY_CAST({sql} AS BIGINT) END"
        case "integer", "real":
            return f"CASE WHEN isfinite({sql}) AND {sql} = trunc({sql}) THEN TRY_CAST({sql} AS BIGINT) END"
        case "number", "whole" | "decimal" | "real":
            return f"CAST({sql} AS DOUBLE)"
        case "boolean", "truth":
            return sql
        case "boolean", "whole" | "decimal" | "real":
            return f"CASE {sql} WHEN 1 THEN true WHEN 0 THEN false END"
        case "date", "day":
            return sql
        case "date", "moment" | "zoned":
            return f"TRY_CAST({read_typed('time', sql, sql_type)} AS DATE)"
        case "time", "moment" | "day":
            return sql if sql_type == "TIMESTAMP" else f"TRY_CAST({sql} AS TIMESTAMP)"
        case "time", "zoned":
            # The number of microseconds since 1970 in UTC is the same in every session.
            if "NS" in sql_type:
                sql = f"CAST({sql} AS TIMESTAMPTZ)"
            return f"CASE WHEN isfinite({sql}) THEN make_timestamp(epoch_us({sql})) END"
        case "time", "whole":
            return _epoch(f"TRY_CAST(CASE WHEN abs({sql}) < 1e15 THEN {sql} END AS BIGINT)")
        case "time", "decimal" | "real":
            return _epoch_parts(f"TRY_CAST(CASE WHEN abs({sql}) < 1e15 THEN {sql} END AS DECIMAL(28, 6))")
    return f"CAST(NULL AS {SQL_TYPE[kind]})"


def settled(kind: Kind, sql: str, sql_type: str = "VARCHAR") -> str:
    """The value, or NULL where it isn't finite or lies outside the years 1 to 9999."""
    match kind:
        case "number":
            return f"CASE WHEN isfinite({sql}) THEN {sql} END"
        case "date":
            return f"CASE WHEN {sql} BETWEEN DATE '0001-01-01' AND DATE '9999-12-31' THEN {sql} END"
        case "time" if sql_type != "TIMESTAMP":
            return f"CASE WHEN {sql} BETWEEN {FIRST_TIME} AND {LAST_TIME} THEN {sql} END"
    # Columns of timestamps stay as they are, so that the statistics in a file's footer keep answering for them.
    return sql


def always_readable(kind: Kind, sql_type: str) -> bool:
    """Whether every value that is present in such a column can be read."""
    return kind == "text" or (kind, sql_type) in {("integer", "BIGINT"), ("boolean", "BOOLEAN"), ("time", "TIMESTAMP")}


def family_of(sql_type: str) -> str:
    """How a type behaves here: text, tidy, whole, decimal, real, truth, day, moment, zoned or other.

    TIDY is a text whose blanks are all empty, as rows from Python are handed over.
    """
    name = sql_type.partition("(")[0]
    return _FAMILIES.get(name, "other")


_FAMILIES = {
    **dict.fromkeys(("VARCHAR", "JSON"), "text"),
    "TIDY": "tidy",
    **dict.fromkeys(("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT"), "whole"),
    **dict.fromkeys(("UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT", "UHUGEINT"), "whole"),
    "DECIMAL": "decimal",
    **dict.fromkeys(("FLOAT", "DOUBLE"), "real"),
    "BOOLEAN": "truth",
    "DATE": "day",
    **dict.fromkeys(("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS"), "moment"),
    **dict.fromkeys(("TIMESTAMP WITH TIME ZONE", "TIMESTAMPTZ_NS", "TIMESTAMP_NS WITH TIME ZONE"), "zoned"),
}


def _numeric(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return "_" not in text


def _is(sql: str, pattern: str) -> str:
    return f"regexp_full_match({sql}, {literal(pattern)})"


def _iso_times(sql: str) -> str:
    # The zone goes with the number of microseconds since 1970, which no session setting can change.
    return (
        f"WHEN {_is(sql, _DAY + _CLOCK + _ZONE)} THEN make_timestamp(epoch_us(TRY_CAST({sql} AS TIMESTAMPTZ)))"
        f" WHEN {_is(sql, f'{_DAY}(?:{_CLOCK})?')} THEN TRY_CAST({sql} AS TIMESTAMP)"
    )


def _epoch(number: str) -> str:
    """The time of a whole number of seconds or milliseconds, of at most 15 digits."""
    return f"make_timestamp({number} * {_scale(number)})"


def _epoch_parts(number: str) -> str:
    """The same with decimals, to the microsecond."""
    return f"make_timestamp(CAST(round({number} * {_scale(number)}) AS BIGINT))"


def _scale(number: str) -> str:
    return f"CASE WHEN abs({number}) < {_MILLISECONDS_FROM} THEN 1000000 ELSE 1000 END"
