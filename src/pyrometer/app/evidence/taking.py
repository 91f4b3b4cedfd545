"""Takes messages in: whose they are, whether they were here before, what they say."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import IntegrityError, connection, transaction
from django.db.models import F

from pyrometer.app.evidence import bots, bulk, sightings, summary
from pyrometer.app.evidence.answers import Said, of_the_day
from pyrometer.app.evidence.domains import sort_of
from pyrometer.app.evidence.identity import Known, Register
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.locks import lock_components, lock_handles, share_writing
from pyrometer.app.evidence.merging import taken_apart, write_joined
from pyrometer.app.evidence.messages import LONGEST_NAME, Message, Refused, read
from pyrometer.app.evidence.models import Event, Handle, Lead, Seen, Source, TraitChange
from pyrometer.app.evidence.repeated import RepeatedError
from pyrometer.app.evidence.touching import touch


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


def take_read(messages: list[Message], refused: tuple[Refused, ...], now: datetime) -> Taken:
    """Take in messages that were read before, so that the transaction isn't longer than it must be."""
    try:
        return _take(messages, refused, now)
    except RepeatedError as error:
        known = error.known()
        if not known:
            raise
    return _take(messages, refused, now, known)


@transaction.atomic
def _take(
    messages: list[Message], refused: tuple[Refused, ...], now: datetime, known: Collection[str] = frozenset()
) -> Taken:
    """Take them in, but for those that are known from long ago."""
    share_writing()
    lock_handles(pair for message in messages for pair in (*message.handles, *message.also))
    fresh, duplicates = _unseen(messages, known, now)
    if not fresh:
        return Taken(duplicates=duplicates, refused=refused)
    register = _register(fresh)
    # What a write key sends, anybody may have sent.
    open_to_all = [message.incoming.source == Source.WIRE for message in fresh]
    leads = [
        register.lead_of(message.handles, message.also, public=public)
        for message, public in zip(fresh, open_to_all, strict=True)
    ]
    if register.doubted:
        refused += tuple(_doubted(register, fresh))
    _write_leads(register, leads, fresh)
    ids = [_id(lead) for lead in leads]
    joined = write_joined(register.joined, now)
    reasons = [_bot(each.incoming) if each.incoming.event else "" for each in fresh]
    machine = list(map(bool, reasons))
    _write_evidence(register, fresh, leads, reasons)
    quiet = [bot and not each.incoming.traits for bot, each in zip(machine, fresh, strict=True)]
    touched = {_id(lead.root) for lead, still in zip(leads, quiet, strict=True) if not still}
    touched |= {_id(lead.root) for lead in register.attached.values()} | joined
    touch(roots=touched, now=now)
    changed = {_id(lead.root) for lead in register.attached.values()} | joined
    changed |= {
        _id(lead.root)
        for lead, each in zip(leads, fresh, strict=True)
        if each.incoming.channel or not summary.TRAITS.isdisjoint(each.incoming.traits)
    }
    summary.refresh(changed)
    sightings.see(
        (_id(lead.root), each.incoming) for lead, each, bot in zip(leads, fresh, machine, strict=True) if not bot
    )
    return Taken(
        lead_of={message.incoming.once: lead for message, lead in zip(fresh, ids, strict=True)},
        duplicates=duplicates,
        refused=refused,
        created=tuple(_id(lead) for lead in register.created),
        touched=frozenset(touched),
    )


def _unseen(messages: list[Message], known: Collection[str], now: datetime) -> tuple[list[Message], tuple[str, ...]]:
    digests = [digest(message.incoming.once) for message in messages]
    seen = set(map(bytes, bulk.present(Seen, "digest", digests)))
    fresh, duplicates, new = [], [], []
    for message, mine in zip(messages, digests, strict=True):
        if mine in seen:
            duplicates.append(message.incoming.once)
            continue
        seen.add(mine)
        new.append((mine, now))
        if message.incoming.once in known:
            duplicates.append(message.incoming.once)
        else:
            fresh.append(message)
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


def _doubted(register: Register, messages: Sequence[Message]) -> Iterator[Refused]:
    for message in messages:
        pair = register.doubted.get((message.handles, message.also, message.incoming.source == Source.WIRE))
        if pair is not None:
            yield Refused(
                message.incoming.once,
                f"{pair[1][:80]} is a lead of its own, and with a write key, which pages show, anybody could say that"
                " it is this one; if they are one, merge them on the page of either",
            )


def _write_leads(register: Register, leads: Sequence[Known], messages: Sequence[Message]) -> None:
    """Leads and handles that are new, and handles that go with another lead now."""
    first: dict[Known, Incoming] = {}
    for lead, message in zip(leads, messages, strict=True):
        first.setdefault(lead, message.incoming)
    new = [
        Lead(created_at=first[lead].received_at, last_seen_at=sightings.seen_at(first[lead]))
        for lead in register.created
    ]
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
    latest = of_the_day(messages, leads)
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
            said = Said(each.occurred_at, value, source, author)
            before = latest.get((_id(lead.root), trait))
            if before is None or not said.repeats(before):
                answers.append((*base, source, trait, value, author, None))
            if before is None or said.at >= before.at:
                latest[_id(lead.root), trait] = said
        answers += [(*base, "inference", *answer, "", None) for answer in inferred.items() if answer[0] not in traits]
    try:
        bulk.insert(Event, (*_BASE, "name", "properties", "bot", "retracted_at"), events)
        bulk.insert(TraitChange, (*_BASE, "trait", "value", "author", "retracted_at"), answers)
    except IntegrityError as error:
        written = zip(leads, messages, strict=True)
        onces = ((_id(lead), each.incoming.once) for lead, each in written)
        raise RepeatedError({(lead, message_id(once)): once for lead, once in onces}) from error


_BASE = ("lead", "occurred_at", "received_at", "message_id", "source")


def message_id(once: str) -> str:
    """The id of a message's evidence: the one it came with, or a digest of one that is too long."""
    return once if len(once) <= LONGEST_NAME else hashlib.sha256(once.encode()).hexdigest()


def _bot(each: Incoming) -> str:
    if each.source == Source.MAIL and not {"link", "method"}.isdisjoint(each.properties):
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


def _id(lead: Known) -> int:
    assert lead.id is not None
    return lead.id
