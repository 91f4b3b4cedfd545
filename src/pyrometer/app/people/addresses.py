"""Whose address a request comes from, where proxies stand in front."""

from __future__ import annotations

from functools import lru_cache
from ipaddress import IPv6Address, ip_address, ip_network

from django.conf import settings
from django.http import HttpRequest

HOME = 64
"""Bits of an IPv6 address that name a line; the others its owner chooses anew as often as they like."""


def address_of(request: HttpRequest) -> str:
    """Who counts as one where so much is allowed from one address: of IPv6 the network of the line.

    >>> from django.test import RequestFactory
    >>> address_of(RequestFactory().get("/", REMOTE_ADDR="2001:db8:9::7"))
    '2001:db8:9::'
    """
    said = _said(request)
    return _line(said) or said


def exact_address_of(request: HttpRequest) -> str | None:
    """The whole address, for a proof; None where the connection has none."""
    return _spelled(_said(request))


def _said(request: HttpRequest) -> str:
    """The address of the browser: that of the connection, or what the outermost proxy of ours saw.

    Each proxy writes at the end of `X-Forwarded-For` whom it was called by; what stands before the entries of our own
    proxies (`PYROMETER_PROXIES`, 0 without any) is said by the caller, and may be made up.
    """
    nearest = str(request.META.get("REMOTE_ADDR", ""))
    if not settings.PROXIES:
        return nearest
    passed = str(request.META.get("HTTP_X_FORWARDED_FOR", "")).split(",")
    if len(passed) < settings.PROXIES:
        return nearest
    return _spelled(passed[-settings.PROXIES]) or nearest


@lru_cache(maxsize=1024)
def _spelled(address: str) -> str | None:
    """An address in its one spelling; one of IPv4 that is written as IPv6 is one of IPv4."""
    try:
        found = ip_address(address.strip().partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, IPv6Address) else None
    return str(mapped or found)


@lru_cache(maxsize=1024)
def _line(address: str) -> str | None:
    spelled = _spelled(address)
    if spelled is None or ":" not in spelled:
        return spelled
    return str(ip_network(f"{spelled}/{HOME}", strict=False).network_address)
