"""The rows that an import rejected as a table for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator

from pyrometer.app.capture.models import Rejected
from pyrometer.app.spreadsheets import table


def rejected_rows(columns: Iterable[str], rejects: Iterable[Rejected]) -> Iterator[str]:
    """The lines of the report: the line of the file, the reason, and the row as it came."""
    columns = list(columns)
    rows = ([reject.number, reject.reason, *(reject.row.get(name) for name in columns)] for reject in rejects)
    return table(["line", "reason", *columns], rows, csv.QUOTE_ALL)
