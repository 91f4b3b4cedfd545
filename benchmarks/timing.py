"""How long a job took."""

from __future__ import annotations

import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


@contextmanager
def timed(result: dict[str, Any]) -> Iterator[None]:
    """Adds wall and CPU seconds of the block to a result."""
    cpu, wall = _cpu(), time.perf_counter()
    yield
    result["wall"] = time.perf_counter() - wall
    result["cpu"] = _cpu() - cpu


def _cpu() -> float:
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime
