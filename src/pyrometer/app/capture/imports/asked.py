"""What the page of a mapping asks: its choices in words, and its answers read back."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _
from phonenumbers import SUPPORTED_REGIONS

from pyrometer.app.capture.imports.countries import named
from pyrometer.app.capture.imports.files import ENCODINGS, SEPARATORS
from pyrometer.app.capture.imports.mapping import TARGETS, TYPES, Column, Mapping
from pyrometer.app.capture.imports.wanted import Wants, called
from pyrometer.app.consent.queries import in_order

TARGET_NAMES = {
    "": _("leave out"),
    "email": _("email"),
    "phone": _("phone"),
    "social": _("social name or profile"),
    "user": _("id of a user"),
    "anonymous": _("id of a visitor"),
    "name": _("name"),
    "first_name": _("first name"),
    "last_name": _("last name"),
    "time": _("when"),
    "event": _("what happened"),
    "id": _("id of the event"),
    "trait": _("another trait"),
    "property": _("another detail of the event"),
}
TYPE_NAMES = {"text": _("text"), "number": _("number"), "date": _("date"), "boolean": _("yes or no")}
SEPARATOR_NAMES = {",": ",", ";": ";", "\t": _("tab"), "|": "|"}


def choices(kind: str, wants: Wants) -> dict[str, Any]:
    """Everything there is to choose from, for the template."""
    only_events = ("event", "id", "property")
    targets = [(target, TARGET_NAMES[target]) for target in _PLAIN if kind == "events" or target not in only_events]
    groups: list[tuple[Any, list[tuple[str, Any]]]] = [
        ("", [each for each in targets if each[0] == ""]),
        (_("Who, when, what"), [each for each in targets if each[0] not in ("", *_NAMED)]),
    ]
    if kind == "events":
        groups.append((_("Details that the definition asks for"), _offered("property", wants)))
    if kind == "leads":
        groups.append(
            (_("Consent"), [(f"consent:{each.slug}", _agreed(each.slug)) for each in in_order() if each.active])
        )
    groups.append((_("Traits that the definition asks for"), _offered("trait", wants)))
    groups.append((_("Anything else, under a name of its own"), [each for each in targets if each[0] in _NAMED]))
    return {
        "targets": [group for group in groups if group[1]],
        "events": wants.events,
        "types": list(TYPE_NAMES.items()),
        "encodings": list(ENCODINGS.items()),
        "separators": list(SEPARATOR_NAMES.items()),
        "zones": sorted(available_timezones()),
        "regions": named(),
    }


def chosen(column: Column, wants: Wants) -> str:
    """The choice that stands for what a column is."""
    if column.to == "consent":
        return f"consent:{column.called}"
    return f"{column.to}:{column.called}" if wants.find(column.to, column.called) else column.to


def answered(given: AnyMapping[str, str], before: Mapping, wants: Wants) -> Mapping:
    """The mapping that was sent; what isn't among the choices stays as it was.

    What the definition asks for is read as it says; anything else is called and read as the page says.
    """

    purposes = {each.slug for each in in_order()}

    def one(name: str, old: str, among: Any) -> str:
        value = given.get(name, old)
        return value if value in among else old

    def meant(place: int, column: Column) -> Column:
        to, _colon, name = given.get(f"to-{place}", "").partition(":")
        if to == "consent" and name in purposes:
            return Column(column.name, to, name, "boolean")
        if found := wants.find(to, name):
            return Column(column.name, to, found.name, found.read_as)
        return Column(
            column.name,
            one(f"to-{place}", column.to, _PLAIN),
            called(given.get(f"called-{place}", column.called)),
            one(f"type-{place}", column.type, TYPES),
        )

    return Mapping(
        columns=tuple(meant(place, column) for place, column in enumerate(before.columns)),
        encoding=one("encoding", before.encoding, ENCODINGS),
        separator=one("separator", before.separator, SEPARATORS),
        event=given.get("event", before.event).strip()[:120],
        region=one("region", before.region, {"", *SUPPORTED_REGIONS}),
        zone=one("zone", before.zone, available_timezones()),
        day_first=given.get("day_first", "yes" if before.day_first else "no") == "yes",
        channel=given.get("channel", before.channel).strip()[:60],
        words=given.get("words", before.words).strip()[:2000],
    )


_NAMED = ("trait", "property")
_PLAIN = tuple(target for target in TARGETS if target != "consent")


def _agreed(slug: str) -> str:
    return _("agreed to “%(purpose)s”") % {"purpose": slug}


def _offered(to: str, wants: Wants) -> list[tuple[str, Any]]:
    """By name, and beside it what it is called where that says more."""
    return [(f"{to}:{each.name}", f"{each.name} ({each.label})" if each.label else each.name) for each in wants.of(to)]
