"""Evidence that is kept and doesn't count, since its lead doesn't agree to what it would be used for.

Which evidence belongs to which purpose, and who doesn't agree to which, says a room further on, which registers here.
Without one everything counts.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db.models import Count

from pyrometer.app.evidence.models import Event, Source, TraitChange

EVENT, ANSWER = "event", "answer"
KINDS = (EVENT, ANSWER)
SOURCES = tuple(str(source) for source in Source.values)


@dataclass(frozen=True)
class Coverage:
    """The purpose that evidence belongs to: by its name, else by its source, else by its kind, else `rest`.

    >>> coverage = Coverage({("event", "mail_clicked"): "email"}, {"chat": "support"}, {}, "profiling")
    >>> [coverage.purpose_of(*each) for each in [("event", "mail_clicked", "chat"), ("answer", "need", "chat")]]
    ['email', 'support']
    >>> coverage.purpose_of("event", "page_viewed", "wire")
    'profiling'
    """

    names: Mapping[tuple[str, str], str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, str] = field(default_factory=dict)
    rest: str = ""

    def purpose_of(self, kind: str, name: str, source: str) -> str:
        """The purpose of an event, or of an answer, whose name is that of its trait."""
        return self.names.get((kind, name)) or self.sources.get(source) or self.kinds.get(kind) or self.rest


Refused = Mapping[str, datetime | None]
"""Purposes that a lead doesn't agree to, since when; None: it was never asked, or didn't answer."""


@dataclass(frozen=True)
class Refusals:
    """Of some roots those that don't agree to something, with what that is; and what belongs to which purpose."""

    coverage: Coverage = field(default_factory=Coverage)
    by_root: Mapping[int, Refused] = field(default_factory=dict)

    def withhold(self, root: int, kind: str, name: str, source: str) -> bool:
        """Whether an event or answer of a root doesn't count."""
        refused = self.by_root.get(root)
        return bool(refused) and self.coverage.purpose_of(kind, name, source) in refused


Span = tuple[datetime | None, datetime | None]
"""From when on, and until when, evidence counts; None: since ever, for good."""


class Agreed:
    """What nobody refuses anything by."""

    def refusals(self, roots: Collection[int]) -> Refusals:
        """What some roots don't agree to, now."""
        return Refusals()

    def spans(self, leads: Collection[int]) -> Callable[[int, str, str, str], Sequence[Span]]:
        """When evidence of some leads counts, by lead, kind, name and source: where a lead agreed."""
        return lambda *_: ALWAYS

    def waiting(self, limit: int, now: datetime) -> tuple[Sequence[int], Callable[[], None]]:
        """Leads of whom something else counts since the archive was told, and what to call once it is."""
        return (), lambda: None


ALWAYS: Sequence[Span] = ((None, None),)

_agreed = Agreed()


def register(agreed: Agreed) -> None:
    """Have a room say what counts. Called in its `ready`."""
    global _agreed
    _agreed = agreed


def agreed() -> Agreed:
    """Who says what counts."""
    return _agreed


@dataclass(frozen=True)
class Withheld:
    """Evidence of a root that doesn't count: how many events and answers, for want of a yes to which purpose."""

    purpose: str
    since: datetime | None
    events: int
    answers: int


def withheld(root: int, *, events: Collection[str], traits: Collection[str]) -> list[Withheld]:
    """What of a root doesn't count, among events and traits with these names; empty where it agrees to everything."""
    found = _agreed.refusals([root])
    refused = found.by_root.get(root)
    if not refused:
        return []
    counts: dict[str, dict[str, int]] = {purpose: dict.fromkeys(KINDS, 0) for purpose in refused}
    for kind, name, source, count in _counted(root, events, traits):
        purpose = found.coverage.purpose_of(kind, name, source)
        if purpose in counts:
            counts[purpose][kind] += count
    return [
        Withheld(purpose, refused[purpose], counts[purpose][EVENT], counts[purpose][ANSWER])
        for purpose in sorted(refused)
        if any(counts[purpose].values())
    ]


def _counted(root: int, events: Collection[str], traits: Collection[str]) -> Iterator[tuple[str, str, str, int]]:
    did = Event.objects.filter(lead__root=root, bot="", retracted_at__isnull=True, name__in=events)
    for name, source, count in did.values_list("name", "source").annotate(count=Count("pk")).order_by():
        yield EVENT, name, source, count
    said = TraitChange.objects.filter(lead__root=root, retracted_at__isnull=True, trait__in=traits)
    for name, source, count in said.values_list("trait", "source").annotate(count=Count("pk")).order_by():
        yield ANSWER, name, source, count


@dataclass(frozen=True)
class Part:
    """Roots of whom the same counts: of which names everything does, and of which only what came from some sources."""

    roots: frozenset[int]
    names: tuple[str, ...]
    partly: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()


def parts(refusals: Refusals, roots: Collection[int], kind: str, names: Collection[str]) -> list[Part]:
    """Roots by what of a kind counts of them, among evidence with these names."""
    if not refusals.by_root:
        return [Part(frozenset(roots), tuple(names))]
    alike: dict[frozenset[str], set[int]] = {}
    for root in roots:
        alike.setdefault(frozenset(refusals.by_root.get(root, ())), set()).add(root)
    return [_part(frozenset(some), out, refusals.coverage, kind, names) for out, some in alike.items()]


def _part(roots: frozenset[int], out: frozenset[str], coverage: Coverage, kind: str, names: Collection[str]) -> Part:
    whole: list[str] = []
    partly: dict[tuple[str, ...], list[str]] = {}
    for name in names:
        good = tuple(source for source in SOURCES if coverage.purpose_of(kind, name, source) not in out)
        if len(good) == len(SOURCES):
            whole.append(name)
        elif good:
            # Sources are told apart only where no name is: so for all such names they are the same.
            partly.setdefault(good, []).append(name)
    ((sources, some),) = partly.items() or (((), []),)
    return Part(roots, tuple(whole), tuple(some), sources)
