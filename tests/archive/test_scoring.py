"""From an archive comes what comes from the files that were appended to it, by whatever way, and however it changed."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import pyrometer
from pyrometer import archive, tally
from pyrometer.archive.kinds import bucket_of
from pyrometer.errors import EvidenceError, UsageError
from tests.tally.test_tally import COLUMNS, DEFINITION, LEADS, START, rows, write

NOW = START + timedelta(days=100)
WINDOWED = DEFINITION.replace("last: {within_last: 7d}", "within: 7d")
TIMES = [None, "2026-06-09T23:59:59.999999Z", "2026-05-20", "2026-05-20T12:00:00Z", "2026-04-01", "2027-01-01"]


def readings(definition: str = DEFINITION, **options: Any) -> list[dict[str, Any]]:
    options = {"leads": LEADS, **options}
    with pyrometer.score(definition, explain=True, **options) as scoring:
        return [reading.as_dict(explain=True) for reading in scoring]


def same(folder: Path, files: Any, *, as_of: str | None = None, definition: str = DEFINITION, **options: Any) -> None:
    """The files, the archive's events and the archive's tally agree in every line of every reading."""
    if as_of is None:
        as_of = readings(definition, archive=folder, direct=True, now=NOW, **options)[0]["as_of"]
    expected = readings(definition, events=files, as_of=as_of, **options)
    assert readings(definition, archive=folder, direct=True, as_of=as_of, **options) == expected
    assert readings(definition, archive=folder, as_of=as_of, **options) == expected


def without(files: Iterable[Path], target: Path, gone: Any) -> Path:
    """A file of the rows of some others, but for those that `gone` says."""
    kept = []
    for path in files:
        with path.open(encoding="utf-8") as stream:
            kept += [row for row in csv.DictReader(stream) if not gone(row)]
    return write(target, kept)


@pytest.fixture
def log(tmp_path: Path) -> list[Path]:
    return [write(tmp_path / f"day{part}.csv", rows(part, 150, first_day=part * 12)) for part in range(3)]


@pytest.fixture
def folder(tmp_path: Path, log: list[Path]) -> Path:
    for path in log:
        archive.append(tmp_path / "archive", events=path, now=NOW)
    return tmp_path / "archive"


@pytest.mark.parametrize("as_of", TIMES)
@pytest.mark.parametrize("definition", [DEFINITION, WINDOWED], ids=["whole past", "windows only"])
def test_any_time_can_be_scored(folder: Path, log: list[Path], as_of: str | None, definition: str) -> None:
    same(folder, log, as_of=as_of, definition=definition)


def test_the_latest_evidence_is_the_same(folder: Path, log: list[Path]) -> None:
    assert readings(archive=folder, now=NOW) == readings(events=log, now=NOW)
    with pyrometer.score(DEFINITION, leads=LEADS, archive=folder, now=NOW) as scoring:
        assert scoring.basis == "evidence"


def test_evidence_of_the_future_waits(folder: Path, log: list[Path]) -> None:
    now = START + timedelta(days=20, hours=7)
    assert readings(archive=folder, now=now) == readings(events=log, now=now)
    assert readings(archive=folder, now=now, direct=True) == readings(events=log, now=now)


def test_new_events_alone_are_read_for_the_tally(folder: Path, log: list[Path], tmp_path: Path) -> None:
    same(folder, log)
    before = {piece.file for piece in tally.info(folder / "tally").pieces}
    log.append(write(tmp_path / "more.csv", rows(8, 40, first_day=40, days=3)))
    archive.append(folder, events=log[-1], now=NOW)
    same(folder, log)
    after = {piece.file: piece.rows for piece in tally.info(folder / "tally").pieces}
    assert before < after.keys()
    assert sum(after[file] for file in after.keys() - before) <= 2 * 40


def test_a_tally_that_followed_many_appends_stays_small(
    folder: Path, log: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pyrometer.tally.folding.MOST_PIECES", 3)
    narrow = "".join(line for line in DEFINITION.splitlines(keepends=True) if "name: Pricing" not in line)
    for day in range(9):
        log.append(write(tmp_path / f"more{day}.csv", rows(20 + day, 6, first_day=40 + day, days=1)))
        archive.append(folder, events=log[-1], now=NOW)
        readings(narrow if day % 3 else DEFINITION, archive=folder, now=NOW)
    manifest = tally.info(folder / "tally")
    assert len(manifest.sources) <= len(manifest.pieces) < 9
    assert all(len(piece.sources) <= len(manifest.sources) for piece in manifest.pieces)
    same(folder, log, definition=narrow)
    same(folder, log)
    same(folder, log, as_of="2026-06-15T12:00:00Z")


def test_nothing_new_leaves_the_tally_alone(folder: Path, log: list[Path]) -> None:
    same(folder, log)
    kept = (folder / "tally" / "tally.json").stat().st_mtime_ns
    archive.append(folder, events=log, now=NOW)
    same(folder, log)
    assert (folder / "tally" / "tally.json").stat().st_mtime_ns == kept


def test_compacting_changes_no_score_and_reads_nothing_again(folder: Path, log: list[Path]) -> None:
    same(folder, log)
    pieces = tally.info(folder / "tally").pieces
    done = archive.compact(folder, keep_hours=0)
    assert done.after < done.before
    same(folder, log)
    same(folder, log, as_of="2026-05-20T12:00:00Z")
    assert tally.info(folder / "tally").pieces == pieces


@pytest.mark.parametrize("spelled", [1000, 0])
def test_what_is_taken_back_counts_from_then_on_no_more(
    folder: Path, log: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, spelled: int
) -> None:
    monkeypatch.setattr("pyrometer.archive.sight.SPELLED", spelled)
    same(folder, log)
    before = {piece.file for piece in tally.info(folder / "tally").pieces}
    taken = [row for row in rows(1, 150, first_day=12) if row["lead_id"] in ("L1", "L4")][:20]
    then = START + timedelta(days=60)
    back = [{"lead_id": row["lead_id"], "message_id": row["message_id"], "received_at": then} for row in taken]
    (done,) = archive.append(folder, retract=back, now=NOW)
    assert (done.rows, done.added) == (20, 20)
    ids = {row["message_id"] for row in taken}
    left = [without(log, tmp_path / "left.csv", lambda row: row["message_id"] in ids)]
    same(folder, left, as_of=then.isoformat())
    same(folder, left, as_of="2027-01-01")
    same(folder, log, as_of=(then - timedelta(seconds=1)).isoformat())
    same(folder, log, as_of="2026-05-25T10:00:00Z")
    pieces = tally.info(folder / "tally").pieces
    assert before < {piece.file for piece in pieces}
    (void,) = (piece for piece in pieces if piece.kind == "voids")
    assert 0 < void.rows <= 20
    more = write(tmp_path / "more.csv", rows(8, 40, first_day=40, days=3))
    archive.append(folder, events=more, now=NOW)
    same(folder, [*left, more], as_of="2027-01-01")
    other = DEFINITION.replace("topic: jobs", "topic: careers")
    same(folder, [*left, more], as_of="2027-01-01", definition=other)


def test_a_retraction_may_come_before_its_event(tmp_path: Path, log: list[Path]) -> None:
    archive.append(tmp_path / "archive", events=log[0], now=NOW)
    same(tmp_path / "archive", log[:1])
    row = rows(1, 150, first_day=12)[3]
    back = {"lead_id": row["lead_id"], "message_id": row["message_id"], "received_at": START}
    archive.append(tmp_path / "archive", retract=[back], now=NOW)
    archive.append(tmp_path / "archive", events=log[1], now=NOW)
    left = without(log[:2], tmp_path / "left.csv", lambda each: each["message_id"] == row["message_id"])
    same(tmp_path / "archive", [left], as_of="2027-01-01")


def test_rows_without_ids_are_taken_back_as_they_came(tmp_path: Path, log: list[Path]) -> None:
    plain = [column for column in COLUMNS if column != "message_id"]
    first = write(tmp_path / "first.csv", rows(5, 60), plain)
    wrong = write(tmp_path / "wrong.csv", rows(6, 30), plain)
    archive.append(tmp_path / "archive", events=[first, wrong], now=NOW)
    same(tmp_path / "archive", [first, wrong])
    (done,) = archive.append(tmp_path / "archive", retract=wrong, now=START + timedelta(days=80))
    assert (done.kind, done.rows, done.added) == ("retractions", 30, 30)
    assert archive.append(tmp_path / "archive", retract=wrong, now=NOW)[0].added == 0
    same(tmp_path / "archive", [first], as_of="2027-01-01")


def test_erased_leads_go_from_the_tally_without_reading_the_others_again(
    folder: Path, log: list[Path], tmp_path: Path
) -> None:
    archive.append(folder, retract=[{"lead_id": "L4", "message_id": "1-3", "received_at": START}], now=NOW)
    same(folder, without(log, tmp_path / "some.csv", lambda row: row["message_id"] == "1-3" and row["lead_id"] == "L4"))
    count = len(tally.info(folder / "tally").pieces)
    done = archive.erase(folder, ["L3", "L8"])
    assert done.rows["events"] > 0
    assert done.tallied > 0
    left = without(
        log,
        tmp_path / "left.csv",
        lambda row: row["lead_id"] in ("L3", "L8") or (row["message_id"] == "1-3" and row["lead_id"] == "L4"),
    )
    manifest = tally.info(folder / "tally")
    assert len(manifest.pieces) == count
    same(folder, left)
    assert tally.info(folder / "tally").pieces == manifest.pieces
    archive.append(folder, events=rows(8, 40, first_day=40, days=3), now=NOW)
    more = write(tmp_path / "more.csv", rows(8, 40, first_day=40, days=3))
    same(folder, [left, more], as_of="2027-01-01")


def test_an_erasure_leaves_what_was_taken_back_of_others(folder: Path, log: list[Path], tmp_path: Path) -> None:
    narrow = "".join(line for line in DEFINITION.splitlines(keepends=True) if "name: Pricing" not in line)
    same(folder, log)
    taken = {row["message_id"] for row in rows(1, 150, first_day=12) if row["lead_id"] == "L4"}
    back = [{"lead_id": "L4", "message_id": each, "received_at": START} for each in sorted(taken)]
    archive.append(folder, retract=back, now=NOW)
    more = write(tmp_path / "more.csv", rows(8, 40, first_day=40, days=3))
    archive.append(folder, events=more, now=NOW)
    for definition in (narrow, DEFINITION):  # which are tallied in pieces of different times
        readings(definition, archive=folder, now=NOW)
    archive.erase(folder, ["L3"])
    left = [
        without([*log, more], tmp_path / "left.csv", lambda row: row["lead_id"] == "L3" or row["message_id"] in taken)
    ]
    same(folder, left)
    same(folder, left, definition=narrow)


def test_an_erasure_that_was_cut_short_leaves_no_stale_tally(folder: Path, log: list[Path], tmp_path: Path) -> None:
    same(folder, log)
    from pyrometer.engines import DuckDBEngine

    with (
        pytest.raises(KeyboardInterrupt),
        DuckDBEngine() as engine,
        tally.erasing(engine, folder / "tally", ["L3"]),
    ):
        raise KeyboardInterrupt
    same(folder, log)
    with pytest.raises(UsageError, match="no lead"):
        archive.erase(folder, [])


def test_answers_are_known_when_they_were_received(tmp_path: Path, log: list[Path]) -> None:
    definition = DEFINITION.replace("range: [-50, 200]", "range: [-50, 300]").replace(
        "      - {name: Latest",
        "      - {name: Size, trait: size, bands: [{from: 5, points: 7}]}\n      - {name: Latest",
    )
    answers = [
        {"lead_id": f"L{number}", "trait": "size", "value": value, "occurred_at": at, "received_at": late}
        for number in range(8)
        for value, at, late in [(number, "2026-05-02", "2026-05-02"), (9 - number, "2026-05-10", "2026-05-20")]
    ]
    archive.append(tmp_path / "archive", events=log, traits=answers, now=NOW)
    assert archive.append(tmp_path / "archive", traits=answers, now=NOW)[0].added == 0
    for as_of in ("2026-04-01", "2026-05-01", "2026-05-05", "2026-05-15", "2026-05-25"):
        from_files = readings(definition, events=log, traits=answers, leads=None, as_of=as_of)
        assert readings(definition, archive=tmp_path / "archive", leads=None, as_of=as_of) == from_files
        assert readings(definition, archive=tmp_path / "archive", leads=None, as_of=as_of, direct=True) == from_files
    archive.append(tmp_path / "archive", retract=answers[:2], now=datetime(2026, 5, 26, tzinfo=UTC))
    after = readings(definition, archive=tmp_path / "archive", leads=None, as_of="2026-05-27")
    assert after == readings(definition, events=log, traits=answers[2:], leads=None, as_of="2026-05-27")


SHORT = """
format: 1
name: Windows only
events: {seen: {}, asked: {}}
scores: {interest: {rules: [{name: Seen, points: 3, event: seen, within: 20d}]}}
temperature: {hot: {when: {event: asked, within: 7d}}}
"""


def test_files_out_of_reach_are_not_opened(folder: Path, log: list[Path]) -> None:
    as_of = "2026-06-09T12:00:00Z"
    days = ("2026-01-05", "2026-09-01")
    far = [{"lead_id": f"L{number}", "event": "seen", "occurred_at": day} for number in range(9) for day in days]
    archive.append(folder, events=far, now=NOW, received="occurred")
    for month in ("2026-01", "2026-09"):
        for path in (folder / "events" / f"occurred_month={month}").rglob("*.parquet"):
            path.unlink()
    options: dict[str, Any] = {"leads": LEADS, "as_of": as_of}
    expected = readings(SHORT, events=log, **options)
    assert readings(SHORT, archive=folder, direct=True, **options) == expected
    with pytest.raises(EvidenceError, match="run it again"):  # a definition that looks back for ever does need them
        readings(SHORT.replace("within: 20d", "cap: 9"), archive=folder, direct=True, **options)


def test_other_leads_files_are_not_opened(folder: Path, log: list[Path]) -> None:
    mine = f"lead_bucket={bucket_of('L5')}"
    for path in (folder / "events").rglob("*.parquet"):
        if mine not in path.parts:
            path.unlink()
    told = pyrometer.explain(DEFINITION, "L5", leads=LEADS, archive=folder, as_of="2026-06-09")
    assert told.as_dict() == pyrometer.explain(DEFINITION, "L5", leads=LEADS, events=log, as_of="2026-06-09").as_dict()


def test_columns_may_go_by_other_names(tmp_path: Path, log: list[Path]) -> None:
    odd = tmp_path / "odd.csv"
    odd.write_text(log[0].read_text().replace("topic", "Page topic"), encoding="utf-8")
    archive.append(tmp_path / "archive", events=odd, now=NOW)
    same(tmp_path / "archive", odd)
    same(tmp_path / "archive", odd, columns={"topic": "Page topic"})
    assert readings(archive=tmp_path / "archive", now=NOW, columns={"topic": "Page topic"}) == readings(events=log[:1])


def test_one_lead_is_told_from_its_own_files(folder: Path, log: list[Path]) -> None:
    told = pyrometer.explain(DEFINITION, "L5", leads=LEADS, archive=folder, now=NOW)
    assert told.as_dict() == pyrometer.explain(DEFINITION, "L5", leads=LEADS, events=log, now=NOW).as_dict()
    with pytest.raises(UsageError, match="`L5`"):
        pyrometer.explain(DEFINITION, "L55", archive=folder, now=NOW)


def test_leads_are_those_with_events_where_nobody_lists_them(folder: Path, log: list[Path]) -> None:
    same(folder, log, leads=None)
    assert not (folder / "tally").exists()


def test_an_archive_stands_alone(folder: Path, log: list[Path]) -> None:
    with pytest.raises(UsageError, match="append"):
        readings(archive=folder, events=log)
    with pytest.raises(UsageError, match="holds no archive"):
        readings(archive=folder / "nowhere")


def test_an_archive_that_cannot_be_written_is_read(
    folder: Path, log: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)  # root may write everything
    assert readings(archive=folder, now=NOW) == readings(events=log, now=NOW)
    assert not (folder / "tally").exists()


def test_the_latest_evidence_hides_behind_no_event_of_the_future(tmp_path: Path) -> None:
    def event(lead: str, at: str, received: str) -> dict[str, str]:
        return {"lead_id": lead, "event": "asked", "occurred_at": at, "received_at": received}

    early = [event("L1", "2027-01-05", "2026-06-01")]
    late = [event("L1", "2026-06-08", "2026-06-08")]
    for events in (early, late):
        archive.append(tmp_path / "archive", events=events, now=NOW)
    found = readings(archive=tmp_path / "archive", direct=True, now=datetime(2026, 6, 10, tzinfo=UTC))
    assert {reading["as_of"][:10] for reading in found} == {"2026-06-08"}
