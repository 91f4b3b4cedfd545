"""A question in a mail: as a part of a content, or as a mail of its own.

Answers are links to the page of the question, one for each that there is to choose. They aren't followed by way of us,
as others are: whether a lead answers is what is asked, and the answer says it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote

from django.conf import settings

from pyrometer.app.delivery.email.content import parts as tags
from pyrometer.app.delivery.email.content import plain
from pyrometer.app.delivery.email.content.contents import Content, Piece
from pyrometer.app.delivery.email.content.parts import Element
from pyrometer.app.delivery.email.content.rendering import UnrenderableError
from pyrometer.app.delivery.email.content.variables import Block
from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture.models import Asked
from pyrometer.app.nurture.surveys import tokens
from pyrometer.app.nurture.surveys.questions import Question, question_of
from pyrometer.app.nurture.surveys.words import WORDS

MOST_LINKS = 7
"""Answers that a mail shows one by one; where there are more, its page does."""
NAME = "a-question"
"""What a mail that only asks is called, where others have the name of their content."""


@dataclass(frozen=True)
class Parts:
    """What a content is filled with: the words of the question, and the answers, as both kinds of text.

    `block` is what `making.make` takes as `answers`.
    """

    question: str
    html: str
    text: str
    block: Block


def asking_parts(asked: Asked, root: Lead, language: str, now: datetime) -> Parts:
    """What a content is filled with that asks a lead something. Raises UnrenderableError where nothing is asked."""
    spoken = language if language in WORDS else "en"
    question = _question(asked, spoken)
    block = Block(_answers(question, asked, spoken, now))
    alone = Element("body", {}, (block.tree,))
    return Parts(question.text, tags.html(alone), plain.text(alone), block)


def asking_content(asked: Asked, language: str, purpose: str) -> Content:
    """A mail that asks one question, with nothing else in it. Raises UnrenderableError where nothing is asked."""
    spoken = language if language in WORDS else "en"
    words = WORDS[spoken]
    clicked = "before_click" if _question(asked, spoken).choices else "before_write"
    body = f"{words['hello']}\n\n{words['one']}\n\n## {{{{ question }}}}\n\n{{{{ answers }}}}\n"
    return Content(
        name=NAME,
        purpose=purpose,
        language=spoken,
        subjects={spoken: Piece("{{ question }}")},
        preheaders={spoken: Piece(words[clicked])},
        bodies={spoken: Piece(body)},
    )


def _question(asked: Asked, language: str) -> Question:
    question = question_of(asked, language)
    if question is None:
        raise UnrenderableError(f"nothing is asked for `{asked.criterion or asked.question}` any more")
    return question


def _answers(question: Question, asked: Asked, language: str, now: datetime) -> Element:
    """A button for each answer, each in a line of its own, so that a finger hits one; else one to the page."""
    words, url = WORDS[language], settings.ORIGIN + tokens.path(asked, now)
    if not question.choices or len(question.choices) > MOST_LINKS:
        return Element("div", {}, (_button(url, words["write"]),))
    buttons = [_button(f"{url}?a={quote(each.value, safe='')}", each.label) for each in question.choices]
    return Element("div", {}, (*buttons, _line(words["click"])))


def _button(url: str, label: str) -> Element:
    return _line(Element("a", {"href": url, "class": "button"}, (label,)))


def _line(child: Element | str) -> Element:
    return Element("p", {}, (child,))
