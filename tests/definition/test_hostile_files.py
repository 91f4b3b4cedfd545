"""Files that were never meant as a definition, or were meant to do harm: one clear error each, at once."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyrometer.definition.problems import Problem
from pyrometer.definition.reading import load, read
from pyrometer.errors import DefinitionError

# Generous, for slow machines; what it guards against takes minutes, or for ever.
AT_ONCE = 20.0


@pytest.fixture(autouse=True)
def at_once() -> Iterator[None]:
    began = time.process_time()
    yield
    assert time.process_time() - began < AT_ONCE


def the_error(source: str | Path) -> Problem:
    """The only error of a file."""
    [error] = read(source).errors
    with pytest.raises(DefinitionError) as raised:
        load(source)
    assert raised.value.problems == (error,)
    return error


SMALL = "format: 1\nname: Small\ntemperature: {}\n"

TEXTS = {
    "a bomb of aliases": ("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n", "anchors and aliases", 1),
    "an alias of itself": ("name: x\na: &a [*a]\n", "anchors and aliases", 2),
    "a merge key": ("name: x\nb:\n  <<: {c: 1}\n", "merge keys (`<<`)", 3),
    "a Python call": ("name: !!python/object/apply:os.system ['echo harm']\n", "the tag `tag:yaml.org,2002:python/", 1),
    "a Python name as a key": ("? !!python/name:os.system\n: 1\n", "the tag `tag:yaml.org,2002:python/", 1),
    "a tag of one's own": ("name: !call x\n", "the tag `!call`", 1),
    "a forced type": ("name: !!str 1\n", "the tag `tag:yaml.org,2002:str`", 1),
    "a megabyte of brackets": ("[" * 900_000 + "\n", "nested deeper than 60 levels", 1),
    "a megabyte of braces": ("{a: " * 200_000 + "\n", "nested deeper than 60 levels", 1),
    "a megabyte of dashes": ("- " * 450_000 + "\n", "nested deeper than 60 levels", 1),
    "blocks within blocks": ("\n".join(" " * depth + "a:" for depth in range(1_000)) + "\n", "nested deeper", 62),
    "too many values": ("a:\n" + "- 1\n" * 60_000, "more than 50000 values", 50_000),
    "a tab as indentation": ("name:\n\tx: 1\n", "not valid YAML", 2),
    "an open bracket": ("name: [1, 2\nb: 3\n", "not valid YAML", 2),
    "an open quote": ('name: "x\n\n', "not valid YAML", 3),
    "two documents": ("name: x\n---\nname: y\n", "more than one YAML document", 2),
    "a list": ("- a\n- b\n", "a definition is a mapping of sections", None),
    "a word": ("hello\nworld\n", "a definition is a mapping of sections", None),
    "nothing": ("\n", "the definition is empty", None),
    "only comments": ("# nothing\n# here\n", "the definition is empty", None),
    "a key that is a list": ("? [a]\n: 1\n", "a key must be a plain name", 1),
    "half a character": ('name: "\\ud83d"\n', "half a character", 1),
    "a NUL": ("name: a\0b\n", "not valid YAML", None),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_text_is_one_error(name: str) -> None:
    text, what, line = TEXTS[name]
    error = the_error(text)
    assert what in error.what
    assert error.line == line


def test_a_huge_file_is_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as stream:
        stream.truncate(100_000_000)
    assert "larger than 1000 kB" in the_error(path).what


def test_a_file_without_an_end_is_refused() -> None:
    if not Path("/dev/zero").exists():
        pytest.skip("no endless file on this system")
    assert "larger than 1000 kB" in the_error(Path("/dev/zero")).what


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        pytest.param(bytes(range(256)) * 20, "is not UTF-8 text", id="every byte"),
        pytest.param(b"PK\x03\x04\xff\xfe" * 50, "is not UTF-8 text", id="a zip archive"),
        pytest.param(SMALL.encode("utf-16"), "is not UTF-8 text", id="UTF-16"),
        pytest.param("name: Zoë\n".encode("latin-1"), "is not UTF-8 text", id="Latin-1"),
        pytest.param(b"\x00" * 500, "not valid YAML", id="zeros"),
        pytest.param(b"", "the definition is empty", id="no byte"),
    ],
)
def test_bytes_that_are_no_text_are_one_error(tmp_path: Path, raw: bytes, what: str) -> None:
    path = tmp_path / "rubbish.yaml"
    path.write_bytes(raw)
    assert what in the_error(path).what


def test_a_file_that_cannot_be_read_is_one_error(tmp_path: Path) -> None:
    assert "No such file" in the_error(tmp_path / "none.yaml").what
    assert "can't read the file" in the_error(tmp_path).what


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    path = tmp_path / "marked.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SMALL.encode())
    assert load(path).name == "Small"


def test_windows_line_ends_are_line_ends(tmp_path: Path) -> None:
    path = tmp_path / "windows.yaml"
    path.write_bytes(
        (SMALL + "flags: {a: {flag: b}}\n").replace("\n", os.linesep if os.name == "nt" else "\r\n").encode()
    )
    assert the_error(path).line == 4


@pytest.mark.parametrize(
    ("value", "what"),
    [
        ("1e999999999", "between -1,000,000 and 1,000,000"),
        ("1e-999999999", "at most 4 decimals"),
        ("9" * 5_000, "is not a number of points"),
        ("1" + "0" * 20, "between -1,000,000 and 1,000,000"),
        ("0x10", "is not a number of points"),
        (".inf", "is not a number of points"),
        (".nan", "is not a number of points"),
        ("١٢", "is not a number of points"),
    ],
)
def test_points_that_are_no_number_of_points_are_one_error(value: str, what: str) -> None:
    rule = f"{{name: A, points: {value}, event: e}}"
    assert what in the_error(SMALL + f"events: {{e: }}\nscores: {{s: {{rules: [{rule}]}}}}\n").what


def test_a_long_chain_of_references_is_followed_to_its_end() -> None:
    links = "".join(f"  f{number}: {{flag: f{number + 1}}}\n" for number in range(5_000))
    draft = read(f"{SMALL}events: {{e: }}\nflags:\n{links}  f5000: {{event: e, at_least: 0}}\n")
    assert not draft.errors


def test_thousands_of_mistakes_end_with_a_note() -> None:
    flags = "".join(f"  some_flag_{number}: {{flag: other_flag_{number}}}\n" for number in range(6_000))
    draft = read(f"{SMALL}flags:\n{flags}")
    assert len(draft.problems) == 501
    assert "more than 500 problems" in draft.problems[-1].what


def test_a_message_cannot_steer_a_terminal() -> None:
    shown = str(the_error(SMALL + '"\\e[2J\\a": 1\n'))
    assert "\x1b" not in shown
    assert "\\x1b[2J\\x07" in shown


def test_parsed_yaml_that_no_yaml_holds_is_one_error() -> None:
    around: dict[str, object] = {}
    around["a"] = around
    for value in (around, {"name": object()}, {"name": {1, 2}}, {("a", "b"): 1}):
        [error] = read(value).errors
        assert "a definition" in error.what
