"""A tally gives what the events give, however it came to be, and reads only what is new."""

from __future__ import annotations

import csv
import multiprocessing
import os
import signal
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

import pytest

import pyrometer
from pyrometer import tally
from pyrometer.errors import EvidenceError, UsageError
from pyrometer.tally.folding import MOST_PIECES

DEFINITION = """
format: 1
name: Tallied
profile: {size: integer}
events:
  seen: {properties: {topic: text, seconds: integer, asset: text}}
  asked: {}
flags: {asked: {event: asked, within: 20d}}
scores:
  interest:
    range: [-50, 200]
    cooling: {half_life: 10d}
    rules:
      - {name: Pricing, points: 8, event: seen, where: {topic: pricing}, cap: 30}
      - {name: Minutes, points: 1, event: seen, per: {property: seconds, every: 60, up_to: 5}}
      - {name: Daily minutes, points: 2, event: seen, per: {property: seconds, every: 60, up_to: 5}, count: daily}
      - {name: Latest, points: -9, event: seen, where: {topic: jobs}, count: latest, cooling: {linear: 30d}}
      - {name: Assets, points: 3, event: seen, distinct: asset, within: 25d}
temperature:
  hot: {when: {all: [{flag: asked}, {score: interest, at_least: 20}]}}
  warm: {when: {event: seen, last: {within_last: 7d}}}
"""
LEADS = [{"lead_id": f"L{number}", "size": number} for number in range(8)]
START = datetime(2026, 5, 1, tzinfo=UTC)
COLUMNS = ["lead_id", "event", "occurred_at", "received_at", "message_id", "topic", "seconds", "asset"]


def rows(seed: int, count: int, *, first_day: int = 0, days: int = 40) -> list[dict[str, Any]]:
    """Events with late arrivals, several a day, from `first_day` on."""
    random = Random(seed)
    found = []
    for number in range(count):
        at = START + timedelta(days=first_day + random.randrange(days), seconds=random.randrange(86_400))
        late = timedelta(days=random.choice([0, 0, 0, 1, 3]), seconds=random.randrange(90))
        found.append(
            {
                "lead_id": f"L{random.randrange(9)}",
                "event": random.choice(["seen", "seen", "asked", "other"]),
                "occurred_at": at.isoformat(),
                "received_at": (at + late).isoformat(),
                "message_id": f"{seed}-{number}",
                "topic": random.choice(["pricing", "jobs", ""]),
                "seconds": random.choice([0, 59, 60, 200, ""]),
                "asset": random.choice(["a", "b", ""]),
            }
        )
    return found


def write(path: Path, events: list[dict[str, Any]], columns: list[str] = COLUMNS) -> Path:
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.DictWriter(stream, columns, extrasaction="ignore")
        writer.writeheader()
        writer.writerows(events)
    return path


def readings(events: Any, *, definition: str = DEFINITION, **options: Any) -> list[dict[str, Any]]:
    with pyrometer.score(definition, leads=LEADS, events=events, explain=True, **options) as scoring:
        return [reading.as_dict(explain=True) for reading in scoring]


def same(folder: Path, files: list[Path], *, definition: str = DEFINITION, as_of: str | None = None) -> None:
    """From the tally comes exactly what comes from the events."""
    direct = readings(files, definition=definition, as_of=as_of)
    assert readings(None, definition=definition, tally=folder, as_of=as_of) == direct


@pytest.fixture
def log(tmp_path: Path) -> list[Path]:
    return [write(tmp_path / f"day{part}.csv", rows(part, 150, first_day=part * 12)) for part in range(3)]


@pytest.mark.parametrize(
    "as_of",
    [
        None,
        "2026-06-09T23:59:59.999999Z",
        "2026-05-20",
        "2026-05-20T12:00:00Z",
        "2026-05-01",
        "2026-04-01",
        "2027-01-01",
    ],
)
def test_any_time_can_be_scored(tmp_path: Path, log: list[Path], as_of: str | None) -> None:
    tally.build(DEFINITION, log, tmp_path / "tally")
    same(tmp_path / "tally", log, as_of=as_of)


def test_new_files_alone_are_read(tmp_path: Path, log: list[Path]) -> None:
    tally.build(DEFINITION, log[:1], tmp_path / "tally")
    report = tally.refresh(DEFINITION, log[1:], tmp_path / "tally")
    assert (report.read, report.files, report.anew) == (2, 3, False)
    same(tmp_path / "tally", log)
    assert tally.refresh(DEFINITION, log, tmp_path / "tally").read == 0


def test_scoring_with_events_folds_in_what_is_new(tmp_path: Path, log: list[Path]) -> None:
    assert readings(log[:2], tally=tmp_path / "tally") == readings(log[:2])
    assert readings(log, tally=tmp_path / "tally") == readings(log)
    assert len(tally.info(tmp_path / "tally").sources) == 3


def test_points_cooling_and_thresholds_change_without_reading(tmp_path: Path, log: list[Path]) -> None:
    tally.build(DEFINITION, log, tmp_path / "tally")
    changed = (
        DEFINITION.replace("points: 8", "points: 9.5")
        .replace("half_life: 10d", "linear: 12d")
        .replace("cap: 30", "cap: 25")
        .replace("at_least: 20", "at_least: 21")
        .replace("range: [-50, 200]", "range: [0, 90]")
    )
    assert tally.refresh(changed, log, tmp_path / "tally").read == 0
    same(tmp_path / "tally", log, definition=changed)


def test_a_changed_signal_is_tallied_anew_and_alone(tmp_path: Path, log: list[Path]) -> None:
    tally.build(DEFINITION, log, tmp_path / "tally")
    before = {piece.file for piece in tally.info(tmp_path / "tally").pieces}
    changed = DEFINITION.replace("topic: jobs", "topic: careers").replace("every: 60, up_to: 5}}", "every: 30}}")
    tally.refresh(changed, log, tmp_path / "tally")
    pieces = tally.info(tmp_path / "tally").pieces
    added = [piece for piece in pieces if piece.file not in before]
    assert before < {piece.file for piece in pieces}
    # Careers: the largest of a day, and how many; minutes: how much, and how many.
    assert [len(piece.columns) for piece in added] == [4]
    same(tmp_path / "tally", log, definition=changed)
    same(tmp_path / "tally", log)


def test_a_property_read_otherwise_is_tallied_anew(tmp_path: Path, log: list[Path]) -> None:
    tally.build(DEFINITION, log, tmp_path / "tally")
    changed = DEFINITION.replace("topic: text", "topic: {type: text, unknown: [pricing]}")
    tally.refresh(changed, log, tmp_path / "tally")
    same(tmp_path / "tally", log, definition=changed)


def test_a_changed_file_means_tallying_anew(tmp_path: Path, log: list[Path]) -> None:
    tally.build(DEFINITION, log, tmp_path / "tally")
    write(log[1], rows(99, 70))
    report = tally.refresh(DEFINITION, log, tmp_path / "tally")
    assert report.anew
    assert "changed" in (report.why or "")
    same(tmp_path / "tally", log)


def test_a_file_that_is_gone_counts_no_longer(tmp_path: Path, log: list[Path]) -> None:
    tally.build(DEFINITION, log, tmp_path / "tally")
    log[2].unlink()
    assert tally.refresh(DEFINITION, log[:2], tmp_path / "tally").anew
    same(tmp_path / "tally", log[:2])


def test_scoring_keeps_what_was_counted_of_files_that_are_gone(tmp_path: Path, log: list[Path]) -> None:
    tally.build(DEFINITION, log, tmp_path / "tally")
    direct = readings(log)
    for path in log:
        path.rename(path.with_suffix(".gone"))
    assert readings(None, tally=tmp_path / "tally") == direct
    with pytest.raises(UsageError, match="is gone"):
        readings(None, tally=tmp_path / "tally", definition=DEFINITION.replace("topic: jobs", "topic: careers"))
    with pytest.raises(UsageError, match="is gone"):
        tally.refresh(DEFINITION, [], tmp_path / "tally")
    for path in log:
        path.with_suffix(".gone").rename(path)
    assert readings(None, tally=tmp_path / "tally") == direct


def test_messages_said_again_in_a_later_file_count_once(tmp_path: Path, log: list[Path]) -> None:
    tally.build(DEFINITION, log, tmp_path / "tally")
    again = rows(1, 150, first_day=12)[:40]
    for row in again:
        row["received_at"] = (datetime.fromisoformat(row["received_at"]) + timedelta(days=5)).isoformat()
    files = [*log, write(tmp_path / "again.csv", again + rows(7, 20))]
    assert not tally.refresh(DEFINITION, files, tmp_path / "tally").anew
    same(tmp_path / "tally", files)


@pytest.mark.parametrize("change", ["earlier", "other"])
def test_a_repeat_that_should_have_won_means_tallying_anew(tmp_path: Path, log: list[Path], change: str) -> None:
    tally.build(DEFINITION, log, tmp_path / "tally")
    again = rows(1, 150, first_day=12)[:5]
    for row in again:
        if change == "earlier":
            row["received_at"] = row["occurred_at"] = (START - timedelta(days=1)).isoformat()
        else:
            row["topic"] = "pricing" if row["topic"] != "pricing" else "jobs"
    files = [*log, write(tmp_path / "again.csv", again)]
    assert tally.refresh(DEFINITION, files, tmp_path / "tally").anew
    same(tmp_path / "tally", files)


def test_files_without_ids_and_times_of_receipt(tmp_path: Path, log: list[Path]) -> None:
    plain = [column for column in COLUMNS if column not in ("received_at", "message_id")]
    bare = write(tmp_path / "bare.csv", rows(5, 60, days=70), plain)
    tally.build(DEFINITION, [bare], tmp_path / "tally")
    same(tmp_path / "tally", [bare])
    tally.refresh(DEFINITION, log, tmp_path / "tally")
    same(tmp_path / "tally", [bare, *log])
    same(tmp_path / "tally", [bare, *log], as_of="2026-05-25T10:00:00Z")


def test_many_small_files_are_merged(tmp_path: Path) -> None:
    files: list[Path] = []
    for day in range(MOST_PIECES + 3):
        files.append(write(tmp_path / f"{day:03}.csv", rows(day, 12, first_day=day, days=1)))
        tally.refresh(DEFINITION, files[-1], tmp_path / "tally")
    manifest = tally.info(tmp_path / "tally")
    assert len(manifest.sources) == MOST_PIECES + 3
    assert len(manifest.pieces_of("signals")) <= MOST_PIECES
    held = {path.name for path in (tmp_path / "tally").glob("*.parquet")}
    assert held == {piece.file for piece in manifest.pieces}
    same(tmp_path / "tally", files)


def test_what_depends_on_the_as_of_date_cannot_be_tallied(tmp_path: Path, log: list[Path]) -> None:
    dated = DEFINITION.replace("asset: text}", "asset: text, starts: date}").replace(
        "where: {topic: pricing}", "where: {starts: {within_next: 7d}}"
    )
    with pytest.raises(UsageError, match="as-of date"):
        readings(log, definition=dated, tally=tmp_path / "tally")


def test_files_that_name_things_otherwise(tmp_path: Path, log: list[Path]) -> None:
    odd = tmp_path / "odd.csv"
    odd.write_text(log[0].read_text().replace("lead_id", "id").replace("topic", "Page topic"), encoding="utf-8")
    names: dict[str, Any] = {"lead_id": "id", "columns": {"topic": "Page topic"}}
    direct = readings([odd], **names)
    assert direct == readings(log[:1])
    with pytest.raises(EvidenceError, match="--lead-id"):
        tally.build(DEFINITION, [odd], tmp_path / "tally")
    assert not (tmp_path / "tally").exists()
    tally.build(DEFINITION, [odd], tmp_path / "tally", **names)
    assert readings(None, tally=tmp_path / "tally", **names) == direct
    other = readings([odd], tally=tmp_path / "tally", lead_id="id")
    assert other == readings([odd], lead_id="id") != direct


def test_a_tally_without_leads_is_refused(tmp_path: Path, log: list[Path]) -> None:
    with pytest.raises(UsageError, match="no list of leads"):
        pyrometer.score(DEFINITION, events=log, tally=tmp_path / "tally")


def test_rows_and_streams_cannot_be_tallied(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="files"):
        tally.build(DEFINITION, "-", tmp_path / "tally")
    with pytest.raises(UsageError, match="rows"):
        readings(iter([{"lead_id": "L1"}]), tally=tmp_path / "tally")


def test_a_file_of_somebody_else_stays(tmp_path: Path, log: list[Path]) -> None:
    theirs = tmp_path / "tally.json"
    theirs.write_text('{"votes": 3}', encoding="utf-8")
    with pytest.raises(UsageError, match="was not made by Pyrometer; name another folder"):
        tally.build(DEFINITION, log, tmp_path)
    assert theirs.read_text(encoding="utf-8") == '{"votes": 3}'
    tally.build(DEFINITION, log, tmp_path / "tally")
    (tmp_path / "tally" / "tally.json").write_text('{"version": 3, "pie', encoding="utf-8")
    tally.build(DEFINITION, log, tmp_path / "tally")  # one of ours that was cut off is made anew
    same(tmp_path / "tally", log)


def test_no_tally_and_a_damaged_one_are_said(tmp_path: Path, log: list[Path]) -> None:
    with pytest.raises(UsageError, match="no tally"):
        readings(None, tally=tmp_path / "nothing")
    tally.build(DEFINITION, log, tmp_path / "tally")
    (tmp_path / "tally" / "tally.json").write_text("{", encoding="utf-8")
    with pytest.raises(EvidenceError, match="damaged"):
        readings(None, tally=tmp_path / "tally")


def test_a_lost_piece_means_tallying_anew(tmp_path: Path, log: list[Path]) -> None:
    tally.build(DEFINITION, log, tmp_path / "tally")
    next((tmp_path / "tally").glob("signals-*.parquet")).unlink()
    assert tally.refresh(DEFINITION, log, tmp_path / "tally").anew
    same(tmp_path / "tally", log)


def _refresh_for_ever(definition: str, files: list[Path], folder: Path, started: Any) -> None:
    started.set()
    for _ in range(10_000):
        tally.build(definition, files, folder)


def test_building_anew_leaves_the_former_pieces_alone_until_it_is_done(tmp_path: Path, log: list[Path]) -> None:
    folder = tmp_path / "tally"
    tally.build(DEFINITION, log, folder)
    before = {piece.file for piece in tally.info(folder).pieces}
    tally.build(DEFINITION, log[:1], folder)
    after = {piece.file for piece in tally.info(folder).pieces}
    assert not before & after
    assert {path.name for path in folder.glob("*.parquet")} == after


def test_a_killed_writer_leaves_the_former_tally(tmp_path: Path, log: list[Path]) -> None:
    folder = tmp_path / "tally"
    tally.build(DEFINITION, log, folder)
    context = multiprocessing.get_context("spawn")
    for _ in range(3):
        started = context.Event()
        writer = context.Process(target=_refresh_for_ever, args=(DEFINITION, log, folder, started))
        writer.start()
        assert started.wait(60)
        seen = (folder / "tally.json").stat().st_mtime_ns
        while writer.is_alive() and seen == (folder / "tally.json").stat().st_mtime_ns:
            writer.join(0.01)
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        same(folder, log)
    tally.refresh(DEFINITION, log, folder)
    held = {path.name for path in folder.glob("*.parquet")}
    assert held >= {piece.file for piece in tally.info(folder).pieces}


def test_a_tally_of_another_version_is_not_used(tmp_path: Path, log: list[Path]) -> None:
    tally.build(DEFINITION, log, tmp_path / "tally")
    (manifest,) = (tmp_path / "tally").glob("*.json")
    text = manifest.read_text()
    assert '"version": 3' in text
    manifest.write_text(text.replace('"version": 3', '"version": 1'))
    with pytest.raises(pyrometer.errors.EvidenceError, match="build the tally anew"):
        tally.refresh(DEFINITION, log, tmp_path / "tally")
