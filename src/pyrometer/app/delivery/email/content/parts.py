"""A body as a tree, made of Markdown or HTML, with nothing in it but what mails need; and a tree as HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from html import escape
from html.parser import HTMLParser

import nh3
from markdown_it import MarkdownIt

from pyrometer.app.delivery.email.content.contents import Format

VOID = frozenset({"br", "hr", "img"})
_TAGS = frozenset(
    "a abbr b blockquote br code div em h1 h2 h3 h4 h5 h6 hr i img li ol p pre s small span strong sub sup table tbody"
    " td tfoot th thead tr u ul".split()
)
_ATTRIBUTES = {
    "*": {"dir", "lang", "style", "title"},
    "a": {"href"},
    "img": {"alt", "height", "src", "width"},
    "ol": {"start"},
    "table": {"align", "border", "cellpadding", "cellspacing", "role", "width"},
    "td": {"align", "colspan", "rowspan", "valign", "width"},
    "th": {"align", "colspan", "rowspan", "scope", "valign", "width"},
}
_STYLES = frozenset(
    "background-color border border-bottom border-collapse border-color border-left border-radius border-right"
    " border-style border-top border-width color direction display font-family font-size font-style font-weight height"
    " letter-spacing line-height margin margin-bottom margin-left margin-right margin-top max-width min-width padding"
    " padding-bottom padding-left padding-right padding-top text-align text-decoration text-transform vertical-align"
    " white-space width".split()
)
DEEPEST = 60
MOST_TAGS = 5_000
"""Of HTML: reading it takes a time that grows with the square of how deep it is nested."""


@dataclass(frozen=True)
class Element:
    """A tag with what is in it."""

    tag: str
    attributes: dict[str, str] = field(default_factory=dict)
    children: tuple[Element | str, ...] = ()

    def walk(self) -> Iterator[Element]:
        """This one and all in it, in the order of the text."""
        yield self
        for child in self.children:
            if isinstance(child, Element):
                yield from child.walk()

    def words(self) -> str:
        """The letters in it."""
        return "".join(child if isinstance(child, str) else child.words() for child in self.children)


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


class TooLongError(ValueError):
    """HTML that no mail needs that much of."""


def tree(text: str, form: Format) -> Element:
    """The body of a text, with no tag, attribute or style in it but those that mails need. Raises TooLongError."""
    if form == "html" and text.count("<") > MOST_TAGS:
        raise TooLongError(f"more than {MOST_TAGS:,} tags")
    html = text if form == "html" else _markdown().render(text)
    clean = nh3.clean(
        html,
        tags=set(_TAGS),
        attributes={tag: set(names) for tag, names in _ATTRIBUTES.items()},
        url_schemes={"http", "https", "mailto", "tel"},
        filter_style_properties=set(_STYLES),
        link_rel=None,
        strip_comments=True,
    )
    reader = _Reader()
    reader.feed(clean)
    reader.close()
    return reader.root()


class _Reader(HTMLParser):
    """Reads what nh3 wrote, which is well formed. What is nested deeper than any mail is laid flat."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, dict[str, str], list[Element | str]]] = [("body", {}, [])]
        self._skipped = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag in VOID:
            self._open[-1][2].append(Element(tag, attributes))
        elif len(self._open) > DEEPEST:
            self._skipped += 1
        else:
            self._open.append((tag, attributes, []))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if self._skipped:
            self._skipped -= 1
        elif len(self._open) > 1:
            self._close()

    def handle_data(self, data: str) -> None:
        self._open[-1][2].append(data)

    def _close(self) -> None:
        tag, attributes, children = self._open.pop()
        self._open[-1][2].append(Element(tag, attributes, tuple(children)))

    def root(self) -> Element:
        while len(self._open) > 1:
            self._close()
        return Element("body", {}, tuple(self._open[0][2]))


def html(element: Element) -> str:
    """What is in an element, as HTML."""
    return "".join(escape(child, quote=False) if isinstance(child, str) else _tag(child) for child in element.children)


def _tag(element: Element) -> str:
    attributes = "".join(f' {name}="{escape(value)}"' for name, value in element.attributes.items())
    if element.tag in VOID:
        return f"<{element.tag}{attributes}>"
    return f"<{element.tag}{attributes}>{html(element)}</{element.tag}>"
