"""What is written down while mails are handed over, so that nobody gets one twice.

A mail is marked before the server is given it, and the mark is lifted with its answer. So a mark that is found later
is of a worker that was killed in between, and nobody knows whether the mail went: marketing mail isn't sent again then,
and a notification is, since a second one does less harm than none. Marks are made for a few mails at once, in the
transaction that writes what became of those before: a disk takes its time for each. A killed worker leaves these few in
doubt.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from pyrometer.app.clock.claims import still_mine
from pyrometer.app.delivery import addresses, settling, suppressing
from pyrometer.app.delivery.email import domains
from pyrometer.app.delivery.email.conversation import CLOSING, RefusedError
from pyrometer.app.delivery.email.message import token
from pyrometer.app.delivery.models import Mail, Outgoing
from pyrometer.app.delivery.outbox import Sent
from pyrometer.app.delivery.returns import taking
from pyrometer.app.delivery.returns.severity import HARD, severity
from pyrometer.app.delivery.returns.statuses import in_words
from pyrometer.app.evidence.models import Lead

AT_ONCE = 10
"""How many mails are marked together."""
IN_DOUBT = (
    "perhaps sent: the worker that handed it over ended before it could tell; marketing mail isn't sent twice, unless"
    " somebody here says so"
)


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


class Handing:
    """The rows of one run, and what is not written yet."""

    def __init__(self, rows: Sequence[Outgoing], now: datetime) -> None:
        self.now = now
        self._rows = list(rows)
        self._marked: set[int] = set()
        tokens = [token(row.once) for row in rows if row.attempts > 1]
        self._open = set(Mail.objects.filter(token__in=tokens, taken_at__isnull=True).values_list("token", flat=True))
        self._waiting: list[tuple[Outgoing, Became]] = []
        self._wavering = domains.wavering(row.domain for row in rows if row.marketing)
        self._paused: dict[str, datetime] = {}

    def known(self, row: Outgoing) -> Became | None:
        """What is to be said of a row without asking the server."""
        if settling.hopeless(row):
            return Became(Sent(settling.ENDED))
        if row.marketing and token(row.once) in self._open:
            return Became(Sent(IN_DOUBT), perhaps=True)
        if said := suppressing.refused(str(row.payload.get("to", "")), marketing=row.marketing):
            return Became(Sent(said))
        return None

    def put_off(self, row: Outgoing) -> bool:
        """Let go of a row whose domain asked for time since it was claimed; whether it was."""
        until = self._paused.get(row.domain) if row.marketing else None
        if until is None:
            return False
        self.give_back([row])
        Outgoing.objects.filter(pk=row.pk, claimed_until__isnull=True).update(due_at=until, turn_at=until)
        return True

    def mark(self, row: Outgoing) -> bool:
        """Write down that the server is about to get it; False where the row is another worker's by now."""
        if row.pk in self._marked:
            return True
        place = self._rows.index(row)
        ahead = [each for each in self._rows[place:] if not (each.marketing and token(each.once) in self._open)]
        with transaction.atomic():
            self._write()
            if not still_mine(row):
                return False
            mine = [row, *(each for each in ahead[1:AT_ONCE] if still_mine(each))]
            _write_down(mine, self.now)
        self._marked |= {each.pk for each in mine}
        return True

    def became(self, row: Outgoing, became: Became | None) -> None:
        """Keep what became of a row until it is written: with the next mark, or at the end."""
        if became is None:
            return
        self._waiting.append((row, became))
        if row.marketing and became.refused is not None and _defers(became.refused):
            # Whether its domain is left alone now the next mail has to know.
            self.write()

    def give_back(self, rows: Iterable[Outgoing]) -> None:
        """Let go of rows that weren't tried."""
        rows = list(rows)
        with transaction.atomic():
            tokens = [token(row.once) for row in rows if row.pk in self._marked]
            Mail.objects.filter(token__in=tokens, taken_at__isnull=True).delete()
            settling.release(rows)

    def write(self) -> None:
        """Write what became of the last ones."""
        with transaction.atomic():
            self._write()

    def _write(self) -> None:
        waiting, self._waiting = self._waiting, []
        settle(waiting, self.now)
        took = {row.domain for row, became in waiting if became.taken} & self._wavering
        if took:
            domains.took(took)
            self._wavering -= took
        for row, became in waiting:
            if row.marketing and became.refused is not None and _defers(became.refused):
                self._wavering.add(row.domain)
                until = domains.deferred(row.domain, said=str(became.refused), now=self.now)
                if until is not None and until > self.now:
                    self._paused[row.domain] = until


def _write_down(rows: Sequence[Outgoing], now: datetime) -> None:
    """The rows of mails that are handed over, for the first time or again."""
    numbers = {row.payload["lead"] for row in rows if isinstance(row.payload.get("lead"), int)}
    known = set(Lead.objects.filter(pk__in=numbers, erased_at__isnull=True).values_list("pk", flat=True))
    mails = []
    for row in rows:
        address, lead = str(row.payload.get("to", "")), row.payload.get("lead")
        mail = Mail(
            token=token(row.once),
            lead_id=lead if isinstance(lead, int) and lead in known else None,
            to=address[:254],
            digest=addresses.digest(address),
            marketing=row.marketing,
            about=about(row.payload),
            handed_at=now,
        )
        mails.append(mail)
    again = ["lead", "to", "digest", "marketing", "about", "handed_at", "taken_at", "bounced"]
    Mail.objects.bulk_create(mails, update_conflicts=True, unique_fields=["token"], update_fields=again)


def _note_refusal(row: Outgoing, refused: RefusedError, now: datetime) -> None:
    """Suppress an address of a lead that the server says doesn't exist; other mail is somebody's here to look after."""
    said = in_words([f"{refused.code} {refused.said}"])
    if not (row.marketing and refused.recipient and 500 <= refused.code < 600 and said):
        return
    if severity(said.code, said.said) == HARD:
        _write_down([row], now)
        mail = Mail.objects.get(token=token(row.once))
        taking.note_refusal(mail=mail, status=said.code, said=said.said, now=now)


def _defers(refused: RefusedError) -> bool:
    """Whether a refusal asks for time, rather than saying that one mailbox is full; a farewell is the server's own."""
    return 400 <= refused.code < 500 and refused.code != CLOSING and not re.match(r"4\.2\.", refused.said)


@transaction.atomic
def settle(waiting: Iterable[tuple[Outgoing, Became]], now: datetime) -> None:
    """Write down what became of some rows, but for those that are another worker's by now."""
    for row, became in waiting:
        mark = Mail.objects.filter(token=token(row.once))
        if became.taken:
            # True whoever has the row by now.
            mark.update(taken_at=now)
        if not still_mine(row):
            continue
        if not became.taken and not became.perhaps and row.attempts:
            mark.filter(taken_at__isnull=True).delete()
        if became.refused is not None:
            _note_refusal(row, became.refused, now)
        settling.settle(row, became.sent, now)
