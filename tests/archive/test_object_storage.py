"""An archive behind a URL: the same archive, on a server that speaks S3."""

from __future__ import annotations

import json
import socket
import threading
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from deltalake._internal import DeltaFileSystemHandler

import pyrometer
from pyrometer import archive
from pyrometer.errors import EvidenceError
from pyrometer.runs import anywhere
from tests.archive.conftest import SECRET, Storage
from tests.archive.test_scoring import NOW, readings
from tests.archive.test_writers import _at_once
from tests.cli.command import Runner
from tests.tally.test_tally import DEFINITION, LEADS, rows, write


def every_object(storage: Storage, bucket: str) -> list[bytes]:
    """All that a bucket holds, with its names."""
    listed = urllib.request.urlopen(f"{storage.address}/{bucket}?list-type=2").read().decode()
    keys = [part.partition("</Key>")[0] for part in listed.split("<Key>")[1:]]
    handler = DeltaFileSystemHandler(f"s3://{bucket}")
    return [key.encode() + handler.open_input_file(key).read(1 << 30) for key in keys]


def test_an_archive_lives_behind_a_url(storage: Storage, tmp_path: Path) -> None:
    url = storage.bucket("leads-one") + "/archive"
    log = [write(tmp_path / f"{number}.csv", rows(number, 60)) for number in range(2)]
    assert [done.added for path in log for done in archive.append(url, events=path, now=NOW)] == [60, 60]
    assert archive.append(url, events=log, now=NOW)[0].added == 0
    answers = [{"lead_id": "L1", "trait": "size", "value": "9", "occurred_at": "2026-05-02"}]
    archive.append(url, traits=answers, retract=[{"lead_id": "L9", "message_id": "x"}], now=NOW)
    assert readings(archive=url, as_of="2026-06-20") == readings(events=log, traits=answers, as_of="2026-06-20")
    assert archive.compact(url).before >= archive.info(url).tables["events"].files
    told = pyrometer.explain(DEFINITION, "L5", leads=LEADS, archive=url, as_of="2026-06-20")
    assert told.as_dict()["lead_id"] == "L5"
    assert any(b"L5" in held for held in every_object(storage, "leads-one"))  # names stand plain in Parquet's footers
    done = archive.erase(url, ["L5"])
    assert done.rows["events"] > 0
    assert not any(b"L5" in held for held in every_object(storage, "leads-one"))
    left = [lead for lead in LEADS if lead["lead_id"] != "L5"]
    expected = readings(events=log, traits=answers, as_of="2026-06-20", leads=left)
    assert readings(archive=url, as_of="2026-06-20", leads=left) == expected
    assert not list(tmp_path.rglob("tally"))


def test_a_lead_erased_while_files_are_fetched_ends_no_scoring(
    storage: Storage, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = storage.bucket("leads-erased") + "/archive"
    extra = [{"lead_id": f"X{number}", "event": "seen", "occurred_at": "2026-05-02"} for number in range(2)]
    archive.append(url, events=[*rows(1, 40), *extra], now=NOW, received="occurred", buckets=1)
    erasures = ["X0"]

    def opened(place: str) -> archive.Snapshot:
        found = archive.snapshot_of(place)
        if erasures:
            archive.erase(place, [erasures.pop()])
        return found

    monkeypatch.setattr(anywhere, "snapshot_of", opened)
    left = readings(archive=url, now=NOW)
    assert not erasures
    assert left == readings(archive=url, now=NOW)
    erasures = ["X1"]
    with pytest.raises(EvidenceError, match="erased a lead or cleaned up; run it again"):
        readings(archive=url, now=NOW, leads=iter(LEADS))


def test_writers_at_once_without_a_lock(storage: Storage, tmp_path: Path) -> None:
    url = storage.bucket("leads-two") + "/archive"
    files = [write(tmp_path / f"{number}.csv", rows(number, 20)) for number in range(3)]
    shared = write(tmp_path / "shared.csv", rows(99, 25))
    _at_once(url, [[shared, files[0]], [shared, files[1]], [files[2], shared]])
    assert archive.info(url).tables["events"].rows == 3 * 20 + 25
    assert archive.append(url, events=[*files, shared], now=NOW)[0].added == 0


def test_the_command_takes_keys_from_the_environment_and_shows_none(storage: Storage, tmp_path: Path) -> None:
    url = storage.bucket("leads-three") + "/archive"
    write(tmp_path / "log.csv", rows(1, 30))
    (tmp_path / "lead.yaml").write_text(DEFINITION, encoding="utf-8")
    run = Runner(tmp_path)
    done = run("archive", "append", url, "--events", "log.csv", env=storage.environment)
    assert (done.code, done.out) == (0, f"{url}: 30 events added\n")
    shown = run("archive", "info", url, "--format", "json", env=storage.environment)
    assert json.loads(shown.out)["tables"]["events"]["rows"] == 30
    scored = run("score", "lead.yaml", "--archive", url, "--format", "jsonl", env=storage.environment)
    direct = run("score", "lead.yaml", "--events", "log.csv", "--format", "jsonl")
    assert scored.out == direct.out
    wrong = run("archive", "info", "s3://no-such-bucket/archive", env=storage.environment | {"PYROMETER_DEBUG": ""})
    assert wrong.code == 2
    for outcome in (done, shown, scored, wrong):
        assert SECRET not in outcome.out + outcome.err


@contextmanager
def cut_off(storage: Storage, at: bytes) -> Iterator[str]:
    """Carries bytes to the storage and back until somebody says `at`; from then on all connections break."""
    target = storage.address.rpartition("/")[2].split(":")
    cut = threading.Event()

    def carry(source: socket.socket, sink: socket.socket) -> None:
        with suppress(OSError), source, sink:
            while block := source.recv(65536):
                if at in block:
                    cut.set()
                if cut.is_set():
                    return
                sink.sendall(block)

    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            with suppress(OSError):
                while True:
                    near, _ = server.accept()
                    if cut.is_set():
                        near.close()
                        continue
                    far = socket.create_connection((target[0], int(target[1])))
                    for pair in ((near, far), (far, near)):
                        threading.Thread(target=carry, args=pair, daemon=True).start()

        threading.Thread(target=serve, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)


def test_a_server_that_is_not_there_is_told(storage: Storage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    for call in (
        lambda: archive.append("s3://leads/archive", events=rows(1, 3), now=NOW),
        lambda: archive.info("s3://leads/archive"),
        lambda: readings(archive="s3://leads/archive"),
    ):
        with pytest.raises(EvidenceError, match="can't read the archive s3://leads/archive") as told:
            call()
        assert SECRET not in str(told.value)


WHERE = [b"PUT /leads-four/archive/events/occurred_month", b"PUT /leads-four/archive/events/_delta_log/"]


@pytest.mark.parametrize("point", WHERE)
def test_a_connection_lost_half_way_leaves_nothing_half_written(
    storage: Storage, monkeypatch: pytest.MonkeyPatch, point: bytes
) -> None:
    url = storage.bucket("leads-four") + "/archive"
    archive.append(url, events=rows(1, 30), now=NOW)
    before = archive.info(url).tables["events"]
    with cut_off(storage, point) as address, monkeypatch.context() as elsewhere:
        elsewhere.setenv("AWS_ENDPOINT_URL", address)
        with pytest.raises(EvidenceError, match="the archive s3://leads-four/archive"):
            archive.append(url, events=rows(2, 30), now=NOW)
    assert archive.info(url).tables["events"] == before
    assert archive.append(url, events=rows(2, 30), now=NOW)[0].added == 30
    assert archive.info(url).tables["events"].rows == 60
    archive.erase(url, {row["lead_id"] for row in rows(1, 30) + rows(2, 30)})
