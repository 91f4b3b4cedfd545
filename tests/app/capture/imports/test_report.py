"""Files for spreadsheets run nothing there."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable

import pytest

from pyrometer.app.capture.imports.report import rejected_rows, safe
from pyrometer.app.capture.models import Import, Rejected

DANGEROUS = [
    "=1",
    "+1",
    "-1",
    "@x",
    "\tx",
    "\rx",
    "\nx",
    " =1",
    "\u00a0=1",
    "\u3000＝1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
]


@pytest.mark.parametrize("cell", DANGEROUS)
def test_no_cell_is_a_formula(cell: str) -> None:
    assert safe(cell) == "'" + cell


@pytest.mark.parametrize(
    "cell", ["Ann;=cmd|' /C calc'!A0;x", "Ann\t=1+1", "Ann\n=1+1", 'Ann;"=1+1', "\t=1+1", "Ann; ＝1"]
)
@pytest.mark.parametrize("parted_by", [",", ";", "\t"])
def test_no_cell_is_a_formula_however_a_spreadsheet_parts_them(cell: str, parted_by: str) -> None:
    rejected = Rejected(number=7, reason="no handle", row={"name": cell, "note": cell})
    text = "".join(rejected_rows(["name", "note"], [rejected])).removeprefix("\ufeff")
    for row in csv.reader(io.StringIO(text), delimiter=parted_by):
        assert not [one for one in row if one.strip().startswith(("=", "＝"))], row


@pytest.mark.parametrize("cell", ["", "Ada", "a=1", "1-2", "ada@acme.example", "日本"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert safe(cell) == cell


@pytest.mark.django_db
def test_rejected_rows_are_safe_whatever_stands_in_them(imported: Callable[..., Import]) -> None:
    source = imported('Email,=Note\nnobody,"=HYPERLINK(""http://x.example"")"\nno one,＝1+1\n')
    text = "".join(rejected_rows(["Email", "=Note"], Rejected.objects.filter(source=source).order_by("number")))
    head, *rows = csv.reader(io.StringIO(text.removeprefix("\ufeff")))
    assert head == ["line", "reason", "Email", "'=Note"]
    assert [row[-1] for row in rows] == ['\'=HYPERLINK("http://x.example")', "'＝1+1"]
    assert all(not cell.startswith(("=", "＝")) for row in rows for cell in row)
