"""Programmes and contents as they are worked with, kept ready by their texts."""

from __future__ import annotations

from functools import lru_cache

from pyrometer import nurture
from pyrometer.app.delivery.email.content.contents import Content as MailContent
from pyrometer.app.delivery.email.content.reading import read as read_mail
from pyrometer.app.nurture.models import Content, Version

KEPT = 200
"""So many texts are kept ready."""


@lru_cache(maxsize=KEPT)
def programme(text: str) -> nurture.Programme:
    """The programme that a text says. Raises ProgrammeError."""
    return nurture.load(text if "\n" in text else text + "\n")


def programme_of(version: Version) -> nurture.Programme:
    """The programme of a version."""
    return programme(version.text)


@lru_cache(maxsize=KEPT)
def content(text: str) -> nurture.Content:
    """What programmes have to know of a content. Raises ProgrammeError."""
    return nurture.read_content(text)


@lru_cache(maxsize=KEPT)
def mail_of(text: str) -> MailContent:
    """The content as mails are made of it. Raises ContentError."""
    return read_mail(text)


def contents() -> dict[str, nurture.Content]:
    """All contents by name, as checks of programmes take them."""
    return {name: content(text) for name, text in Content.objects.values_list("name", "text")}
