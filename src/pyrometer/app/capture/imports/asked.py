"""What the page of a mapping asks: its choices in words, and its answers read back."""

from __future__ import annotations

from collections.abc import Mapping as AnyMapping
from typing import Any
from zoneinfo import available_timezones

from django.utils.translation import gettext_lazy as _
from phonenumbers import SUPPORTED_REGIONS

from pyrometer.app.capture.imports.files import ENCODINGS, SEPARATORS
from pyrometer.app.capture.imports.mapping import TARGETS, TYPES, Column, Mapping, called

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
    "trait": _("trait"),
    "property": _("detail of the event"),
}
TYPE_NAMES = {"text": _("text"), "number": _("number"), "date": _("date"), "boolean": _("yes or no")}
SEPARATOR_NAMES = {",": ",", ";": ";", "\t": _("tab"), "|": "|"}


def choices(kind: str) -> dict[str, Any]:
    """Everything there is to choose from, for the template."""
    only_events = ("event", "id", "property")
    targets = [(target, TARGET_NAMES[target]) for target in TARGETS if kind == "events" or target not in only_events]
    return {
        "targets": targets,
        "types": list(TYPE_NAMES.items()),
        "encodings": list(ENCODINGS.items()),
        "separators": list(SEPARATOR_NAMES.items()),
        "zones": sorted(available_timezones()),
        "regions": sorted(SUPPORTED_REGIONS),
    }


def answered(given: AnyMapping[str, str], before: Mapping) -> Mapping:
    """The mapping that was sent; what isn't among the choices stays as it was."""

    def one(name: str, old: str, among: Any) -> str:
        value = given.get(name, old)
        return value if value in among else old

    columns = tuple(
        Column(
            column.name,
            one(f"to-{place}", column.to, TARGETS),
            called(given.get(f"called-{place}", column.called)),
            one(f"type-{place}", column.type, TYPES),
        )
        for place, column in enumerate(before.columns)
    )
    return Mapping(
        columns=columns,
        encoding=one("encoding", before.encoding, ENCODINGS),
        separator=one("separator", before.separator, SEPARATORS),
        event=given.get("event", before.event).strip()[:120],
        region=one("region", before.region, {"", *SUPPORTED_REGIONS}),
        zone=one("zone", before.zone, available_timezones()),
        day_first=given.get("day_first", "yes" if before.day_first else "no") == "yes",
        channel=given.get("channel", before.channel).strip()[:60],
    )
