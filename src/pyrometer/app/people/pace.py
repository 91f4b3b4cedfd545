"""How often a caller may call. Each process counts for itself, so that a call costs no write."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable


class Pace:
    """A bucket of tokens for each caller: it holds a minute's worth, and fills up as time goes by."""

    MOST = 10_000
    """How many callers are remembered."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._left: dict[str, tuple[float, float]] = {}

    def wait(self, caller: str, per_minute: int) -> int:
        """Take a token; 0, or the seconds until there is one again.

        >>> pace = Pace(clock=lambda: 0.0)
        >>> pace.wait("a", 2), pace.wait("a", 2), pace.wait("a", 2), pace.wait("b", 2)
        (0, 0, 30, 0)
        """
        now = self._clock()
        with self._lock:
            left, seen = self._left.pop(caller, (float(per_minute), now))
            left = min(float(per_minute), left + (now - seen) * per_minute / 60)
            allowed = left >= 1
            self._left[caller] = (left - 1 if allowed else left, now)
            if len(self._left) > self.MOST:
                # The one seen longest ago is first, and full again by now in all likelihood.
                self._left.pop(next(iter(self._left)))
        return 0 if allowed else max(1, math.ceil((1 - left) * 60 / per_minute))
