"""Files appear whole or not at all, and streams that end early or are full end the run properly."""

import os
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.cli.command import PATIENCE, Runner

SCORE = ("score", "lead.yaml", "--leads", "leads.csv", "--events", "events.csv", "--as-of", "2026-06-30")
OLD = "what stood here before\n"


@pytest.fixture
def many(run: Runner) -> Runner:
    """A shop with so many leads that writing them takes a while."""
    with (run.folder / "leads.csv").open("a", encoding="utf-8") as leads:
        leads.writelines(f"L{number},7,,\n" for number in range(60_000))
    return run


def wait_for_part(folder: Path, process: subprocess.Popen[bytes]) -> Path:
    """The unfinished file, once something stands in it."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        for part in folder.glob(".*.part"):
            if part.stat().st_size:
                return part
        try:
            process.wait(0.01)
        except subprocess.TimeoutExpired:
            continue
        raise AssertionError("it ended before it could be stopped")
    raise AssertionError("nothing was ever written")


@pytest.mark.parametrize("stop", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_a_stopped_run_leaves_the_old_file(many: Runner, stop: signal.Signals) -> None:
    out = many.folder / "scores.jsonl"
    out.write_text(OLD, encoding="utf-8")
    process = many.start(*SCORE, "--out", out)
    part = wait_for_part(many.folder, process)
    assert out.read_text(encoding="utf-8") == OLD
    process.send_signal(stop)
    _, err = process.communicate(timeout=PATIENCE)
    assert out.read_text(encoding="utf-8") == OLD
    assert b"Traceback" not in err
    assert process.returncode == {signal.SIGINT: 130, signal.SIGTERM: 143, signal.SIGKILL: -9}[stop]
    if stop is not signal.SIGKILL:  # nobody can clean up after that one
        assert not part.exists()
    if stop is signal.SIGINT:
        assert err == b"pyrometer: stopped\n"


@pytest.mark.parametrize("name", ["scores.jsonl", "scores.csv", "scores.csv.gz", "scores.parquet", "scores.txt"])
def test_a_file_that_grows_too_large_leaves_the_old_one(run: Runner, name: str) -> None:
    with (run.folder / "leads.csv").open("a", encoding="utf-8") as leads:
        leads.writelines(f"{number * 7919 % 65_537:x}-{number},7,,\n" for number in range(3_000))
    (run.folder / name).write_text(OLD, encoding="utf-8")
    done = run(*SCORE, "--out", name, shell="ulimit -f 4;")
    assert done.code == 2
    assert name in done.err
    assert (run.folder / name).read_text(encoding="utf-8") == OLD
    assert not list(run.folder.glob(".*.part"))


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize(
    "arguments",
    [SCORE, (*SCORE, "--format", "jsonl"), ("check", "lead.yaml"), ("--help",), ("schema",), ("assure", "lead.yaml")],
)
def test_a_full_disk_behind_standard_output(run: Runner, arguments: tuple[str, ...]) -> None:
    with open("/dev/full", "wb") as full:
        done = run(*arguments, stdout=full)
    assert done.code == 2
    assert "can't write to standard output: No space left on device" in done.err


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_a_full_device_as_output(run: Runner, form: str) -> None:
    done = run(*SCORE, "--format", form, "--out", "/dev/full")
    assert done.code == 2
    assert "can't write /dev/full: No space left on device" in done.err


@pytest.mark.parametrize("form", ["table", "jsonl", "csv"])
def test_a_reader_that_leaves_early_is_no_error(many: Runner, form: str) -> None:
    process = many.start(*SCORE, "--format", form)
    assert process.stdout is not None
    assert process.stdout.readline()
    process.stdout.close()
    assert process.stderr is not None
    err = process.stderr.read().decode()
    assert process.wait(PATIENCE) == 0
    assert "roken" not in err
    process.stderr.close()


@pytest.mark.parametrize("arguments", [("--help",), ("score", "--help"), ("schema",), ("check", "lead.yaml"), SCORE])
def test_a_reader_that_was_never_there(run: Runner, arguments: tuple[str, ...]) -> None:
    ours, theirs = os.pipe()
    os.close(ours)
    with os.fdopen(theirs, "wb") as pipe:
        done = run(*arguments, stdout=pipe)
    assert done.code == 0
    assert "roken" not in done.err


def test_closed_streams(run: Runner) -> None:
    done = run(*SCORE, "--out", "scores.csv", shell="exec >&-;")
    assert done.code == 0
    assert (run.folder / "scores.csv").read_text(encoding="utf-8").startswith("lead_id,")


def test_a_new_file_has_the_permissions_of_the_old_one(run: Runner) -> None:
    out = run.folder / "scores.csv"
    assert run(*SCORE, "--out", out, shell="umask 027;").code == 0
    assert out.stat().st_mode & 0o777 == 0o640
    out.chmod(0o604)
    assert run(*SCORE, "--out", out).code == 0
    assert out.stat().st_mode & 0o777 == 0o604


def test_a_link_is_followed(run: Runner) -> None:
    (run.folder / "kept").mkdir()
    (run.folder / "latest.csv").symlink_to("kept/scores.csv")
    assert run(*SCORE, "--out", "latest.csv").code == 0
    assert (run.folder / "latest.csv").is_symlink()
    assert (run.folder / "kept" / "scores.csv").read_text(encoding="utf-8").startswith("lead_id,")


def test_the_same_result_is_the_same_bytes(run: Runner) -> None:
    for name in ("a.csv.gz", "b.csv.gz"):
        assert run(*SCORE, "--out", name).code == 0
    assert (run.folder / "a.csv.gz").read_bytes() == (run.folder / "b.csv.gz").read_bytes()


def test_last_nights_output_can_be_replaced_by_tonights(run: Runner) -> None:
    assert run(*SCORE, "--out", "scores.csv").code == 0
    done = run(*SCORE, "--previous", "scores.csv", "--out", "scores.csv")
    assert done.code == 0
    assert "5 written to scores.csv" in done.err


def test_ctrl_c_on_a_terminal(many: Runner) -> None:
    done = many.on_terminal(*SCORE, "--out", "scores.jsonl", until="Writing", press=b"\x03")
    assert done.code == 130
    assert "pyrometer: stopped" in done.seen
    assert "Traceback" not in done.seen
    assert not list(many.folder.glob("*.jsonl"))
    assert not list(many.folder.glob(".*.part"))
