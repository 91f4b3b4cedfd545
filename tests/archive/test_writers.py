"""Several writers at once, writers that are killed, and disks that are full."""

from __future__ import annotations

import multiprocessing
import os
import signal
import subprocess
import sys
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from deltalake import DeltaTable

from pyrometer import archive
from pyrometer.errors import EvidenceError
from tests.archive.test_appending import held
from tests.archive.test_scoring import NOW, same
from tests.cli.command import Runner
from tests.tally.test_tally import START, rows, write

MANY = 20_000


def _append(folder: Path, files: list[Path], ready: Any, start: Any) -> None:
    ready.release()
    start.wait(60)
    for path in files:
        archive.append(folder, events=path, now=NOW)


def _at_once(folder: Path, work: list[list[Path]]) -> None:
    """Appends lists of files, a process each, all starting together."""
    context = multiprocessing.get_context("spawn")
    ready, start = context.Semaphore(0), context.Event()
    writers = [context.Process(target=_append, args=(folder, files, ready, start)) for files in work]
    for writer in writers:
        writer.start()
    for _ in writers:
        assert ready.acquire(timeout=120)
    start.set()
    for writer in writers:
        writer.join(300)
        assert writer.exitcode == 0


def test_writers_at_once_lose_no_row_and_double_none(tmp_path: Path) -> None:
    files = [write(tmp_path / f"{number}.csv", rows(number, 30)) for number in range(6)]
    shared = write(tmp_path / "shared.csv", rows(99, 50))
    _at_once(
        tmp_path / "archive", [[shared, *files[:2]], [*files[2:4], shared], [files[4], shared, files[5], files[0]]]
    )
    assert len(held(tmp_path / "archive")) == 6 * 30 + 50
    same(tmp_path / "archive", [*files, shared])


def test_without_locks_the_second_looks_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on an object storage, where there are no locks: somebody else commits while files are being written."""
    from contextlib import nullcontext

    from pyrometer.archive import appending

    monkeypatch.setattr(appending, "sole_writer", lambda *_: nullcontext())
    archive.append(tmp_path / "archive", events=rows(1, 10), now=NOW)
    draft = appending.drafted
    others = [rows(50, 10), rows(51, 10)]

    def interrupted(*arguments: Any, **options: Any) -> Any:
        if others:
            monkeypatch.setattr(appending, "drafted", draft)
            archive.append(tmp_path / "archive", events=others.pop(), now=NOW)
            monkeypatch.setattr(appending, "drafted", interrupted)
        return draft(*arguments, **options)

    monkeypatch.setattr(appending, "drafted", interrupted)
    (done,) = archive.append(tmp_path / "archive", events=rows(50, 10) + rows(52, 10), now=NOW)
    assert done.added == 10  # the others had brought ten of them meanwhile
    assert len(held(tmp_path / "archive")) == 40
    live = {Path(path) for path in DeltaTable(tmp_path / "archive" / "events").file_uris()}
    assert set((tmp_path / "archive" / "events").rglob("*.parquet")) == live  # what failed was cleared away


KILLED = """
import os, signal, sys
from datetime import datetime, UTC
from pyrometer import archive
from pyrometer.archive import tables, writing
place, name, log = sys.argv[1:4]
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
if name == "while files are written":
    kept = writing._settle
    def settle(path, seen=[]):
        seen.append(path)
        die() if len(seen) > 2 else kept(path)
    writing._settle = settle
elif name == "before the commit":
    tables.ArchiveTable.commit = die
else:
    tables.ArchiveTable.reload = die
archive.append(place, events=log, now=datetime(2026, 8, 9, tzinfo=UTC))
"""


@pytest.mark.parametrize(
    ("point", "there"), [("while files are written", 0), ("before the commit", 0), ("after it", 60)]
)
def test_a_killed_writer_leaves_the_version_before_or_its_own(tmp_path: Path, point: str, there: int) -> None:
    first = write(tmp_path / "first.csv", rows(1, 40))
    second = write(tmp_path / "second.csv", rows(2, 60))
    folder = tmp_path / "archive"
    archive.append(folder, events=first, now=NOW)
    done = subprocess.run([sys.executable, "-c", KILLED, folder, point, second], check=False, capture_output=True)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert len(held(folder)) == 40 + there
    same(folder, [first, second] if there else [first])
    (again,) = archive.append(folder, events=second, now=NOW)
    assert again.added == 60 - there
    same(folder, [first, second])


def _append_for_ever(folder: Path, started: Any) -> None:
    for number in range(10_000):
        archive.append(folder, events=rows(number, 20), now=NOW)
        started.set()


def test_a_writer_killed_at_any_moment_leaves_whole_appends(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    for turn in range(3):
        started = context.Event()
        writer = context.Process(target=_append_for_ever, args=(tmp_path / "archive", started))
        writer.start()
        assert started.wait(120)
        seen = archive.info(tmp_path / "archive").tables["events"].version
        while writer.is_alive() and archive.info(tmp_path / "archive").tables["events"].version < seen + turn:
            writer.join(0.01)
        assert writer.pid is not None
        os.kill(writer.pid, signal.SIGKILL)
        writer.join()
        found = held(tmp_path / "archive", columns="split_part(message_id, '-', 1) AS append")
        counts = {part: found.count(part) for part in set(found)}
        assert set(counts.values()) == {20}
    assert archive.append(tmp_path / "archive", events=rows(20_000, 5), now=NOW)[0].added == 5


def test_a_full_disk_leaves_the_version_before(tmp_path: Path) -> None:
    run = Runner(tmp_path)
    folder = tmp_path / "archive"
    first = write(tmp_path / "first.csv", rows(1, 40))
    archive.append(folder, events=first, now=NOW)
    (tmp_path / "large.csv").write_text(
        "lead_id,event,occurred_at,note\n"
        + "".join(f"L1,seen,{(START + timedelta(seconds=n)).isoformat()},{hash(n * 7919)}{n}\n" for n in range(MANY))
    )
    before = set(folder.rglob("*.parquet"))
    full = run("archive", "append", "archive", "--events", "large.csv", shell="ulimit -f 64;")
    assert full.code == 2
    assert "File too large" in full.err
    assert set(folder.rglob("*.parquet")) == before
    same(folder, [first])
    assert run("archive", "append", "archive", "--events", "large.csv").code == 0
    assert archive.info(folder).tables["events"].rows == 40 + MANY


@pytest.mark.parametrize("error", [KeyboardInterrupt, OSError])
def test_what_is_committed_stays_whatever_ends_the_writer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    folder = tmp_path / "archive"
    events = [{name: row[name] for name in ("lead_id", "event", "occurred_at", "message_id")} for row in rows(1, 40)]
    archive.append(folder, events=events[:10], now=NOW)
    see = DeltaTable.update_incremental
    errors = [error()]

    def fail(table: DeltaTable) -> None:
        if errors:
            raise errors.pop()
        see(table)

    # The first look at the log is the one that follows the commit.
    monkeypatch.setattr(DeltaTable, "update_incremental", fail)
    with pytest.raises(KeyboardInterrupt if error is KeyboardInterrupt else EvidenceError):
        archive.append(folder, events=events, now=NOW)
    assert not errors
    assert len(held(folder)) == 40
    assert archive.append(folder, events=events, now=NOW)[0].added == 0


def test_a_writer_that_never_ends_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    from pyrometer.archive.place import place_of, sole_writer

    place = place_of(tmp_path / "archive")
    with (
        sole_writer(place),
        pytest.raises(EvidenceError, match="another process has been writing"),
        sole_writer(place, wait=0),
    ):
        pass


def test_a_tally_that_somebody_holds_is_not_waited_for_for_ever(tmp_path: Path) -> None:
    from pyrometer.tally.lock import locked

    with (
        locked(tmp_path / "tally"),
        pytest.raises(EvidenceError, match="a tally in"),
        locked(tmp_path / "tally", wait=0),
    ):
        pass
    assert not (tmp_path / "tally").exists()


def test_a_table_that_is_made_while_an_erasure_waits_is_erased_from(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from contextlib import contextmanager

    from pyrometer.archive import erasing

    folder = tmp_path / "archive"
    events = [row | {"lead_id": "L1"} for row in rows(1, 5)]
    archive.append(folder, events=events, now=NOW)
    lock = erasing.sole_writer

    @contextmanager
    def late(place: Any) -> Any:
        answer = {"lead_id": "L1", "trait": "size", "value": "5", "occurred_at": "2026-06-01"}
        archive.append(folder, traits=[answer], now=NOW)
        with lock(place):
            yield

    monkeypatch.setattr(erasing, "sole_writer", late)
    assert archive.erase(folder, ["L1"]).rows == {"events": 5, "traits": 1}
    assert held(folder, "traits") == []
