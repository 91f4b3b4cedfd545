"""What all programmes keep to, as the core takes it."""

from __future__ import annotations

from datetime import datetime, tzinfo

from pyrometer import nurture
from pyrometer.app.handoff.working import public_holidays, zone_of
from pyrometer.app.nurture.models import Terms
from pyrometer.lifecycle import read_hours


def terms() -> Terms:
    """The terms in force."""
    return Terms.objects.filter(pk=1).first() or Terms(pk=1)


def policy(kept: Terms, now: datetime) -> nurture.Policy:
    """When mails may go out, and how many. What can't be read (people are told when they save it) is office hours."""
    try:
        hours = read_hours(kept.hours) or nurture.OFFICE
    except (AttributeError, TypeError, ValueError):
        hours = nurture.OFFICE
    days = public_holidays(kept.holidays, now.year)
    return nurture.Policy(hours, days, kept.per_day or None, kept.per_week or None)


def home(kept: Terms) -> tzinfo:
    """The zone of leads whose own isn't known."""
    return zone_of(kept.time_zone)
