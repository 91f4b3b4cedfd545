"""All that is known of a lead, in plain words: for the one whom it is about.

Rooms further on say what they know; what is about other people stays out: who wrote or decided something is named by
what they do, and notes of theirs aren't given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

from pyrometer.app.consent.choosing import mail_wish
from pyrometer.app.consent.models import Consent, Wanted
from pyrometer.app.consent.queries import counts, in_order, said
from pyrometer.app.consent.words import WORDS, in_language, say
from pyrometer.app.evidence.exporting import plain
from pyrometer.app.evidence.models import Event, Handle, Lead, TraitChange
from pyrometer.app.evidence.withholding import ANSWER, EVENT, agreed

SHOWN = 300
"""Lines of a list that the page shows; the file has all."""

Tell = Callable[[Lead, str, datetime], list[str]]
"""Says what a room knows of a root, as sentences in a language, as of a time."""

_told: dict[str, Tell] = {}


def register(name: str, tell: Tell) -> None:
    """Have a room say what it knows: `score`, `sales`, `mails`, `shown`. Called in its `ready`."""
    _told[name] = tell


def everything(root: Lead, language: str, now: datetime) -> dict[str, Any]:
    """All of it, as JSON; times are texts in UTC."""
    found = {
        "made_at": now,
        "name": root.name,
        "company": root.works_for,
        "handles": list(_handles(root)),
        "known": list(_known(root)),
        "events": list(_events(root)),
        "purposes": [
            {"purpose": each.slug, "name": in_language(each.names, language, each.slug), "basis": each.basis,
             "reason": each.reason} for each in in_order()
        ],
        "choices": [_choice(each, language) for each in said(root.pk)],
        "mails_wished": _wished(root),
        "requests": [
            {"kind": each.kind, "asked_at": each.asked_at, "confirmed_at": each.confirmed_at,
             "refused_at": each.refused_at, "refused_why": each.refused_why, "from": each.address}
            for each in Wanted.objects.filter(lead__root=root).order_by("asked_at", "pk")
        ],
        **{name: tell(root, language, now) for name, tell in _told.items()},
    }  # fmt: skip
    return {name: plain(value) for name, value in found.items()}


def _handles(root: Lead) -> Iterator[dict[str, Any]]:
    for each in Handle.objects.filter(lead__root=root).order_by("kind", "value"):
        yield {"kind": each.kind, "value": each.value, "since": each.first_seen_at}


def _known(root: Lead) -> Iterator[dict[str, Any]]:
    refusals = agreed().refusals([root.pk])
    for each in TraitChange.objects.filter(lead__root=root).order_by("trait", "occurred_at", "pk").iterator():
        out = refusals.withhold(root.pk, ANSWER, each.trait, each.source)
        yield {"trait": each.trait, "value": each.value, "source": each.source, "at": each.occurred_at,
               "taken_back": each.retracted_at is not None, "counted": not out}  # fmt: skip


def _events(root: Lead) -> Iterator[dict[str, Any]]:
    refusals = agreed().refusals([root.pk])
    for each in Event.objects.filter(lead__root=root).order_by("-occurred_at", "-pk").iterator():
        out = refusals.withhold(root.pk, EVENT, each.name, each.source)
        yield {"event": each.name, "at": each.occurred_at, "details": each.properties, "source": each.source,
               "taken_back": each.retracted_at is not None, "taken_for_a_machine": each.bot or None,
               "counted": not out and not each.bot}  # fmt: skip


def _choice(each: Consent, language: str) -> dict[str, Any]:
    return {
        "purpose": each.purpose.slug,
        "name": in_language(each.purpose.names, language, each.purpose.slug),
        "answer": "yes" if counts(each) else "waits" if each.given else "no",
        "at": each.at,
        "asked_at": each.asked_at,
        "confirmed_at": each.confirmed_at,
        "text": each.text,
        "edition": each.edition.number if each.edition else None,
        "source": each.source,
        "page": each.page,
        "from": each.address,
    }


def _wished(root: Lead) -> dict[str, Any] | None:
    wish = mail_wish(root.pk)
    return None if wish is None else {"often": wish.often, "paused_until": wish.paused_until, "at": wish.at}


def told(root: Lead, language: str, now: datetime) -> dict[str, Any]:
    """The same for the page: lists of cells and sentences, in words."""
    found, words = everything(root, language, now), WORDS[language]
    events = found["events"]

    def day(text: str | None) -> str:
        return say(language, "day", day=datetime.fromisoformat(text)) if text else ""

    def source(name: str) -> str:
        return words.get(f"source_{name.partition(':')[0]}", name)

    def marks(row: dict[str, Any]) -> str:
        wrong = [words[name] for name in ("taken_back", "taken_for_a_machine") if row.get(name)]
        return ", ".join(wrong or ([] if row["counted"] else [words["not_counted"]]))

    return {
        "broad": True,
        "made": say(language, "data_made", day=now),
        "name": found["name"],
        "company": found["company"],
        "handles": [(words[f"kind_{row['kind']}"], row["value"], day(row["since"])) for row in found["handles"]],
        "known": [
            (_readable(row["trait"]), _value(row["value"], words), source(row["source"]), day(row["at"]), marks(row))
            for row in found["known"][:SHOWN]
        ],
        "events": [
            (
                _readable(did["event"]),
                _details(did["details"], words),
                source(did["source"]),
                day(did["at"]),
                marks(did),
            )
            for did in events[:SHOWN]
        ],
        "more": [
            say(language, "data_more", shown=SHOWN, all=len(rows))
            for rows in (found["known"], events)
            if len(rows) > SHOWN
        ],
        "choices": [
            (
                row["name"],
                words[f"answer_{row['answer']}"],
                row["text"],
                source(row["source"] or "hand"),
                day(row["confirmed_at"] or row["at"]),
                " · ".join(filter(None, (row["from"], row["page"]))),
            )
            for row in found["choices"]
        ],
        **{name: found.get(name, []) for name in ("score", "sales", "nurture", "mails", "surveys", "shown")},
    }


def _readable(name: str) -> str:
    plain_name = name.replace("_", " ").strip()
    return plain_name[:1].upper() + plain_name[1:]


def _value(value: Any, words: dict[str, str]) -> str:
    if isinstance(value, bool):
        return words["answer_yes"] if value else words["answer_no"]
    if isinstance(value, dict):
        return _details(value, words)
    if isinstance(value, list):
        return ", ".join(_value(each, words) for each in value)
    return "–" if value is None else str(value)


def _details(details: dict[str, Any], words: dict[str, str]) -> str:
    return ", ".join(f"{name.replace('_', ' ')}: {_value(value, words)}" for name, value in sorted(details.items()))
