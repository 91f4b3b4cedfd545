"""Whether a zstd file is whole: the engine reads what there is of one that was cut off, and says nothing."""

from __future__ import annotations

import os
from typing import BinaryIO

_FRAME = 0xFD2FB528
_SKIPPABLE = 0x184D2A50
_RUN = 1
"""The kind of block that holds one byte, to be repeated."""


def is_whole(path: str) -> bool:
    """Walks from block to block by the sizes that they state, without unpacking any."""
    size = os.path.getsize(path)
    with open(path, "rb") as stream:
        while stream.tell() < size:
            magic = _number(stream, 4)
            if magic is not None and magic & ~0xF == _SKIPPABLE:
                length = _number(stream, 4)
                whole = length is not None
                stream.seek(length or 0, os.SEEK_CUR)
            else:
                whole = magic == _FRAME and _skip_frame(stream)
            if not whole or stream.tell() > size:
                return False
    return True


def _skip_frame(stream: BinaryIO) -> bool:
    descriptor = _number(stream, 1)
    if descriptor is None:
        return False
    single = descriptor >> 5 & 1
    dictionary = (0, 1, 2, 4)[descriptor & 3]
    content = (single, 2, 4, 8)[descriptor >> 6]
    stream.seek(1 - single + dictionary + content, os.SEEK_CUR)
    last = 0
    while not last:
        block = _number(stream, 3)
        if block is None:
            return False
        last = block & 1
        stream.seek(1 if block >> 1 & 3 == _RUN else block >> 3, os.SEEK_CUR)
    if descriptor >> 2 & 1:
        stream.seek(4, os.SEEK_CUR)
    return True


def _number(stream: BinaryIO, length: int) -> int | None:
    read = stream.read(length)
    return int.from_bytes(read, "little") if len(read) == length else None
