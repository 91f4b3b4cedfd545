"""Puts values into a body, each by the place it stands in: as text, as an attribute, as a part of an address."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import quote, urlsplit

from pyrometer.app.delivery.email.content.contents import Format
from pyrometer.app.delivery.email.content.liquid import Written
from pyrometer.app.delivery.email.content.parts import Element
from pyrometer.app.delivery.email.content.variables import Block, Link

BEGINS = "value:"
"""In the place of an address that a value would have decided."""
_SPOKEN = frozenset({"alt", "title"})
"""Attributes that are texts for people: a value may stand in them, as in the text itself."""


_A = {"link": "a link", "image": "an image"}


@dataclass(frozen=True)
class Fault:
    """What can't be sent: what it is, why, and how it is put right.

    It stands where the content shows a value (`index`), else at the first of a text (`near`).
    """

    what: str
    why: str = ""
    fix: str = ""
    near: str = ""
    index: int | None = None


@dataclass
class Filler:
    """Puts values into a tree. `follow` makes of each address the one that is written; faults are collected."""

    written: Written
    origin: str
    form: Format = "markdown"
    follow: Callable[[str], str] = str
    faults: list[Fault] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    images: list[Element] = field(default_factory=list)
    blocks: int = 0
    """How many blocks stand in it."""

    def fill(self, element: Element) -> Element:
        """The same tree with its values."""
        if (block := self._block(element)) is not None:
            self.blocks += 1
            return block.tree
        attributes = {name: self._attribute(element, name, value) for name, value in element.attributes.items()}
        if element.tag == "img":
            self._look_at_image(element, attributes)
            self.images.append(Element("img", attributes))
        if element.tag == "a":
            self._look_at_link(element, attributes)
        if element.tag == "table" and self.form == "markdown":
            # In HTML it may only lay out; here it holds data.
            attributes["class"] = "data"
        children = tuple(
            self._plain(child) if isinstance(child, str) else self.fill(child) for child in element.children
        )
        return Element(element.tag, attributes, children)

    def _plain(self, text: str) -> str:
        for found in self.written.stand_ins.finditer(text):
            if isinstance(self.written.values[int(found[1])], Block):
                why = "it is several lines, with links"
                self._fault(found[0], "a block within a text", why, "write it on a line of its own")
        return self.written.fill(text, spell)

    def _block(self, element: Element) -> Block | None:
        """The block that is all of a paragraph."""
        if element.tag not in ("p", "div") or not all(isinstance(child, str) for child in element.children):
            return None
        found = self.written.stand_ins.fullmatch(element.words().strip())
        value = self.written.values[int(found[1])] if found else None
        return value if isinstance(value, Block) else None

    def _fault(self, near: str, what: str, why: str = "", fix: str = "") -> None:
        found = self.written.stand_ins.search(near)
        index = self.written.places[int(found[1])] if found else None
        self.faults.append(Fault(what, why, fix, near, index))

    def _attribute(self, element: Element, name: str, value: str) -> str:
        if name in ("href", "src"):
            return self._address(value)
        if name in _SPOKEN:
            return self._plain(value)
        if self.written.stand_ins.search(value):
            what = f"a value in `{name}` of <{element.tag}>"
            self._fault(value, what, "it isn't read by anybody", "write the value into the text")
            return ""
        return value

    def _address(self, raw: str) -> str:
        """An address: ours as it is, or one that is written out up to its path, with values behind, encoded."""
        parts = self.written.stand_ins.split(raw)
        texts, values = parts[::2], [self.written.values[int(place)] for place in parts[1::2]]
        if not values:
            return raw
        beginning = texts[0]
        if beginning == "" and isinstance(values[0], Link):
            return str(values[0]) + texts[1] + self._encoded(values[1:], texts[2:], "")
        if beginning.startswith(("mailto:", "tel:")):
            return beginning + self._encoded(values, texts[1:], "@+")
        if not re.match(r"https?://[^/?#\s]+[/?#]", beginning):
            return BEGINS
        return beginning + self._encoded(values, texts[1:], "")

    @staticmethod
    def _encoded(values: list[object], texts: list[str], safe: str) -> str:
        return "".join(quote(spell(value), safe=safe) + text for value, text in zip(values, texts, strict=True))

    def _look_at_link(self, element: Element, attributes: dict[str, str]) -> None:
        href, near = attributes.get("href", ""), element.attributes.get("href", "<a")
        if not self._sound(href, "link", near):
            attributes["href"] = ""
        elif not element.words().strip() and not any(each.attributes.get("alt") for each in element.walk()):
            why = "who doesn't see it can't follow it"
            self._fault(near, "a link without words", why, "write what is behind it")
        if attributes.get("title") == "button":
            del attributes["title"]
            attributes["class"] = "button"
        if href.startswith(("http://", "https://")):
            self.links.append(href)
            attributes["href"] = self.follow(href)

    def _look_at_image(self, element: Element, attributes: dict[str, str]) -> None:
        near = element.attributes.get("src", "<img")
        if not self._sound(attributes.get("src", ""), "image", near):
            attributes["src"] = ""
        # HTML can say that an image only decorates; in Markdown nothing tells that from what was forgotten.
        if "alt" not in attributes or (self.form == "markdown" and not attributes["alt"].strip()):
            self._fault(near, "an image without alt text", "who doesn't see it is told nothing", "write what is on it")

    def _sound(self, url: str, what: str, near: str) -> bool:
        """Whether an address can stand in a mail; if not, that is a fault."""
        if url == BEGINS:
            why = "what a lead said of itself must not decide where it leads"
            self._fault(near, f"the {what} begins with a value", why, "write the address out, up to its path")
        elif not url:
            self._fault(near, f"{_A[what]} without an address", "or with one that no mail may have", "write https://…")
        elif said := unsafe(url, self.origin, what):
            self._fault(near, *said)
        else:
            return True
        return False


def unsafe(url: str, origin: str, what: str) -> tuple[str, str, str] | None:
    """Why an address can't stand in a mail, and what to do; None where it can. `what` is link or image."""
    if origin and url.startswith(f"{origin}/"):
        return None
    if what == "link" and url.startswith(("mailto:", "tel:")):
        return None
    shown = url[:80]
    try:
        parts = urlsplit(url)
        host = parts.hostname
    except ValueError:
        return f"the {what} `{shown}` is no address", "", "write https://…"
    if parts.scheme == "https" and host and not parts.username and not re.search(r"[\s<>\"\\]", url):
        return None
    if parts.scheme == "http":
        why = "what is asked for without encryption is read and changed on the way"
        return f"the {what} `{shown}` isn't https", why, "write https://…"
    if not parts.scheme:
        why = "a mail stands on no site that it could be a part of"
        return f"the {what} `{shown}` has no host", why, "write the whole address, with https://"
    return f"the {what} `{shown}` can't stand in a mail", "", "write https://…"


def spell(value: object) -> str:
    """A value as people read it."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list | tuple):
        return ", ".join(map(spell, value))
    return "" if value is None else str(value)
