"""`pyrometer serve`: the web and its workers as processes, from their start to their end, and what they log."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.app.faults.installation import PATIENCE, Installation, until
from tests.cli.command import Runner, environment


@pytest.fixture
def installation(tmp_path: Path) -> Iterator[Installation]:
    """An empty one."""
    found = Installation(tmp_path)
    try:
        yield found
    finally:
        found.close()


def children(number: int) -> list[int]:
    """The processes that a process started; none where it is gone."""
    with suppress(OSError):
        return [int(each) for each in Path(f"/proc/{number}/task/{number}/children").read_text().split()]
    return []


def beneath(number: int) -> list[int]:
    """The processes that a process started, and those that they started."""
    return [each for child in children(number) for each in (child, *beneath(child))]


def command(number: int) -> list[str]:
    """How a process was called; empty where it is gone."""
    with suppress(OSError):
        return Path(f"/proc/{number}/cmdline").read_text().split("\0")[:-1]
    return []


def workers(number: int) -> list[int]:
    """The workers among the processes beneath one."""
    return [each for each in beneath(number) if command(each)[-1:] == ["worker"]]


@pytest.mark.parametrize("number", [1, 2])
def test_it_starts_so_many_workers_and_takes_all_of_them_along(installation: Installation, number: int) -> None:
    serve = installation.start("serve", "--workers", str(number))
    until(installation.healthy, "the web process answers")
    assert len(workers(serve.pid)) == number
    processes = beneath(serve.pid)
    assert len(processes) > number, "the web works in a process of its own"
    serve.send_signal(signal.SIGTERM)
    serve.wait(PATIENCE)
    assert [each for each in processes if command(each)] == []
    assert installation.ask("GET", "/healthz").status == 0


def test_whoever_ends_it_at_once_leaves_no_worker_behind(installation: Installation) -> None:
    serve = installation.start("serve", "--workers", "3")
    deadline = time.monotonic() + PATIENCE
    while not workers(serve.pid):
        assert time.monotonic() < deadline, "no worker starts"
    serve.send_signal(signal.SIGTERM)
    serve.wait(PATIENCE)
    # What it starts is of its group.
    with pytest.raises(ProcessLookupError):
        os.killpg(serve.pid, 0)


@pytest.mark.parametrize("number", ["0", "-1"])
def test_without_a_worker_nothing_would_be_read(tmp_path: Path, number: str) -> None:
    said = refused(tmp_path, number)
    assert "--workers: at least one is needed, or nothing that comes in is ever read" in said
    assert list(tmp_path.iterdir()) == [], "nothing was begun"


def test_workers_are_a_number(tmp_path: Path) -> None:
    assert 'invalid value for --workers: unable to convert "x" into int' in refused(tmp_path, "x")


def refused(folder: Path, number: str) -> str:
    """What `serve` says of a number of workers that it can't start."""
    shown = Runner(folder)("serve", f"--workers={number}", "--data", "data", env={"DATABASE_URL": ""})
    assert (shown.code, shown.out) == (2, "")
    assert "Traceback" not in shown.err
    return " ".join(shown.err.split())


def test_the_log_says_what_goes_wrong_and_not_what_is_meant_so(installation: Installation) -> None:
    serve = installation.start("serve", "--workers", "1")
    until(installation.healthy, "the web process answers")
    [web] = [each for each in children(serve.pid) if "worker" not in command(each)]
    os.kill(web, signal.SIGKILL)
    serve.wait(PATIENCE)
    log = (installation.folder / "log").read_text()
    assert "Unexpected exit from worker-1" in log
    assert "Configuration allows spawning" not in log


def test_more_threads_than_processors_are_no_news_on_any_machine() -> None:
    """The server itself is asked for so many that it would say so, and for something that it refuses."""
    script = (
        "import logging\n"
        "from granian import Granian\n"
        "from pyrometer.app.running import _is_news\n"
        "logging.getLogger('_granian').addFilter({filter})\n"
        "Granian('no:thing', interface='wsgi', blocking_threads=9999, workers_lifetime=1).serve()\n"
    )
    logs = {}
    for name in ("_is_news", "lambda record: True"):
        command = [sys.executable, "-c", script.replace("{filter}", name)]
        logs[name] = subprocess.run(command, env=environment(), capture_output=True, text=True).stdout
    assert ["Configuration allows spawning" in log for log in logs.values()] == [False, True]
    assert all("Workers lifetime cannot be less" in log for log in logs.values())
