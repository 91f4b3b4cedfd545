"""How pages write what is known of leads: points, ages, names of rules, links that keep a page's filters."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django import template
from django.template.loader import render_to_string
from django.utils.formats import number_format
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from pyrometer.app.handoff.verdicts import REASONS, VERDICTS
from pyrometer.app.people.templatetags.moments import ago
from pyrometer.app.temperature.models import Temperature, Transition
from pyrometer.app.temperature.reasons import what_happened

register = template.Library()
register.filter(ago)

MINUS = "\N{MINUS SIGN}"

_degrees: dict[tuple[str | None, str], SafeString] = {}


@register.filter
def degree(temperature: Any) -> SafeString:
    """The small thermometer: drawn once for each language and temperature, since lists show it with every row."""
    shown = temperature if temperature in Temperature.values else Temperature.COOL
    key = (get_language(), str(shown))
    if key not in _degrees:
        _degrees[key] = render_to_string("parts/thermometer.html", {"temperature": str(shown)})
    return _degrees[key]


@register.filter
def points(value: Any, signed: bool = False) -> str:
    """Points as people read them: exact, without idle zeros, with a real minus; `points:True` puts a plus, too."""
    if value is None or value == "":
        return ""
    number = Decimal(str(value)).normalize()
    text = number_format(abs(number), use_l10n=True, force_grouping=True)
    if number < 0:
        return MINUS + text
    return f"+{text}" if signed and number > 0 else text


@register.filter
def short(value: Any, signed: bool = False) -> str:
    """Points in a list: whole, since the exact sum is a click away; a little stays a little."""
    return "" if value is None or value == "" else _short(str(value), signed, get_language())


@lru_cache(maxsize=4096)
def _short(value: str, signed: bool, language: str | None) -> str:
    """Kept: rows of a list show the same few points, written as the language has it."""
    number = Decimal(value)
    whole = number.quantize(Decimal(1), ROUND_HALF_EVEN)
    return points(whole if whole or not number else number.quantize(Decimal("0.1")), signed)


@register.filter
def aligned(line: Any, sum_: Any) -> str:
    """A line's points, padded on the right so that the decimal points of its score's lines stand under each other."""
    most = max((_decimals(each.points) for each in sum_.lines), default=0)
    own = _decimals(line.points)
    point = "\N{PUNCTUATION SPACE}" if most and not own else ""
    return points(line.points, True) + point + "\N{FIGURE SPACE}" * (most - own)


@register.filter
def total(sum_: Any) -> str:
    """A score's total, padded as its lines are."""
    most = max((_decimals(each.points) for each in sum_.lines), default=0)
    own = _decimals(sum_.points)
    point = "\N{PUNCTUATION SPACE}" if most > own and not own else ""
    return points(sum_.points) + point + "\N{FIGURE SPACE}" * max(most - own, 0)


def _decimals(value: Any) -> int:
    return max(-int(Decimal(str(value)).normalize().as_tuple().exponent), 0)


@register.filter
def rule(name: str) -> str:
    """A rule's name; what a cap or a range took is said in words."""
    if name == "range":
        return _("Beyond the score's range")
    if name.startswith("group "):
        return _("Over the cap of %(group)s") % {"group": name.removeprefix("group ").replace("_", " ")}
    return name


STAGES = {
    "lead": gettext_noop("lead"),
    "mql": gettext_noop("MQL"),
    "sql": gettext_noop("handed over"),
    "accepted": gettext_noop("accepted"),
    "opportunity": gettext_noop("opportunity"),
    "customer": gettext_noop("customer"),
    "recycled": gettext_noop("recycled"),
    "unqualified": gettext_noop("unqualified"),
    "quiet": gettext_noop("quiet"),
    "let_go": gettext_noop("let go"),
}


@register.filter
def stage(name: Any) -> str:
    """A stage as the teams call it."""
    return _(STAGES[str(name)]) if str(name) in STAGES else ""


@register.filter
def why(transition: Any) -> str:
    """Why a temperature or a stage changed, in words."""
    if transition.kind == Transition.Kind.TEMPERATURE:
        return what_happened(transition.before, transition.after, transition.cause, transition.reasons)
    said = [each for each in transition.reasons if isinstance(each, str) and each]
    return _(said[0]) if said else words(transition.cause)


SOURCES = {
    "wire": gettext_noop("from the website"),
    "form": gettext_noop("in a form"),
    "survey": gettext_noop("in a survey"),
    "import": gettext_noop("imported"),
    "call": gettext_noop("in a call"),
    "chat": gettext_noop("in a chat"),
    "mail": gettext_noop("by email"),
    "hand": gettext_noop("written by hand"),
    "api": gettext_noop("from another program"),
    "inference": gettext_noop("concluded"),
}


@register.filter
def source(name: Any) -> str:
    """Where evidence came from, as people say it."""
    return _(SOURCES[str(name)]) if str(name) in SOURCES else str(name)


@register.filter
def verdict(kind: Any) -> str:
    """A verdict as the dialog names it."""
    return next((str(name) for known, name, _hint in VERDICTS if known == kind), words(kind))


@register.filter
def reason(key: Any) -> str:
    """A verdict's reason as the dialog names it."""
    return str(dict(REASONS).get(str(key), words(key)))


CHANNELS = {
    "call": gettext_noop("by phone"),
    "email": gettext_noop("by email"),
    "social": gettext_noop("on social media"),
    "meeting": gettext_noop("in a meeting"),
}


@register.filter
def channel(name: Any) -> str:
    """How somebody was tried, in a word."""
    return _(CHANNELS[str(name)]) if str(name) in CHANNELS else str(name)


@register.filter
def words(name: Any) -> str:
    """A name of the definition or a stage as words: `asset_downloaded` is "asset downloaded"."""
    return str(name).replace("_", " ").strip()


@register.filter
def capital(text: Any) -> str:
    """With a capital letter in front, the rest as it is."""
    return str(text)[:1].upper() + str(text)[1:]


@register.filter
def minutes(count: Any) -> str:
    """A span of minutes in its one or two largest units."""
    left = abs(int(count))
    hours, rest = divmod(left, 60)
    if hours >= 48:
        return ngettext("%(n)d day", "%(n)d days", hours // 24) % {"n": hours // 24}
    if hours and rest and hours < 10:
        return _("%(hours)d h %(minutes)d min") % {"hours": hours, "minutes": rest}
    return _("%(hours)d h") % {"hours": hours} if hours else _("%(minutes)d min") % {"minutes": rest}


@register.filter
def company(lead: Any) -> str:
    """The company of a lead, or its domain; nothing where it has none."""
    return lead.works_for


@register.filter
def of(mapping: Any, key: Any) -> Any:
    """A value of a mapping, by a key that a template has in a variable."""
    return (mapping or {}).get(key)


@register.filter
def said(value: Any) -> str:
    """An answer in words."""
    if value is None:
        return _("no longer known")
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, (int, float)):
        return points(value)
    if isinstance(value, list):
        return ", ".join(said(each) for each in value)
    return str(value)


@register.simple_tag(takes_context=True)
def again(context: Any, **changes: Any) -> str:
    """This page's address with some of its filters changed; an empty one is left out, and so is the cursor."""
    asked = context["request"].GET.dict() | {"after": ""} | changes
    kept = {name: value for name, value in asked.items() if value not in ("", None)}
    return "?" + urlencode(kept)


@register.filter
def unlocalized(number: float) -> str:
    """A number for a drawing, with a point in every language."""
    return f"{number:g}"


@register.filter
def share(line: Any, explained: Any) -> str:
    """How long a line's bar is, of 100: the strongest line of all scores fills it, so that bars can be compared."""
    most = max((abs(each.points) for sum_ in explained.sums for each in sum_.lines), default=0)
    return unlocalized(100 * abs(float(line.points)) / float(most)) if most else "0"
