"""Hands mails to the mail server: claimed rows together, over one connection that is kept."""

from __future__ import annotations

import logging
import smtplib
import ssl
import time
from collections.abc import Callable
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.conf import settings
from django.db import Error

from pyrometer.app.delivery import outbox
from pyrometer.app.delivery.backoff import backoff
from pyrometer.app.delivery.email.conversation import CLOSING, Connection, RefusedError, UnansweredError
from pyrometer.app.delivery.email.handing import Became, Handing
from pyrometer.app.delivery.email.message import UnsendableError, recipient, token, written
from pyrometer.app.delivery.email.pool import Pool, pool
from pyrometer.app.delivery.email.return_path import return_path
from pyrometer.app.delivery.email.server import Server
from pyrometer.app.delivery.gates import have_a_say
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.delivery.outbox import Sent

logger = logging.getLogger(__name__)

LONGEST = 60.0
"""Seconds after which no further mail is begun, so that a slow server outlasts no claim."""
GONE = 3
"""After so many mails in a row during which the server went away, the others wait."""
NO_SERVER = "no mail server is set: start Pyrometer with PYROMETER_SMTP=smtp://USER:PASSWORD@HOST:587"


def run(rows: list[Outgoing], now: datetime) -> None:
    """Send claimed rows, one after the other. What the server refuses for good (5xx) is given up."""
    _Run(settings.MAIL_SERVER, pool, now).send(rows)


class _Run:
    """Some mails on their way over one connection, which is replaced where it ends."""

    def __init__(
        self, server: Server | None, kept: Pool, now: datetime, elapsed: Callable[[], float] = time.monotonic
    ) -> None:
        self.server, self.pool, self.now = server, kept, now
        self.elapsed, self.begun = elapsed, elapsed()
        self.connection: Connection | None = None
        self.gone = 0
        self.down = "" if server is not None else NO_SERVER
        """Why none of the mails that are left can go now."""

    def send(self, rows: list[Outgoing]) -> None:
        """Send them, and write down what became of each."""
        hands = Handing(rows, self.now, lambda: timedelta(seconds=self.elapsed() - self.begun))
        try:
            for place, row in enumerate(rows):
                if outbox.ending.is_set() or self.elapsed() - self.begun > LONGEST * settings.HOLD_FACTOR:
                    hands.give_back(rows[place:])
                    break
                hands.became(row, self._tried(row, hands))
            hands.write()
        except BaseException:
            if self.connection is not None:
                self.connection.close()
            raise
        if self.connection is not None:
            self.pool.give_back(self.connection, self.now)

    def _tried(self, row: Outgoing, hands: Handing) -> Became | None:
        """What became of one mail. One that fails in a way that nobody thought of keeps none of the others back."""
        try:
            return self._sent(row, hands)
        except Error:
            raise
        except Exception as error:
            logger.exception("a mail failed")
            self._hang_up()
            return Became(Sent(f"{type(error).__name__}: {error}"[:300], _again(row)))

    def _sent(self, row: Outgoing, hands: Handing) -> Became | None:
        """What became of one mail; None where it is another worker's by now."""
        if (ended := hands.ended(row)) is not None:
            return ended
        if self.down:
            return Became(Sent(self.down, _again(row)))
        if (known := hands.known(row)) is not None:
            return known
        if hands.put_off(row):
            return None
        try:
            payload = hands.payload(row)
            mail = written(payload, once=row.once, at=self.now if row.marketing else row.created_at)
            to = recipient(payload)
        except UnsendableError as error:
            return Became(Sent(str(error)))
        return self._handed(row, to, mail, hands)

    def _handed(self, row: Outgoing, to: str, mail: bytes, hands: Handing) -> Became | None:
        if settings.MAIL_SIGNER is not None:
            mail = settings.MAIL_SIGNER.signed(mail, self.now)
        try:
            # Before anything is marked: where there is no server, nothing is in doubt.
            self._connection()
            if not hands.mark(row):
                return None
            self._offered(_sender(row), to).hand_over(mail)
        except RefusedError as refused:
            return self._refused(row, refused)
        except UnansweredError as error:
            self._hang_up()
            return _perhaps(row, str(error))
        except smtplib.SMTPNotSupportedError as error:
            # What an address needs it won't learn soon; TLS it may, when somebody corrects the settings.
            after = None if self.connection is not None else _again(row)
            self._begin_anew()
            return Became(Sent(f"the mail server can't do this: {error}", after))
        except OSError as error:
            return self._lost(row, error)
        self.gone = 0
        return Became(Sent(), taken=True)

    def _offered(self, sender: str, to: str) -> Connection:
        """A connection that was told of a mail; a used one that turns out to be closed is replaced once."""
        connection = self._connection()
        fresh = connection.used == 0
        try:
            connection.offer(sender, to)
        except (smtplib.SMTPServerDisconnected, TimeoutError, ConnectionError):
            if fresh:
                raise
        except RefusedError as refused:
            if fresh or refused.code != CLOSING:
                raise
        else:
            return connection
        self._hang_up()
        connection = self._connection()
        connection.offer(sender, to)
        return connection

    def _connection(self) -> Connection:
        if self.connection is not None and self.connection.spent:
            self.connection.quit()
            self.connection = None
        if self.connection is None:
            assert self.server is not None
            self.connection = self.pool.borrow(self.server, self.now)
        return self.connection

    def _refused(self, row: Outgoing, refused: RefusedError) -> Became:
        said = f"the mail server said {refused}"
        if refused.code == CLOSING:
            self._left(said)
        else:
            self.gone = 0
            self._begin_anew()
        for_good = 500 <= refused.code < 600
        if for_good and refused.sender:
            # Settings can be corrected, and then the mails go out: all of them have this sender.
            self.down = (
                f"the mail server doesn't accept our address, {_sender(row)}: {refused}; see PYROMETER_MAIL_FROM"
            )
            return Became(Sent(self.down, _again(row)))
        return Became(Sent(said, None if for_good else _again(row)), refused=refused)

    def _lost(self, row: Outgoing, error: OSError) -> Became:
        """It can't be reached, or went away before it had the mail."""
        said = _words(error)
        if self.connection is None:
            # Not even a connection: it would be the same for all the others.
            self.down = said
        else:
            self._left(said)
        return Became(Sent(said, _again(row)))

    def _left(self, said: str) -> None:
        """It left in the middle of a mail, which may be the mail's fault; several times in a row it isn't."""
        self._hang_up()
        self.gone += 1
        if self.gone >= GONE:
            self.down = said

    def _begin_anew(self) -> None:
        if self.connection is not None and not self.connection.reset():
            self._hang_up()

    def _hang_up(self) -> None:
        if self.connection is not None:
            self.connection.close()
            self.connection = None


def _perhaps(row: Outgoing, why: str) -> Became:
    """The server has it and said nothing: it may arrive. A notification is sent again, a programme's mail isn't."""
    said = f"the mail server can't be reached any more, and perhaps has the mail: {why}"
    return Became(Sent(said, None if have_a_say(row) else _again(row)), perhaps=True)


def _sender(row: Outgoing) -> str:
    """Where a bounce goes: to an address that says which mail it is about, where there is one."""
    return_to: str = settings.MAIL_BOUNCES
    return return_path(return_to, token(row.once)) if return_to else parseaddr(settings.MAIL_FROM)[1]


def _again(row: Outgoing) -> timedelta | None:
    return backoff(row.once, row.attempts)


def _words(error: OSError) -> str:
    if isinstance(error, smtplib.SMTPAuthenticationError):
        # Settings can be corrected, and then the mail goes out.
        said = RefusedError(error.smtp_code, error.smtp_error)
        return f"the mail server doesn't accept the user or password: {said}"
    if isinstance(error, smtplib.SMTPResponseException):
        return f"the mail server said {RefusedError(error.smtp_code, error.smtp_error)}"
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the mail server's certificate can't be trusted: {error.verify_message}"
    return f"the mail server can't be reached: {error}"
