"""Reads what the page of a slot sends: choices are added, moved and removed without a script, and kept together."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.http import QueryDict
from django.utils.translation import gettext as _

from pyrometer.app.nurture.models import Slot
from pyrometer.app.nurture.slots.choices import LONGEST, MOST, STAGES, TEMPERATURES, Choice, choices_of

_PLACE = re.compile(r"content-([0-9]{1,3})")
_MOVES = re.compile(r"(up|down|remove)-([0-9]{1,3})")
MOST_SEEN = 1000


@dataclass
class Draft:
    """A slot as it stands on the page, and what is wrong with its fields."""

    name: str = ""
    about: str = ""
    active: bool = True
    most_seen: str = ""
    choices: list[Choice] = field(default_factory=list)
    wrong: dict[str, str] = field(default_factory=dict)

    @property
    def most(self) -> int | None:
        """How often the same is seen, at most."""
        return int(self.most_seen) if self.most_seen.isdecimal() and self.most_seen.isascii() else None


def kept(slot: Slot | None) -> Draft:
    """A slot as it is kept; a new one has one choice to be filled in."""
    if slot is None:
        return Draft(choices=[Choice("")])
    most = "" if slot.most_seen is None else str(slot.most_seen)
    return Draft(slot.name, slot.about, slot.active, most, list(choices_of(slot.choices)))


def sent(given: QueryDict) -> Draft:
    """What was sent, with what was asked to be added, moved or removed done."""
    draft = Draft(
        name=given.get("name", "").strip()[:200],
        about=given.get("about", "").strip()[:200],
        active=given.get("active") == "yes",
        most_seen=given.get("most_seen", "").strip()[:20],
        choices=_choices(given),
    )
    most = draft.most_seen
    if most and (draft.most is None or not 1 <= draft.most <= MOST_SEEN):
        draft.wrong["most_seen"] = _("A whole number from 1 to %d, or nothing.") % MOST_SEEN
    _moved(draft.choices, given.get("do", ""))
    return draft


def _choices(given: QueryDict) -> list[Choice]:
    places = sorted({int(found[1]) for name in given if (found := _PLACE.fullmatch(name))})[: MOST + 1]
    return [_choice(given, place) for place in places]


def _choice(given: QueryDict, place: int) -> Choice:
    def those(name: str, known: Sequence[str]) -> tuple[str, ...]:
        ticked = given.getlist(f"{name}-{place}")
        return tuple(each for each in known if each in ticked)

    return Choice(
        content=given.get(f"content-{place}", "").strip()[:60],
        temperature=those("temperature", TEMPERATURES),
        stage=those("stage", STAGES),
        when=given.get(f"when-{place}", "").replace("\r\n", "\n").strip()[: LONGEST + 1],
        coupon=given.get(f"coupon-{place}", "").strip()[:60],
    )


def _moved(choices: list[Choice], do: str) -> None:
    """Do what a button asked for; one that asks for what there isn't does nothing."""
    if do == "add" and len(choices) < MOST:
        choices.append(Choice(""))
    found = _MOVES.fullmatch(do)
    if not found or not 0 <= (place := int(found[2])) < len(choices):
        return
    if found[1] == "remove":
        del choices[place]
        return
    other = place - 1 if found[1] == "up" else place + 1
    if 0 <= other < len(choices):
        choices[place], choices[other] = choices[other], choices[place]


def only_moves(given: Mapping[str, str]) -> bool:
    """Whether nothing is to be kept yet."""
    return given.get("do", "save") != "save"
