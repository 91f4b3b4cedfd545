"""What a row of the list of leads says, made ready in Python: fifty rows of filters in a template take their time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff.models import Assignment
from pyrometer.app.handoff.templatetags.leads import ago, capital, company, degree, short, stage, words
from pyrometer.app.handoff.views import definition as agreed
from pyrometer.app.handoff.views.cards import titles
from pyrometer.app.temperature.models import Reading


@dataclass(frozen=True)
class Row:
    """A lead as the list shows it; `cells` are (score, points, grade)."""

    key: int
    name: str
    below: str
    degree: SafeString | str
    cells: Sequence[tuple[str, str, str]]
    stage: str
    missing: str
    owner: str
    free: bool
    """Whether it waits for an owner."""
    seen: str


def rows_of(leads: Sequence[Lead], scores: Iterable[str]) -> list[Row]:
    """The rows of some leads, in their order."""
    roots = [lead.pk for lead in leads]
    definition = agreed.live()
    what = titles(roots, definition)
    held = Assignment.objects.filter(lead__in=roots, ended_at__isnull=True).select_related("rep__user")
    owners = {each.lead_id: each.rep.user if each.rep else None for each in held}
    named = [(score, capital(words(score))) for score in scores]
    return [
        _row(
            lead,
            what.get(lead.pk, ""),
            "" if agreed.says_nothing(definition, "country", lead.country) else lead.country,
            named,
            owners,
        )
        for lead in leads
    ]


def _row(lead: Lead, title: str, country: str, named: Sequence[tuple[str, str]], owners: dict[int, Any]) -> Row:
    reading: Reading | None = getattr(lead, "reading", None)
    below = ", ".join(part for part in (title, company(lead)) if part)
    return Row(
        key=lead.pk,
        name=str(lead),
        below=" · ".join(part for part in (below, country) if part),
        degree=degree(reading.temperature) if reading else "",
        cells=[
            (name, short(reading.scores.get(score)), reading.grades.get(score) or "") if reading else (name, "", "")
            for score, name in named
        ],
        stage=stage(reading.stage) if reading else "",
        missing=_missing(reading.missing) if reading else "",
        owner=str(owners.get(lead.pk) or ""),
        free=lead.pk in owners and owners[lead.pk] is None,
        seen=ago(lead.last_seen_at),
    )


def _missing(items: Sequence[dict[str, Any]]) -> str:
    if not items:
        return ""
    first = words(items[0]["what"])
    return first if len(items) == 1 else _("%(what)s and %(n)d more") % {"what": first, "n": len(items) - 1}
