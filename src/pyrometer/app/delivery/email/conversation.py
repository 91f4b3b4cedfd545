"""One conversation with the mail server, over which many mails can go.

It tells apart what matters afterwards: whether the server refused, whether it is gone and surely has nothing, or
whether it was given the whole mail and never said what became of it.
"""

from __future__ import annotations

import ipaddress
import os
import smtplib
import ssl
from datetime import datetime
from functools import lru_cache
from urllib.parse import urlsplit

from django.conf import settings

from pyrometer.app.delivery.email.server import Server

CLOSING = 421
"""The code of a server that says good-bye, whatever it was asked."""


TOO_LARGE = 552
"""The code of a server to which a mail is too large, which it may say as soon as it hears of one."""


class RefusedError(Exception):
    """The server's answer was a refusal: for now (4xx) or for good (5xx)."""

    def __init__(self, code: int, said: bytes | str, *, recipient: bool = False, sender: bool = False) -> None:
        self.code = code
        self.said = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
        self.recipient = recipient
        """Whether it was the address of the reader that was refused, rather than ours or the mail."""
        self.sender = sender
        """Whether it was ours."""
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
        self._ahead = False
        """Whether the server was asked for the mail already."""

    @classmethod
    def open(cls, server: Server) -> Connection:
        """Connect. Raises OSError, of which smtplib's errors are kinds."""
        where = server.host, server.port, _own_name()
        if server.tls == "implicit":
            smtp: smtplib.SMTP = smtplib.SMTP_SSL(*where, timeout=server.timeout, context=_trusted())
        else:
            smtp = smtplib.SMTP(*where, timeout=server.timeout)
        try:
            if server.tls == "starttls":
                smtp.starttls(context=_trusted())
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
        """Say from whom and to whom. Raises RefusedError, or OSError where the server is gone: it has nothing then.

        Where the server takes several commands at once (RFC 2920) it is asked for the mail, too; its answer to that is
        heard by `hand_over`.
        """
        self.used += 1
        options = ""
        if not (sender.isascii() and to.isascii()):
            if not self._smtp.has_extn("smtputf8"):
                raise smtplib.SMTPNotSupportedError(f"it can't be told of addresses like {to} (SMTPUTF8)")
            options = " SMTPUTF8 BODY=8BITMIME"
        commands = [f"MAIL FROM:<{sender}>{options}", f"RCPT TO:<{to}>", "DATA"]
        self._ahead = self._smtp.has_extn("pipelining")
        self._say(*commands if self._ahead else commands[:1])
        code, said = self._smtp.getreply()
        if code != 250:
            self._hear_out(2 if code != CLOSING else 0)
            raise RefusedError(code, said, sender=code not in (CLOSING, TOO_LARGE))
        if not self._ahead:
            self._say(commands[1])
        code, said = self._smtp.getreply()
        if code not in (250, 251):
            self._hear_out(1 if code != CLOSING else 0)
            raise RefusedError(code, said, recipient=True)

    def hand_over(self, mail: bytes) -> None:
        """Give it the mail. Raises RefusedError, UnansweredError, or OSError where it surely has nothing."""
        if not self._ahead:
            self._say("DATA")
        code, said = self._smtp.getreply()
        if code != 354:
            raise RefusedError(code, said)
        body = mail.replace(b"\n.", b"\n..")
        if body.startswith(b"."):
            body = b"." + body
        # Until the dot at the end has left, the server can't take it for a whole mail.
        self._smtp.send(body + (b"" if body.endswith(b"\r\n") else b"\r\n") + b".\r\n")
        try:
            code, said = self._smtp.getreply()
        except Exception as error:
            self.close()
            raise UnansweredError(str(error)) from error
        if code != 250:
            raise RefusedError(code, said)

    def _say(self, *commands: str) -> None:
        """Send commands. No address has a line break: `addresses.bare` let none through, and the settings neither."""
        if any("\r" in command or "\n" in command for command in commands):
            raise ValueError("a command of SMTP is one line")
        self._smtp.send("".join(f"{command}\r\n" for command in commands).encode("utf-8"))

    def _hear_out(self, answers: int) -> None:
        """Hear the answers to what was said ahead of a refusal; what follows begins anew, here or on another one."""
        if not (self._ahead and answers):
            return
        try:
            codes = [self._smtp.getreply()[0] for _ in range(answers)]
            if codes[-1] == 354 and len(codes) == 1:
                # It waits for a mail to nobody: one without a word ends that, and it refuses it.
                self._smtp.send(b".\r\n")
                self._smtp.getreply()
            elif codes[-1] == 354:
                # It refused the sender and goes on all the same; what it would make of a dot nobody knows.
                self.close()
        except OSError:
            self.close()

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


def _trusted() -> ssl.SSLContext:
    """Whose certificates are believed, as the machine has it now."""
    where = ssl.get_default_verify_paths()
    changed = os.stat(where.cafile).st_mtime_ns if where.cafile else 0
    return _read(where.cafile, where.capath, changed)


@lru_cache(maxsize=4)
def _read(file: str | None, folder: str | None, changed: int) -> ssl.SSLContext:
    """Reading them takes longer than ten mails do, so they are read once."""
    return ssl.create_default_context()


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
