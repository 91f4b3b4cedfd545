"""Who a message is about: pure decisions over what is known of handles; `taking` loads that and writes what follows.

A message names its lead by handles. They are asked in the order of what they prove: the id of a user, then an address,
a phone, a social name; the id of a visitor's device last. Each is enough. What the message says belongs together
becomes one lead, unless that would make one of two people who each have a different user id or address: then the
message goes to the lead of its strongest handle, and a device that they share goes with it. What a person took apart
isn't put together again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

HandlePair = tuple[str, str]
"""Kind and value, the value normalised."""

ORDER = ("user", "email", "phone", "social", "anonymous")
"""The kinds, those that prove most first."""

TELLING = ("user", "email")
"""Kinds of which two people each have their own."""

Asked = tuple[Sequence[HandlePair], Sequence[HandlePair], bool]

Apart = Callable[[Sequence[int], Sequence[int]], bool]
"""Whether a person has taken a lead of the first and one of the second apart."""


@dataclass(eq=False)
class Known:
    """A lead as far as identity goes; `id` is None until it is written. `members` are those of a root."""

    id: int | None
    handles: set[HandlePair] = field(default_factory=set)
    root: Known = field(init=False)
    members: list[Known] = field(init=False)

    def __post_init__(self) -> None:
        self.root, self.members = self, [self]

    def of(self, kind: str) -> set[str]:
        """The values of a kind that a root's leads have."""
        return {value for member in self.members for known, value in member.handles if known == kind}

    @property
    def is_identified(self) -> bool:
        """Whether anything but a device is known of a root."""
        return any(kind != "anonymous" for member in self.members for kind, _ in member.handles)


@dataclass(frozen=True)
class Joined:
    """Two roots that became one; `moved` are the leads whose root changed."""

    winner: Known
    loser: Known
    moved: tuple[Known, ...]
    reason: str


class Register:
    """What is known of the handles of some messages, and what changes as these are told apart, one after another."""

    def __init__(self, rows: Iterable[tuple[int, int, str | None, str | None]] = (), *, apart: Apart) -> None:
        """`rows` are leads with their roots and a handle, or None where they have none."""
        self.leads: dict[int, Known] = {}
        self.owners: dict[HandlePair, Known] = {}
        self.created: list[Known] = []
        self.attached: dict[HandlePair, Known] = {}
        self.moved: dict[HandlePair, Known] = {}
        self.joined: list[Joined] = []
        self._apart = apart
        self.doubted: dict[Asked, HandlePair] = {}
        """What was said to be the same without being believed: the handle of the one that stayed apart."""
        self._answers: dict[Asked, Known] = {}
        roots: dict[int, int] = {}
        for lead, root, kind, value in rows:
            known = self.leads.get(lead)
            if known is None:
                known = self.leads[lead] = Known(lead)
                roots[lead] = root
            if kind is not None and value is not None:
                known.handles.add((kind, value))
                self.owners[kind, value] = known
        for lead, root in roots.items():
            if lead != root:
                _under(self.leads[root], [self.leads[lead]])

    def lead_of(self, handles: Sequence[HandlePair], also: Sequence[HandlePair] = (), *, public: bool = False) -> Known:
        """The lead that a message is about. `also` are handles of somebody who is said to be the same.

        In `public` anybody may say so: then two leads that are more than visitors stay two, and it is `doubted`.
        """
        # Most messages of a batch have the handles of one before them; what that one changed forgets the answers.
        asked = (tuple(handles), tuple(also), public)
        lead = self._answers.get(asked)
        if lead is None:
            lead = self._answers[asked] = self._decide(*asked)
        return lead

    def _decide(self, handles: Sequence[HandlePair], also: Sequence[HandlePair], public: bool) -> Known:
        own = sorted(dict.fromkeys(handles), key=lambda pair: ORDER.index(pair[0]))
        others = sorted(dict.fromkeys(pair for pair in also if pair not in own), key=lambda pair: ORDER.index(pair[0]))
        named = {kind: {value for known, value in (*own, *others) if known == kind} for kind in TELLING}
        lead = next(self._owners_of((*own, *others), named), None)
        if lead is None:
            lead = Known(None)
            self.created.append(lead)
        for pair in (*own, *others):
            owner = self.owners.get(pair)
            if owner is None:
                self._attach(pair, lead)
            elif owner.root is not lead.root:
                said = pair in others and pair[0] != "anonymous"
                if said and public and lead.root.is_identified and owner.root.is_identified:
                    self.doubted[tuple(handles), tuple(also), public] = pair
                elif said or not _differ(lead.root, owner.root, named):
                    self._join(lead.root, owner.root, pair, said=said)
                elif pair[0] == "anonymous":
                    self._move(pair, lead)
        return lead

    def _owners_of(self, pairs: Sequence[HandlePair], named: dict[str, set[str]]) -> Iterator[Known]:
        """Owners of handles that may be the lead of a message; no handle outdoes one that proves more."""
        for kind, value in pairs:
            owner = self.owners.get((kind, value))
            if owner is None:
                continue
            stronger = [each for each in TELLING if ORDER.index(each) < ORDER.index(kind)]
            if not any(_apart_in(named[each], owner.root.of(each)) for each in stronger):
                yield owner

    def _attach(self, pair: HandlePair, lead: Known) -> None:
        self._answers.clear()
        self.owners[pair] = self.attached[pair] = lead
        lead.handles.add(pair)

    def _move(self, pair: HandlePair, lead: Known) -> None:
        self._answers.clear()
        self.owners[pair].handles.discard(pair)
        self.owners[pair] = lead
        lead.handles.add(pair)
        # One that isn't written yet is written with its new lead.
        (self.attached if pair in self.attached else self.moved)[pair] = lead

    def _join(self, one: Known, other: Known, pair: HandlePair, *, said: bool) -> None:
        ids = [[member.id for member in root.members if member.id is not None] for root in (one, other)]
        if ids[0] and ids[1] and self._apart(ids[0], ids[1]):
            return
        self._answers.clear()
        winner, loser = sorted((one, other), key=_seniority)
        moved = tuple(loser.members)
        kind = {"anonymous": "visitor", "user": "user id"}.get(pair[0], pair[0])
        reason = f"said to be the same: {kind}" if said else f"both in one message: {kind}"
        self.joined.append(Joined(winner, loser, moved, reason))
        _under(winner, moved)


def _seniority(root: Known) -> tuple[bool, bool, int]:
    """Who keeps the page: who is identified rather than a visitor, then who came first."""
    return (not root.is_identified, root.id is None, root.id or 0)


def _under(root: Known, members: Collection[Known]) -> None:
    for member in members:
        member.root = root
        if member is not root:
            root.members.append(member)
            member.members = []


def _differ(one: Known, other: Known, named: dict[str, set[str]]) -> bool:
    """Whether two roots each have a user id or an address that the other hasn't, and none in common.

    What the message names counts as the first one's.
    """
    return any(_apart_in(one.of(kind) | named[kind], other.of(kind)) for kind in TELLING)


def _apart_in(one: set[str], other: set[str]) -> bool:
    return bool(one) and bool(other) and one.isdisjoint(other)
