"""The rows of the list of leads, made ready in Python: fifty rows of filters in a template take their time.

A row's HTML stands here in one piece; `filled` escapes what is put into it, as a template does.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pyrometer.app.evidence.models import Lead
from pyrometer.app.evidence.sightings import never_seen
from pyrometer.app.handoff.models import Assignment
from pyrometer.app.handoff.templatetags.leads import ago, capital, company, degree, short, stage, words
from pyrometer.app.handoff.templatetags.pieces import NOTHING, addresses, filled, joined
from pyrometer.app.handoff.views import definition as agreed
from pyrometer.app.handoff.views.cards import titles
from pyrometer.app.temperature.models import Reading

ROW = """<tr>
  <td>{tick}{degree}</td>
  <th scope="row"><a href="{open}">{name}</a><span class="sub">{below}</span></th>
  {cells}
  <td class="at">{stage}</td>
  <td class="missing soft small">{missing}</td>
  <td class="held">{owner}</td>
  <td class="number soft">{seen}</td>
</tr>"""
TICK = '<input type="checkbox" name="lead" value="{key}" aria-label="{choose} {name}">'
UNREAD = '<span class="soft small">{unread}</span>'
CELL = '<td class="number" data-name="{name}">{points}{grade}</td>'
GRADE = ' <span class="grade">{grade}</span>'
NOBODY = '<span class="tag alarm">{nobody}</span>'


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


@dataclass(frozen=True)
class Rows:
    """Some rows; a template writes `ticked` where there is something to do with leads that are ticked, else `plain`."""

    rows: Sequence[Row]
    agreed: bool
    """Whether a definition is in force: without one, no lead is read."""

    def __len__(self) -> int:
        return len(self.rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self.rows)

    def ticked(self) -> SafeString:
        """As HTML, with boxes to tick."""
        return self._drawn(TICK)

    def plain(self) -> SafeString:
        """As HTML."""
        return self._drawn("")

    def _drawn(self, tick: str) -> SafeString:
        open_, choose = addresses("handoff:lead"), _("Choose")
        unread = filled(UNREAD, unread=_("not read yet") if self.agreed else _("no definition yet"))
        nobody = filled(NOBODY, nobody=_("nobody"))

        def cell(name: str, points: str, grade: str) -> SafeString:
            return filled(CELL, name=name, points=points, grade=filled(GRADE, grade=grade) if grade else NOTHING)

        return joined(
            filled(
                ROW,
                tick=filled(tick, key=row.key, choose=choose, name=row.name),
                degree=row.degree or unread,
                open=open_(row.key),
                name=row.name,
                below=row.below,
                cells=joined(cell(*each) for each in row.cells),
                stage=row.stage,
                missing=row.missing,
                owner=row.owner or (nobody if row.free else NOTHING),
                seen=row.seen,
            )
            for row in self.rows
        )


def rows_of(leads: Sequence[Lead], scores: Iterable[str]) -> Rows:
    """The rows of some leads, in their order."""
    roots = [lead.pk for lead in leads]
    definition = agreed.live()
    what = titles(roots, definition)
    held = Assignment.objects.filter(lead__in=roots, ended_at__isnull=True)
    owners = {
        lead: (name or email) if rep else ""
        for lead, rep, name, email in held.values_list("lead", "rep", "rep__user__name", "rep__user__email")
    }
    named = [(score, capital(words(score))) for score in scores]
    silent = never_seen(leads)
    rows = [
        _row(
            lead,
            what.get(lead.pk, ""),
            "" if agreed.says_nothing(definition, "country", lead.country) else lead.country,
            named,
            owners,
            _("never") if lead.pk in silent else ago(lead.last_seen_at),
        )
        for lead in leads
    ]
    return Rows(rows, definition is not None)


def _row(
    lead: Lead, title: str, country: str, named: Sequence[tuple[str, str]], owners: dict[int, str], seen: str
) -> Row:
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
        owner=owners.get(lead.pk, ""),
        free=owners.get(lead.pk) == "",
        seen=seen,
    )


def _missing(items: Sequence[dict[str, Any]]) -> str:
    if not items:
        return ""
    first = words(items[0]["what"])
    return first if len(items) == 1 else _("%(what)s and %(n)d more") % {"what": first, "n": len(items) - 1}
