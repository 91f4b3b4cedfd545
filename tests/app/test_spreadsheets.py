"""Files for spreadsheets run nothing there."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

import pytest

from pyrometer.app.spreadsheets import safe, sent, table

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
@pytest.mark.parametrize("quoting", [csv.QUOTE_MINIMAL, csv.QUOTE_ALL])
def test_no_cell_is_a_formula_however_a_spreadsheet_parts_them(cell: str, parted_by: str, quoting: int) -> None:
    text = "".join(table(["number", "name", "note"], [(7, cell, cell)], quoting)).removeprefix("\ufeff")
    for row in csv.reader(io.StringIO(text), delimiter=parted_by):
        assert not [one for one in row if one.strip().startswith(("=", "＝"))], row


@pytest.mark.parametrize("cell", ["", "Ada", "a=1", "1-2", "ada@acme.example", "日本"])
def test_other_cells_stay_as_they_are(cell: str) -> None:
    assert safe(cell) == cell


def test_the_head_is_safe_too_and_a_table_without_rows_has_it() -> None:
    assert list(table(["name", "=1"], [])) == ["\ufeffname,'=1\r\n"]


def test_rows_are_read_while_the_file_is_sent() -> None:
    read = []

    def rows() -> Iterator[tuple[int]]:
        for number in range(3):
            read.append(number)
            yield (number,)

    answer = sent(table(["number"], rows()), "numbers")
    assert answer["Content-Disposition"] == 'attachment; filename="numbers.csv"'
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    parts = iter(answer.streaming_content)
    assert (next(parts), read) == (b"\xef\xbb\xbfnumber\r\n", [])
    assert (next(parts), read) == (b"0\r\n", [0])
    assert b"".join(parts) == b"1\r\n2\r\n"
