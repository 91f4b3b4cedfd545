"""The job that reads what was accepted: each message once, whatever happens in between.

What a request brought becomes evidence and dead letters, and its row goes, in one transaction. A transaction that fails
has done nothing. Rows that fail are tried again one by one; what still fails after some attempts is taken apart, so
that the message that does it becomes a dead letter and the others pass.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import accumulate

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, JSONField, Value

from pyrometer.app.capture.digest.agreeing import record_consents
from pyrometer.app.capture.digest.reading import Envelope, Refused, read
from pyrometer.app.capture.digest.values import MAX_MESSAGE, keepable, shown, too_large
from pyrometer.app.capture.models import Accepted, DeadLetter
from pyrometer.app.clock.claims import claim
from pyrometer.app.evidence.actions import Taken, take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.locks import lock_handles
from pyrometer.app.evidence.messages import read as prepare
from pyrometer.app.evidence.taking import take_read
from pyrometer.app.people.keys import used
from pyrometer.app.people.models import ApiKey

logger = logging.getLogger(__name__)

HOLD = timedelta(minutes=2)
"""For how long a worker has what it claimed; after a crash another one gets it then."""
ROWS = 500
TURN = 5000
"""How many rows, and about how many messages in them, a turn takes: then what they touched is read."""
MESSAGES = 500
"""How many go into one transaction: enough to be quick, few enough for the wire to get its turn to write."""
ATTEMPTS = 4
"""After so many, what fails is taken apart."""
PAUSE = timedelta(seconds=10)
"""Before what failed is tried again; twice as long with every attempt."""


@dataclass(frozen=True)
class Found:
    """A message of an accepted row, and by whose clock it was sent."""

    row: Accepted
    message: object
    sent_at: object = None

    def letter(self, reason: str) -> DeadLetter:
        """A dead letter about it, not yet written; it keeps `sentAt`, to be read again by the same clock."""
        # A message may be null; as a value of JSON it isn't the absence of one.
        body = Value(None, JSONField()) if self.message is None else keepable(self.message)
        if isinstance(body, dict) and self.sent_at is not None:
            body.setdefault("sentAt", keepable(self.sent_at))
        return DeadLetter(key_id=self.row.key_id, body=body, reason=reason[:400], received_at=self.row.received_at)


@dataclass
class Opened:
    """What a row holds: messages that can be taken, as they came and as they were read, and what can't be."""

    readable: list[tuple[Found, Incoming]] = field(default_factory=list)
    letters: list[DeadLetter] = field(default_factory=list)

    @property
    def incoming(self) -> list[Incoming]:
        """The messages as they were read."""
        return [incoming for _, incoming in self.readable]


def work(now: datetime) -> int:
    """Digest some of what waits; how many messages."""
    waiting = Accepted.objects.order_by("pk")
    limit = _turn(waiting.values_list("messages", flat=True)[:ROWS])
    if not limit:
        return 0
    with transaction.atomic():
        rows = claim(waiting, now=now, hold=HOLD, limit=limit)
        # Counted before the work: what kills its worker is an attempt, too.
        Accepted.objects.filter(pk__in=[row.pk for row in rows]).update(attempts=F("attempts") + 1)
    for row in rows:
        row.attempts += 1
    return sum(_digest_or_part(part, now) for part in parts(rows))


def _turn(sizes: Iterable[int]) -> int:
    """How many rows of these sizes make a turn; one at least, where there is one."""
    return sum(before < TURN for before in [0, *accumulate(sizes)][:-1])


def parts(rows: Iterable[Accepted]) -> Iterator[list[Accepted]]:
    """Rows in bunches for one transaction each; what failed before goes alone."""
    part: list[Accepted] = []
    messages = 0
    for row in rows:
        alone = row.attempts > 1
        if part and (alone or part[-1].attempts > 1 or messages + row.messages > MESSAGES):
            yield part
            part, messages = [], 0
        part.append(row)
        messages += row.messages
    if part:
        yield part


def _digest_or_part(rows: list[Accepted], now: datetime) -> int:
    try:
        return digest(rows, now)
    except (OperationalError, InterfaceError):
        # The database's trouble, not the messages': they stay claimed for a while, and come again.
        raise
    except Exception as error:
        failure = error
    if len(rows) > 1:
        return sum(_digest_or_part([row], now) for row in rows)
    [row] = rows
    if row.attempts >= ATTEMPTS:
        return take_apart(row, now)
    logger.warning("accepted request %s can't be digested yet", row.pk, exc_info=failure)
    again = now + PAUSE * 2 ** (row.attempts - 1)
    Accepted.objects.filter(pk=row.pk, claimed_until=row.claimed_until).update(claimed_until=again)
    return 0


def digest(rows: Sequence[Accepted], now: datetime) -> int:
    """Turn rows into evidence and dead letters, all or nothing; rows that another worker has by now are left to it."""
    # Read before the transaction: on SQLite nobody else can write while it lasts.
    opened = {row.pk: open_row(row) for row in rows}
    prepared = {pk: prepare(each.incoming) for pk, each in opened.items()}
    with transaction.atomic():
        mine = _mine(rows)
        readable = [pair for pk in mine for pair in opened[pk].readable]
        letters = [letter for pk in mine for letter in opened[pk].letters]
        taken = take_read(
            [message for pk in mine for message in prepared[pk][0]],
            tuple(refused for pk in mine for refused in prepared[pk][1]),
            now,
        )
        reasons = _agreed([incoming for _, incoming in readable], taken, now)
        letters += [found.letter(reasons[each.once]) for found, each in readable if each.once in reasons]
        finished = [row for row in rows if row.pk in mine]
        _finish(finished, letters, now)
    return sum(row.messages for row in finished)


def take_apart(row: Accepted, now: datetime) -> int:
    """Turn a row into evidence message by message; those that fail become dead letters with what went wrong."""
    opened = open_row(row)
    with transaction.atomic():
        if not _mine([row]):
            return 0
        # All at once and in order, as others do it; one after another, two workers could wait for each other.
        lock_handles(pair for each in prepare(opened.incoming)[0] for pair in (*each.handles, *each.also))
        for found, incoming in opened.readable:
            try:
                with transaction.atomic():
                    reason = take_all([incoming], now).get(incoming.once)
            except (OperationalError, InterfaceError):
                raise
            except Exception as error:
                logger.exception("a message of accepted request %s can't be digested", row.pk)
                reason = broken(error)
            if reason:
                opened.letters.append(found.letter(reason))
        _finish([row], opened.letters, now)
    return row.messages


def broken(error: Exception) -> str:
    """A reason for what should not have happened."""
    said = shown(str(error)) or "no more is known"
    return f"it can be read and can't be stored ({type(error).__name__}: {said}); that is a mistake of this program"


def open_row(row: Accepted) -> Opened:
    """Read all messages of a row."""
    opened = Opened()
    try:
        whole = json.loads(bytes(row.body))
        messages = whole["batch"]
        if not isinstance(messages, list):
            raise TypeError
    except (ValueError, KeyError, TypeError, RecursionError):
        body = bytes(row.body).decode(errors="replace")
        opened.letters.append(Found(row, body).letter("it isn't a batch of messages in JSON"))
        return opened
    sent_at = whole.get("sentAt")
    for at, message in enumerate(messages):
        found = Found(row, message, sent_at)
        envelope = Envelope(
            once=f"accepted:{row.pk}:{at}",
            received_at=row.received_at,
            sent_at=sent_at,
            key=str(row.key_id),
            address=row.address,
            agent=row.agent,
        )
        said = _read(message, envelope, small=len(row.body) <= MAX_MESSAGE)
        if isinstance(said, Refused):
            opened.letters.append(found.letter(said.reason))
        else:
            opened.readable.append((found, said))
    return opened


def _read(message: object, envelope: Envelope, *, small: bool) -> Incoming | Refused:
    try:
        if not small and too_large(message):
            return Refused(f"it has more than {MAX_MESSAGE // 1024} KB; send less of it")
    except RecursionError:
        pass
    return read(message, envelope)


def take_all(incoming: Sequence[Incoming], now: datetime) -> dict[str, str]:
    """Hand messages over to evidence; the reasons of those that it couldn't take, by `once`."""
    taken = take(incoming=incoming, now=now)
    return _agreed(incoming, taken, now)


def _agreed(incoming: Sequence[Incoming], taken: Taken, now: datetime) -> dict[str, str]:
    record_consents(incoming, taken.lead_of, now)
    return {refused.once: refused.reason for refused in taken.refused}


def _mine(rows: Sequence[Accepted]) -> list[int]:
    """Lock the rows that are still this worker's; as `claims.still_mine`, for many with one query."""
    found = Accepted.objects.filter(pk__in=[row.pk for row in rows], claimed_until=rows[0].claimed_until)
    if connection.features.has_select_for_update:
        found = found.select_for_update(of=("self",), no_key=True)
    return list(found.order_by("pk").values_list("pk", flat=True))


def _finish(rows: Sequence[Accepted], letters: Sequence[DeadLetter], now: datetime) -> None:
    DeadLetter.objects.bulk_create(letters)
    Accepted.objects.filter(pk__in=[row.pk for row in rows]).delete()
    for key in ApiKey.objects.filter(pk__in={row.key_id for row in rows}):
        used(key, now)
