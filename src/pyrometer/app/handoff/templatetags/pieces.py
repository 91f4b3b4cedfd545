"""Pieces of HTML that lists and pages share; drawn in Python, since a list shows them with every row.

What is put into them is escaped by `filled`, as a template does it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from functools import lru_cache
from html import escape
from typing import Any

from django import template
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from pyrometer.app.handoff.choices import reps
from pyrometer.app.handoff.templatetags.leads import minutes

register = template.Library()

NOTHING = SafeString("")
MARK = 707_070_707
"""A number that stands in no address for another reason."""

CLOCK = (
    '<span class="clock{state}" title="{due}"><svg viewBox="0 0 16 16" aria-hidden="true">'
    '<circle cx="8" cy="8" r="6.5"/><path d="M8 4.5V8l2.3 1.6"/></svg>{text}</span>'
)
REACH = '<p class="reach">{ways}</p>'
PHONE = '<a href="tel:{way}">{way}</a>'
EMAIL = '<a href="mailto:{way}">{way}</a>'
UNREACHED = '<span class="soft">{said}</span>'
OPTION = '<option value="{key}"{chosen}>{name}</option>'
CHOSEN = SafeString(" selected")
HIDDEN = (
    '<input type="hidden" name="csrfmiddlewaretoken" value="{token}"><input type="hidden" name="next" value="{next}">'
)
ASSIGN = (
    '<form class="actions" method="post" action="{address}">{hidden}'
    '<label class="out-of-sight" for="rep-{key}">{label}</label>'
    '<select id="rep-{key}" name="rep" required><option value="">{who}</option>{options}</select>'
    "<button>{assign}</button></form>"
)


def filled(layout: str, /, **values: Any) -> SafeString:
    """A layout with values in it, all but HTML that is safe already escaped.

    What `format_html` does, for texts that are there: looking after those that aren't yet takes half of its time.

    >>> filled("<b>{name}</b>{more}", name='<i> & "{name}"', more=SafeString("<hr>"))
    '<b>&lt;i&gt; &amp; &quot;{name}&quot;</b><hr>'
    """
    return SafeString(layout.format_map({name: _safe(value) for name, value in values.items()}))


def joined(pieces: Iterable[Any], between: str = "") -> SafeString:
    """Pieces one after the other, all but those that are safe already escaped."""
    return SafeString(between.join(map(_safe, pieces)))


def _safe(value: Any) -> str:
    return value if isinstance(value, SafeString) else escape(str(value))


def addresses(name: str) -> Callable[[int], str]:
    """Addresses that differ by a number only: found once for a list, and not for every row."""
    before, _mark, after = reverse(name, args=[MARK]).partition(str(MARK))
    return lambda key: f"{before}{key}{after}"


@register.filter(name="clock")
def drawn_clock(clock: Any) -> SafeString:
    """A clock in business minutes; nothing where none runs."""
    if not clock:
        return NOTHING
    state = " over" if clock.overdue else " soon" if clock.minutes <= 15 else ""
    due = _written(clock.due_at, timezone.get_current_timezone_name(), get_language())
    return filled(CLOCK, state=state, due=due, text=_left(clock))


@lru_cache(maxsize=4096)
def _written(when: datetime, zone: str, language: str | None) -> str:
    """A moment as the reader writes it; kept, since a page that looks after itself asks again and again."""
    return date_format(timezone.localtime(when), "DATETIME_FORMAT")


def _left(clock: Any) -> str:
    if clock.overdue:
        return _("overdue by %(span)s") % {"span": minutes(clock.minutes)} if clock.minutes else _("overdue")
    return _("%(span)s left") % {"span": minutes(clock.minutes)} if clock.minutes else _("due now")


@register.filter
def reach(lead: Any) -> SafeString:
    """How a lead is reached."""
    phone = filled(PHONE, way=lead.phone) if lead.phone else NOTHING
    email = filled(EMAIL, way=lead.email) if lead.email else NOTHING
    return filled(REACH, ways=phone + email or filled(UNREACHED, said=_("no way to reach them yet")))


@register.filter
def tries(count: int) -> str:
    """How often somebody tried to reach a lead."""
    return ngettext("%(n)s attempt", "%(n)s attempts", count) % {"n": count} if count else _("no attempt yet")


def options(choices: Iterable[tuple[Any, str]], chosen: Any = None) -> SafeString:
    """The options of a select."""
    return joined(
        filled(OPTION, key=key, chosen=CHOSEN if key == chosen else NOTHING, name=name) for key, name in choices
    )


@register.simple_tag
def reps_to_choose(chosen: str = "") -> SafeString:
    """Options of all reps, of whom one may be chosen already, as an address says it."""
    return options(reps(), int(chosen) if chosen.isdecimal() else None)


class Assigning:
    """Forms that give leads to a rep, for a page with many: what they share is made once."""

    def __init__(self, request: Any, choices: Iterable[tuple[int, str]]) -> None:
        self.options = options(choices)
        self.address = addresses("handoff:assign")
        self.words: dict[str, str] = {"who": _("Who takes it?"), "assign": _("Assign"), "options": self.options}
        self.words["hidden"] = filled(HIDDEN, token=get_token(request), next=request.path)

    def __bool__(self) -> bool:
        return bool(self.options)

    def of(self, lead: Any) -> SafeString:
        """The form of a lead; nothing where there is nobody to give it to."""
        if not self:
            return NOTHING
        label = _("Who takes %(lead)s") % {"lead": lead}
        return filled(ASSIGN, address=self.address(lead.pk), key=lead.pk, label=label, **self.words)


@register.filter
def assigned_by(lead: Any, assigning: Assigning) -> SafeString:
    """`{{ lead|assigned_by:assigning }}`: the form that gives a lead to a rep."""
    return assigning.of(lead)
