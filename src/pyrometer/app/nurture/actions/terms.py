"""What all programmes keep to is changed by hand."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from pyrometer.app.nurture.keeping import policy, terms
from pyrometer.app.nurture.models import Enrolment, Terms
from pyrometer.app.people.audit import Actor, record
from pyrometer.errors import UsageError
from pyrometer.lifecycle import read_hours

FIELDS = (
    "hours", "holidays", "time_zone", "per_day", "per_week", "mail_cost", "rep_hour_cost", "attempt_minutes",
    "currency",
)  # fmt: skip
WHEN = ("hours", "holidays", "time_zone", "per_day", "per_week")
"""The terms that say when a mail may go out."""


def save_terms(*, actor: Actor, now: datetime, **fields: Any) -> Terms:
    """Change some of the terms; the others stay. Raises UsageError for what lets no mail out, or can't be read."""
    with transaction.atomic():
        kept = terms()
        before = {name: getattr(kept, name) for name in FIELDS}
        for name in fields:
            if name not in FIELDS:
                raise UsageError(_("There is no such setting: %s") % name)
            setattr(kept, name, fields[name])
        _check(kept, now)
        kept.pk = 1
        kept.save()
        changed = {name: str(getattr(kept, name)) for name in FIELDS if getattr(kept, name) != before[name]}
        if changed.keys() & set(WHEN):
            _look_again(now)
        record(actor=actor, action="nurture.terms", subject="nurture", at=now, detail=changed)
    return kept


def _look_again(now: datetime) -> None:
    """Who waits until a mail may go out is looked at at once: it may be sooner now."""
    waiting = Enrolment.objects.filter(ended_at=None, waits_for__in=("window", "cap", "wish"), due_at__gt=now)
    waiting.update(due_at=now)


def _check(kept: Terms, now: datetime) -> None:
    try:
        if not read_hours(kept.hours):
            raise UsageError(_("Mails need hours in which they may go out: give at least one day."))
        ZoneInfo(kept.time_zone)
        policy(kept, now)
    except UsageError:
        raise
    except (KeyError, OSError, AttributeError, TypeError, ValueError) as error:
        raise UsageError(str(error)) from None
