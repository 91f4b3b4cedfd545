"""How much a key may send: a bucket of tokens each, which fills with time.

It stands in the memory of one web process. Where several share the load, each has its own, and a key may send as often
as there are processes; what must hold over all of them belongs into the proxy in front.
"""

from __future__ import annotations

import math
import threading
from collections import OrderedDict

KEYS = 10_000
"""How many buckets are remembered; who was longest away starts with a full one again."""


class Buckets:
    """A bucket for each key: `rate` messages a second, `most` at once. Safe for threads.

    >>> buckets = Buckets(rate=10, most=20)
    >>> buckets.take("a", 20, now=0.0), buckets.take("a", 5, now=0.0), buckets.take("a", 5, now=0.5)
    (0, 1, 0)
    """

    def __init__(self, *, rate: float, most: float) -> None:
        self.rate = rate
        self.most = most
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def take(self, key: str, messages: int, *, now: float) -> int:
        """Take tokens: 0 where there were enough, else after how many whole seconds there will be.

        More than a bucket holds can be had from a full one; it is then in debt for the rest.
        """
        need = min(messages, self.most)
        with self._lock:
            level, at = self._levels.pop(key, (self.most, now))
            level = min(self.most, level + max(0.0, now - at) * self.rate)
            enough = level >= need
            self._levels[key] = (level - messages if enough else level, max(now, at))
            if len(self._levels) > KEYS:
                self._levels.popitem(last=False)
        return 0 if enough else max(1, math.ceil((need - level) / self.rate))
