"""A content and what is known of a lead, made into a mail. Pure: the same in, the same out."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from pyrometer.app.delivery.email.content import filling, layout, parts, plain
from pyrometer.app.delivery.email.content.contents import Content, Piece
from pyrometer.app.delivery.email.content.facts import Facts, line
from pyrometer.app.delivery.email.content.filters import MissingError
from pyrometer.app.delivery.email.content.liquid import TemplateError, run
from pyrometer.app.delivery.email.content.naming import used

LONGEST_LINE = 200
"""Letters of a subject, and of a preheader."""


class UnrenderableError(Exception):
    """No mail can be made for this lead; the message says why, and is for a list of leads that didn't get it.

    `lacks` is the variable whose value isn't known, where that is why.
    """

    def __init__(self, why: str, lacks: str = "") -> None:
        super().__init__(why)
        self.lacks = lacks


@dataclass(frozen=True)
class Tracked:
    """How following a link, and opening, is noticed: what each address becomes, and the address of a picture."""

    link: Callable[[str, int], str]
    pixel: str


@dataclass(frozen=True)
class Mail:
    """A mail for one lead. `links` are the addresses that stand in it, as its author wrote them."""

    subject: str
    preheader: str
    text: str
    html: str
    language: str
    links: tuple[str, ...] = ()

    def payload(self, to: str) -> dict[str, Any]:
        """As the outbox takes it, for the channel `email`."""
        return {
            "to": to,
            "language": self.language,
            "subject": self.subject,
            "text": self.text,
            "html": self.html,
        }


@dataclass(frozen=True)
class Body:
    """A body with its values: as a tree, with the addresses in it, and what can't be sent."""

    tree: parts.Element
    links: tuple[str, ...]
    images: tuple[parts.Element, ...]
    faults: tuple[filling.Fault, ...]
    ends: bool
    """Whether it has a link to unsubscribe."""
    blocks: int = 0
    """How many blocks stand in it."""


def render(
    content: Content,
    facts: Facts,
    *,
    languages: Iterable[str] = (),
    origin: str = "",
    tracked: Tracked | None = None,
) -> Mail:
    """The mail of one lead, in the first of its languages that the content speaks. Raises UnrenderableError.

    `origin` is where our own pages stand.
    """
    if content.kind == "slot":
        raise UnrenderableError("a slot is no mail of its own; put it into one")
    language = content.spoken(languages)
    ending = facts.links.get("unsubscribe", "")
    if content.marketing and not ending:
        raise UnrenderableError("nobody could unsubscribe from it: there is no link for that")
    names = facts.names()
    subject = _line(content.subjects.get(language), names, language, content)
    if not subject:
        raise UnrenderableError(f"its subject is empty in `{language}`")
    preheader = _line(content.preheaders.get(language), names, language, content)
    body = _sendable(content, facts, names, language, origin, tracked)
    foot = _foot(content, facts, language, body)
    html = layout.page(
        body=parts.html(body.tree),
        language=language,
        subject=subject,
        preheader=preheader,
        foot=foot,
        pixel=tracked.pixel if tracked else "",
    )
    text = plain.text(body.tree)
    if foot:
        text += "\n-- \n" + "".join(f"{word}: {url}\n" for word, url in foot)
    return Mail(subject, preheader, text, html, language, body.links)


def render_slot(
    content: Content, facts: Facts, *, languages: Iterable[str] = (), origin: str = "", tracked: Tracked | None = None
) -> tuple[str, str]:
    """A slot as HTML, to be put into something else, and as text. Raises UnrenderableError."""
    if content.kind != "slot":
        raise UnrenderableError(f"`{content.name}` is a {content.kind}, no slot")
    language = content.spoken(languages)
    body = _sendable(content, facts, facts.names(), language, origin, tracked)
    return parts.html(body.tree), plain.text(body.tree)


def body_of(
    content: Content,
    names: Mapping[str, object],
    language: str,
    *,
    origin: str,
    follow: Callable[[str], str] = str,
    ending: str = "",
) -> Body:
    """The body in a language with values by name. Raises TemplateError, MissingError, TooLongError."""
    written = run(content.bodies[language], names, language, content.file)
    filler = filling.Filler(written, origin, content.format, follow)
    tree = filler.fill(parts.tree(written.text, content.format))
    ends = bool(ending) and ending in filler.links
    return Body(
        tree, tuple(dict.fromkeys(filler.links)), tuple(filler.images), tuple(filler.faults), ends, filler.blocks
    )


def _sendable(
    content: Content,
    facts: Facts,
    names: Mapping[str, object],
    language: str,
    origin: str,
    tracked: Tracked | None,
) -> Body:
    if language not in content.bodies:
        raise UnrenderableError(f"it has no text in `{language}`")
    ending = facts.links.get("unsubscribe", "")
    follow = _follower(facts, tracked)
    try:
        body = body_of(content, names, language, origin=origin, follow=follow, ending=ending)
    except MissingError as error:
        raise UnrenderableError(str(error), error.name) from None
    except TemplateError as error:
        raise UnrenderableError(str(error.problem)) from None
    except parts.TooLongError as error:
        raise UnrenderableError(str(error)) from None
    if body.faults:
        raise UnrenderableError(body.faults[0].what)
    if not body.tree.words().strip() and not body.images:
        raise UnrenderableError("nothing is left of its text")
    return body if facts.answers is None or body.blocks else _asking(body, content, facts, language)


def _asking(body: Body, content: Content, facts: Facts, language: str) -> Body:
    """A body with the answers below it, and the question over them where the text doesn't ask it."""
    assert facts.answers is not None
    asked = "question" in used(content.bodies[language], content.file)
    words = () if asked or not facts.question else (parts.Element("h3", {}, (str(facts.names()["question"]),)),)
    tree = parts.Element("body", {}, (*body.tree.children, *words, facts.answers.tree))
    return replace(body, tree=tree)


def _follower(facts: Facts, tracked: Tracked | None) -> Callable[[str], str]:
    """What each address becomes; whether a lead follows the links by which it decides about us isn't noticed."""
    if tracked is None:
        return str
    own = {url for url in facts.links.values() if url}
    numbers: dict[str, int] = {}

    def follow(url: str) -> str:
        return url if url in own else tracked.link(url, numbers.setdefault(url, len(numbers) + 1))

    return follow


def _line(piece: Piece | None, names: Mapping[str, object], language: str, content: Content) -> str:
    """A subject or preheader: one line, whatever stands in it."""
    if piece is None:
        return ""
    try:
        written = run(piece, names, language, content.file)
    except MissingError as error:
        raise UnrenderableError(str(error), error.name) from None
    except TemplateError as error:
        raise UnrenderableError(str(error.problem)) from None
    return line(written.filled(filling.spell), LONGEST_LINE)


def _foot(content: Content, facts: Facts, language: str, body: Body) -> tuple[tuple[str, str], ...]:
    """What stands below: a way out, where the body has none of its own."""
    if not content.marketing or body.ends:
        return ()
    words = layout.WORDS[language]
    found = [(words[name], facts.links.get(name, "")) for name in ("preferences", "unsubscribe")]
    return tuple((word, url) for word, url in found if url)
