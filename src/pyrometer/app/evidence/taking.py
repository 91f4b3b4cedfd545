"""Takes messages in: whose they are, whether they were here before, what they say."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from django.db import connection, transaction
from django.db.models import F

from pyrometer.app.evidence import bots, bulk, summary
from pyrometer.app.evidence.domains import sort_of
from pyrometer.app.evidence.identity import Known, Register
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.locks import lock_components, lock_handles, share_writing
from pyrometer.app.evidence.merging import taken_apart, write_joined
from pyrometer.app.evidence.messages import LONGEST_NAME, Message, Refused, read
from pyrometer.app.evidence.models import Event, Handle, Lead, Seen, Source, TraitChange


@dataclass(frozen=True)
class Taken:
    """What became of some messages: the lead of each (by `once`), and which were here before or can't be taken in.

    `created` are leads that weren't known, `touched` the roots that have to be read again. Evidence, and whatever else
    a message says about its lead, belongs to the lead given here; its root may be another.
    """

    lead_of: Mapping[str, int] = field(default_factory=dict)
    duplicates: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()
    created: tuple[int, ...] = ()
    touched: frozenset[int] = frozenset()


def take(*, incoming: Iterable[Incoming], now: datetime) -> Taken:
    """Take in messages, all or none of them; one that was here before, by its `once`, does nothing.

    Messages that can't be taken in are handed back with the reason and keep none of the others out. Quick for batches.
    """
    return take_read(*read(incoming), now)


@transaction.atomic
def take_read(messages: list[Message], refused: tuple[Refused, ...], now: datetime) -> Taken:
    """Take in messages that were read before, so that the transaction isn't longer than it must be."""
    share_writing()
    lock_handles(pair for message in messages for pair in (*message.handles, *message.also))
    fresh, duplicates = _unseen(messages, now)
    if not fresh:
        return Taken(duplicates=duplicates, refused=refused)
    register = _register(fresh)
    leads = [register.lead_of(message.handles, message.also) for message in fresh]
    _write_leads(register, leads, fresh)
    ids = [_id(lead) for lead in leads]
    joined = write_joined(register.joined, now)
    reasons = [_bot(each.incoming) if each.incoming.event else "" for each in fresh]
    machine = list(map(bool, reasons))
    _write_evidence(register, fresh, leads, reasons)
    quiet = [bot and not each.incoming.traits for bot, each in zip(machine, fresh, strict=True)]
    touched = {_id(lead.root) for lead, still in zip(leads, quiet, strict=True) if not still}
    touched |= {_id(lead.root) for lead in register.attached.values()} | joined
    Lead.objects.filter(pk__in=touched).update(touched_at=now)
    changed = {_id(lead.root) for lead in register.attached.values()} | joined
    changed |= {
        _id(lead.root)
        for lead, each in zip(leads, fresh, strict=True)
        if each.incoming.channel or not summary.TRAITS.isdisjoint(each.incoming.traits)
    }
    summary.refresh(changed)
    _see(leads, fresh, machine)
    return Taken(
        lead_of={message.incoming.once: lead for message, lead in zip(fresh, ids, strict=True)},
        duplicates=duplicates,
        refused=refused,
        created=tuple(_id(lead) for lead in register.created),
        touched=frozenset(touched),
    )


def _unseen(messages: list[Message], now: datetime) -> tuple[list[Message], tuple[str, ...]]:
    digests = [digest(message.incoming.once) for message in messages]
    seen = {bytes(each) for each in Seen.objects.filter(digest__in=digests).values_list("digest", flat=True)}
    fresh, duplicates, new = [], [], []
    for message, mine in zip(messages, digests, strict=True):
        if mine in seen:
            duplicates.append(message.incoming.once)
            continue
        seen.add(mine)
        fresh.append(message)
        new.append((mine, now))
    bulk.insert(Seen, ("digest", "at"), new)
    return fresh, tuple(duplicates)


def digest(once: str) -> bytes:
    """How `Seen` knows a message."""
    return hashlib.sha256(once.encode("utf-8", "surrogatepass")).digest()[:16]


def _register(messages: Sequence[Message]) -> Register:
    """What the database knows of the handles of messages: their leads, with all that share a root with these."""
    by_kind: dict[str, set[str]] = {}
    for message in messages:
        for kind, value in (*message.handles, *message.also):
            by_kind.setdefault(kind, set()).add(value)
    roots: dict[int, int] = {}
    for kind, values in by_kind.items():
        found = Handle.objects.filter(kind=kind, value__in=values)
        roots.update(found.values_list("lead_id", "lead__root_id"))
    if roots and connection.features.has_select_for_update:
        roots = lock_components(roots)
    rows: Iterator[tuple[int, int, str | None, str | None]] = iter(())
    if roots:
        known = Lead.objects.filter(root__in=set(roots.values()))
        rows = known.values_list("pk", "root_id", "handles__kind", "handles__value")
    return Register(rows, apart=taken_apart)


def _write_leads(register: Register, leads: Sequence[Known], messages: Sequence[Message]) -> None:
    """Leads and handles that are new, and handles that go with another lead now."""
    first: dict[Known, Incoming] = {}
    for lead, message in zip(leads, messages, strict=True):
        first.setdefault(lead, message.incoming)
    new = [Lead(created_at=first[lead].received_at, last_seen_at=_seen_at(first[lead])) for lead in register.created]
    Lead.objects.bulk_create(new)
    for lead, row in zip(register.created, new, strict=True):
        lead.id = row.pk
    by_root: dict[int, list[int]] = {}
    for lead in register.created:
        by_root.setdefault(_id(lead.root), []).append(_id(lead))
    alone = [root for root, mine in by_root.items() if mine == [root]]
    if alone:
        _own_roots(alone)
    for root, mine in by_root.items():
        if mine != [root]:
            Lead.objects.filter(pk__in=mine).update(root=root)
    seen_first = {}
    for message in messages:
        for pair in (*message.handles, *message.also):
            seen_first.setdefault(pair, message.incoming.received_at)
    rows = [(*pair, _id(lead), seen_first[pair]) for pair, lead in register.attached.items()]
    bulk.insert(Handle, ("kind", "value", "lead", "first_seen_at"), rows)
    for (kind, value), lead in register.moved.items():
        Handle.objects.filter(kind=kind, value=value).update(lead_id=_id(lead))


def _own_roots(leads: Sequence[int]) -> None:
    Lead.objects.filter(pk__in=leads).update(root_id=F("pk"))


def _write_evidence(
    register: Register, messages: Sequence[Message], leads: Sequence[Known], reasons: Sequence[str]
) -> None:
    events, answers = [], []
    latest = _answers_of_the_day(messages, leads)
    introduced = {pair for pair in register.attached if pair[0] in ("email", "phone")}
    for message, lead, bot in zip(messages, leads, reasons, strict=True):
        each = message.incoming
        base = (_id(lead), each.occurred_at, each.received_at, message_id(each.once))
        if each.event is not None:
            events.append((*base, str(each.source), each.event, message.properties, bot, None))
        if not each.traits and not each.channel and introduced.isdisjoint((*message.handles, *message.also)):
            continue
        traits = dict(each.traits)
        if each.channel:
            traits.setdefault("channel", each.channel)
        inferred = {}
        for pair in (*message.handles, *message.also):
            if pair in introduced:
                introduced.discard(pair)
                traits.setdefault(*pair)
                if pair[0] == "email":
                    inferred["email_kind"] = sort_of(pair[1].rpartition("@")[2])
        # A driver may write a choice of an enumeration by its name.
        author, source = each.author[:254], str(each.source)
        for trait, value in traits.items():
            said = _Said(each.occurred_at, value, source, author)
            before = latest.get((_id(lead.root), trait))
            if before is None or not said.repeats(before):
                answers.append((*base, source, trait, value, author, None))
            if before is None or said.at >= before.at:
                latest[_id(lead.root), trait] = said
        answers += [(*base, "inference", *answer, "", None) for answer in inferred.items() if answer[0] not in traits]
    bulk.insert(Event, (*_BASE, "name", "properties", "bot", "retracted_at"), events)
    bulk.insert(TraitChange, (*_BASE, "trait", "value", "author", "retracted_at"), answers)


@dataclass(frozen=True)
class _Said:
    at: datetime
    value: Any
    source: str
    author: str

    def repeats(self, before: _Said) -> bool:
        """Whether it says what the answer before said on the same day: sites send a visitor's traits with every page.

        Days are the smallest step of time, so nothing that is scored depends on it.
        """
        same = (self.value, type(self.value), self.source, self.author)
        return (
            self.at >= before.at
            and self.at.astimezone(UTC).date() == before.at.astimezone(UTC).date()
            and same == (before.value, type(before.value), before.source, before.author)
        )


def _answers_of_the_day(messages: Sequence[Message], leads: Sequence[Known]) -> dict[tuple[int, str], _Said]:
    """The latest answers that what messages say may only repeat, by root and trait."""
    saying = [(each.incoming, lead) for each, lead in zip(messages, leads, strict=True) if each.incoming.traits]
    if not saying:
        return {}
    start = (
        min(each.occurred_at for each, _ in saying).astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    )
    rows = TraitChange.objects.filter(
        lead__root__in={_id(lead.root) for _, lead in saying},
        trait__in={trait for each, _ in saying for trait in each.traits},
        occurred_at__gte=start,
        retracted_at__isnull=True,
    )
    found = {}
    rows = rows.order_by("occurred_at", "received_at", "pk")
    for root, trait, *said in rows.values_list("lead__root_id", "trait", "occurred_at", "value", "source", "author"):
        found[root, trait] = _Said(*said)
    return found


_BASE = ("lead", "occurred_at", "received_at", "message_id", "source")


def message_id(once: str) -> str:
    """The id of a message's evidence: the one it came with, or a digest of one that is too long."""
    return once if len(once) <= LONGEST_NAME else hashlib.sha256(once.encode()).hexdigest()


def _bot(each: Incoming) -> str:
    if "link" in each.properties and each.source == Source.MAIL:
        return bots.of_click(click_of(each.properties, each.occurred_at, each.agent))
    return bots.of_agent(each.agent)


def click_of(properties: Mapping[str, Any], at: datetime, agent: str = "") -> bots.Click:
    """An event of a mail as a click: its properties may be `mail`, `link`, `method`, `delivered_at` and `host`."""
    try:
        delivered = datetime.fromisoformat(str(properties.get("delivered_at")))
    except ValueError:
        delivered = None
    if delivered is not None and delivered.tzinfo is None:
        delivered = None
    texts = {name: str(properties.get(name) or "") for name in ("mail", "link", "host")}
    return bots.Click(
        **texts, at=at, delivered_at=delivered, method=str(properties.get("method") or "GET"), agent=agent
    )


def _seen_at(each: Incoming) -> datetime:
    """When a lead showed itself; a clock that is ahead doesn't make it newer than when we learned of it."""
    return min(each.occurred_at, each.received_at)


def _see(leads: Sequence[Known], messages: Sequence[Message], machine: Sequence[bool]) -> None:
    latest: dict[int, datetime] = {}
    for lead, message, bot in zip(leads, messages, machine, strict=True):
        if not bot:
            root, at = _id(lead.root), _seen_at(message.incoming)
            latest[root] = max(at, latest.get(root, at))
    bulk.raise_time(Lead, "last_seen_at", [(at, root) for root, at in latest.items()])


def _id(lead: Known) -> int:
    assert lead.id is not None
    return lead.id
