"""What an archive takes in, and what it has already."""

from __future__ import annotations

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as parquet
import pytest
from deltalake import DeltaTable, TableFeatures

from pyrometer import archive
from pyrometer.archive.kinds import bucket_of
from pyrometer.errors import EvidenceError, UsageError
from tests.archive.test_scoring import NOW, readings, same
from tests.tally.test_tally import COLUMNS, rows, write

PLAIN = [column for column in COLUMNS if column != "message_id"]
DAY = "2026-06-01"


def held(folder: Path, table: str = "events", columns: str = "*") -> list[tuple[Any, ...]]:
    """The rows of a table of an archive, as anybody reads them who knows Delta Lake."""
    data = DeltaTable(folder / table).to_pyarrow_table()
    assert isinstance(data, pa.Table)
    return duckdb.sql(f"SELECT {columns} FROM data ORDER BY ALL").fetchall()


def added(folder: Path, **sources: Any) -> list[int]:
    return [done.added for done in archive.append(folder, now=NOW, **sources)]


def test_appending_a_file_again_adds_nothing(tmp_path: Path) -> None:
    log = write(tmp_path / "log.csv", rows(1, 80))
    assert added(tmp_path / "archive", events=log) == [80]
    assert added(tmp_path / "archive", events=log) == [0]
    more = write(tmp_path / "more.csv", rows(1, 80)[60:] + rows(2, 5))
    assert added(tmp_path / "archive", events=more) == [5]
    assert len(held(tmp_path / "archive")) == 85


def test_rows_without_ids_are_known_by_what_they_say(tmp_path: Path) -> None:
    twice = rows(1, 40) + rows(1, 40)[:3] + rows(1, 40)[:1]
    log = write(tmp_path / "log.csv", twice, PLAIN)
    assert added(tmp_path / "archive", events=log) == [44]
    assert added(tmp_path / "archive", events=log) == [0]
    # In another order, in another format, with another column, they are the same rows.
    again = write(tmp_path / "again.csv", list(reversed(twice)), [*PLAIN, "colour"])
    assert added(tmp_path / "archive", events=again) == [0]
    later = [{name: row[name] for name in PLAIN} | {"received_at": "2026-08-01"} for row in twice]
    assert added(tmp_path / "archive", events=later) == [0]
    same(tmp_path / "archive", [log])


def test_a_message_belongs_to_its_lead(tmp_path: Path) -> None:
    shared = [{"lead_id": lead, "event": "asked", "occurred_at": DAY, "message_id": "m1"} for lead in ("L1", "L2")]
    assert added(tmp_path / "archive", events=[*shared, shared[0] | {"occurred_at": "2026-05-30"}]) == [2]
    found = held(tmp_path / "archive", columns="lead_id, CAST(occurred_at AS DATE)::VARCHAR")
    assert found == [("L1", "2026-05-30"), ("L2", DAY)]  # of one lead's rows, the one known first


@pytest.mark.parametrize("kind", ["traits", "outcomes"])
def test_answers_and_outcomes_come_in_once(tmp_path: Path, kind: str) -> None:
    row = {"lead_id": "L1", "trait": "size", "value": "5", "occurred_at": DAY}
    if kind == "outcomes":
        row = {"lead_id": "L1", "outcome": "Won", "decided_at": DAY, "amount": "1200.50"}
    assert added(tmp_path / "archive", **{kind: [row, row]}) == [2]
    assert added(tmp_path / "archive", **{kind: [row]}) == [0]
    if kind == "outcomes":
        assert held(tmp_path / "archive", kind, "outcome, amount") == [("won", 1200.5)] * 2


def test_every_format_gives_the_same_rows(tmp_path: Path) -> None:
    events = [
        {"lead_id": "L1", "event": "seen", "occurred_at": "2026-06-01T09:00:00Z", "seconds": 90, "topic": "pricing"},
        {
            "lead_id": "L2",
            "event": "seen",
            "occurred_at": "2026-06-02T09:00:00+02:00",
            "seconds": None,
            "topic": "a b",
        },
    ]
    lines = "".join(json.dumps(event) + "\n" for event in events)
    (tmp_path / "log.jsonl").write_text(lines, encoding="utf-8")
    (tmp_path / "log.json").write_text(json.dumps(events), encoding="utf-8")
    (tmp_path / "packed.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    write(tmp_path / "log.csv", events, ["topic", "lead_id", "seconds", "event", "occurred_at"])
    text = (tmp_path / "log.csv").read_text().replace(",", "\t")
    (tmp_path / "log.tsv").write_text(text, encoding="utf-8")
    times = [datetime.fromisoformat(str(event["occurred_at"])).astimezone(UTC) for event in events]
    parquet.write_table(
        pa.Table.from_pylist(events).set_column(2, "occurred_at", pa.array(times)), tmp_path / "log.parquet"
    )
    bags = [
        {"lead_id": event["lead_id"], "event": "seen", "occurred_at": event["occurred_at"]}
        | {"properties": {"seconds": event["seconds"], "topic": event["topic"]}}
        for event in events
    ]
    (tmp_path / "bag.jsonl").write_text("".join(json.dumps(bag) + "\n" for bag in bags), encoding="utf-8")
    first, *others = ["log.csv", "log.tsv", "log.jsonl", "log.json", "packed.jsonl.gz", "log.parquet", "bag.jsonl"]
    assert added(tmp_path / "archive", events=tmp_path / first) == [2]
    for other in others:
        assert (other, added(tmp_path / "archive", events=tmp_path / other)) == (other, [0])


def test_typed_columns_keep_what_they_mean(tmp_path: Path) -> None:
    table = pa.table(
        {
            "lead_id": ["L1", "L2", "L3"],
            "event": ["seen"] * 3,
            "occurred_at": pa.array([datetime(2026, 6, day, 8, tzinfo=UTC) for day in (1, 2, 3)]),
            "topic": ["pricing", " ", "jobs"],
            "seconds": [60.0, None, 200.0],
            "asset": pa.array([7, 7, None], pa.int32()),
        }
    )
    parquet.write_table(table, tmp_path / "typed.parquet")
    added(tmp_path / "archive", events=tmp_path / "typed.parquet", received="occurred")
    same(tmp_path / "archive", tmp_path / "typed.parquet", as_of="2026-06-05")
    found = held(tmp_path / "archive", columns="lead_id, topic, seconds, asset")
    assert found == [("L1", "pricing", "60", "7"), ("L2", None, None, "7"), ("L3", "jobs", "200", None)]


def test_files_may_bring_columns_of_their_own(tmp_path: Path) -> None:
    (tmp_path / "one.csv").write_text("lead_id,event,occurred_at,Page (topic)\nL1,seen,2026-06-01,pricing\n")
    (tmp_path / "two.csv").write_text("lead_id,event,occurred_at,colour\nL1,seen,2026-06-02,red\n")
    assert added(tmp_path / "archive", events=[tmp_path / "one.csv", tmp_path / "two.csv"]) == [2]
    assert held(tmp_path / "archive", columns='"Page (topic)", colour') == [("pricing", None), (None, "red")]
    mapped = {"topic": "Page (topic)"}
    assert added(tmp_path / "archive", events=tmp_path / "one.csv", columns=mapped) == [1]  # a property of another name
    with pytest.raises(EvidenceError, match="differs only by case from `colour`"):
        added(tmp_path / "archive", events=[{"lead_id": "L1", "event": "seen", "occurred_at": DAY, "Colour": "red"}])


def test_names_of_its_own_are_left_out_and_told(tmp_path: Path) -> None:
    row = {"lead_id": "L1", "event": "seen", "occurred_at": DAY, "lead_bucket": "3", "topic": "x"}
    (done,) = archive.append(tmp_path / "archive", events=[row], now=NOW, received="occurred")
    assert [note.what for note in done.notes] == ["1 column that an archive has no place for: `lead_bucket`"]
    again = {"lead_id": "L1", "outcome": "won", "decided_at": DAY, "colour": "red"}
    (done,) = archive.append(tmp_path / "archive", outcomes=[again], now=NOW)
    assert "`colour`" in done.notes[0].what


def test_nothing_is_left_out_in_silence(tmp_path: Path) -> None:
    (tmp_path / "odd.csv").write_text(
        "lead_id,event,occurred_at,received_at\n,seen,2026-06-01,\nL1,seen,yesterday,\nL1,,2026-06-01,\n"
        "L1,seen,2026-06-01,soon\nL1,seen,2031-01-01,\n"
    )
    (done,) = archive.append(tmp_path / "archive", events=tmp_path / "odd.csv", now=NOW)
    assert (done.rows, done.added) == (2, 2)
    said = " / ".join(str(note) for note in done.notes)
    for part in ("without `lead_id` (row 2)", "'yesterday'", "without `event` (row 4)", "'soon'", "in the future"):
        assert part in said
    (done,) = archive.append(
        tmp_path / "archive", outcomes=[{"lead_id": "L1", "outcome": "?", "decided_at": DAY}], now=NOW
    )
    assert (done.added, done.notes[0].count) == (0, 1)


def test_when_rows_were_received_that_do_not_say(tmp_path: Path) -> None:
    row = {"lead_id": "L1", "event": "asked", "occurred_at": "2026-07-01"}
    happened = datetime(2026, 7, 1, tzinfo=UTC)
    cases: list[tuple[str, archive.Received, datetime]] = [
        ("now", "now", NOW),
        ("as", "occurred", happened),
        ("at", NOW, NOW),
    ]
    for folder, received, stands in cases:
        archive.append(tmp_path / folder, events=[row], now=NOW, received=received)
        assert held(tmp_path / folder, columns="received_at") == [(stands.replace(tzinfo=None),)]
    (done,) = archive.append(tmp_path / "warned", events=[row], now=NOW)
    assert "--received-at occurred" in done.notes[0].fix


def test_leads_are_spread_the_same_everywhere(tmp_path: Path) -> None:
    leads = [f"lead-{number}" for number in range(40)] + ["Zoë 東京", "", "=1+1"]
    events = [{"lead_id": lead, "event": "asked", "occurred_at": DAY} for lead in leads]
    archive.append(tmp_path / "archive", events=events, now=NOW, buckets=7)
    found = held(tmp_path / "archive", columns="lead_id, lead_bucket, occurred_month")
    assert {(lead, bucket) for lead, bucket, _ in found} == {(lead, bucket_of(lead, 7)) for lead in leads if lead}
    assert {month for *_, month in found} == {"2026-06"}
    assert archive.info(tmp_path / "archive").buckets == 7
    with pytest.raises(UsageError, match="7 buckets already"):
        archive.append(tmp_path / "archive", events=events, now=NOW, buckets=8)


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ({}, "nothing to append"),
        ({"events": "nowhere.csv"}, "no such file"),
        ({"events": [{"event": "seen"}]}, "no column `lead_id`"),
        ({"retract": [{"lead_id": "L1"}]}, "can't tell what is taken back"),
        ({"events": [{"lead_id": "L1"}, "more.csv"]}, "events: expected a path, a list .* this is both"),
        ({"events": [None]}, "events: expected a path.* a list with `None`"),
        ({"events": [("L1", "seen")]}, "events: expected a path"),
        ({"traits": 5}, "traits: expected a path"),
        ({"retract": {"lead_id": "L1"}}, "retractions: expected a path"),
    ],
)
def test_what_cannot_be_appended_begins_no_archive(tmp_path: Path, sources: dict[str, Any], said: str) -> None:
    with pytest.raises((EvidenceError, UsageError), match=said):
        archive.append(tmp_path / "archive", now=NOW, **sources)
    assert not (tmp_path / "archive").exists()


@pytest.mark.parametrize("kind", ["events", "traits", "outcomes", "retract"])
def test_no_rows_add_nothing(tmp_path: Path, kind: str) -> None:
    (done,) = archive.append(tmp_path / "archive", now=NOW, **{kind: []})
    assert (done.rows, done.added) == (0, 0)


def test_a_table_that_another_program_changed_beyond_reading_is_told(tmp_path: Path) -> None:
    added(tmp_path / "archive", events=rows(1, 5))
    table = DeltaTable(tmp_path / "archive" / "events")
    table.alter.add_feature(TableFeatures.DeletionVectors, allow_protocol_versions_increase=True)
    for call in (
        lambda: added(tmp_path / "archive", events=rows(1, 5)),
        lambda: readings(archive=tmp_path / "archive"),
    ):
        with pytest.raises(EvidenceError, match="deletionVectors"):
            call()


def test_another_table_is_left_alone(tmp_path: Path) -> None:
    from deltalake import write_deltalake

    write_deltalake(tmp_path / "archive" / "events", pa.table({"a": [1]}))
    with pytest.raises(EvidenceError, match="not one of an archive"):
        added(tmp_path / "archive", events=rows(1, 2))
    with pytest.raises(EvidenceError, match="not one of an archive"):
        readings(archive=tmp_path / "archive")


KEY = "deFsecret"


@pytest.mark.parametrize(
    "url",
    [
        f"s3://AKIAX:{KEY}@bucket/leads",
        f"s3://AKIAX:abc/{KEY}+g@bucket/leads",
        f"s3://bucket/leads?sig={KEY}",
        f"https://account.example/leads?sig={KEY}",
        f"s3://[{KEY}/leads",
    ],
)
def test_no_key_in_a_url_is_taken_or_shown(url: str) -> None:
    with pytest.raises(UsageError) as refused:
        archive.append(url, events=rows(1, 1), now=NOW)
    assert KEY not in str(refused.value)


def test_properties_named_like_columns_are_left_out(tmp_path: Path) -> None:
    bag = {"event": "other", "lead_id": "L2", "Occurred_At": "never", "colour": "red"}
    log = tmp_path / "log.jsonl"
    row = {"contact": "L1", "lead_id": "L3", "event": "seen", "occurred_at": DAY, "properties": bag}
    log.write_text(json.dumps(row), encoding="utf-8")
    (done,) = archive.append(tmp_path / "archive", events=log, now=NOW, received="occurred", lead_id="contact")
    (note,) = [note for note in done.notes if "its own columns" in note.what]
    assert note.count == 3
    assert held(tmp_path / "archive", columns="lead_id, event, colour") == [("L1", "seen", "red")]


def test_what_takes_back_nothing_is_told(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    added(folder, events=[{"lead_id": "L1", "event": "asked", "occurred_at": DAY, "message_id": "m1"}])
    back = [{"lead_id": "L1", "message_id": message} for message in ("m1", "m2", "m3")]
    (done,) = archive.append(folder, retract=back, now=NOW)
    assert done.added == 3
    assert [(note.level, note.count) for note in done.notes] == [("note", 2)]
    assert "2 retractions of events that the archive doesn't hold" in done.notes[0].what
    assert archive.append(folder, retract=back[:1], now=NOW)[0].notes == ()
