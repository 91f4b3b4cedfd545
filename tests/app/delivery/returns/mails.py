"""Mails that come back, written here as servers and people write them."""

from __future__ import annotations

TOKEN = "0123456789abcdef0123456789abcdef01234567"


def proper(
    *, action: str = "failed", status: str = "5.1.1", said: str = "550 5.1.1 no such user", token: str = TOKEN
) -> bytes:
    """A delivery report (RFC 3464)."""
    return f"""From: Mail Delivery System <MAILER-DAEMON@relay.example>
To: bounces@mail.example
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

Your mail could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.example

Final-Recipient: rfc822; ada@acme.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {said}

--b
Content-Type: text/rfc822-headers

Message-ID: <{token}@leads.example>
Subject: News

--b--
""".encode()


def complaint(kind: str = "abuse", token: str = TOKEN) -> bytes:
    """A feedback report (RFC 5965)."""
    return f"""From: feedback@mailbox.example
To: bounces@mail.example
Subject: FW: News
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="b"

--b
Content-Type: text/plain

This is an abuse report.

--b
Content-Type: message/feedback-report

Feedback-Type: {kind}
User-Agent: Mailbox/1
Version: 1

--b
Content-Type: message/rfc822

Message-ID: <{token}@leads.example>
From: news@leads.example
Subject: News

Hello

--b--
""".encode()


def plain(sender: str, subject: str, text: str, **headers: str) -> bytes:
    """A mail of one text; an underscore in the name of a header is a hyphen."""
    more = "".join(f"{name.replace('_', '-')}: {value}\n" for name, value in headers.items())
    return f"From: {sender}\nSubject: {subject}\n{more}Content-Type: text/plain; charset=utf-8\n\n{text}\n".encode()


def reply(token: str = TOKEN, **headers: str) -> bytes:
    """What somebody answers to a mail of ours."""
    return plain(
        "Ada <ada@acme.example>", "Re: News", "Tell me more.", In_Reply_To=f"<{token}@leads.example>", **headers
    )
