"""`pyrometer explain`: one lead's story."""

from __future__ import annotations


def explain_command() -> int:
    """Tell one lead's story."""
    return 0
