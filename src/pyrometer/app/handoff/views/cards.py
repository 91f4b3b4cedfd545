"""What one row of the inbox shows, for a page of rows at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from pyrometer.app.evidence.models import Event, Lead, TraitChange
from pyrometer.app.handoff.models import Assignment
from pyrometer.app.handoff.views import definition as agreed
from pyrometer.app.temperature.models import Reading, Transition

TITLES = ("job_title", "title", "role")
"""Traits that say what somebody is, as definitions usually call them."""
MOST_EVENTS = 2000


@dataclass(frozen=True)
class Card:
    """A lead to call: why, what is new, what to ask, and how long there is."""

    assignment: Assignment
    lead: Lead
    reading: Reading | None
    title: str
    question: str
    left: int | None
    """Minutes until the next step is due; negative: overdue since; None: no clock runs."""
    changes: tuple[str, ...] = ()
    tries: int = 0
    new: bool = False
    strongest: Sequence[Mapping[str, Any]] = field(default_factory=tuple)


def titles(roots: Iterable[int]) -> dict[int, str]:
    """What the people of some leads are, as they said last."""
    said = TraitChange.objects.filter(lead__root__in=list(roots), trait__in=TITLES, retracted_at__isnull=True)
    found = said.order_by("occurred_at", "pk").values_list("lead__root_id", "value")
    return {root: str(value) for root, value in found if value}


def changes(seen: Mapping[int, datetime]) -> dict[int, tuple[str, ...]]:
    """What happened to leads since the moments given for each: changes of temperature, then what they did."""
    if not seen:
        return {}
    roots, first = list(seen), min(seen.values())
    found: dict[int, list[str]] = defaultdict(list)
    turned = Transition.objects.filter(lead__in=roots, kind=Transition.Kind.TEMPERATURE, at__gt=first).order_by("at")
    for transition in turned:
        if transition.at > seen[transition.lead_id]:
            found[transition.lead_id].append(
                _("%(before)s → %(after)s") % {"before": _(transition.before), "after": _(transition.after)}
            )
    done = Event.objects.filter(lead__root__in=roots, received_at__gt=first, bot="", retracted_at__isnull=True)
    counts: dict[int, dict[str, int]] = defaultdict(dict)
    for root, name, at in done.values_list("lead__root_id", "name", "received_at")[:MOST_EVENTS]:
        if at > seen[root]:
            counts[root][name] = counts[root].get(name, 0) + 1
    for root, names in counts.items():
        for name, count in sorted(names.items(), key=lambda item: (-item[1], item[0]))[:3]:
            what = name.replace("_", " ")
            found[root].append(ngettext("%(what)s", "%(what)s %(n)d ×", count) % {"what": what, "n": count})
    return {root: tuple(lines) for root, lines in found.items()}


def cards(assignments: Sequence[Assignment], now: datetime) -> list[Card]:
    """The rows of some assignments, in their order; whatever the number, with a fixed number of queries."""
    roots = [assignment.lead_id for assignment in assignments]
    readings = Reading.objects.in_bulk(roots)
    what = titles(roots)
    seen = {each.lead_id: each.seen_at for each in assignments if each.seen_at is not None}
    new = changes(seen)
    definition = agreed.live()
    made = []
    for each in assignments:
        reading = readings.get(each.lead_id)
        made.append(
            Card(
                assignment=each,
                lead=each.lead,
                reading=reading,
                title=what.get(each.lead_id, ""),
                question=agreed.next_question(definition, reading, each.lead.language or "en") if reading else "",
                left=None if each.due_at is None else int((each.due_at - now).total_seconds() // 60),
                changes=new.get(each.lead_id, ()),
                tries=len(each.attempts.all()),
                new=each.seen_at is None,
                strongest=reading.strongest if reading else (),
            )
        )
    return made
