"""The ideal customer: which leads close more often."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from pyrometer.learning.needs import need_packages
from pyrometer.profiling.result import Aspect, Counted, Exposure, Pair, Profile, Segment

__all__ = ["Aspect", "Counted", "Exposure", "Pair", "Profile", "Segment", "profile"]


def profile(
    leads: str | Path,
    *,
    outcome_column: str,
    won: str | Sequence[str] = "won",
    lost: str | Sequence[str] = "lost",
    date_column: str | None = None,
    ordered: bool = False,
    lead_id: str | None = None,
    ignore: Sequence[str] = (),
    trust: Sequence[str] = (),
    keep: Sequence[str] = (),
    seed: int = 0,
    progress: Callable[[float], None] | None = None,
) -> Profile:
    """Which leads close more often."""
    need_packages()
    from pyrometer.learning.request import Request
    from pyrometer.profiling.flat import flat
    from pyrometer.profiling.running import FEWEST, profiled

    tell = progress or (lambda share: None)
    request = Request(
        outcome_column,
        _several(won),
        _several(lost),
        date_column,
        ordered,
        lead_id,
        _several(ignore),
        _several(trust),
        _several(keep),
        seed,
    )
    return profiled(flat(leads, request, FEWEST), seed, tell)


def _several(values: str | Sequence[str]) -> tuple[str, ...]:
    return (values,) if isinstance(values, str) else tuple(values)
