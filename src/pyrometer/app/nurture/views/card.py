"""The card on a lead's page: which programmes it is or was in, what it got, and what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture.carrying import once
from pyrometer.app.nurture.models import Act, Enrolment, Programme
from pyrometer.app.nurture.texts import programme_of
from pyrometer.app.nurture.views import finding
from pyrometer.app.nurture.views.reviewing import definition
from pyrometer.app.nurture.views.tallies import WAITS, ending
from pyrometer.app.people.may import may
from pyrometer.nurture.words import NAMELESS, step_words

PROGRAMMES = 12
ACTS = 8


@dataclass(frozen=True)
class In:
    """One enrolment in words."""

    row: Enrolment
    name: str
    at: str
    """The step where it stands."""
    waits: Any
    why: Any
    acts: list[Done]


@dataclass(frozen=True)
class Done:
    """Something that was done, and why its mail didn't go out; empty where it did, or may still."""

    act: Act
    unsent: str


def card(request: HttpRequest, lead: Lead) -> SafeString:
    """The section; empty where there is nothing to say and nothing to do."""
    if not may(request.user, "nurture.read"):
        return SafeString("")
    rows = list(
        Enrolment.objects.filter(lead__root=lead)
        .select_related("programme__live", "version")
        .order_by("-ended_at", "-entered_at")[:PROGRAMMES]
    )
    rows.sort(key=lambda row: (row.ended_at is not None, -row.entered_at.timestamp()))
    open_: list[tuple[str, str]] = []
    if may(request.user, "nurture.edit") and not lead.anonymous:
        inside = {row.programme_id for row in rows if row.ended_at is None}
        live = Programme.objects.filter(live__isnull=False).select_related("live")
        open_ = [(each.key, finding.called(each, request.LANGUAGE_CODE)) for each in live if each.pk not in inside]
    if not rows and not open_:
        return SafeString("")
    done = _acts(rows)
    context = {
        "lead": lead,
        "rows": [_in(row, done.get(row.pk, []), request.LANGUAGE_CODE) for row in rows],
        "open": open_,
    }
    return render_to_string("nurture/parts/card.html", context, request)


def _acts(rows: list[Enrolment]) -> dict[int, list[Done]]:
    """The last things that were done in some enrolments, with two queries."""
    found: dict[int, list[Act]] = {}
    kinds = ("sent", "asked", "offered", "told", "set", "skipped", "moved")
    acts = Act.objects.filter(enrolment__in=[row.pk for row in rows], kind__in=kinds).order_by("-at", "-pk")
    for act in acts[: PROGRAMMES * 50]:
        mine = found.setdefault(act.enrolment_id, [])
        if len(mine) < ACTS:
            mine.append(act)
    return _done(found)


def _done(found: dict[int, list[Act]]) -> dict[int, list[Done]]:
    """With what became of the mails. Those that a pause keeps back are no failures: they aren't given up."""
    mails = {once(pk, act.number) for pk, acts in found.items() for act in acts if act.kind in ("sent", "asked")}
    given_up = Outgoing.objects.filter(once__in=mails, given_up_at__isnull=False)
    unsent = dict(given_up.values_list("once", "error"))
    return {pk: [Done(act, unsent.get(once(pk, act.number), "")) for act in acts] for pk, acts in found.items()}


def _in(row: Enrolment, acts: list[Done], language: str) -> In:
    node = programme_of(row.version).flow.nodes.get(row.step)
    at = row.step if node is None else step_words(node.step, definition() or NAMELESS, language)
    name = finding.called(row.programme, language)
    return In(row, name, at, WAITS.get(row.waits_for, ""), ending(row.why, row.because), acts)
