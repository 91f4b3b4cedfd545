"""The report of what was rejected runs nothing in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest

from pyrometer.app.capture.imports.report import rejected_rows
from pyrometer.app.capture.models import Import, Rejected


@pytest.mark.django_db
def test_rejected_rows_are_safe_whatever_stands_in_them(imported: Callable[..., Import]) -> None:
    source = imported('Email,=Note\nnobody,"=HYPERLINK(""http://x.example"")"\nno one,＝1+1\n')
    text = "".join(rejected_rows(["Email", "=Note"], Rejected.objects.filter(source=source).order_by("number")))
    head, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert head == ["line", "reason", "Email", "'=Note"]
    assert [row[-1] for row in rows] == ['\'=HYPERLINK("http://x.example")', "'＝1+1"]
    assert all(not cell.startswith(("=", "＝")) for row in rows for cell in row)
