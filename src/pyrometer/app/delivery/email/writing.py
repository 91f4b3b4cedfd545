"""Writes a mail as bytes: headers, and one text or two as its body. Pure.

The library takes milliseconds for that, since it parses each header that is set; and it encodes a long address of a
`List-Unsubscribe`, where RFC 2369 has nothing but addresses. What is plain is written here, what isn't by the library.
"""

from __future__ import annotations

import re
from base64 import b64encode
from binascii import b2a_qp
from collections.abc import Iterator, Mapping
from email.policy import SMTP
from functools import lru_cache

LINE, MOST = 78, 998
"""How long a line should be, and how long it may be."""
_ASCII, _UTF8 = SMTP.clone(cte_type="7bit"), SMTP.clone(cte_type="7bit", utf8=True)
_PRINTABLE = re.compile(r"[!-~](?:[ -~]*[!-~])?")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@[A-Za-z0-9.-]+")
_ADDRESSES = frozenset({"From", "To", "Reply-To"})
_UNFIT = re.compile(r"[^\t\n -~]")
"""What may not travel as it is, in a text whose lines end in \\n."""
_WORD = "=?utf-8?b?{}?="
_BYTES = 45
"""Of an encoded word, so that its line isn't too long; of the first one fewer, since the name stands before it."""


def write(headers: Mapping[str, str], *, text: str, html: str = "", boundary: str, utf8: bool = False) -> bytes:
    """The mail, its lines ending in CRLF. `utf8`: an address may be beyond ASCII, all else travels in ASCII.

    Raises ValueError where a header can't be written; its second argument is the name of the header.
    """
    head = "".join(_header(name, value, utf8) for name, value in headers.items())
    if not html:
        return (head + _part(text, "plain")).encode("utf-8")
    while boundary in text or boundary in html:
        boundary += "_"
    whole = (
        f'{head}Content-Type: multipart/alternative;\r\n boundary="{boundary}"\r\n\r\n'
        f"--{boundary}\r\n{_part(text, 'plain')}\r\n--{boundary}\r\n{_part(html, 'html')}\r\n--{boundary}--\r\n"
    )
    return whole.encode("utf-8")


def _header(name: str, value: str, utf8: bool) -> str:
    try:
        if name == "Subject":
            return _subject(value)
        plain = _PRINTABLE.fullmatch(value) and "=?" not in value
        if name in _ADDRESSES:
            return f"{name}: {value}\r\n" if plain and _ADDRESS.fullmatch(value) else _by_library(name, value, utf8)
        if not plain or len(name) + 2 + len(value) > MOST:
            raise ValueError(value)
    except ValueError as error:
        raise ValueError(str(error), name) from None
    return f"{name}: {value}\r\n"


@lru_cache(maxsize=256)
def _by_library(name: str, value: str, utf8: bool) -> str:
    """A header with names, comments, letters beyond ASCII; that of the sender is the same in all mails."""
    policy = _UTF8 if utf8 else _ASCII
    return policy.fold(*policy.header_store_parse(name, value))


def _subject(value: str) -> str:
    """A line of text, as it is where it may travel so, else as encoded words (RFC 2047)."""
    head = "Subject: "
    if _PRINTABLE.fullmatch(value) and "=?" not in value:
        if len(head) + len(value) <= LINE:
            return f"{head}{value}\r\n"
        lines = "\r\n ".join(_folded(value, LINE - len(head)))
        if max(map(len, lines.split("\r\n"))) <= LINE:
            return f"{head}{lines}\r\n"
    words = (_WORD.format(b64encode(part).decode("ascii")) for part in _chunks(value))
    return head + "\r\n ".join(words) + "\r\n"


def _folded(value: str, first: int) -> Iterator[str]:
    """Stretches of a text between blanks, the first one so long, the others as a line has it."""
    line, room = "", first
    for word in value.split(" "):
        if line and len(line) + 1 + len(word) > room:
            yield line
            line, room = word, LINE - 1
        else:
            line = f"{line} {word}" if line else word
    yield line


def _chunks(value: str) -> Iterator[bytes]:
    """The bytes of a text, in pieces that hold whole letters."""
    piece, room = b"", _BYTES - 9
    for letter in value:
        raw = letter.encode("utf-8")
        if len(piece) + len(raw) > room:
            yield piece
            piece, room = b"", _BYTES
        piece += raw
    yield piece


def _part(text: str, kind: str) -> str:
    """A text with the headers that say what it is: as it is where it may travel so, else as quoted printable."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.endswith("\n"):
        text += "\n"
    head = f'Content-Type: text/{kind}; charset="utf-8"\r\nContent-Transfer-Encoding: '
    if _UNFIT.search(text) is None and max(map(len, text.split("\n"))) <= LINE:
        return f"{head}7bit\r\n\r\n" + text.replace("\n", "\r\n")
    quoted = b2a_qp(text.encode("utf-8"), istext=True).decode("ascii")
    return f"{head}quoted-printable\r\n\r\n" + quoted.replace("\n", "\r\n")
