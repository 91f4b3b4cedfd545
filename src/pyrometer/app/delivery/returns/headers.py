"""Headers as text, however they were written."""

from __future__ import annotations

from email.errors import MessageError
from email.header import decode_header, make_header
from email.message import Message


def header(mail: Message, name: str) -> str:
    """A header; all of them, a line each, where it stands several times. Empty where there is none."""
    return "\n".join(_text(value) for value in mail.get_all(name) or ())


def _text(value: object) -> str:
    try:
        return str(make_header(decode_header(value)))  # type: ignore[arg-type]
    except (ValueError, LookupError, MessageError):
        return str(value)
