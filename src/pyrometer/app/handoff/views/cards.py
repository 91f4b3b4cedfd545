"""The rows of the inbox and of the leads between the teams, made ready in Python: a list has many of them.

A row's HTML stands here in one piece; `filled` escapes what is put into it, as a template does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from pyrometer.app.evidence.models import Lead, TraitChange
from pyrometer.app.evidence.sightings import never_seen
from pyrometer.app.handoff.queries import Call, Loose, News, clock_of
from pyrometer.app.handoff.templatetags.leads import ago, capital, degree, short
from pyrometer.app.handoff.templatetags.pieces import (
    NOTHING,
    Assigning,
    addresses,
    drawn_clock,
    filled,
    joined,
    reach,
    tries,
)
from pyrometer.app.handoff.views import definition as agreed
from pyrometer.app.temperature.models import Reading, Transition
from pyrometer.definition import Definition

TITLES = ("job_title", "title", "role")
"""Traits that say what somebody is, as definitions usually call them."""
MOST_NEWS = 4

CARD = """<li class="call" id="call-{key}" data-call>
  <div class="degree">{degree}</div>
  <div class="whom">
    <h2><a href="{open}" data-open>{lead}</a>{new}</h2>
    <p class="soft">{about}</p>
    {reach}
  </div>
  <div class="why">{reasons}{news}{question}</div>
  <div class="then">
    {clock}
    <p class="small soft">{rep}{tries}</p>
    <p class="actions"><a class="button" data-dialog data-key="a" href="{attempt}">{say_attempt}<span class="out-of-sight"> {lead}</span></a><a class="button" data-dialog data-key="v" href="{verdict}">{say_verdict}<span class="out-of-sight"> {lead}</span></a></p>
  </div>
</li>"""  # noqa: E501
NEW = ' <span class="tag">{new}</span>'
REASONS = '<ul class="reasons">{lines}</ul>'
REASON = '<li><span class="number">{points}</span> <span>{rule}</span></li>'
NEWS = '<p class="small changed"><b>{looked}</b> {told}</p>'
ASK = '<p class="ask"><span class="out-of-sight">{ask}</span> {question}</p>'

LOOSE = """<li>
  {degree}
  <div><a href="{open}">{lead}</a> <span class="soft">{about}</span><p class="small soft">{said}</p></div>
  {assign}
</li>"""


def titles(roots: Iterable[int], definition: Definition | None) -> dict[int, str]:
    """What the people of some leads are, as they said last; nothing where the definition reads that as unknown."""
    said = TraitChange.objects.filter(lead__root__in=list(roots), trait__in=TITLES, retracted_at__isnull=True)
    found = said.order_by("occurred_at", "pk").values_list("lead__root_id", "trait", "value")
    last = {root: (trait, value) for root, trait, value in found if value}
    return {
        root: str(value) for root, (trait, value) in last.items() if not agreed.says_nothing(definition, trait, value)
    }


def seen(lead: Lead, never: bool) -> str:
    """When a lead was last seen, in words."""
    return _("never seen") if never else _("last seen %(ago)s") % {"ago": ago(lead.last_seen_at)}


def cards(calls: Sequence[Call], *, name_reps: bool) -> SafeString:
    """The rows of some calls, in their order; `name_reps` where they are of several reps."""
    definition = agreed.live()
    what = titles((call.lead.pk for call in calls), definition)
    open_, attempt, verdict = (addresses(f"handoff:{name}") for name in ("lead", "attempt", "verdict"))
    silent = never_seen(call.lead for call in calls)
    shared = {"say_attempt": _("Attempt"), "say_verdict": _("Verdict")}
    new = filled(NEW, new=_("new"))
    looked, ask = _("Since you looked"), _("Ask:")

    def card(call: Call) -> SafeString:
        lead, key, told = call.lead, call.assignment.pk, news(call.news)
        question = _question(definition, call.reading, lead)
        about = _about(lead, what.get(lead.pk, ""))
        lines = joined(filled(REASON, points=short(each["points"], True), rule=each["rule"]) for each in call.strongest)
        return filled(
            CARD,
            key=key,
            degree=degree(call.reading.temperature if call.reading else ""),
            open=open_(lead.pk),
            lead=lead,
            new=new if call.unseen else NOTHING,
            about=about or seen(lead, lead.pk in silent),
            reach=reach(lead),
            reasons=filled(REASONS, lines=lines) if lines else NOTHING,
            news=filled(NEWS, looked=looked, told=", ".join(told)) if told else NOTHING,
            question=filled(ASK, ask=ask, question=question) if question else NOTHING,
            clock=drawn_clock(call.clock),
            rep=f"{call.assignment.rep.user} · " if name_reps and call.assignment.rep else "",
            tries=tries(call.attempts),
            attempt=attempt(key),
            verdict=verdict(key),
            **shared,
        )

    return joined(map(card, calls))


def waiting(found: Sequence[Loose], assigning: Assigning) -> SafeString:
    """Rows of leads that nobody owns: why, and since when."""

    def said(each: Loose) -> str:
        because = capital(each.because)
        return f"{because} · {ago(each.assignment.at)}" if each.assignment else because

    return _loose([(each, said(each)) for each in found], assigning)


def late(found: Sequence[Loose], assigning: Assigning, now: datetime) -> SafeString:
    """Rows of leads whose owners haven't tried in time: who, since when, and by how much."""

    def said(each: Loose) -> SafeString:
        held = each.assignment
        if held is None or held.rep is None:
            return NOTHING  # nobody is late with it
        text = _("with %(rep)s, handed over %(ago)s") % {"rep": held.rep.user, "ago": ago(held.at)}
        return joined((text, drawn_clock(clock_of(held, now))), " · ")

    return _loose([(each, said(each)) for each in found], assigning)


def _loose(found: Sequence[tuple[Loose, str]], assigning: Assigning) -> SafeString:
    if not found:
        return NOTHING
    what = titles((each.lead.pk for each, _said in found), agreed.live())
    open_ = addresses("handoff:lead")
    rows = (
        filled(
            LOOSE,
            degree=degree(each.reading.temperature if each.reading else ""),
            open=open_(each.lead.pk),
            lead=each.lead,
            about=_about(each.lead, what.get(each.lead.pk, "")),
            said=said,
            assign=assigning.of(each.lead),
        )
        for each, said in found
    )
    return joined(rows, "\n")


def _about(lead: Lead, title: str) -> str:
    """What somebody is, and where."""
    return ", ".join(part for part in (title, lead.works_for) if part)


def _question(definition: Definition | None, reading: Reading | None, lead: Lead) -> str:
    return agreed.next_question(definition, reading, lead.language or "en") if reading else ""


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
