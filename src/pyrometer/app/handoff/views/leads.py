"""All leads: search, filters, pages, and a file for spreadsheets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers

from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff.templatetags.leads import points
from pyrometer.app.handoff.views import definition as agreed
from pyrometer.app.handoff.views.bulk import offered
from pyrometer.app.handoff.views.conditions import HOWS
from pyrometer.app.handoff.views.export import file_of
from pyrometer.app.handoff.views.listing import MANY, Asked, page
from pyrometer.app.handoff.views.rows import rows_of
from pyrometer.app.handoff.views.segments import listed as listed_of
from pyrometer.app.people.audit import Actor, record
from pyrometer.app.people.may import allowed
from pyrometer.app.temperature.models import Reading, Stage, Temperature

CHOICES = 60
WAITING = 500
"""So many leads may wait to be read without a word: evidence comes in all the time."""
STEP = 500
"""Rows of a file that are read at a time."""


@require_safe
@allowed("lead.read")
@vary_on_headers("HX-Request")
def leads(request: HttpRequest) -> HttpResponse:
    """A page of the list; asked by the page itself, only the table."""
    now, asked = timezone.now(), Asked.of(request.GET.dict())
    listed = page(asked, now, after=request.GET.get("after", "")[:200])
    definition = agreed.live()
    scores = list(definition.scores) if definition else []
    context: dict[str, Any] = {
        "asked": asked,
        "rows": rows_of(listed.leads, scores),
        "after": listed.after,
        "tested": listed.tested,
        "number": listed.number,
        "waiting": definition is not None and _waiting(),
        "many": MANY,
        "kinds": offered(request.user),
        "scores": scores,
        "agreed": definition is not None,
    }
    if request.htmx:
        return render(request, "handoff/parts/leads.html", context)
    return render(request, "handoff/leads.html", context | _choices(definition) | {"segments": listed_of(request.user)})


def _waiting() -> str:
    """How many leads wait to be read, where that is worth a word: after an import, or a publication."""
    number = Lead.objects.filter(touched_at__isnull=False)[: MANY + 1].count()
    if number <= WAITING and Reading.objects.exists():
        return ""
    return _("more than %(n)s") % {"n": points(MANY)} if number > MANY else points(number) if number else ""


@require_POST
@allowed("leads.export")
def export(request: HttpRequest) -> StreamingHttpResponse:
    """The filtered leads as CSV, in the order of the page; written down in the audit log."""
    now, asked = timezone.now(), Asked.of(request.POST.dict())
    detail = {"filters": {name: value for name, value in vars(asked).items() if value}}
    record(actor=Actor.of(request.user), action="leads.exported", subject="leads", at=now, detail=detail)

    def found() -> Iterator[Lead]:
        after = ""
        while True:
            listed = page(asked, now, after=after, limit=STEP)
            yield from listed.leads
            after = listed.after
            if not after:
                return

    return file_of(found(), now)


def _choices(definition: Any) -> dict[str, Any]:
    """What the filters offer; channels and countries are those that there are, found along an index."""
    return {
        "temperatures": Temperature.values,
        "stages": Stage.values,
        "grades": agreed.grades(definition),
        "channels": [name for name in _values("channel") if not agreed.says_nothing(definition, "channel", name)],
        "countries": [name for name in _values("country") if not agreed.says_nothing(definition, "country", name)],
        "spans": (("1", _("a day")), ("7", _("a week")), ("30", _("a month")), ("90", _("three months"))),
        "traits": sorted(definition.profile) if definition else [],
        "hows": HOWS,
        "criteria": list(definition.all_criteria) if definition else [],
        "flags": [
            (f"{name}:{state}", f"{name.replace('_', ' ')}: {said}")
            for name in (definition.flags if definition else ())
            for state, said in (("yes", _("yes")), ("no", _("no")), ("unknown", _("not known")))
        ],
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
