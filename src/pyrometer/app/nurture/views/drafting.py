"""Keeps a draft, unless somebody else changed it since it was opened."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from pyrometer.app.nurture.actions import programmes as actions
from pyrometer.app.nurture.models import Programme
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
