"""Runs the application: web, worker, or both."""

from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from types import FrameType

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from pyrometer.app import starting
from pyrometer.app.memory import settle
from pyrometer.errors import UsageError

PATIENCE = 30
"""Seconds that the workers of `serve` get to end."""
WORKERS = 2
"""How many `serve` starts where the machine has as many processors; on SQLite only one at a time can write."""
THREADS = 16
"""Requests that the web works on at once: who posts events waits for the database's disk, not for the processor."""
DEMO = "PYROMETER_DEMO"
"""The folder of the example workspace, for the worker of a demo."""


def serve(host: str, port: int, demo: Path | None = None, workers: int | None = None) -> int:
    """Web and workers together, until Ctrl-C; workers are processes of their own and end with the web."""
    if workers is None:
        workers = min(WORKERS, os.cpu_count() or 1)
    if workers < 1:
        raise UsageError("--workers: at least one is needed, or nothing that comes in is ever read")
    if demo is not None and not (demo / "definition.yaml").is_file():
        raise UsageError(f"{demo}: there is no definition.yaml in that folder; `make run` makes an example workspace")
    starting.keep_private()
    starting.migrate()
    if demo is not None:
        os.environ[DEMO] = str(demo.absolute())
        _say(fill_apart(demo, datetime.now(UTC)))
    _lead_in()
    _say([f"Pyrometer is at http://{host}:{port} (Ctrl-C ends it)"])
    # Evidence trickles into a demo from one of them.
    without = {name: value for name, value in os.environ.items() if name != DEMO}
    command = [sys.executable, "-m", "pyrometer.cli", "worker"]
    # The web takes signals over once it runs. One that comes before must leave no worker behind, not even one that is
    # just being started.
    asked = threading.Event()
    signal.signal(signal.SIGTERM, lambda number, frame: asked.set())
    beside = [subprocess.Popen(command, env=without if number else None) for number in range(workers)]
    try:
        signal.signal(signal.SIGTERM, _leave)
        if asked.is_set():
            _leave(signal.SIGTERM)
        return web(host, port)
    finally:
        _end(beside)


def fill_apart(demo: Path, now: datetime) -> list[str]:
    """Fill a demo in a process of its own, which ends with this one: what is to be said of it. Raises UsageError.

    The web is forked from this process, and must not inherit what filling leaves open, as threads that send mails, with
    connections of theirs.
    """
    signal.signal(signal.SIGTERM, _leave)
    spawning = get_context("spawn")
    heard, told = spawning.Pipe(duplex=False)
    filling = spawning.Process(target=_fill, args=(demo, now, told), daemon=True)
    filling.start()
    told.close()
    try:
        return list(heard.recv())
    except EOFError:
        raise UsageError("the demo couldn't be filled; what went wrong stands above") from None
    finally:
        filling.join(PATIENCE if sys.exc_info()[0] is None else 0)
        filling.terminate()


def _fill(demo: Path, now: datetime, told: Connection) -> None:
    told.send(starting.demo(demo, now))
    told.close()


def _leave(number: int, frame: FrameType | None = None) -> None:
    raise SystemExit(128 + number)


def _end(processes: Sequence[subprocess.Popen[bytes]]) -> None:
    """Have processes finish what they are at, all of them at the same time, and kill those that don't."""
    for process in processes:
        process.terminate()
    end = time.monotonic() + PATIENCE
    for process in processes:
        try:
            process.wait(max(0.0, end - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def web(host: str, port: int) -> int:
    """The pages, the API and the wire. Any number of them may share a PostgreSQL."""
    starting.keep_private()
    starting.ready()
    logging.getLogger("_granian").addFilter(_is_news)
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


def _is_news(record: logging.LogRecord) -> bool:
    """Whether a line of the server's log tells something: that there are more threads than processors is meant so."""
    return not record.getMessage().startswith("Configuration allows spawning up to")


def worker() -> int:
    """Do what is due until SIGTERM or Ctrl-C. Any number may run."""
    starting.keep_private()
    starting.ready()
    from pyrometer.app.clock.loop import run
    from pyrometer.app.delivery.sending import close

    if os.environ.get(DEMO):
        from pyrometer.app.demo.loading import Workspace, messages
        from pyrometer.app.demo.trickle import trickle

        trickle(messages(Workspace.in_folder(Path(os.environ[DEMO])), datetime.now(UTC)))
    settle()
    stop = threading.Event()

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    try:
        run(stop)
    finally:
        close()
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


def dns() -> int:
    """Print the records that mails need; the settings are enough for that, and nothing is made."""
    starting.leave_no_trace()
    import django

    django.setup()
    from pyrometer.app.delivery.email.records import records

    for found in records():
        sys.stdout.write(f"{found.host}  {found.kind}  {found.text}\n")
        _say([f"  {found.about}"])
    return 0


def _lead_in() -> None:
    link = starting.invite_first()
    if link:
        _say([f"Nobody can sign in yet. This link makes the first administrator, once: {link}"])


def _say(lines: list[str]) -> None:
    sys.stderr.writelines(f"{line}\n" for line in lines)
    sys.stderr.flush()
