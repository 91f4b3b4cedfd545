"""What falls between the teams: leads that nobody has, or that nobody has tried to reach in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Case, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value, When

from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff.choices import holding
from pyrometer.app.handoff.models import Assignment, Rep
from pyrometer.app.temperature.models import WARMTH, Reading, Stage, Temperature
from pyrometer.lifecycle import WITH_SALES

FOUND_AT_ONCE = 100
LOOKED_AT = 100_000
"""Leads without a rep of which it is asked whether they should have one."""
LEAD = ("name", "email", "phone", "company", "company_name", "company__name", "company__domain")
READING = ("temperature", "stage", "total", "missing_count")
"""Columns of a lead and of its reading that are shown of such a lead."""
HELD = (
    "lead", "rep", "at", "due_at", "because",
    *(f"lead__{name}" for name in LEAD), *(f"lead__reading__{name}" for name in READING),
)  # fmt: skip


@dataclass(frozen=True)
class Loose:
    """A lead that nobody has, or that nobody has tried to reach in time, and why."""

    lead: Lead
    reading: Reading | None
    assignment: Assignment | None
    because: str


def nobody_owns(now: datetime, *, limit: int = FOUND_AT_ONCE) -> list[Loose]:
    """Leads that are for sales and in nobody's hands, hot ones first.

    In nobody's hands is also who is with a rep that left; and a hot lead that wasn't handed over for whatever reason,
    unless it was decided: put aside until a date, parked, or a customer.
    """
    left = [row["pk"] for row in _left()]  # asked first, so that an index finds what they had
    held = _open().filter(Q(rep__isnull=True) | Q(rep__in=left))
    held = held.select_related("lead__reading", "lead__company").only(*HELD)
    found = [
        Loose(row.lead, _reading(row.lead), row, row.because if row.rep_id is None else "the rep left")
        for row in held.order_by(_warmest("lead__reading__temperature"), "at", "pk")[:limit]
    ]
    for reading in _unassigned(max(limit - len(found), 0)):
        because = "sales has it, but no rep" if reading.stage in WITH_SALES else "it is hot and wasn't handed over"
        found.append(Loose(reading.lead, reading, None, because))
    return sorted(found, key=lambda loose: loose.reading is None or loose.reading.temperature != Temperature.HOT)


def unowned(*, upto: int = FOUND_AT_ONCE) -> int:
    """How many leads `nobody_owns` has; counting stops at a number."""
    statement, values = _counting(connection.vendor, upto)
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return min(cursor.fetchone()[0], upto)


@cache
def _counting(vendor: str, upto: int) -> tuple[str, tuple[Any, ...]]:
    """The statement that counts them. It is always the same, and to put it together takes longer than to run it."""
    statements, values = list[str](), list[Any]()
    waiting, dropped = _open().filter(rep__isnull=True), _open().filter(rep__in=_left())
    for number, rows in enumerate((waiting, dropped, _for_sales(), _hot())):
        statement, given = rows.order_by().values("pk")[:upto].query.sql_with_params()
        statements.append(f"(SELECT COUNT(*) FROM ({statement}) AS part{number})")
        values += given
    return f"SELECT {' + '.join(statements)}", tuple(values)


def untouched(now: datetime, *, limit: int = FOUND_AT_ONCE) -> list[Loose]:
    """Leads that a rep has, and hasn't tried to reach in time; the longest overdue first."""
    late = _open().filter(rep__isnull=False, accepted_at__isnull=True, responded_at__isnull=True, due_at__lt=now)
    late = late.select_related("lead__reading", "lead__company").only(*HELD).order_by("due_at", "pk")[:limit]
    reps = holding({row.rep_id for row in late})
    for row in late:
        row.rep = reps[row.rep_id]
    return [Loose(row.lead, _reading(row.lead), row, "nobody has tried to reach it") for row in late]


def owner(root: int) -> Assignment | None:
    """The open assignment of a lead, with its rep."""
    held = _open().filter(lead=root).select_related("lead", "rep__user", "rep__team")
    return next(iter(held[:1]), None)  # there is one at most, so nothing is to be sorted


def _open() -> QuerySet[Assignment]:
    return Assignment.objects.filter(ended_at__isnull=True)


def _left() -> QuerySet[Rep, dict[str, Any]]:
    """The reps that left."""
    return Rep.objects.filter(Q(active=False) | Q(user__is_active=False)).values("pk")


def _unassigned(limit: int) -> list[Reading]:
    """Readings of leads that should be in somebody's hands and aren't, warmer ones first.

    Two queries, since each follows an index of its own; together they would read all readings.
    """
    found = [
        *_shown(_for_sales()).order_by(_warmest("temperature"), "-total", "pk")[:limit],
        *_shown(_hot()).order_by("missing_count", "-total", "pk")[:limit],
    ]
    return sorted(found, key=lambda row: (WARMTH.index(Temperature(row.temperature)), -row.total, row.pk))[:limit]


def _shown(readings: QuerySet[Reading]) -> QuerySet[Reading]:
    return readings.select_related("lead__company").only(*READING, *(f"lead__{name}" for name in LEAD))


def _for_sales() -> QuerySet[Reading]:
    """Readings of leads that are at a stage of sales, and with nobody."""
    return _free(Reading.objects.filter(stage__in=sorted(WITH_SALES)))


def _hot() -> QuerySet[Reading]:
    """Readings of hot leads that weren't handed over, and about which nothing else was decided."""
    decided = Q(stage__in=[*sorted(WITH_SALES), Stage.CUSTOMER, Stage.UNQUALIFIED])
    put_aside = Q(stage=Stage.RECYCLED, lead__standing__recycle_on__isnull=False)
    return _free(Reading.objects.filter(~decided, ~put_aside, temperature=Temperature.HOT, anonymous=False))


def _free(readings: QuerySet[Reading]) -> QuerySet[Reading]:
    """Those of some readings whose leads nobody has.

    Nearly all have somebody, and two indexes say so; the bound has PostgreSQL ask these first, where it would otherwise
    read all leads, of which it thinks that hardly one is its own root.
    """
    held = _open().filter(lead=OuterRef("pk"))
    free = readings.filter(~Exists(held)).values("pk")[:LOOKED_AT]
    return Reading.objects.filter(pk__in=free, lead__root=F("lead"), lead__erased_at__isnull=True)


def _warmest(field: str) -> Case:
    """Sorts by temperature, hot first."""
    places = [When(**{field: temperature}, then=Value(place)) for place, temperature in enumerate(WARMTH)]
    return Case(*places, default=Value(len(WARMTH)), output_field=IntegerField())


def _reading(lead: Lead) -> Reading | None:
    return getattr(lead, "reading", None)
