"""A page: one file with its text, tables, charts, style and scripts, which asks nobody for anything."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pyrometer.reporting.figures import Figure, Spec, Table, tall
from pyrometer.reporting.html import Content, Html, element, sentence, together
from pyrometer.reporting.scripts import data, digest, own, script, style, vega

Part = Figure | Table | Html
NARROW = 640
"""Pixels below which a screen is a phone's; `page.js` asks the same."""


@dataclass(frozen=True)
class Section:
    """A heading with what stands under it; `name` is short, for the list of sections."""

    name: str
    title: str
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Tile:
    """A number that a reader should take home, and what it is."""

    number: str
    what: str


@dataclass(frozen=True)
class Page:
    """All of a page. `kind` says what sort of page it is, `lead` the gist in a few sentences.

    `limits` are what the data can't tell, and stand on top; `tiles` are the numbers to take home.
    """

    kind: str
    title: str
    lead: tuple[Content, ...]
    tiles: tuple[Tile, ...]
    limits: tuple[str, ...]
    sections: tuple[Section, ...]
    warning: bool = False
    """Whether the gist is that something went wrong."""

    def text(self) -> str:
        """The HTML, the same for the same page."""
        figures = list(_figures(self.sections))
        look = own("page.css") + _places(figures)
        start = own("page.js")
        parts = [vega(), start] if figures else [start]
        allowed = " ".join(map(digest, parts))
        policy = (
            f"default-src 'none'; script-src {allowed}; style-src {digest(look)}; base-uri 'none'; form-action 'none'"
        )
        head = element(
            "head",
            element("meta", charset="utf-8"),
            element("meta", http_equiv="Content-Security-Policy", content=policy),
            element("meta", name="viewport", content="width=device-width, initial-scale=1"),
            element("meta", name="color-scheme", content="light dark"),
            element("meta", name="referrer", content="no-referrer"),
            element("title", f"{self.title} · Pyrometer"),
            style(look),
        )
        specs = [script(data(spec), "application/json", name) for name, spec in _specs(figures)]
        body = element("body", *self._body(figures), *specs, *map(script, parts))
        return f'<!doctype html>\n<html lang="en">{head.markup}{body.markup}</html>\n'

    def _body(self, figures: Sequence[Figure]) -> Iterator[Html]:
        yield element("a", "Skip to the contents", href="#contents", class_="skip")
        yield element(
            "header",
            element("p", self.kind, class_="kind"),
            element("h1", self.title),
            element(
                "div", *(element("p", each) for each in self.lead), class_="lead warning" if self.warning else "lead"
            ),
            *([_tiles(self.tiles)] if self.tiles else []),
        )
        names = [("limits", "Limits of the data")] if self.limits else []
        names += [(f"s{at}", section.name) for at, section in enumerate(self.sections, 1)]
        links = (element("li", element("a", name, href=f"#{target}")) for target, name in names)
        yield element("nav", element("ul", *links), aria_label="Sections")
        yield element("main", *self._main(figures), id="contents", tabindex="-1")
        yield element("footer", element("p", "Made by Pyrometer. Everything on this page is in this one file."))

    def _main(self, figures: Sequence[Figure]) -> Iterator[Html]:
        if self.limits:
            yield element(
                "section",
                element("h2", "Limits of the data"),
                element("p", "Read these first: they say what the numbers below can’t."),
                element("ul", *(element("li", sentence(limit)) for limit in self.limits)),
                id="limits",
                class_="limits",
            )
        numbers = {id(figure): at for at, figure in enumerate(figures, 1)}
        for at, section in enumerate(self.sections, 1):
            shown = (
                _figure(part, numbers[id(part)])
                if isinstance(part, Figure)
                else part.html()
                if isinstance(part, Table)
                else part
                for part in section.parts
            )
            yield element("section", element("h2", section.title), *shown, id=f"s{at}")


def fold(summary: str, *content: Content, code: bool = False) -> Html:
    """Something to be opened: for who wants to know more."""
    inside = element("pre", element("code", *content), tabindex="0") if code else together(*content)
    return element("details", element("summary", summary), inside)


def paragraph(*content: Content) -> Html:
    """A paragraph of text."""
    return element("p", *content)


def _tiles(tiles: Sequence[Tile]) -> Html:
    return element(
        "dl",
        *(element("div", element("dt", tile.what), element("dd", tile.number)) for tile in tiles),
        class_="tiles",
    )


def _figure(figure: Figure, number: int) -> Html:
    keys = (
        element("li", element("span", class_=f"key {colour}", aria_hidden="true"), what)
        for colour, what in figure.legend
    )
    return element(
        "figure",
        element("figcaption", element("h3", figure.title), element("p", figure.reading)),
        *([element("ul", *keys, class_="keys")] if figure.legend else []),
        element("div", element("div"), class_="chart", id=f"f{number}", role="img", aria_label=figure.said),
        fold("The numbers", figure.table.html()),
    )


def _figures(sections: Sequence[Section]) -> Iterator[Figure]:
    for section in sections:
        yield from (part for part in section.parts if isinstance(part, Figure))


def _specs(figures: Sequence[Figure]) -> Iterator[tuple[str, Spec]]:
    for number, figure in enumerate(figures, 1):
        yield f"f{number}-wide", figure.wide
        if figure.narrow is not None:
            yield f"f{number}-narrow", figure.narrow


def _places(figures: Sequence[Figure]) -> str:
    """The room that each chart will take."""
    rules = []
    for number, figure in enumerate(figures, 1):
        rules.append(f"#f{number}{{min-height:{tall(figure.wide)}px}}")
        if figure.narrow is not None:
            rules.append(f"@media(max-width:{NARROW}px){{#f{number}{{min-height:{tall(figure.narrow)}px}}}}")
    return "\n".join(rules)
