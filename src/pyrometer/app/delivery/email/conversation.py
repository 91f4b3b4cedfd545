"""One conversation with the mail server, over which many mails can go.

It tells apart what matters afterwards: whether the server refused, whether it is gone and surely has nothing, or
whether it was given the whole mail and never said what became of it.
"""

from __future__ import annotations

import ipaddress
import re
import smtplib
import ssl
from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings

from pyrometer.app.delivery.email.server import Server

_DOTS = re.compile(rb"(?m)^\.")
CLOSING = 421
"""The code of a server that says good-bye, whatever it was asked."""


class RefusedError(Exception):
    """The server's answer was a refusal: for now (4xx) or for good (5xx)."""

    def __init__(self, code: int, said: bytes | str, *, recipient: bool = False) -> None:
        self.code = code
        self.said = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        self.recipient = recipient
        """Whether it was the address of the reader that was refused, rather than ours or the mail."""
        super().__init__(f"{code} {self.said}"[:300])


class UnansweredError(Exception):
    """The server has the whole mail, and didn't say whether it takes it."""


class Connection:
    """An open connection, greeted, with TLS and signed in as the settings have it."""

    def __init__(self, server: Server, smtp: smtplib.SMTP) -> None:
        self.server, self._smtp = server, smtp
        self.used = 0
        """How many mails went over it."""
        self.idle_since: datetime | None = None

    @classmethod
    def open(cls, server: Server) -> Connection:
        """Connect. Raises OSError, of which smtplib's errors are kinds."""
        context = ssl.create_default_context()
        where = server.host, server.port, _own_name()
        if server.tls == "implicit":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=server.timeout, context=context)
        else:
            smtp = smtplib.SMTP(*where, timeout=server.timeout)
        try:
            if server.tls == "starttls":
                smtp.starttls(context=context)
            if server.user:
                smtp.login(server.user, server.password)
            smtp.ehlo_or_helo_if_needed()
        except BaseException:
            smtp.close()
            raise
        return cls(server, smtp)

    @property
    def spent(self) -> bool:
        """Whether so many mails went over it that the next one goes over a new one."""
        return self.used >= self.server.messages

    def alive(self) -> bool:
        """Whether it still answers; it begins anew with the next mail."""
        try:
            return self._smtp.rset()[0] == 250
        except OSError:
            return False

    def offer(self, sender: str, to: str) -> None:
        """Say from whom and to whom. Raises RefusedError, or OSError where the server is gone: it has nothing then."""
        self.used += 1
        options = []
        if not (sender.isascii() and to.isascii()):
            if not self._smtp.has_extn("smtputf8"):
                raise smtplib.SMTPNotSupportedError(f"it can't be told of addresses like {to} (SMTPUTF8)")
            options = ["SMTPUTF8", "BODY=8BITMIME"]
            self._smtp.command_encoding = "utf-8"
        else:
            self._smtp.command_encoding = "ascii"
        code, said = self._smtp.mail(sender, options)
        if code != 250:
            raise RefusedError(code, said)
        code, said = self._smtp.rcpt(to)
        if code not in (250, 251):
            raise RefusedError(code, said, recipient=True)

    def hand_over(self, mail: bytes) -> None:
        """Give it the mail. Raises RefusedError, UnansweredError, or OSError where it surely has nothing."""
        code, said = self._smtp.docmd("DATA")
        if code != 354:
            raise RefusedError(code, said)
        body = _DOTS.sub(b"..", mail)
        # Until the dot at the end has left, the server can't take it for a whole mail.
        self._smtp.send(body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        try:
            code, said = self._smtp.getreply()
        except OSError as error:
            self.close()
            raise UnansweredError(str(error)) from error
        if code != 250:
            raise RefusedError(code, said)

    def reset(self) -> bool:
        """Begin anew after a refusal; False where the connection is no good any more."""
        return self.alive()

    def quit(self) -> None:
        """Say good-bye; how it answers makes no difference."""
        try:
            self._smtp.quit()
        except OSError:
            self._smtp.close()

    def close(self) -> None:
        """Hang up."""
        self._smtp.close()


def _own_name() -> str | None:
    """What we call ourselves in the greeting: the origin's host; an address stands in brackets."""
    host = urlsplit(settings.ORIGIN).hostname
    if not host:
        return None
    try:
        found = ipaddress.ip_address(host)
    except ValueError:
        return host
    return f"[IPv6:{found}]" if found.version == 6 else f"[{found}]"
