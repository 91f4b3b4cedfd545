"""Tables as CSV that spreadsheets open without running anything in it."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import StreamingHttpResponse

_DANGEROUS = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_BLANKS = ("\t", "\r", "\n")
"""Spreadsheets drop them, and look at what follows."""
_INSIDE = re.compile(r"([;\t\r\n\v\f])(?=[\s\"\u200b\u2060\ufeff]*[=+\-@＝＋－＠])")
"""Where semicolons or tabs part the cells, quotes bind nothing: what stands behind one begins a cell, and a line."""
_UNSEEN = " \t\r\n\v\f\u00a0\u200b\u2060\u3000\ufeff"


def safe(value: Any) -> str:
    """A cell that no spreadsheet takes for a formula, whatever blanks stand before it.

    >>> safe("=1+1"), safe("+49 30 555"), safe("Ada"), safe(-2), safe(None), safe("Ada;=1+1")
    ("'=1+1", "'+49 30 555", 'Ada', '-2', '', "Ada;'=1+1")
    """
    if isinstance(value, int | float):
        return str(value)
    text = "" if value is None else str(value)
    begins = text.startswith(_BLANKS) or text.lstrip(_UNSEEN).startswith(_DANGEROUS)
    return ("'" if begins else "") + _INSIDE.sub(r"\1'", text)


def table(columns: Iterable[str], rows: Iterable[Iterable[Any]], quoting: int = csv.QUOTE_MINIMAL) -> Iterator[str]:
    """The lines of a table, its head first, every cell made safe; rows are read one by one as lines are asked for.

    It begins with a byte order mark: without one, spreadsheets take UTF-8 for something else.

    >>> list(table(("name", "phone"), [("Ada, Countess", "+49 30 555")]))
    ['\\ufeffname,phone\\r\\n', '"Ada, Countess",\\'+49 30 555\\r\\n']
    """
    writer = csv.writer(_Echo(), quoting=quoting)
    yield "\ufeff" + writer.writerow([safe(cell) for cell in columns])
    for row in rows:
        yield writer.writerow([safe(cell) for cell in row])


def sent(lines: Iterable[str], name: str) -> StreamingHttpResponse:
    """The lines of a table as a file called `name` and `.csv`, which are made while it is sent."""
    return StreamingHttpResponse(
        lines,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}.csv"'},
    )


class _Echo:
    """What the writer of CSV writes to: gives each line back."""

    def write(self, line: str) -> str:
        return line
