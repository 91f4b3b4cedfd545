"""What the wire answers where it can't take a request."""

from __future__ import annotations


class UnwelcomeError(Exception):
    """A request that isn't taken: its status, a word for programs, a sentence for people, and when to come again."""

    def __init__(self, status: int, code: str, message: str, *, again: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.again = again
