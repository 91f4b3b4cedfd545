"""Which addresses a webhook may reach: a page where people type URLs must not open the network behind the server."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import urlsplit

Address = IPv4Address | IPv6Address

_CLOSED = tuple(
    ip_network(network)
    for network in (
        # IPv4: this host, private, shared by carriers, loopback, link-local (there live the metadata of clouds),
        # private, protocol assignments, documentation, the old 6to4 relays, private, benchmarks, documentation twice,
        # multicast, and what is reserved.
        "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24"
        " 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4"
        # A public address that is a cloud's own servant to each of its machines.
        " 168.63.129.16/32"
        # IPv6, of what is global unicast: protocol assignments with Teredo in them, documentation twice, 6to4.
        " 2001::/23 2001:db8::/32 3fff::/20 2002::/16"
    ).split()
)
_GLOBAL = IPv6Network("2000::/3")
_MAPPED = IPv6Network("::ffff:0:0/96")
_NAT64 = IPv6Network("64:ff9b::/96")
_HOST = re.compile(r"[a-z0-9._-]{1,253}|[0-9a-f:.]{2,45}", re.ASCII)


class RefusedError(Exception):
    """A webhook may not go there; the message says why."""


@dataclass(frozen=True)
class Target:
    """Where a URL points to."""

    secure: bool
    host: str
    port: int
    path: str
    """With the query."""

    @property
    def authority(self) -> str:
        """The value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == (443 if self.secure else 80) else f"{host}:{self.port}"


def without_path(url: str) -> str:
    """Scheme and host of a URL, for logs and mails: the path and what follows may be a password of the receiver's.

    >>> without_path("https://crm.example/hooks/c2VjcmV0?token=1")
    'https://crm.example'
    """
    try:
        where = target(url)
    except RefusedError:
        return ""
    return f"{'https' if where.secure else 'http'}://{where.authority}"


def target(url: str) -> Target:
    """Read a URL. Raises RefusedError.

    >>> target("https://crm.example/hook?team=1").path
    '/hook?team=1'
    """
    if any(character <= " " or character >= "\x7f" for character in url):
        raise RefusedError("the URL holds a character that must be written as %…")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        raise RefusedError("this is no URL; write https://…") from None
    if parts.scheme not in {"https", "http"}:
        raise RefusedError("a webhook's URL begins with https://")
    if parts.username is not None or parts.password is not None:
        raise RefusedError("leave the password out of the URL: everybody who sees this page would see it")
    host = (parts.hostname or "").rstrip(".")
    if not _HOST.fullmatch(host) or port == 0:
        raise RefusedError("the URL's host can't be read")
    secure = parts.scheme == "https"
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Target(secure, host, port or (443 if secure else 80), path)


def is_open(address: Address, networks: Iterable[str] = ()) -> bool:
    """Whether an address is public, or in one of the networks that the installation allows.

    >>> is_open(ip_address("93.184.215.14")), is_open(ip_address("::ffff:10.0.0.1"))
    (True, False)
    """
    plain = _plain(address)
    if is_allowed(plain, networks):
        return True
    if any(plain in network for network in _CLOSED if network.version == plain.version):
        return False
    return plain.version == 4 or plain in _GLOBAL


def is_allowed(address: Address, networks: Iterable[str]) -> bool:
    """Whether an address is in one of the networks that the installation allows."""
    plain = _plain(address)
    allowed = (ip_network(network, strict=False) for network in networks)
    return any(plain in network for network in allowed if network.version == plain.version)


def resolve(where: Target, networks: Iterable[str] = ()) -> list[Address]:
    """The addresses of a target, each of them checked; connect to these, and ask no resolver again.

    A host may be written as a decimal, octal or hexadecimal number: the resolver understands it, and what it understood
    is what is checked. Raises RefusedError where one of them is closed, OSError where the name isn't known.
    """
    networks = tuple(networks)
    found = socket.getaddrinfo(where.host, where.port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(ip_address(str(info[4][0]).partition("%")[0]) for info in found))
    for address in addresses:
        if not is_open(address, networks):
            what = str(address) if where.host == str(address) else f"{where.host} is {address}, which"
            raise RefusedError(
                f"{what} isn't an address of the public internet; whoever runs this installation can allow its network"
                " with PYROMETER_WEBHOOK_NETWORKS, and with it plain http:// there"
            )
        if not where.secure and not is_allowed(address, networks):
            raise RefusedError(
                "a webhook's URL begins with https://; plain http:// is only for networks that"
                " PYROMETER_WEBHOOK_NETWORKS names"
            )
    return addresses


def _plain(address: Address) -> Address:
    """The IPv4 address inside an IPv6 one that stands for it."""
    if isinstance(address, IPv6Address) and (address in _MAPPED or address in _NAT64):
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address
