"""JSON, Parquet, several files, folders, pipes, and paths that lead nowhere."""

import gzip
import io
import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest

from pyrometer.errors import EvidenceError, UsageError
from pyrometer.evidence.quote import ident
from tests.evidence.bench import Bench, definition, write, write_parquet

COLUMNS = "lead_id, industry, employees"


def test_jsonl_with_values_of_all_kinds(tmp_path: Path) -> None:
    lines = [
        {
            "lead_id": 7,
            "industry": "Möbel",
            "employees": 120,
            "revenue": 1.5,
            "opted_in": True,
            "buying_on": "2026-02-01",
        },
        {"lead_id": "B", "employees": "12", "extra": [1]},
        {"lead_id": "C", "industry": None, "employees": 12.0, "revenue": 1e3, "opted_in": "no"},
    ]
    found = Bench(leads=write(tmp_path / "leads.jsonl", "".join(json.dumps(line) + "\n" for line in lines)))
    assert found.profile("lead_id, industry, employees, revenue, opted_in, buying_on") == [
        ("7", "Möbel", 120, 1.5, True, date(2026, 2, 1)),
        ("B", None, 12, None, None, None),
        ("C", None, 12, 1000.0, False, None),
    ]
    assert found.notes == ["leads.jsonl: note: 1 column not in the definition: `extra`; left out"]


@pytest.mark.parametrize("name", ["leads.json", "leads.jsonl", "leads", "leads.txt.jsonl"])
def test_a_json_array_and_files_without_a_suffix(tmp_path: Path, name: str) -> None:
    array = '[{"lead_id": "A", "employees": 1},\n {"lead_id": "B", "employees": "x"}]'
    found = Bench(leads=write(tmp_path / name, array))
    assert found.profile(COLUMNS) == [("A", None, 1), ("B", None, None)]
    assert found.evidence.notes[-1].samples == ((2, "x"),)


def test_packed_jsonl(tmp_path: Path) -> None:
    content = b'{"lead_id": "A", "employees": 1}\r\n\r\n{"lead_id": "B", "employees": 2}'
    assert Bench(leads=write(tmp_path / "leads.jsonl.gz", gzip.compress(content))).profile(COLUMNS) == [
        ("A", None, 1),
        ("B", None, 2),
    ]


def test_lines_that_are_no_objects_are_reported(tmp_path: Path) -> None:
    lines = [
        '{"lead_id": "A"}',
        "{broken",
        "[1, 2]",
        "7",
        '{"lead_id": "B", "employees": "x"}',
        '{"lead_id": "C", "emp',
    ]
    found = Bench(leads=write(tmp_path / "leads.jsonl", "\n".join(lines)))
    assert found.profile("lead_id") == [("A",), ("B",)]
    broken, without, unreadable = found.evidence.notes
    assert broken.what == "has lines that aren't JSON objects"
    assert (without.what, without.samples) == ("4 rows without `lead_id`", ((2, ""), (3, ""), (4, "")))
    assert unreadable.samples == ((5, "x"),)


@pytest.mark.parametrize("content", [b"", b"\n", b"  \n\n"])
def test_an_empty_jsonl_file_has_no_rows(tmp_path: Path, content: bytes) -> None:
    path = write(tmp_path / "events.jsonl", content)
    found = Bench(leads=[{"lead_id": "A"}], events=path)
    assert (found.profile("lead_id"), found.rows("events")) == ([("A",)], [])


def test_jsonl_without_ids_is_refused(tmp_path: Path) -> None:
    with pytest.raises(EvidenceError, match="no column `lead_id`; the columns are `id`, `industry`"):
        Bench(leads=write(tmp_path / "leads.jsonl", '{"id": "A", "industry": "x"}\n'))


def test_keys_that_differ_by_case_only(tmp_path: Path) -> None:
    path = write(tmp_path / "leads.jsonl", '{"lead_id": "A", "Lead_ID": "x", "industry": "y", "Industry": "z"}\n')
    assert Bench(leads=path).profile("lead_id, industry") == [("A", "y")]
    assert Bench(leads=path, columns={"industry": "Industry"}).profile("industry") in ([("z",)], [("y",)])


def test_several_files_of_several_kinds_are_one_input(tmp_path: Path) -> None:
    folder = tmp_path / "leads"
    write(folder / "a.csv", "lead_id,industry\nA,x\n")
    write(folder / "b.jsonl", '{"lead_id": "B", "employees": "many"}\n')
    write_parquet(folder / "c.parquet", "SELECT 'C' AS lead_id, 3 AS employees")
    write(folder / "deep" / "d.tsv.gz", gzip.compress(b"lead_id\temployees\nD\t4\nE\tx\n"))
    for ignored in (".hidden.csv", "_SUCCESS", "_temporary/x.csv", "notes.md"):
        write(folder / ignored, "lead_id\nwrong\n")
    found = Bench(leads=folder)
    assert found.profile(COLUMNS) == [
        ("A", "x", None),
        ("B", None, None),
        ("C", None, 3),
        ("D", None, 4),
        ("E", None, None),
    ]
    (note,) = [note for note in found.evidence.notes if note.level == "warning"]
    assert (note.file, note.count, note.samples) == ("b.jsonl", 2, ((1, "many"),))
    assert Bench(leads=str(folder / "*.csv")).profile("lead_id") == [("A",)]
    assert Bench(leads=[folder / "a.csv", str(folder / "**" / "*.gz")]).profile("lead_id") == [("A",), ("D",), ("E",)]


def test_parquet_files_are_matched_by_name(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", "SELECT 'A' AS lead_id, 1 AS employees, 'x' AS other")
    write_parquet(tmp_path / "b.parquet", "SELECT 2.5 AS employees, 'y' AS industry, 'B' AS lead_id")
    found = Bench(leads=tmp_path)
    assert found.profile(COLUMNS) == [("A", None, 1), ("B", "y", None)]
    assert found.evidence.notes[-1].file == "b.parquet"
    assert found.evidence.notes[-1].samples == ((1, "2.5"),)


def test_parquet_files_may_have_columns_of_any_name(tmp_path: Path) -> None:
    names = ["filename", "file_row_number", "row", "file", "p0", "v0", "s1", "bag?", 'say "x"', "it's"]
    columns = ", ".join(f"{number} AS {ident(name)}" for number, name in enumerate(names))
    row = "SELECT 'A' AS lead_id, 'page_viewed' AS event, DATE '2026-01-01' AS occurred_at, 'x' AS seconds"
    properties = dict.fromkeys(["seconds", *names], "integer")
    given = definition(events={"page_viewed": {"properties": properties}})
    found = Bench(given, events=write_parquet(tmp_path / "events.parquet", f"{row}, {columns}"), audit=True)
    assert found.rows("events", ", ".join(map(ident, names))) == [tuple(range(len(names)))]
    assert found.evidence.notes[0].samples == ((1, "x"),)


def test_a_parquet_file_with_damaged_pages(tmp_path: Path) -> None:
    event = "'demo_requested' AS event, DATE '2026-01-01' AS occurred_at"
    rows = f"SELECT 'L' || i AS lead_id, 'm' || i AS message_id, {event}"
    path = write_parquet(tmp_path / "events.parquet", f"{rows} FROM range(20000) AS t(i)")
    whole = bytearray(path.read_bytes())
    whole[4 : len(whole) * 3 // 4] = b"\xff" * (len(whole) * 3 // 4 - 4)
    write(path, bytes(whole))
    with pytest.raises(EvidenceError, match=r"events.parquet: can't be read: "):
        Bench(events=path)
    with pytest.raises(EvidenceError, match=r"events.parquet: can't be read: "):
        Bench(leads=path)


def test_the_folders_of_a_partitioned_table_are_columns(tmp_path: Path) -> None:
    row = "SELECT '{}' AS lead_id, TIMESTAMP '2026-01-01 00:00:00' AS occurred_at"
    for name, lead in (("demo_requested", "A"), ("page_viewed", "B")):
        (tmp_path / f"event={name}").mkdir()
        write_parquet(tmp_path / f"event={name}" / "part.parquet", row.format(lead))
    assert Bench(events=tmp_path).rows("events", "lead_id, event") == [("A", "demo_requested"), ("B", "page_viewed")]


def test_a_delta_table_is_not_read_as_a_folder(tmp_path: Path) -> None:
    write(tmp_path / "_delta_log" / "0.json", "{}")
    write_parquet(tmp_path / "part.parquet", "SELECT 'A' AS lead_id")
    with pytest.raises(EvidenceError, match="a Delta table"):
        Bench(leads=tmp_path)


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("nowhere.csv", "no such file; the folder holds `leads.csv`"),
        ("nowhere/leads.csv", "no such file, and no folder"),
        ("*.parquet", "no file matches"),
        ("empty", "holds no CSV, TSV, JSONL or Parquet files"),
        ("s3://bucket/leads.csv", "only local files are read"),
        ("https://example.org/leads.csv", "only local files are read"),
        ("", "no such file"),
        ("a\0b", ""),
    ],
)
def test_paths_that_lead_nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, path: str, said: str) -> None:
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "leads.csv", "lead_id\nA\n")
    (tmp_path / "empty").mkdir()
    with pytest.raises(EvidenceError) as error:
        Bench(leads=path)
    assert said in str(error.value)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read(tmp_path: Path) -> None:
    path = write(tmp_path / "leads.csv", "lead_id\nA\n")
    path.chmod(0)
    with pytest.raises(EvidenceError, match="Permission denied"):
        Bench(leads=path)


@pytest.mark.parametrize("source", [5, {"lead_id": "A"}, [5], [["A"]], [None], "", object()])
def test_what_is_no_source(source: object) -> None:
    with pytest.raises(EvidenceError):
        Bench(leads=source)


class Piped(io.TextIOWrapper):
    """Standard input with some bytes in it."""

    def __init__(self, content: bytes) -> None:
        super().__init__(io.BytesIO(content))


def test_standard_input(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    parquet = write_parquet(tmp_path / "x", "SELECT 'A' AS lead_id, 3 AS employees").read_bytes()
    for content in (
        b"lead_id,employees\nA,3\n",
        b'{"lead_id": "A", "employees": 3}',
        parquet,
        gzip.compress(b"employees;lead_id\n3;A"),
    ):
        monkeypatch.setattr(sys, "stdin", Piped(content))
        found = Bench(leads="-")
        assert found.profile(COLUMNS) == [("A", None, 3)]
    monkeypatch.setattr(sys, "stdin", Piped(b"lead_id,employees\nA,x\n"))
    assert Bench(leads="-").evidence.notes[0].file == "standard input"
    with pytest.raises(UsageError, match="only once"):
        Bench(leads="-", events="-")


def test_events_from_standard_input_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    select = "SELECT 'A' AS lead_id, 'demo_requested' AS event, TIMESTAMP '2026-01-01 00:00:00' AS occurred_at"
    monkeypatch.setattr(sys, "stdin", Piped(write_parquet(tmp_path / "x", select).read_bytes()))
    assert Bench(events="-").rows("events", "lead_id") == [("A",)]


def test_a_pipe_is_read_like_a_file(tmp_path: Path) -> None:
    pipe = tmp_path / "leads"
    os.mkfifo(pipe)
    with subprocess.Popen(["sh", "-c", 'printf "lead_id,employees\\nA,3\\n" > "$0"', pipe]):
        assert Bench(leads=pipe).profile(COLUMNS) == [("A", None, 3)]


def test_the_readings_of_an_earlier_run(tmp_path: Path) -> None:
    rows = [("A", "hot"), ("+49", "warm"), ("=x", "cool"), ("'y", "hot"), ("E", "boiling"), ("F", ""), ("", "hot")]
    lines = "".join(f"{chr(39) * (lead[:1] in ('+', '='))}{lead},{temperature},1\n" for lead, temperature in rows)
    found = Bench(previous=write(tmp_path / "scores.csv", "lead_id,temperature,fit\n" + lines))
    assert found.rows("previous") == [("'y", "hot"), ("+49", "warm"), ("=x", "cool"), ("A", "hot")]
    without, other = [note for note in found.evidence.notes if note.level == "warning"]
    assert without.what == "1 row without `lead_id`"
    assert other.samples == ((6, "boiling"),)
    written = "".join(json.dumps({"lead_id": lead, "temperature": was, "scores": {}}) + "\n" for lead, was in rows)
    jsonl = Bench(previous=write(tmp_path / "scores.jsonl", written))
    assert jsonl.rows("previous") == [("'y", "hot"), ("+49", "warm"), ("=x", "cool"), ("A", "hot")]
    with pytest.raises(EvidenceError, match="no column `temperature`"):
        Bench(previous=[{"lead_id": "A"}])
    with pytest.raises(EvidenceError, match="`A` in rows 1, 2"):
        Bench(previous=[{"lead_id": "A", "temperature": "hot"}] * 2)


def test_without_any_source_everything_is_there_and_empty() -> None:
    found = Bench()
    assert [found.rows(name) for name in ("events", "traits", "previous")] == [[], [], []]
    assert found.profile() == []
    assert (found.evidence.latest, found.evidence.notes) == (None, ())


def test_rows_come_from_any_iterable() -> None:
    given = ({"lead_id": str(number), "employees": number} for number in range(120_000))
    found = Bench(leads=given)
    assert found.evidence.leads == 120_000
    assert found.profile("count(*), sum(employees)") == [(120_000, sum(range(120_000)))]
    with pytest.raises(EvidenceError, match=r"`5` in rows 6, 120,001"):
        Bench(leads=({"lead_id": str(number)} for number in [*range(120_000), 5]))
    assert Bench(leads=[{"lead_id": "A"}, {"employees": 5}]).notes == [
        "leads: warning: 1 row without `lead_id` (row 2); left out"
    ]


def test_rows_may_have_different_keys() -> None:
    found = Bench(
        leads=[{"lead_id": "A"}, {"lead_id": "B", "industry": "x", 5: "odd"}, {"lead_id": "C", "employees": 3}]
    )
    assert found.profile(COLUMNS) == [("A", None, None), ("B", "x", None), ("C", None, 3)]
