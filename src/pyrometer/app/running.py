"""Runs the application: web, worker, or both."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
from types import FrameType

import django
from granian import Granian
from granian.constants import Interfaces

PATIENCE = 30
"""Seconds that the other half of `serve` gets to end."""
THREADS = 4


def serve(host: str, port: int) -> int:
    """Web and worker together, until Ctrl-C; the worker is a process of its own and ends with the web."""
    from pyrometer.app.starting import invite_first, migrate

    migrate()
    link = invite_first()
    sys.stderr.write(f"Pyrometer is at http://{host}:{port} (Ctrl-C ends it)\n")
    if link:
        sys.stderr.write(f"Nobody can sign in yet. This link makes the first administrator, once: {link}\n")
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
    Granian(
        "pyrometer.app.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        log_access=False,
    ).serve()
    return 0


def worker() -> int:
    """Do what is due until SIGTERM or Ctrl-C. Any number may run."""
    django.setup()
    from pyrometer.app.clock.loop import run

    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    run(stop)
    return 0
