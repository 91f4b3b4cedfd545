"""How much memory processes hold together: an engine's work is seldom done by the process that asks for it."""

from __future__ import annotations

import resource
import sys
import threading
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

PROC = Path("/proc")
EVERY = 0.1
"""Seconds from one look to the next; a peak that is shorter may be missed."""


class Peak:
    """The most that some processes and their descendants held at once while the block ran, in bytes.

    That is what each holds for itself, and once what they share: `RssAnon` and `RssShmem` in proc(5), which are
    cheap to read. `bytes` stays None where the system has no /proc.
    """

    def __init__(self, pids: Sequence[int]) -> None:
        self.pids, self.bytes = tuple(pids), None if not PROC.exists() else 0
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._look, daemon=True)

    def __enter__(self) -> Peak:
        if self.bytes is not None:
            self._thread.start()
        return self

    def __exit__(self, *error: object) -> None:
        self._end.set()
        if self.bytes is not None:
            self._thread.join()

    def _look(self) -> None:
        ended = False
        while not ended:
            ended = self._end.wait(EVERY)
            own, shared = zip(*map(held, family(self.pids)), strict=True)
            self.bytes = max(self.bytes or 0, sum(own) + max(shared))


def parent(pid: int) -> int | None:
    """The process that started this one; None if it is gone."""
    try:
        return int((PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, IndexError):
        return None


def family(pids: Sequence[int]) -> set[int]:
    """Processes and all that they started, directly or not."""
    parents = {int(entry.name): parent(int(entry.name)) for entry in PROC.iterdir() if entry.name.isdigit()}
    found = set(pids)
    while more := {pid for pid, above in parents.items() if above in found} - found:
        found |= more
    return found


def held(pid: int) -> tuple[int, int]:
    """What a process holds for itself and what it shares with others, in bytes; nothing if it is gone."""
    try:
        lines = (PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0, 0
    found = dict(line.split(":", 1) for line in lines if ":" in line)
    own, shared = (int(found.get(name, "0 kB").split()[0]) * 1024 for name in ("RssAnon", "RssShmem"))
    return own, shared


def peak() -> int:
    """The largest memory of this process so far, in bytes; the system's own figure may be that of its parent."""
    with suppress(OSError):
        for line in Path("/proc/self/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) * 1024
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest if sys.platform == "darwin" else largest * 1024
