"""The mapping that goes with an engine: what it says, and everything that is wrong with it at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from pyrometer.errors import UsageError
from pyrometer.inputs import ArchiveInput, EngineInput, Files, read_inputs, table_name


def written(folder: Path, text: str) -> Path:
    path = folder / "tables.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refused(folder: Path, text: str) -> list[str]:
    with pytest.raises(UsageError) as caught:
        read_inputs(written(folder, text))
    return [line.replace(str(folder), "") for line in str(caught.value).splitlines()]


def test_tables_by_name(tmp_path: Path) -> None:
    found = read_inputs(written(tmp_path, "leads: crm.leads\nevents: events\n"))
    assert found.leads == EngineInput(("crm", "leads"))
    assert found.events == EngineInput(("events",))
    assert found.traits is None


def test_what_is_said_once_holds_for_all(tmp_path: Path) -> None:
    text = """
lead_id: contact
columns: {received_at: loaded_at}
leads: crm.leads
events: {table: log, lead_id: who, columns: {occurred_at: sent_at, message_id: null}}
"""
    found = read_inputs(written(tmp_path, text))
    assert found.leads == EngineInput(("crm", "leads"), "contact", {"received_at": "loaded_at"})
    columns = {"received_at": "loaded_at", "occurred_at": "sent_at", "message_id": None}
    assert found.events == EngineInput(("log",), "who", columns)


def test_files_and_archives(tmp_path: Path) -> None:
    text = "leads: {files: leads.parquet}\nevents: {files: [a.parquet, b/*.parquet]}\ntraits: {archive: evidence}\n"
    found = read_inputs(written(tmp_path, text))
    assert found.leads is not None
    assert found.leads.source == Files(("leads.parquet",))
    assert found.events is not None
    assert found.events.source == Files(("a.parquet", "b/*.parquet"))
    assert found.traits is not None
    assert found.traits.source == ArchiveInput("evidence")


def test_objects_of_an_engine_s_own() -> None:
    frame = object()
    found = read_inputs({"events": frame, "leads": {"table": frame, "lead_id": "id"}})
    assert found.events == EngineInput(frame)
    assert found.leads == EngineInput(frame, "id")


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("events", ("events",)),
        ("a.b.c", ("a", "b", "c")),
        ('"My Schema"."a.b"', ("My Schema", "a.b")),
        ('crm."say ""no"""', ("crm", 'say "no"')),
        ("`lake`.`events 2026`", ("lake", "events 2026")),
        ("東.京", ("東", "京")),
        ("", None),
        (".", None),
        ("a.", None),
        ("a b", None),
        ("a;b", ("a;b",)),
        ('"open', None),
        ('a"b', None),
    ],
)
def test_names_of_tables(text: str, parts: tuple[str, ...] | None) -> None:
    assert table_name(text) == parts


def test_everything_that_is_wrong_at_once(tmp_path: Path) -> None:
    text = """leads: crm leads
event: log
traits: {tabel: x}
columns: [a, b]
lead_id: {a: b}
"""
    assert refused(tmp_path, text) == [
        "/tables.yaml:2: error: event: unknown key `event`; did you mean `events`?",
        "/tables.yaml:5: error: lead_id: not a name",
        "/tables.yaml:4: error: columns: not a mapping of fields to columns; write `occurred_at: happened_on`",
        "/tables.yaml:1: error: leads: `crm leads` is not the name of a table;"
        ' write schema.table; odd names as "My Table"',
        "/tables.yaml:3: error: traits.tabel: unknown key `tabel`; did you mean `table`?",
        "/tables.yaml:3: error: traits: no table;"
        " name one `table`, or `files` or an `archive` where the engine reads them",
    ]


@pytest.mark.parametrize("text", ["", "- a\n", "just text\n", "lead_id: x\n", "leads:\n"])
def test_a_mapping_without_inputs(tmp_path: Path, text: str) -> None:
    (line,) = refused(tmp_path, text)
    assert "error: no inputs; write `events: schema.table`" in line


def test_two_sources_in_one_input(tmp_path: Path) -> None:
    (line,) = refused(tmp_path, "events: {table: a, files: b}\n")
    assert "events: `table` and `files`" in line


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("leads: !!python/object/apply:os.system [ls]\n", "tag"),
        ("a: &a [x]\nleads: *a\n", "anchor"),
        ("leads: a\nleads: b\n", "leads"),
        ("leads: [\n", "YAML"),
        ("\x00", "YAML"),
    ],
)
def test_hostile_files(tmp_path: Path, text: str, said: str) -> None:
    assert any(said in line for line in refused(tmp_path, text))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"nowhere\.yaml: error: can't read the file: No such file"):
        read_inputs(tmp_path / "nowhere.yaml")


def test_a_mapping_that_is_wrong() -> None:
    with pytest.raises(UsageError, match=r"inputs: .*unknown key `event`; did you mean `events`"):
        read_inputs({"event": "log"})
