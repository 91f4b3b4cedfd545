"""The codes of RFC 6238: its vectors, drift, and that none works twice."""

from __future__ import annotations

import base64
import hashlib
from datetime import UTC, datetime, timedelta

import pytest

from pyrometer.app.people import totp

SEED = b"1234567890" * 7
KEY_BYTES = {"sha1": 20, "sha256": 32, "sha512": 64}
# Appendix B of the RFC: seconds since 1970, then the code by hash.
VECTORS = [
    (59, "94287082", "46119246", "90693936"),
    (1111111109, "07081804", "68084774", "25091201"),
    (1111111111, "14050471", "67062674", "99943326"),
    (1234567890, "89005924", "91819424", "93441116"),
    (2000000000, "69279037", "90698825", "38618901"),
    (20000000000, "65353130", "77737706", "47863826"),
]
SECRET = base64.b32encode(SEED[:20]).decode()
NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)
STEP = int(NOW.timestamp()) // totp.STEP


@pytest.mark.parametrize(("seconds", *KEY_BYTES), VECTORS)
def test_the_codes_are_those_of_the_rfc(seconds: int, sha1: str, sha256: str, sha512: str) -> None:
    for name, expected in (("sha1", sha1), ("sha256", sha256), ("sha512", sha512)):
        assert hashlib.new(name)
        assert totp.code(SEED[: KEY_BYTES[name]], seconds // totp.STEP, 8, name) == expected


@pytest.mark.parametrize(("drift", "taken"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_be_off_by_one_step(drift: int, taken: bool) -> None:
    given = totp.code(SEED[:20], STEP + drift)
    assert totp.step_of(SECRET, given, NOW, 0) == (STEP + drift if taken else None)


def test_a_step_that_was_used_is_over() -> None:
    given = totp.code(SEED[:20], STEP)
    assert totp.step_of(SECRET, given, NOW, STEP - 1) == STEP
    assert totp.step_of(SECRET, given, NOW, STEP) is None
    assert totp.step_of(SECRET, given, NOW + timedelta(seconds=30), STEP) is None


@pytest.mark.parametrize("given", ["", "12345", "１２３４５６", "abcdef", "0" * 1000])
def test_what_is_no_code_is_refused(given: str) -> None:
    assert totp.step_of(SECRET, given, NOW, 0) is None


def test_an_app_can_read_the_address() -> None:
    address = totp.address(SECRET, "ann+leads@example.com")
    assert address.startswith("otpauth://totp/Pyrometer:ann%2Bleads%40example.com?secret=GEZD")
    assert "issuer=Pyrometer" in address


def test_secrets_are_long_and_differ() -> None:
    assert len(base64.b32decode(totp.new_secret())) == 20
    assert totp.new_secret() != totp.new_secret()
