"""Names and values as SQL text; everything that evidence puts into a statement passes through here."""

from __future__ import annotations

from collections.abc import Iterable


def ident(name: str) -> str:
    """A name as a quoted SQL identifier.

    >>> print(ident('Lead "Source"'))
    "Lead ""Source\"""
    """
    if not name or "\0" in name:
        raise ValueError(f"{name!r} can't be the name of a column")
    return '"' + name.replace('"', '""') + '"'


def literal(text: str) -> str:
    """A text as an SQL literal.

    >>> print(literal("O'Hara"))
    'O''Hara'
    """
    # A zero byte would end the statement for the parser, so it is spelled as an escape.
    if "\0" in text:
        return " || chr(0) || ".join(literal(part) for part in text.split("\0")).join("()")
    return "'" + text.replace("'", "''") + "'"


def literals(texts: Iterable[str]) -> str:
    """Texts as a list of SQL literals, ready for `[…]` or `IN (…)`.

    >>> print(literals(["a", "b"]))
    'a', 'b'
    """
    return ", ".join(literal(text) for text in texts)
