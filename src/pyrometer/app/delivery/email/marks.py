"""What is written of mails around the moment at which the server is given them: marks before it, what came of it after.

The rows of a run are locked together, a few at a time, in the one order in which everybody locks them.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from pyrometer.app.delivery import addresses, settling
from pyrometer.app.delivery.email.conversation import CLOSING, RefusedError
from pyrometer.app.delivery.email.message import token
from pyrometer.app.delivery.models import Mail, Outgoing
from pyrometer.app.delivery.outbox import Sent
from pyrometer.app.delivery.returns import taking
from pyrometer.app.delivery.returns.severity import HARD, severity
from pyrometer.app.delivery.returns.statuses import in_words
from pyrometer.app.evidence import bulk
from pyrometer.app.evidence.models import Lead

_MAIL = ("token", "lead", "to", "digest", "marketing", "about", "handed_at", "taken_at", "bounced")


@dataclass(frozen=True)
class Became:
    """What became of a mail: how the row goes on, and what is known of whether the server has it."""

    sent: Sent
    taken: bool = False
    perhaps: bool = False
    refused: RefusedError | None = None


def about(payload: Mapping[str, Any]) -> dict[str, str | int]:
    """What the writer of a mail wants to find again beside an answer: short texts and whole numbers."""
    given = payload.get("about")
    pairs = list(given.items())[:10] if isinstance(given, Mapping) else []
    return {
        str(name)[:60]: value[:200] if isinstance(value, str) else value
        for name, value in pairs
        if isinstance(value, str | int)
    }


@dataclass(frozen=True)
class State:
    """How a row stands in the database, locked."""

    mine: bool = False
    held: bool = False
    dropped: bool = False
    """Given up by somebody while it was on its way."""


def locked(rows: Sequence[Outgoing]) -> dict[int, State]:
    """Lock rows, in the order in which everybody locks them; how each stands, gone ones too."""
    found = Outgoing.objects.filter(pk__in=[row.pk for row in rows]).order_by("pk")
    if connection.features.has_select_for_update:
        found = found.select_for_update(of=("self",), no_key=True)
    there = {each[0]: each[1:] for each in found.values_list("pk", "claimed_until", "held_at", "given_up_at")}
    states = {}
    for row in rows:
        claimed, held, given_up = there.get(row.pk, (None, None, None))
        mine = claimed is not None and claimed == row.claimed_until
        states[row.pk] = State(mine, held is not None, claimed is None and given_up is not None)
    return states


def mine(rows: Sequence[Outgoing], *, held: bool = False) -> set[int]:
    """Which of some rows are still this worker's; held ones, too, or not."""
    claims = {row.pk: row.claimed_until for row in rows}
    found = Outgoing.objects.filter(pk__in=claims)
    if not held:
        found = found.filter(held_at__isnull=True)
    return {pk for pk, claim in found.values_list("pk", "claimed_until") if claim is not None and claim == claims[pk]}


def write_down(rows: Sequence[Outgoing], now: datetime) -> None:
    """The rows of mails that are handed over, for the first time or again."""
    numbers = {row.payload["lead"] for row in rows if isinstance(row.payload.get("lead"), int)}
    known = set(Lead.objects.filter(pk__in=numbers, erased_at__isnull=True).values_list("pk", flat=True))
    mails = []
    for row in rows:
        address, lead = str(row.payload.get("to", "")), row.payload.get("lead")
        lead = lead if isinstance(lead, int) and lead in known else None
        digest = addresses.digest(address)
        mails.append((token(row.once), lead, address[:254], digest, row.marketing, about(row.payload), now, None, ""))
    bulk.put(Mail, _MAIL, mails, unique="token")


def _note_refusal(row: Outgoing, refused: RefusedError, now: datetime) -> None:
    """Suppress an address of a lead that the server says doesn't exist; other mail is somebody's here to look after."""
    said = in_words([f"{refused.code} {refused.said}"])
    if not (row.marketing and refused.recipient and 500 <= refused.code < 600 and said):
        return
    if severity(said.code, said.said) == HARD:
        write_down([row], now)
        mail = Mail.objects.get(token=token(row.once))
        taking.note_refusal(mail=mail, status=said.code, said=said.said, now=now)


def defers(refused: RefusedError) -> bool:
    """Whether a refusal asks for time, rather than saying that one mailbox is full; a farewell is the server's own."""
    return 400 <= refused.code < 500 and refused.code != CLOSING and not re.match(r"4\.2\.", refused.said)


def _known_by_now(waiting: Sequence[tuple[Outgoing, Became]]) -> list[tuple[Outgoing, Became]]:
    """What became of rows, where those that were in doubt turned out to be taken: another worker heard it late."""
    doubtful = [token(row.once) for row, became in waiting if became.perhaps]
    if not doubtful:
        return list(waiting)
    taken = set(Mail.objects.filter(token__in=doubtful, taken_at__isnull=False).values_list("token", flat=True))
    return [(row, Became(Sent()) if became.perhaps and token(row.once) in taken else became) for row, became in waiting]


def settle(
    waiting: Sequence[tuple[Outgoing, Became]], states: Mapping[int, State], marked: Collection[int], now: datetime
) -> None:
    """Write down what became of some rows that are locked, but for those that are another worker's by now."""
    taken = [token(row.once) for row, became in waiting if became.taken]
    if taken:
        # True whoever has the row by now.
        Mail.objects.filter(token__in=taken).update(taken_at=now)
    mine = [(row, became) for row, became in _known_by_now(waiting) if states[row.pk].mine]
    # A mark that this run didn't make says what it said.
    surely_not = [
        token(row.once)
        for row, became in waiting
        if row.pk in marked
        and not (became.taken or became.perhaps)
        # Of a row that was dropped meanwhile nobody else made one.
        and (states[row.pk].mine or states[row.pk].dropped)
    ]
    if surely_not:
        Mail.objects.filter(token__in=surely_not, taken_at__isnull=True).delete()
    for row, became in mine:
        if became.refused is not None:
            _note_refusal(row, became.refused, now)
    gone = [(row, became) for row, became in waiting if became.taken and states[row.pk].dropped]
    settling.settle([(row, became.sent) for row, became in (*mine, *gone)], now)
