"""What rows would do: make a lead, tell something new of one, nothing new of one, or repeat what was said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pyrometer.app.capture.models import Brought
from pyrometer.app.consent.queries import words_of
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Handle, Lead, Seen, TraitChange
from pyrometer.app.evidence.taking import digest

CREATED, UPDATED, UNTOUCHED, DUPLICATE = "created", "updated", "untouched", "duplicate"
VERDICTS = (CREATED, UPDATED, UNTOUCHED, DUPLICATE)

Pair = tuple[str, str]


@dataclass(frozen=True)
class Judged:
    """What a message would do, and the root that it is about; None where nobody knows the lead yet."""

    verdict: str
    root: int | None

    @property
    def tells(self) -> bool:
        """Whether it has to be taken in."""
        return self.verdict in (CREATED, UPDATED)


class Judge:
    """Tells what messages would do, one after the other, without doing it; it remembers those that it judged.

    `source` is the import whose rows before these were taken in already.
    """

    def __init__(self, source: int | None = None) -> None:
        self._source = source
        self._spoken_of: set[object] = set()
        self._lead_of: dict[Pair, object] = {}
        self._known: dict[object, dict[str, Any]] = {}
        self._seen: set[bytes] = set()

    def judge(self, messages: Sequence[Incoming]) -> list[Judged]:
        """What each would do, in their order."""
        self._load(messages)
        return [self._judge(message) for message in messages]

    def _load(self, messages: Sequence[Incoming]) -> None:
        digests = [digest(message.once) for message in messages]
        self._seen |= {bytes(one) for one in Seen.objects.filter(digest__in=digests).values_list("digest", flat=True)}
        by_kind: dict[str, set[str]] = {}
        for message in messages:
            for pair in message.handles:
                if pair not in self._lead_of:
                    by_kind.setdefault(pair[0], set()).add(pair[1])
        found: dict[Pair, int] = {}
        for kind, values in by_kind.items():
            rows = Handle.objects.filter(kind=kind, value__in=values).values_list("value", "lead__root_id")
            found |= {(kind, value): root for value, root in rows}
        self._lead_of |= found
        new = set(found.values()) - set(self._known)
        traits = {trait for message in messages for trait in message.traits}
        if not new:
            return
        self._known |= {root: {} for root in new}
        purposes = {slug for message in messages for slug in message.consents}
        for root, words in (words_of(new, purposes) if purposes else {}).items():
            self._known[root].update({_consent(slug): word.given for slug, word in words.items()})
        before = Brought.objects.filter(source=self._source, lead__root__in=new)
        self._spoken_of.update(before.values_list("lead__root_id", flat=True))
        members = dict(Lead.objects.filter(root__in=new).values_list("pk", "root_id"))
        said = TraitChange.objects.filter(lead__in=members, trait__in=traits, retracted_at=None)
        # The latest is said last, and so it counts.
        for lead, trait, value in said.order_by("occurred_at", "pk").values_list("lead_id", "trait", "value"):
            self._known[members[lead]][trait] = value

    def _judge(self, message: Incoming) -> Judged:
        mine = digest(message.once)
        again = mine in self._seen
        self._seen.add(mine)
        lead = next((self._lead_of[pair] for pair in message.handles if pair in self._lead_of), None)
        verdict = UPDATED
        if lead is None:
            verdict, lead = CREATED, object()
            self._known[lead] = {}
        elif again:
            verdict = DUPLICATE
        elif not self._news(message, lead):
            verdict = DUPLICATE if lead in self._spoken_of else UNTOUCHED
        self._spoken_of.add(lead)
        for pair in message.handles:
            self._lead_of.setdefault(pair, lead)
        known = self._known.setdefault(lead, {})
        known.update(message.traits)
        for slug, given in message.consents.items():
            if known.get(_consent(slug)) is not False:
                known[_consent(slug)] = given
        return Judged(verdict, lead if isinstance(lead, int) else None)

    def _news(self, message: Incoming, lead: object) -> bool:
        if message.event is not None or any(pair not in self._lead_of for pair in message.handles):
            return True
        known = self._known.get(lead, {})
        if any(known.get(_consent(slug)) not in (given, False) for slug, given in message.consents.items()):
            return True
        return any(trait not in known or known[trait] != value for trait, value in message.traits.items())


def _consent(slug: str) -> str:
    """Under which a word to a purpose stands among what is known; no trait is called so."""
    return f"consent:{slug}"
