"""Makes the mail of an outbox row: from a template, in the reader's language, as text and as HTML."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, parseaddr
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils import translation

from pyrometer.app.people.sealed import MAILED_LINK, BrokenSealError, unseal

_NAME = re.compile(r"[a-z_]{1,40}")
_EXTRA = frozenset({"list-unsubscribe", "list-unsubscribe-post", "reply-to", "auto-submitted"})
"""Headers that a payload may bring; no other part of the envelope is the payload's to say."""


class UnsendableError(Exception):
    """No mail can be made of the row, now or later; the message says why."""


def message(payload: Mapping[str, Any], *, once: str, at: datetime) -> EmailMessage:
    """The mail. Its Message-ID follows from the row's key, so a repeat is seen to be one. Raises UnsendableError."""
    subject, text, html = _content(payload)
    mail = EmailMessage(policy=SMTP)
    headers = {
        "From": settings.MAIL_FROM,
        "To": _address(payload.get("to")),
        "Subject": " ".join(subject.split()),
        "Date": format_datetime(at),
        "Message-ID": message_id(once),
        # So that no absence note answers.
        "Auto-Submitted": "auto-generated",
    }
    for name, value in dict(payload.get("headers") or {}).items():
        if str(name).lower() in _EXTRA:
            headers[str(name).title()] = str(value)
    for name, value in headers.items():
        try:
            mail[name] = value
        except ValueError:
            raise UnsendableError(f"the {name} header can't be written: {value[:80]!r}") from None
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


def message_id(once: str) -> str:
    """`<…@host>`, the same for the same key."""
    host = urlsplit(settings.ORIGIN).hostname or "pyrometer"
    return f"<{hashlib.sha256(once.encode()).hexdigest()[:40]}@{host}>"


def _address(to: object) -> str:
    """A bare address; one with a line break, a second one, or a name in it is none."""
    text = to if isinstance(to, str) else ""
    if not re.fullmatch(r"[^\s<>,;:\"()\x00-\x1f\x7f]{1,64}@[^\s<>,;:\"()\x00-\x1f\x7f]{1,253}", text):
        raise UnsendableError(f"{text[:80]!r} is no address")
    return parseaddr(text)[1] or text


def _opened(link: str) -> str:
    if not link:
        raise UnsendableError("its link was removed when the mail was given up; make a new one where it was made")
    try:
        return unseal(link, purpose=MAILED_LINK)
    except BrokenSealError as error:
        raise UnsendableError(str(error)) from None


def _content(payload: Mapping[str, Any]) -> tuple[str, str, str]:
    if "subject" in payload:
        return str(payload["subject"]), str(payload.get("text", "")), str(payload.get("html", ""))
    name = str(payload.get("template", ""))
    if not _NAME.fullmatch(name):
        raise UnsendableError(f"no template is called {name[:40]!r}")
    context = {**dict(payload.get("context") or {}), "origin": settings.ORIGIN}
    if "sealed_link" in payload:
        context["link"] = _opened(str(payload["sealed_link"]))
    link = str(context.get("link", ""))
    if link.startswith("/"):
        context["link"] = settings.ORIGIN + link
    with translation.override(str(payload.get("language") or settings.LANGUAGE_CODE)):
        try:
            written = render_to_string(f"delivery/email/{name}.txt", context)
            html = render_to_string(f"delivery/email/{name}.html", context)
        except TemplateDoesNotExist:
            raise UnsendableError(f"no template is called {name!r}") from None
    subject, _, text = written.partition("\n")
    return subject.strip(), text.strip() + "\n", html
