"""Hands mails to the mail server."""

from __future__ import annotations

import smtplib
import ssl
from datetime import datetime
from email.message import EmailMessage

from django.conf import settings

from pyrometer.app.delivery.backoff import backoff
from pyrometer.app.delivery.email.message import UnsendableError, message
from pyrometer.app.delivery.email.server import Server
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.delivery.outbox import Sent

TIMEOUT = 20.0
"""Seconds that the server may take for each answer."""


def send(row: Outgoing, now: datetime) -> Sent:
    """Send one mail. What the server refuses for good (5xx) is given up; all else is tried again."""
    again = backoff(row.once, row.attempts)
    server: Server | None = settings.MAIL_SERVER
    if server is None:
        return Sent("no mail server is set: start Pyrometer with PYROMETER_SMTP=smtp://USER:PASSWORD@HOST:587", again)
    try:
        mail = message(row.payload, once=row.once, at=row.created_at)
    except UnsendableError as error:
        return Sent(str(error))
    try:
        _hand_over(server, mail)
    except smtplib.SMTPRecipientsRefused as refused:
        code, said = next(iter(refused.recipients.values()))
        return _refused(code, said, row)
    except smtplib.SMTPAuthenticationError as error:
        # Settings can be corrected, and then the mail goes out.
        return Sent(
            f"the mail server doesn't accept the user or password: {_words(error.smtp_code, error.smtp_error)}", again
        )
    except smtplib.SMTPResponseException as error:
        return _refused(error.smtp_code, error.smtp_error, row)
    except smtplib.SMTPNotSupportedError as error:
        return Sent(f"the mail server can't do this: {error}", again)
    except ssl.SSLCertVerificationError as error:
        return Sent(f"the mail server's certificate can't be trusted: {error.verify_message}", again)
    except (OSError, smtplib.SMTPException) as error:
        return Sent(f"the mail server can't be reached: {error}", again)
    return Sent()


def _hand_over(server: Server, mail: EmailMessage) -> None:
    context = ssl.create_default_context()
    if server.tls == "implicit":
        smtp: smtplib.SMTP = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    try:
        if server.tls == "starttls":
            smtp.starttls(context=context)
        if server.user:
            smtp.login(server.user, server.password)
        smtp.send_message(mail)
    except BaseException:
        smtp.close()
        raise
    try:
        smtp.quit()
    except (OSError, smtplib.SMTPException):
        # It has taken the mail; how it says good-bye makes no difference.
        smtp.close()


def _refused(code: int, said: bytes | str, row: Outgoing) -> Sent:
    for_good = 500 <= code < 600
    return Sent(f"the mail server said {_words(code, said)}", None if for_good else backoff(row.once, row.attempts))


def _words(code: int, said: bytes | str) -> str:
    text = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
    return f"{code} {text}"[:300]
