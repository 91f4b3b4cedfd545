"""Settings that are whole numbers."""

from __future__ import annotations

import os
from typing import TypeVar

from pyrometer.errors import UsageError

Default = TypeVar("Default", int, None)


def at_least_one(name: str, default: Default) -> int | Default:
    """A whole number from 1 on, of the environment. Raises UsageError."""
    text = (os.environ.get(name) or "").strip()
    if not text:
        return default
    if not (text.isascii() and text.isdecimal() and 1 <= int(text) <= 1_000_000):
        raise UsageError(f"{name}: write a whole number from 1 on")
    return int(text)
