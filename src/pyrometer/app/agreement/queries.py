"""What other rooms and the pages ask of the agreement."""

from __future__ import annotations

from functools import lru_cache

from django.db.models import QuerySet

from pyrometer.app.agreement.models import Signature, State, Version
from pyrometer.definition import Definition, load

TEAMS = ("marketing", "sales")


def live() -> Version | None:
    """The version that leads are read by; None before the first was published."""
    return Version.objects.filter(state=State.LIVE).first()


def definition_of(version: Version) -> Definition:
    """The definition of a version. Raises DefinitionError for a draft with errors."""
    return _definition(version.text)


@lru_cache(maxsize=16)
def _definition(text: str) -> Definition:
    return load(text if "\n" in text else text + "\n")


def history() -> QuerySet[Version]:
    """All versions with their signatures, the newest first."""
    return Version.objects.order_by("-number").prefetch_related("signatures__user")


def signatures(version: Version) -> dict[str, Signature | None]:
    """Who signed for each team."""
    found = {signature.team: signature for signature in version.signatures.all()}
    return {team: found.get(team) for team in TEAMS}
