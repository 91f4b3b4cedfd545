"""Everything that is wrong with a content, before it is sent to anybody: where, what, why, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from typing import Any

from pyrometer.app.delivery.email.content import filling, parts
from pyrometer.app.delivery.email.content.contents import SERVICE, Content, Piece, likely
from pyrometer.app.delivery.email.content.facts import Facts
from pyrometer.app.delivery.email.content.filters import MissingError
from pyrometer.app.delivery.email.content.liquid import TemplateError, run
from pyrometer.app.delivery.email.content.naming import names, used
from pyrometer.app.delivery.email.content.rendering import Body, UnrenderableError, body_of, render
from pyrometer.app.delivery.email.content.variables import Known, sample
from pyrometer.definition.problems import Level, Problem

CLIPPED = 100_000
"""Bytes of HTML after which Gmail cuts a mail off."""
LARGEST_IMAGE = 500_000
"""Bytes of an image."""
SUBJECT = 70
"""Letters of a subject that are shown."""
LONGEST_SUBJECT = 150
FEWEST_WORDS = 60
"""Letters that a mail with an image has at least; with fewer it is taken for spam, and says nothing without images."""


@dataclass(frozen=True)
class Ground:
    """What a content is examined by: what can be named, the purposes that there are, and the sizes of images.

    `purposes` None: nobody knows them. `size` says the bytes of an image that is ours, None of any other.
    """

    known: Known = field(default_factory=Known)
    purposes: Collection[str] | None = None
    origin: str = ""
    size: Callable[[str], int | None] = lambda url: None


def examine(content: Content, ground: Ground | None = None) -> tuple[Problem, ...]:
    """All problems of a content; it may be sent where none of them is an error."""
    ground = ground or Ground()
    found = [*_purpose(content, ground)]
    for language in content.languages:
        if language in content.bodies:
            found += _language(content, language, ground)
    order = {"error": 0, "warning": 1, "note": 2}
    return tuple(sorted(dict.fromkeys(found), key=lambda each: (order[each.level], each.line or 0, each.column or 0)))


def _purpose(content: Content, ground: Ground) -> Iterator[Problem]:
    purposes = ground.purposes
    if purposes is not None and content.purpose not in (*purposes, SERVICE):
        what_for = "a slot is filled" if content.kind == "slot" else "a mail is sent"
        why = f"{what_for} for a purpose that leads are asked for, or for `{SERVICE}`"
        fix = likely(content.purpose, sorted([*purposes, SERVICE]), "purpose")
        what = f"there is no purpose `{content.purpose}`"
        yield Problem("error", ("purpose",), what, why, fix, content.file, *content.places.get("purpose", (1, 1)))
    if not content.marketing and content.pitch == "sales":
        why = "what a lead asked for must not be used to sell"
        place = content.places.get("pitch", (1, 1))
        yield Problem("error", ("pitch",), f"`{SERVICE}` with a sales pitch", why, "lower it", content.file, *place)


def _language(content: Content, language: str, ground: Ground) -> Iterator[Problem]:
    """The problems of what a content says in one language."""
    body = content.bodies[language]
    pieces = [content.subjects.get(language), content.preheaders.get(language), body]
    problems: list[Problem] = []
    for piece in pieces:
        if piece is not None:
            problems += _names(piece, ground, content)
    yield from problems
    if any(problem.level == "error" for problem in problems):
        return
    lines = [*_lines(content, language, ground)]
    yield from lines
    if any(problem.level == "error" for problem in lines):
        return
    made = _made(content, language, ground)
    if isinstance(made, Problem):
        yield made
        return
    yield from _faults(made, body, content)
    yield from _images(made, body, content, ground)
    yield from _whole(made, content, language, ground)


def _names(piece: Piece, ground: Ground, content: Content) -> list[Problem]:
    try:
        return list(names(piece, ground.known, content.file, content.kind))
    except TemplateError as error:
        return [error.problem]


def _lines(content: Content, language: str, ground: Ground) -> Iterator[Problem]:
    """What is wrong with the subject and the preheader, with examples for values."""
    for name, pieces in (("subject", content.subjects), ("preheader", content.preheaders)):
        if (piece := pieces.get(language)) is None:
            continue
        try:
            text = run(piece, _values(piece, content, ground), language, content.file).filled(filling.spell)
        except TemplateError as error:
            yield error.problem
            continue
        for level, what, why, fix in _subject(text) if name == "subject" else ():
            yield Problem(level, (name, language), what, why, fix, content.file, piece.line, piece.column)


def _subject(text: str) -> Iterator[tuple[Level, str, str, str]]:
    if not text.strip():
        yield "error", "the subject is empty", "", "say in a few words what is in the mail"
    elif "\n" in text.strip():
        yield "error", "the subject has a line break", "it is one line", "write it on one line"
    elif len(text) > LONGEST_SUBJECT:
        yield "error", f"the subject has {len(text)} letters", f"nobody shows more than {LONGEST_SUBJECT}", "shorten it"
    elif len(text) > SUBJECT:
        yield "warning", f"the subject has {len(text)} letters", f"many programs show {SUBJECT}", "shorten it"


def _values(piece: Piece, content: Content, ground: Ground) -> dict[str, Any]:
    """An example for each variable; where nobody knows the traits, for those that the piece names."""
    values = sample(ground.known)
    for path in used(piece, content.file):
        if path.startswith("lead.traits."):
            values["lead"]["traits"].setdefault(path.removeprefix("lead.traits."), "1")
    return values


def _made(content: Content, language: str, ground: Ground) -> Body | Problem:
    """The body with examples for values; else why there is none."""
    piece = content.bodies[language]
    try:
        values = _values(piece, content, ground)
        return body_of(content, values, language, origin=ground.origin, ending=values["links"]["unsubscribe"])
    except TemplateError as error:
        return error.problem
    except (MissingError, parts.TooLongError) as error:
        return Problem("error", (), str(error), "", "", content.file, piece.line, 1)


def _faults(made: Body, piece: Piece, content: Content) -> Iterator[Problem]:
    for fault in made.faults:
        line, column = _near(fault.near, piece) if fault.index is None else piece.place(fault.index)
        yield Problem("error", (), fault.what, fault.why, fault.fix, content.file, line, column)


def _near(text: str, piece: Piece) -> tuple[int, int]:
    """Where a text stands in a piece; its beginning, where that isn't known."""
    return piece.place(max(0, piece.text.find(text)) if text else 0)


def _images(made: Body, piece: Piece, content: Content, ground: Ground) -> Iterator[Problem]:
    for image in made.images:
        src = image.attributes.get("src", "")
        size = ground.size(src) if src else None
        if size is not None and size > LARGEST_IMAGE:
            line, column = _near(src, piece)
            what = f"the image `{src.rpartition('/')[2]}` has {size / 1e6:.1f} MB"
            why = f"more than {LARGEST_IMAGE // 1000} KB takes long on a phone"
            yield Problem("error", (), what, why, "make it smaller", content.file, line, column)


def _whole(made: Body, content: Content, language: str, ground: Ground) -> Iterator[Problem]:
    """What can only be said of a mail as a whole."""
    piece = content.bodies[language]

    def problem(level: Level, what: str, why: str = "", fix: str = "") -> Problem:
        return Problem(level, (), what, why, fix, content.file, piece.line, 1)

    words = len("".join(made.tree.words().split()))
    if not words and not made.images:
        yield problem("error", f"there is no text in `{language}`", fix="write it")
    elif made.images and words < FEWEST_WORDS:
        why = "such mails are taken for spam, and say nothing where images aren't loaded"
        yield problem("error", "nearly nothing but images", why, "write what they say as text, too")
    if content.kind == "slot":
        return
    if content.kind == "survey" and not any(path.startswith("links.forms.") for path in used(piece, content.file)):
        yield problem("error", "a survey without a form", "nobody could answer", "link one: `{{ links.forms.… }}`")
    if content.marketing and not made.ends:
        why = "who can't find one marks the mail as spam; so the foot has one"
        fix = "if it is to stand elsewhere: `[…]({{ links.unsubscribe }})`"
        yield problem("note", "no link to unsubscribe of its own", why, fix)
    if not made.faults:
        yield from _size(content, language, ground, problem)


def _size(
    content: Content, language: str, ground: Ground, problem: Callable[[Level, str, str, str], Problem]
) -> Iterator[Problem]:
    values: dict[str, Any] = {"lead": {"traits": {}}}
    for piece in (content.subjects.get(language), content.preheaders.get(language), content.bodies[language]):
        found = _values(piece, content, ground) if piece else sample(ground.known)
        found["lead"]["traits"] |= values["lead"]["traits"]
        values = found
    links = dict(values["links"])
    forms = links.pop("forms")
    facts = Facts(**{**values, "traits": values["lead"].pop("traits"), "links": links, "forms": forms})
    try:
        size = len(render(content, facts, languages=[language], origin=ground.origin).html.encode())
    except UnrenderableError as error:
        yield problem("error", str(error), "", "")
        return
    if size > CLIPPED:
        yield problem("error", f"the mail has {size // 1000} KB", "Gmail cuts off after 100 KB", "shorten it")
