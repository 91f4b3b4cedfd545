"""The jobs: reads the files of imports, 500 rows a transaction, and clears away what nobody needs any more."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import islice

from django.db import DataError, Error, IntegrityError, transaction
from django.db.models import F

from pyrometer.app.capture.digest.values import keepable
from pyrometer.app.capture.imports.actions import drop_file, path_of, shape_of
from pyrometer.app.capture.imports.agreeing import record_consents
from pyrometer.app.capture.imports.brought import note
from pyrometer.app.capture.imports.files import BadFileError, Row, rows
from pyrometer.app.capture.imports.judging import (
    CREATED,
    DUPLICATE,
    UNTOUCHED,
    UPDATED,
    VERDICTS,
    Judge,
    Judged,
)
from pyrometer.app.capture.imports.mapping import Mapping
from pyrometer.app.capture.imports.meaning import Import as Source
from pyrometer.app.capture.imports.meaning import RefusedError, read
from pyrometer.app.capture.imports.remarks import Remarks
from pyrometer.app.capture.imports.wanted import wants
from pyrometer.app.capture.models import Import, Rejected
from pyrometer.app.clock.claims import claim, still_mine
from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.incoming import Incoming

logger = logging.getLogger(__name__)

CHUNK = 500
TRIED = 10_000
"""Rows that a trial reads: enough to see what is wrong with a list, without holding up the worker."""
HOLD = timedelta(minutes=5)
MOST_REJECTED = 10_000
"""Rejected rows that are kept to look at; all are counted."""
KEPT = timedelta(days=30)
"""For how long rejected rows, and files that were never read, are kept: they are about people."""


@dataclass(frozen=True)
class Sorted:
    """Rows of a chunk: messages with what they would do, and those that can't be taken with the reason.

    Each with its line in the file, as whoever corrects it sees it there.
    """

    messages: list[tuple[int, Row, Incoming, Judged]]
    refused: list[tuple[int, Row, str]]

    def of(self, verdict: str) -> list[tuple[Incoming, Judged]]:
        """The messages that do that."""
        return [(message, judged) for *_, message, judged in self.messages if judged.verdict == verdict]


def run(now: datetime) -> int:
    """Read on in one import that runs; returns the rows that are through."""
    claimed = claim(Import.objects.filter(state=Import.State.RUNNING).order_by("pk"), now=now, hold=HOLD, limit=1)
    if not claimed:
        return 0
    source = claimed[0]
    try:
        return _try(source, now) if source.dry else _chunk(source, now)
    except BadFileError as error:
        # Where it is stays known: with the file in its place it can go on.
        return _failed(source, str(error))
    except (DataError, IntegrityError) as error:
        # It would be the same the next time, and nobody would hear of it.
        logger.exception("import %s can't go on", source.pk)
        rows = f"The rows after row {source.done:,} can't be stored ({type(error).__name__})"
        return _failed(source, f"{rows}; that is a mistake of this program, and its log says more. Nothing is lost.")


def _failed(source: Import, reason: str) -> int:
    return _mine(source).update(state=Import.State.FAILED, error=reason[:400], claimed_until=None)


def prune(now: datetime) -> int:
    """Remove rejected rows, files and uploads that nobody went on with, after a month."""
    old = now - KEPT
    gone = Rejected.objects.filter(source__created_at__lt=old).exclude(source__state=Import.State.RUNNING).delete()[0]
    idle = Import.objects.filter(created_at__lt=old).exclude(state=Import.State.RUNNING).exclude(file="")
    for source in idle.order_by("pk")[:100]:
        drop_file(source)
        gone += Import.objects.filter(pk=source.pk).update(file="")
    return gone


def _mine(source: Import):
    return Import.objects.filter(pk=source.pk, state=Import.State.RUNNING, claimed_until=source.claimed_until)


def _chunk(source: Import, now: datetime) -> int:
    """The next rows, all their effects and the position behind them in one transaction."""
    shape = shape_of(source)
    found = list(islice(rows(path_of(source), shape, source.position, source.line), CHUNK))
    with transaction.atomic():
        if not still_mine(source) or not _mine(source).exists():
            # Another worker has it, or somebody stopped it.
            Import.objects.filter(pk=source.pk, claimed_until=source.claimed_until).update(claimed_until=None)
            return 0
        if not found:
            _mine(source).update(state=Import.State.DONE, rows=F("done"), claimed_until=None)
            transaction.on_commit(lambda: drop_file(source))
            return 1
        done = _sorted(found, source.done, source, Judge(source.pk), now)
        lead_of: dict[str, int] = {}
        again: set[str] = set()
        refused = done.refused + _taken([each for each in done.messages if each[3].tells], now, lead_of, again)
        lost = {number for number, *_ in refused}
        kept = Sorted(
            [
                (number, row, message, replace(judged, verdict=DUPLICATE) if message.once in again else judged)
                for number, row, message, judged in done.messages
                if number not in lost
            ],
            refused,
        )
        _reject(source, refused)
        told = [message for *_, message, _ in kept.messages if message.consents and message.once in lead_of]
        record_consents(source, [(message, lead_of[message.once]) for message in told], now)
        note(
            source,
            new={lead_of[message.once] for message, _ in kept.of(CREATED) if message.once in lead_of},
            changed={lead_of[message.once] for message, _ in kept.of(UPDATED) if message.once in lead_of},
            untouched={judged.root for _, judged in kept.of(UNTOUCHED) if judged.root is not None},
        )
        _mine(source).update(
            done=source.done + len(found),
            position=found[-1].end,
            line=found[-1].last,
            created=F("created") + len(kept.of(CREATED)),
            updated=F("updated") + len(kept.of(UPDATED)),
            untouched=F("untouched") + len(kept.of(UNTOUCHED)),
            duplicates=F("duplicates") + len(kept.of(DUPLICATE)),
            rejected=F("rejected") + len(refused),
            claimed_until=None,
        )
    return len(found)


def _try(source: Import, now: datetime) -> int:
    """What the first rows would do; it writes nothing but that."""
    judge, number = Judge(), 0
    remarks = Remarks(Mapping.of(source.mapping), wants())
    every = rows(path_of(source), shape_of(source))
    refused: list[tuple[int, Row, str]] = []
    counts = dict.fromkeys(VERDICTS, 0)
    while number < TRIED and (found := list(islice(every, min(CHUNK, TRIED - number)))):
        done = _sorted(found, number, source, judge, now)
        refused += done.refused
        remarks.look(row for _, row, *_ in done.messages)
        counts = {verdict: count + len(done.of(verdict)) for verdict, count in counts.items()}
        number += len(found)
    with transaction.atomic():
        if still_mine(source):
            _reject(source, refused)
            _mine(source).update(
                state=Import.State.UPLOADED,
                rows=number,
                created=counts[CREATED],
                updated=counts[UPDATED],
                untouched=counts[UNTOUCHED],
                duplicates=counts[DUPLICATE],
                rejected=len(refused),
                remarks=remarks.found,
                claimed_until=None,
            )
    return max(number, 1)


def _sorted(found: Sequence[Row], before: int, source: Import, judge: Judge, now: datetime) -> Sorted:
    author = source.by.email if source.by else ""
    known = Source(source.pk, source.kind, Mapping.of(source.mapping), source.created_at, author)
    good: list[tuple[int, Row, Incoming]] = []
    refused: list[tuple[int, Row, str]] = []
    for number, row in enumerate(found, before + 1):
        if row.problem:
            refused.append((row.line, row, row.problem))
            continue
        try:
            good.append((row.line, row, read(row.cells, number, known, now)))
        except RefusedError as error:
            refused.append((row.line, row, str(error)))
        except RecursionError:
            refused.append((row.line, row, "is nested too deeply"))
    verdicts = judge.judge([message for *_, message in good])
    # What brought somebody whom we know already isn't this list.
    messages = [
        (line, row, message if judged.verdict == CREATED else replace(message, channel=""), judged)
        for (line, row, message), judged in zip(good, verdicts, strict=True)
    ]
    return Sorted(messages, refused)


def _taken(
    messages: Sequence[tuple[int, Row, Incoming, Judged]], now: datetime, lead_of: dict[str, int], again: set[str]
) -> list[tuple[int, Row, str]]:
    """Take messages in; the rows that can't be, with the reason. One that breaks something doesn't sink the others.

    The leads of those that are in are written into `lead_of`, those that were in long ago into `again`.
    """
    if not messages:
        return []
    by_once = {message.once: (number, row) for number, row, message, _ in messages}
    try:
        with transaction.atomic():
            taken = take(incoming=[message for *_, message, _ in messages], now=now)
    except Exception as error:
        if isinstance(error, Error) and not isinstance(error, (DataError, IntegrityError)):
            raise
        if len(messages) == 1:
            logger.exception("a row of an import can't be taken in")
            number, row, *_ = messages[0]
            return [(number, row, f"can't be taken in: {error}")]
        half = len(messages) // 2
        return _taken(messages[:half], now, lead_of, again) + _taken(messages[half:], now, lead_of, again)
    lead_of.update(taken.lead_of)
    again.update(taken.duplicates)
    return [(*by_once[each.once], each.reason) for each in taken.refused]


def _reject(source: Import, refused: Sequence[tuple[int, Row, str]]) -> None:
    free = MOST_REJECTED - Rejected.objects.filter(source=source).count()
    Rejected.objects.bulk_create(
        [
            Rejected(source=source, number=number, row=keepable(row.cells), reason=reason[:400])
            for number, row, reason in sorted(refused, key=lambda each: each[0])[: max(free, 0)]
        ]
    )
