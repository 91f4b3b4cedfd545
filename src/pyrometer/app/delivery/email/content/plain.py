"""A body as plain text, for people who read it so: lists and quotes as one writes them, links as footnotes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from pyrometer.app.delivery.email.content.parts import Element

_BLOCKS = frozenset("body blockquote div h1 h2 h3 h4 h5 h6 hr li ol p pre table tbody td tfoot th thead tr ul".split())
_TIGHT = frozenset({"li", "tr", "tbody", "tfoot", "thead"})


def text(element: Element) -> str:
    """The text of a body, and below it where its links lead."""
    writer = _Writer()
    body = "\n".join(writer.block(element)).strip("\n")
    notes = [f"[{number}] {url}" for url, number in writer.notes.items()]
    return "\n".join(filter(None, [body, "\n" + "\n".join(notes) if notes else ""])) + "\n"


class _Writer:
    def __init__(self) -> None:
        self.notes: dict[str, int] = {}

    def block(self, element: Element) -> list[str]:
        """The lines of what is in a block, one of blocks and loose text."""
        lines: list[str] = []
        loose: list[Element | str] = []
        for child in (*element.children, None):
            if child is not None and not (isinstance(child, Element) and child.tag in _BLOCKS):
                loose.append(child)
                continue
            if loose:
                self._add(lines, self._inline(loose), tight=False)
                loose = []
            if isinstance(child, Element):
                self._add(lines, self._lines(child), tight=child.tag in _TIGHT)
        return lines

    @staticmethod
    def _add(lines: list[str], more: list[str], *, tight: bool) -> None:
        if not any(line.strip() for line in more):
            return
        if lines and not tight:
            lines.append("")
        lines += more

    def _lines(self, element: Element) -> list[str]:
        tag = element.tag
        if tag == "hr":
            return ["-" * 20]
        if tag == "pre":
            return element.words().strip("\n").split("\n")
        if tag in ("ul", "ol"):
            return self._list(element)
        if tag == "blockquote":
            return [f"> {line}".rstrip() for line in self.block(element)]
        if tag == "tr":
            return self._row(element)
        lines = self.block(element)
        if tag in ("h1", "h2") and lines:
            lines.append(("=" if tag == "h1" else "-") * min(max(map(_width, lines)), 70))
        return lines

    def _list(self, element: Element) -> list[str]:
        lines: list[str] = []
        items = [child for child in element.children if isinstance(child, Element)]
        start = element.attributes.get("start", "1")
        first = int(start) if re.fullmatch(r"[0-9]{1,6}", start) else 1
        for number, item in enumerate(items, first):
            sign = f"{number}. " if element.tag == "ol" else "- "
            inner = self.block(item) if item.tag == "li" else self._lines(item)
            if all(isinstance(child, str) or child.tag not in ("p", "pre") for child in item.children):
                inner = [line for line in inner if line]
            lines += [f"{sign if at == 0 else ' ' * len(sign)}{line}".rstrip() for at, line in enumerate(inner or [""])]
        return lines

    def _row(self, element: Element) -> list[str]:
        """Cells side by side where each is one line; a table that only lays out is read from top to bottom."""
        cells = [self.block(child) for child in element.children if isinstance(child, Element)]
        cells = [cell for cell in cells if cell]
        if all(len(cell) == 1 for cell in cells):
            return [" | ".join(cell[0] for cell in cells)]
        lines: list[str] = []
        for cell in cells:
            self._add(lines, cell, tight=False)
        return lines

    def _inline(self, children: Iterable[Element | str]) -> list[str]:
        written = "".join(map(self._word, children))
        lines = [re.sub(r"[ \t\n]+", " ", line).strip() for line in written.split("\v")]
        return lines if any(lines) else []

    def _word(self, child: Element | str) -> str:
        if isinstance(child, str):
            return child.replace("\v", " ")
        if child.tag == "br":
            return "\v"
        if child.tag == "img":
            alt = child.attributes.get("alt", "").strip()
            return f"[{alt}]" if alt else ""
        inner = "".join(map(self._word, child.children))
        return self._link(child, inner) if child.tag == "a" else inner

    def _link(self, element: Element, inner: str) -> str:
        url = element.attributes.get("href", "")
        said = inner.strip()
        if not url or said in (url, url.partition(":")[2]):
            return inner
        if url.startswith(("mailto:", "tel:")):
            return f"{inner} ({url.partition(':')[2]})"
        number = self.notes.setdefault(url, len(self.notes) + 1)
        return f"{inner} [{number}]"


def _width(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in line)
