"""All leads: search, filters, pages, and a file for spreadsheets."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from pyrometer.app.capture.imports.report import safe
from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff.models import Assignment, Rep
from pyrometer.app.handoff.templatetags.leads import company
from pyrometer.app.handoff.views import definition as agreed
from pyrometer.app.handoff.views.cards import titles
from pyrometer.app.handoff.views.listing import MANY, Asked, count, page
from pyrometer.app.people.audit import Actor, record
from pyrometer.app.people.may import allowed
from pyrometer.app.temperature.models import Stage, Temperature
from pyrometer.definition.values import points_number

CHOICES = 60
STEP = 500
"""Rows of a file that are read at a time."""
COLUMNS = (
    "lead", "name", "email", "phone", "company", "country", "channel", "temperature", "stage", "grades", "points",
    "missing", "first seen", "last seen",
)  # fmt: skip


@require_safe
@allowed("lead.read")
@vary_on_headers("HX-Request")
def leads(request: HttpRequest) -> HttpResponse:
    """A page of the list; asked by the page itself, only the table."""
    now, asked = timezone.now(), Asked.of(request.GET.dict())
    listed = page(asked, now, after=request.GET.get("after", "")[:200])
    found = listed.leads
    roots = [lead.pk for lead in found]
    what = titles(roots)
    held = Assignment.objects.filter(lead__in=roots, ended_at__isnull=True).select_related("rep__user")
    owners = {each.lead_id: each.rep.user if each.rep else None for each in held}
    context: dict[str, Any] = {
        "asked": asked,
        "rows": [(lead, what.get(lead.pk, ""), lead.pk in owners, owners.get(lead.pk)) for lead in found],
        "after": listed.after,
        "number": count(asked, now) if not request.GET.get("after") else None,
        "many": MANY,
        "scores": list(definition.scores) if (definition := agreed.live()) else [],
    }
    if request.htmx:
        return render(request, "handoff/parts/leads.html", context)
    return render(request, "handoff/leads.html", context | _choices(definition))


@require_POST
@allowed("leads.export")
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered leads as CSV, in the order of the page; written down in the audit log."""
    now, asked = timezone.now(), Asked.of(request.POST.dict())
    detail = {"filters": {name: value for name, value in vars(asked).items() if value}}
    record(actor=Actor.of(request.user), action="leads.exported", subject="leads", at=now, detail=detail)

    def lines() -> Iterator[str]:
        writer = csv.writer(_Echo(), quoting=csv.QUOTE_ALL)
        yield "\ufeff" + writer.writerow(COLUMNS)
        after = ""
        while True:
            listed = page(asked, now, after=after, limit=STEP)
            for lead in listed.leads:
                yield writer.writerow([safe(cell) for cell in _cells(lead)])
            after = listed.after
            if not after:
                return

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
    grades = " ".join(f"{score} {grade}" for score, grade in reading.grades.items()) if reading else ""
    missing = "; ".join(item["what"] for item in reading.missing) if reading else ""
    return [
        lead.pk, lead.name, lead.email, lead.phone, company(lead), lead.country,
        lead.channel, reading.temperature if reading else "", reading.stage if reading else "", grades,
        points_number(reading.total) if reading else "", missing,
        lead.created_at.isoformat(timespec="seconds"), lead.last_seen_at.isoformat(timespec="seconds"),
    ]  # fmt: skip


def _choices(definition: Any) -> dict[str, Any]:
    """What the filters offer; channels and countries are those that there are, found along an index."""
    return {
        "temperatures": Temperature.values,
        "stages": Stage.values,
        "grades": agreed.grades(definition),
        "channels": _values("channel"),
        "countries": _values("country"),
        "reps": Rep.objects.filter(active=True).select_related("user").order_by("user__name", "pk")[:200],
        "spans": (("1", _("a day")), ("7", _("a week")), ("30", _("a month")), ("90", _("three months"))),
        "orders": (("order", _("Call order")), ("seen", _("Last seen")), ("new", _("Newest"))),
    }


def _values(name: str) -> list[str]:
    """The values that a column has: one look-up for each along its index, however many leads there are."""
    table, column = (connection.ops.quote_name(each) for each in (Lead._meta.db_table, name))
    nearest = f"SELECT min({column}) FROM {table} WHERE {column} > "
    with connection.cursor() as cursor:
        cursor.execute(
            f"WITH RECURSIVE found(value) AS (SELECT ({nearest} '') UNION ALL SELECT ({nearest} found.value) FROM found"
            " WHERE found.value IS NOT NULL) SELECT value FROM found WHERE value IS NOT NULL LIMIT %s",
            [CHOICES],
        )
        return [value for (value,) in cursor.fetchall()]
