"""Where a submission comes from, and how often one may come from there."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest

from pyrometer.app.capture.wire.rate import Buckets

AT_ONCE = 10
"""Submissions that an address may make in a row: an office has one address for all."""
A_MINUTE = 5

_buckets = Buckets(rate=A_MINUTE / 60, most=AT_ONCE)


def address_of(request: HttpRequest) -> str | None:
    """The sender's address; behind a proxy (there is one where pages are https) the last that it names."""
    said = request.META.get("REMOTE_ADDR", "")
    if settings.SECURE and request.headers.get("X-Forwarded-For"):
        said = request.headers["X-Forwarded-For"].rpartition(",")[2]
    try:
        return str(ip_address(said.strip().partition("%")[0]))
    except ValueError:
        return None


def wait(address: str | None, *, now: float) -> int:
    """Seconds until an address may submit again; 0: it may now, and did."""
    return _buckets.take(address or "", 1, now=now)


def forget() -> None:
    """Let everybody begin anew."""
    global _buckets
    _buckets = Buckets(rate=A_MINUTE / 60, most=AT_ONCE)
