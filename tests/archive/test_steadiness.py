"""Scoring while others erase leads, clean up, or put the tally's pieces together; and at the ends of time."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import pyrometer
from pyrometer import archive, evidence, tally
from pyrometer.cli.check import check_command
from pyrometer.errors import EvidenceError
from pyrometer.runs import loaded
from pyrometer.tally.lock import locked
from tests.archive.test_scoring import NOW, SHORT, WINDOWED, readings, same
from tests.cli.command import Runner
from tests.tally.test_tally import DEFINITION, LEADS, rows, write

DAYS = ("2026-05-01", "2026-05-02", "2026-05-03")
EXTRA = [{"lead_id": f"X{number}", "event": "seen", "occurred_at": day} for number in range(3) for day in DAYS]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An archive in which everybody's events of a month stand in the same files."""
    archive.append(tmp_path / "archive", events=[*rows(1, 90), *EXTRA], now=NOW, received="occurred", buckets=1)
    return tmp_path / "archive"


def meanwhile(monkeypatch: pytest.MonkeyPatch, when: str, *others: Callable[[], object]) -> None:
    """Lets others do something after the evidence is opened or before the tally is: one each time."""
    waiting = list(others)
    step = getattr(loaded, when)

    def run(*arguments: Any, **options: Any) -> Any:
        found = step(*arguments, **options) if when == "load_evidence" else None
        if waiting:
            waiting.pop(0)()
        return found if when == "load_evidence" else step(*arguments, **options)

    monkeypatch.setattr(loaded, when, run)


@pytest.mark.parametrize("direct", [True, False], ids=["events", "tally"])
@pytest.mark.parametrize("as_of", [None, "2026-05-20T12:00:00Z"])
def test_a_lead_erased_meanwhile_ends_no_scoring(
    folder: Path, monkeypatch: pytest.MonkeyPatch, direct: bool, as_of: str | None
) -> None:
    meanwhile(monkeypatch, "load_evidence", lambda: archive.erase(folder, ["X1"]))
    found = readings(archive=folder, now=NOW, direct=direct, as_of=as_of)
    assert found == readings(archive=folder, now=NOW, direct=True, as_of=as_of)
    assert archive.erase(folder, ["X1"]).rows["events"] == 0


def test_a_lead_erased_meanwhile_is_not_among_those_scored(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    meanwhile(monkeypatch, "load_evidence", lambda: archive.erase(folder, ["X1"]))
    leads = {reading["lead_id"] for reading in readings(archive=folder, now=NOW, leads=None)}
    assert {"X0", "X2", "L3"} <= leads
    assert "X1" not in leads


def test_a_lead_erased_meanwhile_ends_no_check(folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    (tmp_path / "lead.yaml").write_text(DEFINITION, encoding="utf-8")
    waiting = [lambda: archive.erase(folder, ["X1"])]
    load = evidence.load_evidence

    def run(*arguments: Any, **options: Any) -> Any:
        if waiting:
            waiting.pop()()
        return load(*arguments, **options)

    monkeypatch.setattr(evidence, "load_evidence", run)
    assert check_command(tmp_path / "lead.yaml", archive=str(folder), presentation="json") in (0, 1)
    assert not waiting


@pytest.mark.parametrize("direct", [True, False], ids=["events", "tally"])
def test_after_two_erasures_scoring_asks_to_be_run_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch, direct: bool
) -> None:
    erasures = [lambda lead=lead: archive.erase(folder, [lead]) for lead in ("X0", "X1")]
    meanwhile(monkeypatch, "load_evidence", *erasures)
    with pytest.raises(EvidenceError, match="erased a lead or cleaned up; run it again"):
        readings(archive=folder, now=NOW, direct=direct, as_of="2026-05-20T12:00:00Z")


def test_leads_that_can_be_read_only_once_are_not_read_again(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    meanwhile(monkeypatch, "load_evidence", lambda: archive.erase(folder, ["X0"]))
    with pytest.raises(EvidenceError, match="run it again"):
        readings(archive=folder, now=NOW, leads=iter(LEADS), direct=True)
    monkeypatch.undo()
    pipe = tmp_path / "leads.csv"
    os.mkfifo(pipe)
    text = "lead_id\n" + "".join(f"{lead['lead_id']}\n" for lead in LEADS)
    writer = threading.Thread(target=pipe.write_text, args=(text,))
    writer.start()
    meanwhile(monkeypatch, "load_evidence", lambda: archive.erase(folder, ["X1"]))
    with pytest.raises(EvidenceError, match="run it again"):
        readings(archive=folder, now=NOW, leads=pipe, direct=True)
    writer.join()


def test_one_lead_is_told_though_another_is_erased(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    meanwhile(monkeypatch, "load_evidence", lambda: archive.erase(folder, ["X1"]))
    told = pyrometer.explain(DEFINITION, "L5", leads=LEADS, archive=folder, now=NOW)
    assert told.as_dict() == pyrometer.explain(DEFINITION, "L5", leads=LEADS, archive=folder, now=NOW).as_dict()
    assert any(line["points"] for line in told.as_dict()["contributions"])


def test_pieces_of_the_tally_that_another_puts_together_are_found_again(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pyrometer.tally.folding.MOST_PIECES", 2)
    for day in (1, 2):
        readings(archive=folder, now=NOW)
        archive.append(folder, events=rows(10 + day, 9, first_day=20 + day), now=NOW)
    before = {piece.file for piece in tally.info(folder / "tally").pieces}

    def other() -> None:
        archive.append(folder, events=rows(20, 9, first_day=25), now=NOW)
        other_definition = DEFINITION.replace("topic: jobs", "topic: careers")
        monkeypatch.undo()
        monkeypatch.setattr("pyrometer.tally.folding.MOST_PIECES", 0)
        readings(other_definition, archive=folder, now=NOW)

    meanwhile(monkeypatch, "attach", other)
    found = readings(archive=folder, now=NOW)
    assert before.isdisjoint(piece.file for piece in tally.info(folder / "tally").pieces)
    assert found == readings(archive=folder, now=NOW, direct=True)


@pytest.mark.parametrize("as_of", ["0001-01-01", "0001-01-02", "9999-12-31T23:59:59.999999Z"])
@pytest.mark.parametrize("definition", [SHORT, WINDOWED, DEFINITION], ids=["short", "windows", "whole past"])
def test_the_ends_of_time_can_be_scored(tmp_path: Path, as_of: str, definition: str) -> None:
    events = [*rows(1, 20), {"lead_id": "L1", "event": "seen", "occurred_at": "0001-01-01", "message_id": "first"}]
    log = write(tmp_path / "log.csv", events)
    archive.append(tmp_path / "archive", events=log, now=NOW, received="occurred")
    same(tmp_path / "archive", log, as_of=as_of, definition=definition)


def test_the_latest_evidence_may_be_the_first_there_can_be(tmp_path: Path) -> None:
    event = {"lead_id": "L1", "event": "seen", "occurred_at": "0001-01-01", "received_at": "0001-01-01"}
    archive.append(tmp_path / "archive", events=[event], now=NOW)
    found = readings(archive=tmp_path / "archive", now=datetime(2026, 6, 10, tzinfo=UTC))
    assert {reading["as_of"] for reading in found} == {"0001-01-01T00:00:00Z"}


def test_a_tally_that_another_writes_for_ever_is_done_without(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyrometer.tally.following.WAIT", 0.0)
    with (
        locked(folder / "tally"),
        pyrometer.score(DEFINITION, leads=LEADS, archive=folder, now=NOW, explain=True) as scoring,
    ):
        (note,) = [str(note) for note in scoring.notes if "tally" in note.file]
        found = [reading.as_dict(explain=True) for reading in scoring]
    assert "another process has been writing" in note
    assert "the events themselves were read" in note
    assert found == readings(archive=folder, now=NOW, direct=True)


def test_a_full_disk_keeps_nobody_from_scoring(folder: Path) -> None:
    run = Runner(folder.parent)
    (folder.parent / "lead.yaml").write_text(DEFINITION, encoding="utf-8")
    write(folder.parent / "leads.csv", LEADS, ["lead_id", "size"])
    call = ("score", "lead.yaml", "--leads", "leads.csv", "--archive", "archive", "--format", "jsonl")
    full = run(*call, shell="ulimit -f 1;")
    assert full.code == 0, full.err
    assert "the archive's tally: warning: can't write" in full.err
    assert "the events themselves were read" in full.err
    assert full.out == run(*call, "--direct").out
    assert not list((folder / "tally").glob("*.parquet"))
    after = run(*call)
    assert (after.code, after.out) == (0, full.out)
    assert "warning" not in after.err


def test_replaced_files_are_not_kept_for_longer_than_the_calendar(folder: Path) -> None:
    run = Runner(folder.parent)
    refused = run("archive", "compact", "archive", "--keep-days", "99999999999999")
    assert refused.code == 2
    assert "--keep-days 99999999999999: at most 36500" in refused.err
    assert run("archive", "compact", "archive", "--keep-days", "36500").code == 0
