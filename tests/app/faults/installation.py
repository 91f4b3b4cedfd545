"""An installation of its own for a test: real processes, a database, a folder; nothing of it outlives the test."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from base64 import b64encode
from collections.abc import Mapping
from contextlib import suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any

from tests.servers.ports import free_port

ROOT = Path(__file__).parents[3]
PATIENCE = 120
"""Seconds after which something that should have happened counts as failed."""


class Installation:
    """Web and worker processes on one database."""

    def __init__(self, folder: Path, database: str | None = None) -> None:
        self.folder = folder
        self.port = free_port()
        self.environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("PYROMETER_", "DJANGO_"))},
            "PYROMETER_DATA": str(folder),
            "PYTHONPATH": str(ROOT / "src"),
            **({"DATABASE_URL": database} if database else {}),
        }
        self.log = (folder / "log").open("ab")
        self.running: list[subprocess.Popen[bytes]] = []
        self.call("migrate")

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

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """SIGKILL for the process and its children, wherever they are in their work."""
        if process in self.running:
            self.running.remove(process)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def close(self) -> None:
        """Kill what still runs."""
        for process in list(self.running):
            self.kill(process)
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
        connection = HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(
                "POST",
                path,
                json.dumps(body),
                {
                    "Content-Type": "application/json",
                    "Authorization": "Basic " + b64encode(f"{key}:".encode()).decode(),
                },
            )
            answer = connection.getresponse()
            answer.read()
            return answer.status
        except (OSError, HTTPException):
            return 0
        finally:
            connection.close()

    @staticmethod
    def _command(*command: str) -> list[str]:
        return [sys.executable, "-m", "pyrometer.cli", *command]
