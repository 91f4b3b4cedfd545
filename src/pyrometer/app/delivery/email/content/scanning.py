"""A first look at a template, in one pass: tags that end, are known and are short.

What comes after it looks for the ends of tags by patterns, which take a time that grows with the square of what they
don't find. So they are only shown what has its ends.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pyrometer.app.delivery.email.content.contents import likely

TAGS = ("if", "unless", "case", "for", "assign", "comment", "raw", "break", "continue", "#")
INNER = ("else", "elsif", "when", "endif", "endunless", "endcase", "endfor", "endcomment", "endraw")
LONGEST = 500
"""Letters of one tag."""
_OPENS = re.compile(r"\{\{|\{%")
_NAME = re.compile(r"\{%-?\s{0,50}(#|\w{1,40})?")
_ENDRAW = re.compile(r"\{%-?\s{0,50}endraw\s{0,50}-?%\}")


@dataclass(frozen=True)
class Mistake:
    """What is wrong at a place of a template, why, and how it is put right."""

    index: int
    what: str
    why: str = ""
    fix: str = ""


def scan(text: str) -> Iterator[Mistake]:
    """What is wrong with the tags of a template, in their order; nothing after a tag that doesn't end."""
    at = 0
    while opened := _OPENS.search(text, at):
        start, closing = opened.start(), "}}" if opened[0] == "{{" else "%}"
        end = text.find(closing, start + 2, start + LONGEST)
        if end < 0:
            yield _endless(text, start, closing)
            return
        inside = text[start + 2 : end]
        if re.search(r"\s{50}", inside):
            yield Mistake(start, "50 blanks in a row in a tag", fix="remove them")
        at = end + 2
        if closing == "}}":
            if not inside.strip(" \t\n-"):
                yield Mistake(start, "`{{ }}` holds nothing", fix="write a variable: `{{ lead.name }}`")
            continue
        found = _NAME.match(text, start)
        name = (found and found[1]) or ""
        if name not in TAGS and name not in INNER:
            yield _unknown(start, name)
        elif name == "raw":
            closed = _ENDRAW.search(text, at)
            if closed is None:
                yield Mistake(start, "`{% raw %}` has no end", fix="write `{% endraw %}` after it")
                return
            at = closed.end()


def _endless(text: str, start: int, closing: str) -> Mistake:
    if text.find(closing, start + 2) < 0:
        what = f"`{text[start : start + 20].splitlines()[0]}…` has no end"
        return Mistake(start, what, "a tag ends where it began to", f"write `{closing}` after it")
    return Mistake(start, f"a tag of more than {LONGEST} letters", fix=f"shorten it; is a `{closing}` missing?")


def _unknown(start: int, name: str) -> Mistake:
    if not name:
        return Mistake(start, "a tag without a name", fix=f"there are {', '.join(TAGS)}")
    return Mistake(start, f"unknown tag `{name}`", fix=likely(name, (*TAGS, *INNER), "tag"))
