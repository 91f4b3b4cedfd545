"""How much memory processes hold together: an engine's work is seldom done by the process that asks for it."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

PROC = Path("/proc")
EVERY = 0.2
"""Seconds from one look to the next; a peak that is shorter may be missed."""


class Peak:
    """The most that some processes and their descendants held at once while the block ran, in bytes.

    Pages that processes share count once, as each one's share of them (Linux: `Pss` in proc(5)). `bytes` stays None
    where the system has no /proc.
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
        while not self._end.wait(EVERY):
            self.bytes = max(self.bytes or 0, sum(map(held, family(self.pids))))


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


def held(pid: int) -> int:
    """A process's share of memory, in bytes; 0 if it is gone."""
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
