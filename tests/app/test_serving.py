"""`pyrometer serve`: the web and its workers as processes, from their start to their end, and what they log."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, Request, build_opener

import pytest

from tests.app.faults.installation import PATIENCE, ROOT, Installation, until
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


LEADS = """lead_id,Name,Email,Company,Job title,Industry,Employees,Country,Lead source,Newsletter
A,Ada Byron,ada@mill.example,Mill,Head of Operations,care,420,GB,search,yes
B,Bo Kettle,bo@mill.example,Mill,Head of Operations,care,420,GB,search,yes
"""
EVENTS = """message_id,lead_id,event,occurred_at,received_at,topic,seconds
A-1,A,demo_requested,2026-06-20T09:00:00Z,2026-06-20T09:00:01Z,,
A-2,A,page_viewed,2026-06-20T09:01:00Z,2026-06-20T09:01:01Z,pricing,60
A-3,A,trial_started,2026-06-20T09:05:00Z,2026-06-20T09:05:01Z,,
A-4,A,page_viewed,2026-06-20T09:09:00Z,2026-06-20T09:09:01Z,pricing,200
"""
TRAITS = """lead_id,trait,value,source,author,occurred_at,received_at
A,need,confirmed,form,,2026-06-20T09:00:00Z,2026-06-20T09:00:01Z
A,influence,decides,form,,2026-06-20T09:00:00Z,2026-06-20T09:00:01Z
A,budget_amount,30000,form,,2026-06-20T09:00:00Z,2026-06-20T09:00:01Z
"""
"""Somebody hot, who is handed over: there is a mail to be sent."""


def written(workspace: Path) -> Path:
    """The files of a small demo."""
    workspace.mkdir()
    shutil.copy(ROOT / "examples/b2b-saas/definition.yaml", workspace)
    outcomes = "lead_id,outcome,decided_at,amount\nB,won,2026-06-18T09:00:00Z,4200\n"
    for name, text in (("leads", LEADS), ("events", EVENTS), ("traits", TRAITS), ("outcomes", outcomes)):
        (workspace / f"{name}.csv").write_text(text, encoding="utf-8")
    return workspace


def test_filling_a_demo_leaves_nothing_running_behind(installation: Installation, tmp_path: Path) -> None:
    # The web is forked from the process that asks for it, with whatever runs and is open there.
    workspace = written(tmp_path / "workspace")
    running = installation.script(
        "import threading\nfrom datetime import UTC, datetime\nfrom pathlib import Path\n"
        f"from pyrometer.app.running import fill_apart\nfill_apart(Path({str(workspace)!r}), datetime.now(UTC))\n"
        "print(json.dumps([each.name for each in threading.enumerate() if each is not threading.main_thread()]))"
    )
    assert running == []


def test_a_demo_is_filled_apart_from_the_web_and_whoever_it_names_signs_in(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    workspace = written(tmp_path / "workspace")
    installation = Installation(folder)
    try:
        installation.start("serve", "--demo", str(workspace))
        until(installation.healthy, "the web process answers")
        said = (folder / "log").read_text()
        email, password = re.search(r"^  (\S+@\S+)\s+(\S+)  \(manager\)$", said, re.MULTILINE).groups()
        origin = f"http://127.0.0.1:{installation.port}"
        browser = build_opener(HTTPCookieProcessor())
        form = browser.open(f"{origin}/sign-in/").read().decode()
        token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', form)[1]
        sent = urlencode({"csrfmiddlewaretoken": token, "email": email, "password": password}).encode()
        browser.open(Request(f"{origin}/sign-in/", sent, {"Referer": f"{origin}/sign-in/"}))
        assert "Ada Byron" in browser.open(f"{origin}/leads/?temperature=hot").read().decode()
        assert "Bo Kettle" in browser.open(f"{origin}/leads/?stage=customer").read().decode()
    finally:
        installation.close()


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
