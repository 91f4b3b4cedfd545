"""An installation of its own for a test: real processes, a database, a folder; nothing of it outlives the test."""

from __future__ import annotations

import atexit
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from base64 import b64encode
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.servers.ports import free_port

ROOT = Path(__file__).parents[3]
PATIENCE = 120
"""Seconds after which something that should have happened counts as failed."""

_OURS = ("PYROMETER_", "DJANGO_", "DATABASE_")
_PYROMETER = (sys.executable, "-m", "pyrometer.cli")


@dataclass(frozen=True)
class Answer:
    """What the web process answered; names of headers in lower case."""

    status: int
    headers: dict[str, str]
    text: str


class Installation:
    """Web and worker processes on one database, which is at its version: a new SQLite, or that of a URL."""

    def __init__(self, folder: Path, database: str | None = None) -> None:
        self.folder = folder
        self.port = free_port()
        self.environment = _environment(folder) | ({"DATABASE_URL": database} if database else {})
        self.log = (folder / "log").open("ab")
        self.running: list[subprocess.Popen[bytes]] = []
        if database:
            self.call("migrate")
        else:
            shutil.copytree(_migrated(), folder, dirs_exist_ok=True)

    def call(self, *command: str) -> None:
        """Run a command of `pyrometer` to its end."""
        subprocess.run(self._command(*command), env=self.environment, check=True, stdout=self.log, stderr=self.log)

    def start(self, *command: str) -> subprocess.Popen[bytes]:
        """Start `web`, `worker`, or both with `serve`."""
        more = ["--port", str(self.port)] if command[0] in ("web", "serve") else []
        process = subprocess.Popen(
            self._command(*command, *more),
            env=self.environment,
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        self.running.append(process)
        return process

    def kill(self, *processes: subprocess.Popen[bytes]) -> None:
        """SIGKILL for processes and their children, wherever they are in their work; for all at the same moment."""
        for process in processes:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
        for process in processes:
            process.wait()
            self.running.remove(process)

    def close(self) -> None:
        """Kill what still runs."""
        self.kill(*self.running)
        self.log.close()

    def script(self, text: str) -> Any:
        """Run Python with Django set up in a process of its own; the JSON that it prints."""
        begin = (
            "import os, json, sys\nos.environ['DJANGO_SETTINGS_MODULE'] = 'pyrometer.app.settings'\n"
            "import django\ndjango.setup()\n"
        )
        command = [sys.executable, "-c", begin + text]
        done = subprocess.run(command, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def post(self, path: str, body: Mapping[str, Any], key: str) -> int:
        """POST as the wire's clients do; the status, or 0 where nobody answered."""
        return self.ask("POST", path, body, key).status

    def ask(self, method: str, path: str, body: Mapping[str, Any] | None = None, key: str = "") -> Answer:
        """Ask the web process, with a write key as the wire's clients do; status 0 where nobody answered."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        headers = {"Authorization": "Basic " + b64encode(f"{key}:".encode()).decode()} if key else {}
        try:
            if body is None:
                connection.request(method, path, headers=headers)
            else:
                connection.request(method, path, json.dumps(body), {"Content-Type": "application/json", **headers})
            heard = connection.getresponse()
            return Answer(
                heard.status, {name.lower(): value for name, value in heard.getheaders()}, heard.read().decode()
            )
        except (OSError, HTTPException):
            return Answer(0, {}, "")
        finally:
            connection.close()

    def healthy(self) -> bool:
        """Whether the web process answers, and reaches its database."""
        return self.ask("GET", "/healthz").status == 200

    def figures(self) -> dict[str, int] | None:
        """What `/metrics` says, without the `pyrometer_` of the names; None where nobody answers."""
        said = self.ask("GET", "/metrics")
        if said.status != 200:
            return None
        lines = [line.split(" ", 1) for line in said.text.splitlines() if line and not line.startswith("#")]
        return {name.removeprefix("pyrometer_"): int(value) for name, value in lines}

    @staticmethod
    def _command(*command: str) -> list[str]:
        return [*_PYROMETER, *command]


@cache
def _migrated() -> Path:
    """A folder with an empty database at its version, made once by each process of the tests, to be copied."""
    folder = TemporaryDirectory(prefix="pyrometer-migrated-")
    atexit.register(folder.cleanup)
    subprocess.run([*_PYROMETER, "migrate"], env=_environment(Path(folder.name)), check=True, capture_output=True)
    return Path(folder.name)


def _environment(folder: Path) -> dict[str, str]:
    """This process's environment, with the settings of an installation in a folder and no others."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_OURS)}
    return kept | {"PYROMETER_DATA": str(folder), "PYTHONPATH": str(ROOT / "src")}


def until(happened: Callable[[], bool], what: str) -> None:
    """Wait until something in another process has happened."""
    deadline, turn = time.monotonic() + PATIENCE, threading.Event()
    while not happened():
        assert time.monotonic() < deadline, f"still waiting until {what}"
        turn.wait(0.05)
