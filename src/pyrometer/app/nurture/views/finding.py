"""What an address means, and how a refusal is said."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from pyrometer.app.delivery.email.content.reading import ContentError
from pyrometer.app.nurture.models import Content, Enrolment, Programme, Version
from pyrometer.app.nurture.views.reviewing import name_of
from pyrometer.errors import ProgrammeError, UsageError

REFUSALS = (UsageError, ProgrammeError, ContentError)
"""What actions refuse with, in words for people."""

STATES = {
    "draft": _("draft"),
    "live": _("live"),
    "paused": _("paused"),
    "ended": _("ended"),
}


def programme(key: str) -> Programme:
    """A programme with its live version. Raises Http404."""
    return get_object_or_404(Programme.objects.select_related("live"), key=key)


def version(of: Programme, number: int) -> Version:
    """A version of a programme. Raises Http404."""
    return get_object_or_404(of.versions, number=number)


def last(of: Programme) -> Version | None:
    """The version that was published last; None before the first."""
    return of.versions.order_by("-number").first()


def content(name: str) -> Content:
    """A content. Raises Http404."""
    return get_object_or_404(Content, name=name)


def enrolment(pk: int) -> Enrolment:
    """Somebody in a programme. Raises Http404."""
    found = Enrolment.objects.select_related("programme", "version", "lead").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def state(of: Programme, *, published: bool) -> str:
    """draft, live, paused or ended; `published` whether it ever was."""
    if of.live_id is None:
        return "ended" if published else "draft"
    return "paused" if of.paused_at is not None else "live"


def called(of: Programme, language: str) -> str:
    """Its name in the reader's language, else its key."""
    return name_of(of.live.text if of.live is not None else of.draft, language) or of.key


def done(request: HttpRequest, act: Callable[[datetime], Any], said: str = "") -> Any:
    """Do something and say so, or say why it was refused: what the action gave, None where it refused."""
    try:
        found = act(timezone.now())
    except REFUSALS as error:
        messages.error(request, str(error)[:2000])
        return None
    if said:
        messages.success(request, said)
    return found if found is not None else True
