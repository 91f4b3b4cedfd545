"""Tells a lead who deals with it; by what they do, since names and notes of others are theirs."""

from __future__ import annotations

from datetime import datetime

from pyrometer.app.consent.words import say
from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff.models import Assignment, Attempt
from pyrometer.app.temperature.models import Reading


def tell(root: Lead, language: str, now: datetime) -> list[str]:
    """The stage, which team has it, how often somebody tried to reach it, and who can see its data."""
    lines = []
    reading = Reading.objects.filter(pk=root.pk).first()
    if reading is not None:
        lines.append(say(language, f"stage_{reading.stage}"))
    held = Assignment.objects.filter(lead__root=root, ended_at__isnull=True).select_related("rep__team").first()
    if held is None:
        lines.append(say(language, "sales_nobody"))
    elif held.rep is None:
        lines.append(say(language, "sales_waits", day=held.at))
    else:
        lines.append(say(language, "sales_with", team=held.rep.team.name, day=held.at))
    if tries := Attempt.objects.filter(assignment__lead__root=root).count():
        lines.append(say(language, "sales_tried", count=tries))
    return [*lines, say(language, "sales_inside")]
