"""What one row of the inbox shows beside its call: the person's title, what is new, what to ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from pyrometer.app.evidence.models import TraitChange
from pyrometer.app.handoff.queries import Call, Loose, News
from pyrometer.app.handoff.views import definition as agreed
from pyrometer.app.temperature.models import Reading, Transition
from pyrometer.definition import Definition

TITLES = ("job_title", "title", "role")
"""Traits that say what somebody is, as definitions usually call them."""
MOST_NEWS = 4


@dataclass(frozen=True)
class Card:
    """A call with what is said about its lead."""

    call: Call
    title: str
    question: str
    news: tuple[str, ...]


def titles(roots: Iterable[int], definition: Definition | None) -> dict[int, str]:
    """What the people of some leads are, as they said last; nothing where the definition reads that as unknown."""
    said = TraitChange.objects.filter(lead__root__in=list(roots), trait__in=TITLES, retracted_at__isnull=True)
    found = said.order_by("occurred_at", "pk").values_list("lead__root_id", "trait", "value")
    last = {root: (trait, value) for root, trait, value in found if value}
    return {
        root: str(value) for root, (trait, value) in last.items() if not agreed.says_nothing(definition, trait, value)
    }


def cards(calls: Sequence[Call]) -> list[Card]:
    """The rows of some calls, in their order."""
    definition = agreed.live()
    what = titles((call.lead.pk for call in calls), definition)

    def question(reading: Reading | None, language: str) -> str:
        return agreed.next_question(definition, reading, language or "en") if reading else ""

    return [
        Card(call, what.get(call.lead.pk, ""), question(call.reading, call.lead.language), tuple(news(call.news)))
        for call in calls
    ]


def loose(found: Sequence[Loose]) -> list[tuple[Loose, str]]:
    """Leads between the teams, with what the people are."""
    what = titles((each.lead.pk for each in found), agreed.live())
    return [(each, what.get(each.lead.pk, "")) for each in found]


def news(what: News) -> list[str]:
    """News in words: changes of temperature, then what the lead did, most often first."""
    turned = [each for each in what.transitions if each.kind == Transition.Kind.TEMPERATURE]
    lines = []
    if turned and turned[0].before and turned[0].before != turned[-1].after:
        lines.append(_("now %(after)s, was %(before)s") % {"after": _(turned[-1].after), "before": _(turned[0].before)})
    for name, count in what.events[: MOST_NEWS - len(lines)]:
        words = name.replace("_", " ")
        lines.append(words if count == 1 else _("%(what)s %(n)d ×") % {"what": words, "n": count})
    return lines
