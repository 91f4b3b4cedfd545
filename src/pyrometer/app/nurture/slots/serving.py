"""What a visitor is shown in a slot: what a programme offers, else the first choice that fits and wasn't seen enough.

Few statements, each by an index, and nothing scored: pages of the site wait for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from pyrometer.app.delivery.email.content.rendering import UnrenderableError
from pyrometer.app.nurture.models import Slot
from pyrometer.app.nurture.slots import coupons
from pyrometer.app.nurture.slots.checking import bears
from pyrometer.app.nurture.slots.choices import Rule, choices_of, made_ready
from pyrometer.app.nurture.slots.rendering import MissingContentError, Wording, gives, shown, wordings
from pyrometer.app.nurture.slots.visitors import Known, Look, Visitor, known_of
from pyrometer.nurture.contents import PITCHES
from pyrometer.nurture.facts import Facts

NOBODY = Known(Facts(), read=False)


@dataclass(frozen=True)
class Place:
    """A slot as it is shown: its rules, and how often the same is."""

    pk: int
    name: str
    rules: tuple[Rule, ...]
    most_seen: int | None


@dataclass(frozen=True)
class Shown:
    """What is shown: `once` names this wording in this slot, so that who closed it isn't shown it again."""

    slot: str
    content: str
    html: str
    text: str
    until: datetime | None
    once: str


@dataclass(frozen=True)
class Candidate:
    """A content that fits, where its code is from, and until when it is shown."""

    content: str
    coupon: str = ""
    until: datetime | None = None


def place_of(name: str) -> Place | None:
    """A slot, made ready; None where there is no such slot. One that is switched off has no rules."""
    found = Slot.objects.filter(name=name).values_list("pk", "active", "most_seen", "revision", "at").first()
    if found is None:
        return None
    pk, active, most_seen, revision, at = found
    return Place(pk, name, _rules(pk, revision, at) if active else (), most_seen)


@lru_cache(maxsize=200)
def _rules(pk: int, revision: int, at: datetime) -> tuple[Rule, ...]:
    return made_ready(choices_of(Slot.objects.values_list("choices", flat=True).get(pk=pk)))


def show(place: Place, visitor: Visitor | None, languages: Sequence[str], now: datetime) -> Shown | None:
    """What stands in a slot for a visitor; None where it stays as the page has it."""
    if not place.rules:
        return None
    known = NOBODY if visitor is None else known_of(visitor, place.pk, place.name, place.rules, now)
    found = list(candidates(place, known, now))
    worded = wordings(each.content for each in found)
    spoken = [*languages, *([visitor.language] if visitor is not None and visitor.language else [])]
    for each in found:
        wording = worded.get(each.content)
        if wording is None or PITCHES.index(wording.pitch) > bears(known.facts.temperature):
            continue
        try:
            return _shown(place, each, wording, visitor, spoken, now)
        except (UnrenderableError, MissingContentError):
            # It was changed since somebody checked it, or has no code to show: the next one has its turn.
            continue
    return None


def candidates(place: Place, known: Known, now: datetime) -> Iterator[Candidate]:
    """What fits somebody, in order, without what was closed or seen often enough.

    Who isn't known, or was never read, gets what needs nothing known. That is shown as often as somebody comes: there
    is nothing after it.
    """
    for offer in known.offers:
        if not _enough(known.looks.get(offer.content), place.most_seen):
            yield Candidate(offer.content, until=offer.until)
    for rule in place.rules:
        look = known.looks.get(rule.choice.content)
        if rule.choice.open:
            if look is None or not look.dismissed:
                yield Candidate(rule.choice.content, rule.choice.coupon)
        elif known.read and not _enough(look, place.most_seen) and _true(rule, known.facts, now):
            yield Candidate(rule.choice.content, rule.choice.coupon)


def _enough(look: Look | None, most: int | None) -> bool:
    return look is not None and (look.dismissed or (most is not None and look.count >= most))


def _true(rule: Rule, facts: Facts, now: datetime) -> bool:
    """Unknown is not yes."""
    return rule.truth is not None and rule.truth(facts, _NONE, now) is True


_NONE: Mapping[str, datetime] = {}


def _shown(
    place: Place, each: Candidate, wording: Wording, visitor: Visitor | None, languages: Iterable[str], now: datetime
) -> Shown:
    """Raises UnrenderableError and MissingContentError."""
    code, until = "", each.until
    if gives(wording):
        drawn = _drawn(place, each, visitor, now)
        if drawn.code is None:
            raise UnrenderableError("there is no code to show")
        code = drawn.code
        until = min(filter(None, (until, drawn.until)), default=None)
    html, text = shown(wording, languages, code)
    return Shown(place.name, wording.name, html, text, until, f"{place.name}/{wording.name}/{wording.number}")


def _drawn(place: Place, each: Candidate, visitor: Visitor | None, now: datetime) -> coupons.Drawn:
    """The code for a visitor whose own device asks; anybody could guess a user's id, and see the code of another."""
    if visitor is None or not visitor.device:
        return coupons.Drawn(why=coupons.UNKNOWN)
    if each.coupon:
        return coupons.draw(each.coupon, visitor.root, f"slot:{place.pk}:{visitor.root}", now)
    return coupons.given_last(visitor.root, now)
