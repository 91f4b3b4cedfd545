"""What a lead would get by a draft over a year, if it stood still as it is now: decided as it would be, not done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import reduce
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pyrometer import nurture
from pyrometer.app.evidence.finding import search
from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture.facts import Known, gather
from pyrometer.app.nurture.keeping import policy, terms
from pyrometer.app.nurture.views import finding
from pyrometer.app.nurture.views.reviewing import definition, review
from pyrometer.app.people.may import allowed
from pyrometer.nurture.exits import leaving
from pyrometer.nurture.words import NAMELESS, sentence, step_words

YEAR = timedelta(days=365)
FOUND = 8
MOST = 200
"""Happenings that are shown."""


@dataclass(frozen=True)
class Shown:
    """Something that would happen: when, which step in words, and what."""

    at: datetime
    kind: str
    words: str


@dataclass(frozen=True)
class Tried:
    """How a lead would fare."""

    fits: bool
    because: str
    """Why it would enter or not, as things stand."""
    conditions: tuple[tuple[str, bool | None], ...]
    """Who enters and the exits, in words, and whether each holds now."""
    shown: tuple[Shown, ...]
    more: bool
    end: str


@require_safe
@allowed("nurture.read")
def try_it(request: HttpRequest, key: str) -> HttpResponse:
    """Search a lead, and see what it would get."""
    here = finding.programme(key)
    examined = review(here.draft)
    q, lead = request.GET.get("q", "")[:200].replace("\0", ""), request.GET.get("lead", "")
    whom = _whom(lead)
    context: dict[str, Any] = {
        "programme": here,
        "name": finding.called(here, request.LANGUAGE_CODE),
        "examined": examined,
        "q": q,
        "found": search(q, FOUND) if q.strip() else [],
        "whom": whom,
    }
    if whom is not None and examined.sound and examined.programme is not None:
        context["tried"] = tried(examined.programme, whom.pk, timezone.now(), request.LANGUAGE_CODE)
    return render(request, "nurture/try.html", context)


def _whom(lead: str) -> Lead | None:
    if not (lead.isdecimal() and len(lead) < 19):
        return None
    found = Lead.objects.filter(pk=int(lead), erased_at__isnull=True).select_related("root").first()
    return None if found is None else found.root or found


def tried(programme: nurture.Programme, root: int, now: datetime, language: str) -> Tried | None:
    """A year of a root that stands still; None where it was erased meanwhile."""
    flow = programme.flow
    needs = reduce(lambda left, right: left | right, (flow.needs(name) for name in flow.nodes), flow.entering)
    gathered = gather([root], needs, flow.purposes, now)
    if root not in gathered.known:
        return None
    kept = policy(terms(), now)

    def decide(known: Known) -> Tried:
        facts = known.facts
        entry = nurture.enters(programme, facts, known.history, now)
        walked = nurture.walk(programme, nurture.Told([(now, facts)]), now, now + YEAR, kept)
        acts = list(walked.acts())
        shown = tuple(_shown(at, act, programme, language) for at, act in acts[:MOST])
        standing = "" if walked.place is None else _at(walked.place, programme, language)
        return Tried(entry.enters, entry.because, _conditions(programme, facts, now), shown, len(acts) > MOST, standing)

    return gathered.decided([root], decide)[root]


def _conditions(
    programme: nurture.Programme, facts: nurture.Facts, now: datetime
) -> tuple[tuple[str, bool | None], ...]:
    """The entry condition, the exits that are always there, and the programme's own, with whether they hold."""
    agreed, flow = definition() or NAMELESS, programme.flow
    found: list[tuple[str, bool | None]] = [
        (_("enters: %(when)s") % {"when": sentence(programme.enter.when, agreed)}, flow.enter(facts, {}, now))
    ]
    left = leaving(flow, facts, {}, now, now)
    found.append(
        (
            _("leaves: %(because)s") % {"because": left.because}
            if left is not None and left.why != "exit"
            else _("leaves: suppressed, unsubscribed, with sales, hot or replied"),
            left is not None and left.why != "exit",
        )
    )
    for written, own in zip(programme.exits, flow.exits, strict=True):
        words = f"{written.because}: {sentence(written.when, agreed)}"
        found.append((_("leaves: %(words)s") % {"words": words}, own.truth(facts, {}, now)))
    return tuple(found)


def _at(place: nurture.Place, programme: nurture.Programme, language: str) -> str:
    node = programme.flow.nodes[place.step]
    return step_words(node.step, definition() or NAMELESS, language)


def _shown(at: datetime, act: Any, programme: nurture.Programme, language: str) -> Shown:
    """One thing that would be done, in words."""
    match act:
        case nurture.Enter():
            return Shown(at, "enter", _("enters"))
        case nurture.Skip(step=step, because=because):
            words = step_words(programme.flow.nodes[step].step, definition() or NAMELESS, language)
            return Shown(at, "skip", _("%(step)s is passed over: %(why)s") % {"step": words, "why": because})
        case nurture.Finish():
            return Shown(at, "end", _("comes to the end"))
        case nurture.Leave(because=because) | nurture.Recycle(because=because) | nurture.LetGo(because=because):
            return Shown(at, "leave", _("leaves: %(because)s") % {"because": because})
    node = programme.flow.nodes[act.step]
    return Shown(at, node.kind, step_words(node.step, definition() or NAMELESS, language))
