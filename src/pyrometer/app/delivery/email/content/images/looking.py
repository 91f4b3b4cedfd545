"""What a file is, by its own bytes: an image of a kind that mail programs show, or none, with the reason. Pure."""

from __future__ import annotations

import struct
from collections.abc import Callable

KINDS = {"png": "image/png", "jpg": "image/jpeg", "gif": "image/gif", "webp": "image/webp"}
LARGEST = 2_000_000
"""Bytes of a file."""
WIDEST = 4_000
"""Dots in a row, or in a column."""
_STARTS = {"png": b"\x89PNG\r\n\x1a\n", "jpg": b"\xff\xd8\xff", "gif": b"GIF8", "webp": b"RIFF"}


class NoImageError(ValueError):
    """A file that can't be shown in mails; the message says why and what to do."""


def look(data: bytes) -> str:
    """The kind of an image. Raises NoImageError.

    >>> look(b"<svg></svg>")
    Traceback (most recent call last):
    ...
    pyrometer.app.delivery.email.content.images.looking.NoImageError: mail programs show no SVG: save it as PNG
    """
    if len(data) > LARGEST:
        raise NoImageError(f"the file has {len(data) / 1e6:.1f} MB; make it smaller than {LARGEST / 1e6:.0f} MB")
    kind = next((kind for kind, start in _STARTS.items() if data.startswith(start)), None)
    if kind is None:
        if b"<svg" in data[:1000].lower():
            raise NoImageError("mail programs show no SVG: save it as PNG")
        raise NoImageError(f"the file is none of {', '.join(KINDS)}, whatever it is called")
    try:
        width, height = _SIZES[kind](data)
    except (struct.error, IndexError, StopIteration):
        raise NoImageError(f"the file begins as {kind} and isn't one, or not a whole one; save it anew") from None
    if not (0 < width <= WIDEST and 0 < height <= WIDEST):
        raise NoImageError(f"the image is {width} × {height}; make it smaller than {WIDEST} × {WIDEST}")
    return kind


def _png(data: bytes) -> tuple[int, int]:
    if data[12:16] != b"IHDR" or data[-12:] != b"\0\0\0\0IEND\xaeB`\x82":
        raise IndexError
    width, height = struct.unpack(">II", data[16:24])
    return width, height


def _gif(data: bytes) -> tuple[int, int]:
    if data[4:6] not in (b"7a", b"9a") or data[-1:] != b";":
        raise IndexError
    width, height = struct.unpack("<HH", data[6:10])
    return width, height


def _jpg(data: bytes) -> tuple[int, int]:
    """The size stands in the frame's header, behind as many segments as the camera wrote."""
    if data.rstrip(b"\0")[-2:] != b"\xff\xd9":
        raise IndexError
    at = 2
    while True:
        if data[at] != 0xFF:
            raise IndexError
        sign = data[at + 1]
        if sign == 0xFF:
            at += 1
            continue
        if 0xC0 <= sign <= 0xCF and sign not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        if sign == 0xDA:
            raise IndexError
        (length,) = struct.unpack(">H", data[at + 2 : at + 4])
        at += 2 + max(length, 2)


def _webp(data: bytes) -> tuple[int, int]:
    (length,) = struct.unpack("<I", data[4:8])
    if data[8:12] != b"WEBP" or not length + 8 <= len(data) <= length + 9:
        raise IndexError
    form = data[12:16]
    if form == b"VP8X":
        return 1 + int.from_bytes(data[24:27], "little"), 1 + int.from_bytes(data[27:30], "little")
    if form == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return 1 + (bits & 0x3FFF), 1 + (bits >> 14 & 0x3FFF)
    if form == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    raise IndexError


_SIZES: dict[str, Callable[[bytes], tuple[int, int]]] = {"png": _png, "jpg": _jpg, "gif": _gif, "webp": _webp}
