"""Who asks for a slot, as far as that may be used: the lead of an id, if it agreed to being profiled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Q

from pyrometer.app.agreement.models import State, Version
from pyrometer.app.agreement.queries import definition_of
from pyrometer.app.consent.purposes import PROFILING
from pyrometer.app.evidence.handles import BadHandleError, normalise
from pyrometer.app.evidence.models import Handle, HandleKind, TraitChange
from pyrometer.app.evidence.queries import said
from pyrometer.app.evidence.withholding import ANSWER, Refusals, agreed
from pyrometer.app.nurture.models import Act, Enrolment, Offered, Seen
from pyrometer.app.nurture.slots.answering import Stored, answer
from pyrometer.app.nurture.slots.choices import Rule
from pyrometer.app.temperature.models import Reading
from pyrometer.definition import Definition
from pyrometer.definition.conditions import TraitLeaf, walk
from pyrometer.nurture.facts import Facts, Standing

READ = ("temperature", "stage", "scores", "grades", "criteria", "frameworks", "flags")


@dataclass(frozen=True)
class Visitor:
    """A lead that may be told apart: its root, the language that it reads, and whether its own device asks.

    Whose device it is nobody guesses, as it may a user's id. `refusals` is what it doesn't agree to.
    """

    root: int
    language: str
    device: bool
    refusals: Refusals = field(default_factory=Refusals)


def visitor_of(anonymous: str, user: str) -> Visitor | None:
    """The lead of the ids that a tracker sends, the user's first; None where it isn't known, or didn't agree.

    A user's id that is an address is nobody's: addresses are known to many, and what stands in a slot depends on who
    asks.
    """
    given = ((HandleKind.USER, "" if "@" in user else user), (HandleKind.ANONYMOUS, anonymous))
    asked = [pair for kind, value in given if (pair := _pair(kind, value)) is not None]
    if not asked:
        return None
    those = Q()
    for kind, value in asked:
        those |= Q(kind=kind, value=value)
    rows = Handle.objects.filter(those, lead__root__erased_at__isnull=True)
    found = {kind: (root, language) for kind, root, language in rows.values_list(*_OF_HANDLE)}
    kind = next((kind for kind, _ in asked if kind in found), None)
    if kind is None:
        return None
    root, language = found[kind]
    refusals = agreed().refusals([root])
    if PROFILING in refusals.by_root.get(root, {}):
        return None
    device = found.get(HandleKind.ANONYMOUS)
    return Visitor(root, language, device is not None and device[0] == root, refusals)


_OF_HANDLE = ("kind", "lead__root_id", "lead__root__language")


def _pair(kind: str, value: str) -> tuple[str, str] | None:
    try:
        return str(kind), normalise(kind, value)
    except BadHandleError:
        return None


@dataclass(frozen=True)
class Offer:
    """A content that a programme shows a lead, until a moment or for good."""

    content: str
    until: datetime | None


@dataclass(frozen=True)
class Look:
    """How often a lead saw a content in a slot, and whether it closed it."""

    count: int = 0
    dismissed: bool = False


@dataclass(frozen=True)
class Known:
    """What is stored of a lead for a slot: the facts that rules are answered by, what it saw, what it was offered.

    `read`: whether it has a reading at all; without one it is as good as unknown.
    """

    facts: Facts
    read: bool
    looks: Mapping[str, Look] = field(default_factory=dict)
    offers: tuple[Offer, ...] = ()


def known_of(visitor: Visitor, slot: int, name: str, rules: Iterable[Rule], now: datetime) -> Known:
    """Look up what the rules of a slot need of a visitor."""
    rules, root = tuple(rules), visitor.root
    needs = {need for rule in rules for need in rule.needs}
    row = Reading.objects.filter(pk=root).values(*READ).first()
    facts = Facts()
    if row is not None:
        facts = Facts(
            temperature=row["temperature"],
            stage=row["stage"],
            answers=_answers(visitor, rules, row),
            sent=_sent(root) if "sent" in needs else {},
            programmes=_programmes(root) if "programme" in needs else {},
        )
    return Known(facts, row is not None, _looks(root, slot), _offers(root, name, now))


def _answers(visitor: Visitor, rules: Iterable[Rule], row: Mapping[str, Any]) -> dict[str, bool | None]:
    questions = {asked.key: asked.condition for rule in rules for asked in rule.questions}
    definition = live_definition() if questions else None
    if definition is None:
        return dict.fromkeys(questions)
    named = {leaf.trait for each in questions.values() for _, leaf in walk(each) if isinstance(leaf, TraitLeaf)}
    traits = _traits(visitor, named) if named else {}
    stored = Stored(row["scores"], row["grades"], row["criteria"], row["frameworks"], row["flags"], traits)
    return {key: answer(condition, stored, definition) for key, condition in questions.items()}


def _traits(visitor: Visitor, names: Iterable[str]) -> dict[str, Any]:
    """The answers that count, of some traits: those that were given last."""
    rows = TraitChange.objects.filter(lead__root=visitor.root, trait__in=names, retracted_at__isnull=True)
    rows = rows.order_by("occurred_at", "received_at", "pk")
    return {
        trait: said(value)
        for trait, (value, source) in {
            trait: (value, source) for trait, value, source in rows.values_list("trait", "value", "source")
        }.items()
        if not visitor.refusals.withhold(visitor.root, ANSWER, trait, source)
    }


def _sent(root: int) -> dict[str, datetime]:
    """When each content was sent last, by any programme."""
    acts = Act.objects.filter(lead__root=root, kind=Act.Kind.SENT).order_by("at")
    return dict(acts.values_list("what", "at"))


def _programmes(root: int) -> dict[str, Standing]:
    """How a lead stands to each programme that it entered, the last time it did."""
    rows = Enrolment.objects.filter(lead__root=root, held_back=False).order_by("entered_at", "pk")
    return {key: Standing(standing) for key, standing in rows.values_list("programme__key", "standing")}


def _looks(root: int, slot: int) -> dict[str, Look]:
    found: dict[str, Look] = {}
    rows = Seen.objects.filter(lead__root=root, slot=slot).values_list("content", "count", "dismissed_at")
    for content, count, dismissed in rows:
        before = found.get(content, Look())
        found[content] = Look(before.count + count, before.dismissed or dismissed is not None)
    return found


def _offers(root: int, name: str, now: datetime) -> tuple[Offer, ...]:
    """What programmes offer in a slot now, the latest first."""
    rows = Offered.objects.filter(Q(until=None) | Q(until__gt=now), lead__root=root, slot=name).exclude(content="")
    return tuple(
        Offer(content, until) for content, until in rows.order_by("-at", "-pk").values_list("content", "until")[:20]
    )


def live_definition() -> Definition | None:
    """What leads are read by; None before the first was published."""
    found = Version.objects.filter(state=State.LIVE).values_list("pk", "fingerprint").first()
    return None if found is None else _definition(*found)


@lru_cache(maxsize=8)
def _definition(pk: int, fingerprint: str) -> Definition:
    """The definition of a version that was published, whose text nobody edits any more."""
    return definition_of(Version.objects.get(pk=pk))
