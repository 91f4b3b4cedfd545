"""HTML from elements: whatever isn't an element is text, and stays text."""

from __future__ import annotations

import html
import unicodedata
from dataclasses import dataclass

ALONE = frozenset(("br", "meta"))
"""Elements without content and end."""


@dataclass(frozen=True)
class Html:
    """Markup that `element` made."""

    markup: str


Content = Html | str


def element(name: str, /, *content: Content, **attributes: str | bool | None) -> Html:
    """An element; underscores in names of attributes become hyphens, None and False leave one out.

    >>> element("p", "a < b", class_="note").markup
    '<p class="note">a &lt; b</p>'
    """
    said = "".join(
        f" {key.strip('_').replace('_', '-')}" + ("" if value is True else f'="{html.escape(spelled(value))}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    if name in ALONE:
        return Html(f"<{name}{said}>")
    return Html(f"<{name}{said}>{together(*content).markup}</{name}>")


def together(*content: Content) -> Html:
    """Elements and texts, one after the other."""
    return Html("".join(each.markup if isinstance(each, Html) else html.escape(spelled(each)) for each in content))


def foreign(text: str) -> Html:
    """A text from somebody's data; which way it is written says nothing about what stands around it.

    >>> foreign("<b>").markup
    '<bdi>&lt;b&gt;</bdi>'
    """
    return element("bdi", text)


def sentence(text: str) -> Html:
    """A message as a sentence of a page, with names between backticks as code.

    >>> sentence("nothing in `a`").markup
    '<span>Nothing in <code><bdi>a</bdi></code>.</span>'
    """
    whole = f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '!', '?')) else '.'}"
    parts = whole.split("`")
    if len(parts) % 2 == 0:
        return element("span", whole)
    return element("span", *(element("code", foreign(part)) if at % 2 else part for at, part in enumerate(parts)))


def spelled(text: str) -> str:
    """The text with control and direction characters spelled out.

    >>> spelled("a\\x00b")
    'a\\\\x00b'
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        character
        if character in "\n\u200c\u200d" or unicodedata.category(character) not in ("Cc", "Cf", "Cs", "Zl", "Zp")
        else character.encode("unicode_escape").decode("ascii")
        for character in text
    )
