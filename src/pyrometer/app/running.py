"""Runs the application: web, worker, or both."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from pyrometer.app import starting
from pyrometer.errors import UsageError

PATIENCE = 30
"""Seconds that the other half of `serve` gets to end."""
THREADS = 16
DEMO = "PYROMETER_DEMO"
"""The folder of the example workspace, for the worker of a demo."""


def serve(host: str, port: int, demo: Path | None = None) -> int:
    """Web and worker together, until Ctrl-C; the worker is a process of its own and ends with the web."""
    if demo is not None and not (demo / "definition.yaml").is_file():
        raise UsageError(f"{demo}: there is no definition.yaml in that folder; `make run` makes an example workspace")
    starting.keep_private()
    starting.migrate()
    if demo is not None:
        os.environ[DEMO] = str(demo.absolute())
        _say(starting.demo(demo, datetime.now(UTC)))
    _lead_in()
    _say([f"Pyrometer is at http://{host}:{port} (Ctrl-C ends it)"])
    beside = subprocess.Popen([sys.executable, "-m", "pyrometer.cli", "worker"])
    try:
        return web(host, port)
    finally:
        beside.terminate()
        try:
            beside.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            beside.kill()
            beside.wait()


def web(host: str, port: int) -> int:
    """The pages, the API and the wire. Any number of them may share a PostgreSQL."""
    starting.keep_private()
    starting.ready()
    Granian(
        "pyrometer.app.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        log_access=False,
        log_level=LogLevels.warning,
    ).serve()
    return 0


def worker() -> int:
    """Do what is due until SIGTERM or Ctrl-C. Any number may run."""
    starting.keep_private()
    starting.ready()
    from pyrometer.app.clock.loop import run

    if os.environ.get(DEMO):
        from pyrometer.app.demo.loading import Workspace, messages
        from pyrometer.app.demo.trickle import trickle

        trickle(messages(Workspace.in_folder(Path(os.environ[DEMO])), datetime.now(UTC)))
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    run(stop)
    return 0


def migrate() -> int:
    """Bring the database to this version; where nobody can sign in yet, say how."""
    starting.keep_private()
    starting.migrate()
    _lead_in()
    return 0


def link(email: str, *, without_factor: bool = False) -> int:
    """Print a link that lets somebody in, once, to choose a new password."""
    starting.keep_private()
    starting.open_installation()
    made = starting.way_in(email, datetime.now(UTC), without_factor=without_factor)
    lines = [f"It works once, within an hour, and lets {email} choose a new password:"]
    if not os.environ.get("PYROMETER_ORIGIN"):
        lines.insert(0, "PYROMETER_ORIGIN isn't set: put the address that you reach Pyrometer at before /welcome.")
    _say(lines)
    sys.stdout.write(f"{made}\n")
    return 0


def _lead_in() -> None:
    link = starting.invite_first()
    if link:
        _say([f"Nobody can sign in yet. This link makes the first administrator, once: {link}"])


def _say(lines: list[str]) -> None:
    sys.stderr.writelines(f"{line}\n" for line in lines)
    sys.stderr.flush()
