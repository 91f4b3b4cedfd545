"""Processes that do a function of a module: one alone, or several that begin at the same moment."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from typing import Any

from benchmarks.app.fresh import ROOT

WORKERS = 2
"""Processes that work together, as on a machine with two cores."""


def alone(does: Callable[[], Any], environment: dict[str, str]) -> Any:
    """What a function returns, as JSON has it, called in a process of its own."""
    with _begun(does, environment) as process:
        found = json.loads(process.communicate()[0])
    if process.returncode:
        raise RuntimeError(f"{does.__name__} failed")
    return found


def together(does: Callable[[], None], environment: dict[str, str]) -> float:
    """Seconds from the word that a function waits for in all workers, until it is done in the last of them."""
    workers = [_begun(does, environment) for _ in range(WORKERS)]
    for worker in workers:
        assert worker.stdout is not None
        worker.stdout.readline()
    begun = time.perf_counter()
    for worker in workers:
        assert worker.stdin is not None
        worker.stdin.write("go\n")
        worker.stdin.flush()
    for worker in workers:
        worker.communicate()
    seconds = time.perf_counter() - begun
    if any(worker.returncode for worker in workers):
        raise RuntimeError(f"{does.__name__} failed")
    return seconds


def ready() -> None:
    """Say that this worker has imported all it needs, and wait for the word."""
    print("ready", flush=True)
    sys.stdin.readline()


def _begun(does: Callable[[], Any], environment: dict[str, str]) -> subprocess.Popen[str]:
    program = (
        "import json, django; django.setup(); from pyrometer.app.memory import settle;"
        f" from {does.__module__} import {does.__name__} as does; settle(); print(json.dumps(does()))"
    )
    return subprocess.Popen(
        [sys.executable, "-c", program],
        env=environment,
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
