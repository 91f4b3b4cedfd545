"""Looks into the mailbox that bounces come to, by IMAP. It only reads: nothing there is marked, moved or deleted."""

from __future__ import annotations

import imaplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.conf import settings

from pyrometer.app.delivery.models import BoxState
from pyrometer.app.delivery.returns import taking
from pyrometer.app.delivery.returns.box import Box

MOST = 500
"""How many messages are read at one go; the others the next time."""


class BoxError(Exception):
    """The mailbox can't be read; the message says why."""


def look(now: datetime) -> int:
    """Take in what came since the last look; how many messages. What is wrong stands on the page of mail."""
    box: Box | None = settings.MAIL_BOX
    if box is None:
        return 0
    state, _ = BoxState.objects.get_or_create(name=box.name[:300])
    read, error = 0, ""
    try:
        with _opened(box) as (imap, validity):
            if validity != state.validity:
                state.validity, state.last = validity, 0
            for number in _new(imap, state.last)[:MOST]:
                taking.take(raw=_fetched(imap, number), now=now)
                read += 1
                # After each one: a worker that is killed reads one again, which is recognised.
                BoxState.objects.filter(pk=state.pk).update(validity=validity, last=number)
    except BoxError as problem:
        error = str(problem)
    except (imaplib.IMAP4.error, OSError) as problem:
        error = f"the mailbox's server can't be reached: {problem}"
    BoxState.objects.filter(pk=state.pk).update(looked_at=now, error=error[:400])
    return read


@contextmanager
def _opened(box: Box) -> Iterator[tuple[imaplib.IMAP4, int]]:
    """A connection with the folder selected, for reading alone, and the folder's validity."""
    context = ssl.create_default_context()
    if box.tls == "implicit":
        imap: imaplib.IMAP4 = imaplib.IMAP4_SSL(box.host, box.port, ssl_context=context, timeout=box.timeout)
    else:
        imap = imaplib.IMAP4(box.host, box.port, timeout=box.timeout)
    try:
        if box.tls == "starttls":
            imap.starttls(context)
        try:
            imap.login(box.user, box.password)
        except imaplib.IMAP4.error as error:
            raise BoxError(f"the mailbox's server doesn't accept the user or password: {_text(error)}") from None
        answer, said = imap.select(f'"{box.folder}"', readonly=True)
        if answer != "OK":
            raise BoxError(f"there is no folder {box.folder!r}: {_text(said[0])}")
        validity = imap.response("UIDVALIDITY")[1][0]
        yield imap, int(validity or 0)
    finally:
        try:
            imap.logout()
        except (imaplib.IMAP4.error, OSError):
            imap.shutdown()


def _new(imap: imaplib.IMAP4, last: int) -> list[int]:
    """The numbers of the messages after one, in their order."""
    answer, found = imap.uid("SEARCH", f"UID {last + 1}:*")
    if answer != "OK":
        raise BoxError(f"the mailbox can't be searched: {_text(found[0])}")
    # `*` is the last message, even where it comes before the first that is asked for.
    return sorted(number for number in map(int, (found[0] or b"").split()) if number > last)


def _fetched(imap: imaplib.IMAP4, number: int) -> bytes:
    """A message, or its beginning where it is long; empty where it was deleted meanwhile."""
    answer, found = imap.uid("FETCH", str(number), f"(BODY.PEEK[]<0.{taking.LARGEST}>)")
    if answer != "OK":
        raise BoxError(f"a message of the mailbox can't be read: {_text(found[0])}")
    return b"".join(part[1] for part in found if isinstance(part, tuple))


def _text(said: object) -> str:
    return said.decode("utf-8", "replace") if isinstance(said, bytes) else str(said)
