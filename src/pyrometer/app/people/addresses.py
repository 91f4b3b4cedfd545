"""Whose address a request comes from, where proxies stand in front."""

from __future__ import annotations

from ipaddress import ip_address

from django.conf import settings
from django.http import HttpRequest


def address_of(request: HttpRequest) -> str:
    """The address of the browser: that of the connection, or what the outermost proxy of ours saw.

    Each proxy writes at the end of `X-Forwarded-For` whom it was called by; what stands before the entries of our own
    proxies (`PYROMETER_PROXIES`, 0 without any) is said by the caller, and may be made up.
    """
    nearest = str(request.META.get("REMOTE_ADDR", ""))
    passed = [part.strip() for part in request.headers.get("X-Forwarded-For", "").split(",")]
    if not 0 < settings.PROXIES <= len(passed):
        return nearest
    try:
        return str(ip_address(passed[-settings.PROXIES]))
    except ValueError:
        return nearest
