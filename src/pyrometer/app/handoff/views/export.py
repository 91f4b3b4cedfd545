"""Leads as a file for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.http import StreamingHttpResponse

from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff.templatetags.leads import company
from pyrometer.app.spreadsheets import sent, table
from pyrometer.definition.values import points_number

COLUMNS = (
    "lead", "name", "email", "phone", "company", "country", "channel", "temperature", "stage", "grades", "points",
    "missing", "first seen", "last seen",
)  # fmt: skip


def file_of(leads: Iterable[Lead], now: datetime) -> StreamingHttpResponse:
    """A file of leads that are read while it is sent."""
    return sent(table(COLUMNS, map(_cells, leads)), f"leads-{now:%Y-%m-%d}")


def _cells(lead: Lead) -> list[Any]:
    reading = getattr(lead, "reading", None)
    grades = " ".join(f"{score} {grade}" for score, grade in sorted(reading.grades.items())) if reading else ""
    missing = "; ".join(item["what"] for item in reading.missing) if reading else ""
    return [
        lead.pk, lead.name, lead.email, lead.phone, company(lead), lead.country,
        lead.channel, reading.temperature if reading else "", reading.stage if reading else "", grades,
        points_number(reading.total) if reading else "", missing,
        lead.created_at.isoformat(timespec="seconds"), lead.last_seen_at.isoformat(timespec="seconds"),
    ]  # fmt: skip
