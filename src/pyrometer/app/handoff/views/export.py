"""Leads as a file for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.http import StreamingHttpResponse

from pyrometer.app.capture.imports.report import safe
from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff.templatetags.leads import company
from pyrometer.definition.values import points_number

COLUMNS = (
    "lead", "name", "email", "phone", "company", "country", "channel", "temperature", "stage", "grades", "points",
    "missing", "first seen", "last seen",
)  # fmt: skip


def sent(leads: Iterable[Lead], now: datetime) -> StreamingHttpResponse:
    """A file of leads that are read while it is sent."""

    def lines() -> Iterator[str]:
        writer = csv.writer(_Echo())
        yield "\ufeff" + writer.writerow(COLUMNS)
        for lead in leads:
            yield writer.writerow([safe(cell) for cell in _cells(lead)])

    name = f"leads-{now:%Y-%m-%d}.csv"
    return StreamingHttpResponse(
        lines(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


class _Echo:
    """What the writer of CSV writes to: gives each line back."""

    def write(self, line: str) -> str:
        return line


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
