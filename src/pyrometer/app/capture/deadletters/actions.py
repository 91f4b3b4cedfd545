"""What can be done with dead letters."""

from __future__ import annotations

import logging
from datetime import datetime

from django.db import InterfaceError, OperationalError, connection, transaction

from pyrometer.app.capture.digest.mentions import is_to_go
from pyrometer.app.capture.digest.queue import broken, take_all
from pyrometer.app.capture.digest.reading import Envelope, Refused, read
from pyrometer.app.capture.models import DeadLetter
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.people.audit import Actor, record

logger = logging.getLogger(__name__)


@transaction.atomic
def try_again(*, letter: int, actor: Actor, now: datetime) -> str | None:
    """Digest a dead letter's message now. None: it is evidence, and the letter is gone; else the reason why not.

    Raises DeadLetter.DoesNotExist, also where it names a lead that was erased meanwhile.
    """
    found = _locked(letter)
    said = read(found.body, _envelope(found))
    reason = said.reason if isinstance(said, Refused) else _taken(said, found, now)
    # Asked afterwards: the erasure may have been what this waited for. Nothing of it is left then.
    if is_to_go(found):
        raise DeadLetter.DoesNotExist
    # Reasons quote what somebody sent; the log outlives them.
    detail = {"digested": reason is None}
    record(actor=actor, action="deadletter.retried", subject=f"deadletter:{found.pk}", at=now, detail=detail)
    if reason is None:
        found.delete()
    else:
        found.reason, found.retried_at = reason[:400], now
        found.save(update_fields=["reason", "retried_at"])
    return reason


@transaction.atomic
def drop(*, letter: int, actor: Actor, now: datetime) -> None:
    """Remove a dead letter for good. Raises DeadLetter.DoesNotExist."""
    found = _locked(letter)
    record(actor=actor, action="deadletter.dropped", subject=f"deadletter:{found.pk}", at=now)
    found.delete()


def _locked(letter: int) -> DeadLetter:
    rows = DeadLetter.objects.all()
    if connection.features.has_select_for_update:
        rows = rows.select_for_update(of=("self",))
    return rows.get(pk=letter)


def _envelope(letter: DeadLetter) -> Envelope:
    return Envelope(
        once=f"deadletter:{letter.pk}",
        received_at=letter.received_at,
        sent_at=letter.body.get("sentAt") if isinstance(letter.body, dict) else None,
        key=str(letter.key_id or ""),
    )


def _taken(incoming: Incoming, letter: DeadLetter, now: datetime) -> str | None:
    try:
        with transaction.atomic():
            return take_all([incoming], now).get(incoming.once)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:
        logger.exception("dead letter %s can't be digested", letter.pk)
        return broken(error)
