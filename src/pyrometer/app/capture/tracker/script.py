"""The tracker as it is served: its readable source without comments and without what only readers need."""

from __future__ import annotations

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).resolve().parent.parent / "static" / "capture" / "tracker" / "t.js"

_STRINGS = re.compile(r"(\"(?:[^\"\\\n]|\\.)*\"|'(?:[^'\\\n]|\\.)*')")
_AROUND = re.compile(r"\s*([{}();,:=+*/?<>|&\[\]])\s*")


@dataclass(frozen=True)
class Served:
    """The bytes of an answer, plain and packed, and what names this version of them."""

    plain: bytes
    packed: bytes
    etag: str


def tight(source: str) -> str:
    """A script without whole-line comments, indents and spaces around signs; strings stay as they are.

    It knows just as much of JavaScript as our own scripts need: comments stand on lines of their own, lines end with a
    sign that says whether they go on, and regular expressions hold neither quotes nor spaces.

    >>> tight('// why\\nlet a = "b  c";\\nif (a) run( a, 1 );\\n')
    'let a="b  c";if(a)run(a,1);'
    """
    lines = (line.strip() for line in source.splitlines())
    text = "\n".join(line for line in lines if line and not line.startswith("//"))
    parts = _STRINGS.split(text)
    # Every second part is a string.
    return "".join(part if number % 2 else _AROUND.sub(r"\1", part) for number, part in enumerate(parts))


@cache
def served(file: Path = SOURCE) -> Served:
    """A script of ours, made once a process."""
    plain = tight(file.read_text("utf-8")).encode()
    return Served(plain, gzip.compress(plain, 9, mtime=0), hashlib.sha256(plain).hexdigest()[:16])
