"""Rows as CSV that spreadsheets open without running anything in it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

from pyrometer.app.capture.models import Rejected

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


def rejected_rows(columns: Iterable[str], rejects: Iterable[Rejected]) -> Iterator[str]:
    """The lines of the report: the line of the file, the reason, and the row as it came."""
    columns = list(columns)
    yield "\ufeff" + _line(["line", "reason", *columns])
    for reject in rejects:
        yield _line([reject.number, reject.reason, *(reject.row.get(name) for name in columns)])


def _line(cells: Iterable[Any]) -> str:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow([safe(cell) for cell in cells])
    return out.getvalue()
