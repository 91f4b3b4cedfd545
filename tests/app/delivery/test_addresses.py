"""A webhook never reaches the network behind the server, however its address is written."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

import pytest

from pyrometer.app.delivery.webhook import call as calling
from pyrometer.app.delivery.webhook.addresses import RefusedError, is_open, resolve, target
from pyrometer.app.delivery.webhook.call import Answer, call

from .conftest import Receiver

CLOSED = (
    "127.0.0.1 127.8.8.8 10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 169.254.169.254 100.64.0.1 100.100.100.200"
    " 0.0.0.0 0.1.2.3 192.0.0.192 198.18.0.1 224.0.0.1 255.255.255.255 240.0.0.1 168.63.129.16 192.0.2.1"
    " ::1 :: ::ffff:127.0.0.1 ::ffff:169.254.169.254 ::7f00:1 64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::1 fe80::1"
    " fc00::1 fd00:ec2::254 ff02::1 2002:7f00:1:: 2001:0:7f00:1:: 2001:db8::1 3fff::1 100::1 fec0::1"
).split()
OPEN = "93.184.215.14 8.8.8.8 172.32.0.1 100.128.0.1 2606:4700::1111 2a00:1450::1 64:ff9b::808:808".split()


@pytest.mark.parametrize("address", CLOSED)
def test_closed(address: str) -> None:
    assert not is_open(ip_address(address))


@pytest.mark.parametrize("address", OPEN)
def test_open(address: str) -> None:
    assert is_open(ip_address(address))


@pytest.mark.parametrize(
    "host",
    [
        *"127.0.0.1 127.0.0.1. 127.1 0 2130706433 2852039166 0x7f000001 0177.0.0.1 localhost".split(),
        *"[::1] [::ffff:127.0.0.1] [::ffff:7f00:1]".split(),
    ],
)
def test_however_it_is_written(host: str) -> None:
    answer = call(f"https://{host}/", {}, b"{}")
    assert answer.refused or answer.error == "the host's name can't be resolved"
    assert answer.status is None


def test_a_network_that_is_allowed_is_open_and_no_other() -> None:
    assert is_open(ip_address("10.1.2.3"), ["10.1.0.0/16"])
    assert is_open(ip_address("::ffff:10.1.2.3"), ["10.1.0.0/16"])
    assert not is_open(ip_address("10.2.2.3"), ["10.1.0.0/16"])
    assert is_open(ip_address("fd00::1"), ["10.1.0.0/16", "fd00::/8"])


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("ftp://example.com/", "https://"),
        ("file:///etc/passwd", "https://"),
        ("https://user:pass@example.com/", "password"),
        ("https://example.com:99999/", "no URL"),
        ("https://exa mple.com/", "character"),
        ("https://example.com/\r\nHost: other", "character"),
        ("https:///path", "host"),
        ("https://ex!ample.com/", "host"),
    ],
)
def test_urls_that_are_refused(url: str, why: str) -> None:
    with pytest.raises(RefusedError, match=why):
        target(url)


def answers(monkeypatch: pytest.MonkeyPatch, *rounds: list[str]) -> list[str]:
    """Let names resolve to something else each time, and note which were asked for."""
    asked: list[str] = []
    known = socket.getaddrinfo

    def getaddrinfo(host: str, port: int, *args: Any, **more: Any) -> list[Any]:
        if not host.endswith(".example"):
            return known(host, port, *args, **more)
        asked.append(host)
        found = rounds[min(len(asked), len(rounds)) - 1]
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in found]

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return asked


def test_one_closed_address_among_open_ones_closes_the_name(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, ["8.8.8.8", "10.0.0.1"])
    with pytest.raises(RefusedError, match=r"10\.0\.0\.1"):
        resolve(target("https://rebind.example/"))


def test_the_name_is_resolved_once_and_the_checked_address_is_called(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = answers(monkeypatch, ["127.0.0.1"], ["127.0.0.2"])
    # Nobody listens at the second address; a resolver that is asked again would lead there.
    answer = call(f"http://rebind.example:{receiver.port}/", {}, b"{}", networks=["127.0.0.1/32"])
    assert answer.status == 200
    assert asked == ["rebind.example"]
    assert receiver.heard[0].headers["Host"] == f"rebind.example:{receiver.port}"


def test_plain_http_only_where_it_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, ["8.8.8.8"])
    with pytest.raises(RefusedError, match="https://"):
        resolve(target("http://public.example/"), ["127.0.0.0/8"])


def served(answer: Callable[[socket.socket], None]) -> tuple[int, threading.Thread]:
    """A server of one connection that does what the test says."""
    listener = socket.create_server(("127.0.0.1", 0))

    def serve() -> None:
        with listener:
            connection, _ = listener.accept()
            with connection, contextlib.suppress(OSError):
                answer(connection)

    thread = threading.Thread(target=serve)
    thread.start()
    return listener.getsockname()[1], thread


def ask(answer: Callable[[socket.socket], None], scheme: str = "http") -> Answer:
    port, thread = served(answer)
    found = call(f"{scheme}://127.0.0.1:{port}/", {}, b"{}", networks=["127.0.0.0/8"])
    thread.join()
    return found


def test_a_receiver_that_never_answers_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "WHOLE", 0.2)
    assert (
        ask(lambda connection: connection.recv(100_000) and connection.recv(1)).error == "no answer within 0.2 seconds"
    )


def test_a_receiver_that_drips_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "WHOLE", 0.3)

    def drip(connection: socket.socket) -> None:
        stop = threading.Event()
        while not stop.wait(0.02):
            connection.sendall(b"H")

    assert ask(drip).error == "no answer within 0.3 seconds"


def test_a_head_without_end_is_cut() -> None:
    def endless(connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n")
        while True:
            connection.sendall(b"X: " + b"y" * 1000 + b"\r\n")

    assert "too large" in ask(endless).error


def test_a_body_without_end_is_cut() -> None:
    def endless(connection: socket.socket) -> None:
        connection.recv(100_000)
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(b"y" * 1000)

    answer = ask(endless)
    assert (answer.status, len(answer.body)) == (200, calling.BODY)


@pytest.mark.parametrize("said", [b"", b"SSH-2.0-x\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200"])
def test_what_is_not_http_is_an_error(said: bytes) -> None:
    assert ask(lambda connection: (connection.recv(100_000), connection.sendall(said))).error


def test_interim_answers_are_passed_over() -> None:
    said = b"HTTP/1.1 103 Early Hints\r\nA: b\r\n\r\nHTTP/1.1 202 Accepted\r\nRetry-After: 1\r\n\r\n"
    answer = ask(lambda connection: (connection.recv(100_000), connection.sendall(said)))
    assert (answer.status, answer.headers) == (202, {"retry-after": "1"})


def test_nobody_listens() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert call(f"http://127.0.0.1:{port}/", {}, b"{}", networks=["127.0.0.0/8"]).error == "Connection refused"


def test_no_tls_where_https_is_asked_for() -> None:
    answer = ask(lambda connection: connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n"), "https")
    assert answer.status is None
    assert answer.error
    assert ssl.create_default_context().check_hostname


def test_the_refusal_says_what_would_allow_it() -> None:
    with pytest.raises(RefusedError, match=r"^127\.0\.0\.1 isn't an address of the public internet.*NETWORKS"):
        resolve(target("https://127.0.0.1/"))
    with pytest.raises(RefusedError, match=r"^localhost is .*, which isn't an address"):
        resolve(target("https://localhost/"))
    assert resolve(target("http://127.0.0.1/"), ["127.0.0.0/8"]) == [ip_address("127.0.0.1")]
