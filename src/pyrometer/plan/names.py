"""Column names made from people's names: lower case, ASCII, short, and each only once."""

from __future__ import annotations

import re
import unicodedata

MAX_LENGTH = 56


class Names:
    """Hands out unique column names.

    >>> names = Names()
    >>> names.take("points", "interest", "Pricing pages"), names.take("points", "interest", "Pricing-pages")
    ('points_interest_pricing_pages', 'points_interest_pricing_pages_2')
    """

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, *parts: str) -> str:
        """A free name made of the parts."""
        plain = unicodedata.normalize("NFKD", "_".join(parts)).encode("ascii", "ignore").decode()
        base = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")[:MAX_LENGTH].rstrip("_") or "column"
        name, number = base, 1
        while name in self._taken:
            number += 1
            name = f"{base}_{number}"
        self._taken.add(name)
        return name
