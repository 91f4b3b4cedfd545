"""How often a submission may come from one address."""

from __future__ import annotations

from pyrometer.app.capture.wire.rate import Buckets

AT_ONCE = 10
"""Submissions that an address may make in a row: an office has one address for all."""
A_MINUTE = 5

_buckets = Buckets(rate=A_MINUTE / 60, most=AT_ONCE)


def wait(address: str, *, now: float) -> int:
    """Seconds until an address may submit again; 0: it may now, and did."""
    return _buckets.take(address, 1, now=now)


def forget() -> None:
    """Let everybody begin anew."""
    global _buckets
    _buckets = Buckets(rate=A_MINUTE / 60, most=AT_ONCE)
