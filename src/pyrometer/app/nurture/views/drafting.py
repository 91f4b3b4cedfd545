"""Keeps a draft, unless somebody else changed it since it was opened, and says what is still wrong with it."""

from __future__ import annotations

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.utils.translation import ngettext

from pyrometer.app.nurture.actions import programmes as actions
from pyrometer.app.nurture.models import Programme
from pyrometer.app.nurture.views.reviewing import review
from pyrometer.app.people.audit import Actor


class Overtaken(Exception):  # noqa: N818 - it is what happened, not a mistake of the program
    """Somebody else kept another draft meanwhile: `programme` has it."""

    def __init__(self, programme: Programme) -> None:
        super().__init__(programme.key)
        self.programme = programme


def base_of(programme: Programme) -> str:
    """What a form carries along, to be told from what was kept since."""
    return programme.drafted_at.isoformat()


@transaction.atomic
def keep(*, programme: Programme, base: str, text: str, actor: Actor, now: datetime) -> Programme:
    """Keep a text as the draft. Raises Overtaken where the draft isn't the one that `base` names, UsageError."""
    here = actions.locked(programme.key)
    if base != base_of(here):
        raise Overtaken(here)
    if text == here.draft:
        return here
    return actions.save_draft(key=here.key, text=text, actor=actor, now=now, seen=here.drafted_at)


def tell(request: HttpRequest, said: str, text: str) -> None:
    """Say on the next page that a text was kept, and how much of it has to be mended before it can be published."""
    errors = len(review(text).errors)
    if not errors:
        messages.success(request, said)
        return
    short = ngettext(
        "One thing has to be mended before it can be published.",
        "%(n)s things have to be mended before it can be published.",
        errors,
    )
    messages.warning(request, " ".join((said, short % {"n": errors})))
