"""What a template asks about the one who looks at it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.utils.translation import gettext as _

from pyrometer.app.people.may import may

register = template.Library()


@dataclass(frozen=True)
class Room:
    """A page that the shell leads to."""

    name: str
    address: str


@register.filter
def rooms(user: Any) -> list[Room]:
    """The rooms that somebody may enter, in the order of the shell."""
    found = [
        ("inbox.work", Room(_("Inbox"), "/inbox/")),
        ("lead.read", Room(_("Leads"), "/leads/")),
        ("agreement.read", Room(_("Agreement"), "/agreement/")),
        ("nurture.read", Room(_("Nurture"), "/nurture/")),
        ("capture.read", Room(_("Capture"), "/capture/")),
        ("settings.read", Room(_("Settings"), "/settings/")),
    ]
    return [room for right, room in found if may(user, right)]


@register.filter(name="may")
def may_filter(user: Any, right: str) -> bool:
    """`{% if user|may:"lead.erase" %}`."""
    return may(user, right)


@register.filter
def begins(text: str, start: str) -> bool:
    """Whether a text begins so."""
    return text.startswith(start)
