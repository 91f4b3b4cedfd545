"""Files as people have them."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyrometer.app.capture.imports.files import BadFileError, Row, look, rows
from pyrometer.app.capture.imports.storing import kept


def shaped(tmp_path: Path, content: bytes, **given: str) -> tuple[Path, list[Row]]:
    made, encoding = kept([content[:1000], content[1000:]] if len(content) > 1000 else [content])
    file = tmp_path / "list"
    with made:
        file.write_bytes(made.read())
    return file, list(rows(file, look(file, **{"encoding": encoding} | given)))


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        ("Name;Ort\nJörg Müller;Köln\n", "utf-8"),
        ("Name;Ort\nJörg Müller;Köln\n", "utf-8-sig"),
        ("Name;Ort\r\nJörg Müller;Köln\r\n", "cp1252"),
        ("Name\tOrt\nJörg Müller\tKöln\n", "utf-16"),
        ("Name,Ort\rJörg Müller,Köln\r", "utf-8"),
        ("Name|Ort\nJörg Müller|Köln", "utf-8"),
        ('Name,Ort\n"Jörg Müller","Köln"\n', "utf-8"),
    ],
)
def test_encodings_and_separators(tmp_path: Path, text: str, encoding: str) -> None:
    _, (row,) = shaped(tmp_path, text.encode(encoding))
    assert row.cells == {"Name": "Jörg Müller", "Ort": "Köln"}


def test_japanese_from_a_spreadsheet(tmp_path: Path) -> None:
    _, (row,) = shaped(tmp_path, "氏名,会社\n山田太郎,表計算株式会社\n".encode("cp932"))
    assert row.cells == {"氏名": "山田太郎", "会社": "表計算株式会社"}


def test_cells_with_lines_quotes_and_separators(tmp_path: Path) -> None:
    text = 'a,b\n"one\ntwo","say ""hi"", please"\nplain,5" pipe\n'
    _, found = shaped(tmp_path, text.encode())
    assert [row.cells for row in found] == [{"a": "one\ntwo", "b": 'say "hi", please'}, {"a": "plain", "b": '5" pipe'}]


def test_a_quote_that_nobody_closes_loses_one_row(tmp_path: Path) -> None:
    _, found = shaped(tmp_path, b'a,b\n1,"open\n2,two\n3,three\n')
    assert [row.problem[:13] for row in found] == ["opens a quote", "", ""]
    assert found[2].cells == {"a": "3", "b": "three"}


def test_too_many_cells_are_a_problem_too_few_are_not(tmp_path: Path) -> None:
    _, found = shaped(tmp_path, b"a,b\n1,2,3\n1\n1,2,,\n")
    assert [bool(row.problem) for row in found] == [True, False, False]


def test_objects_one_a_line(tmp_path: Path) -> None:
    _, found = shaped(tmp_path, b'{"email": "ada@acme.example", "company": {"name": "Acme"}}\nnonsense\n[1]\n\n')
    assert found[0].cells == {"email": "ada@acme.example", "company.name": "Acme"}
    assert [row.problem for row in found[1:]] == ["is no JSON", "is no JSON object"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"\n\n", "empty"),
        (b"PK\x03\x04 workbook", "CSV UTF-8"),
        (b"a,b\n\0\0", "NUL"),
        (b"a\n" + b"x" * 300_000, "more than 128 KB"),
        (b",,,\n1,2,3\n", "names no columns"),
    ],
)
def test_what_is_no_list_is_refused_in_words(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(BadFileError, match=said):
        shaped(tmp_path, content)


def test_same_names_are_told_apart(tmp_path: Path) -> None:
    _, (row,) = shaped(tmp_path, b"mail,mail,\n1,2,3\n")
    assert list(row.cells) == ["mail", "mail (2)"]


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0\r\x0b\x0c\x1c\x1d\x1e\x85\u2028\u2029"), max_size=12)


@given(st.lists(st.tuples(CELL, CELL), min_size=1, max_size=12), st.integers(0, 11))
def test_going_on_anywhere_gives_the_same_rows(tmp_path_factory: pytest.TempPathFactory, data, stop: int) -> None:
    import csv

    file = tmp_path_factory.mktemp("any") / "list"
    with file.open("w", encoding="utf-8", newline="") as out:
        csv.writer(out, quoting=csv.QUOTE_ALL).writerows([("a", "b"), *data])
    shape = look(file, encoding="utf-8", separator=",")
    whole = list(rows(file, shape))
    assert [tuple(row.cells.values()) for row in whole] == data
    stop = min(stop, len(whole) - 1)
    assert list(rows(file, shape, whole[stop].end)) == whole[stop + 1 :]
