"""Makes the mail of an outbox row: from a template, in the reader's language, as text and as HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from email.utils import format_datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.template import TemplateDoesNotExist
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.crypto import salted_hmac

from pyrometer.app.delivery import addresses
from pyrometer.app.delivery.email.writing import write
from pyrometer.app.people.sealed import MAILED_LINK, BrokenSealError, unseal

_NAME = re.compile(r"[a-z_]{1,40}")
_NOTIFICATION = {"Auto-Submitted": "auto-generated"}
"""So that no absence note answers what an application says by itself."""
_EXTRA = frozenset({"reply-to", "auto-submitted"})
"""Headers that a payload may bring; no other part of the envelope is the payload's to say."""


class UnsendableError(Exception):
    """No mail can be made of the row, now or later; the message says why."""


def written(payload: Mapping[str, Any], *, once: str, at: datetime) -> bytes:
    """The mail. Its Message-ID follows from the row's key, so a repeat is seen to be one. Raises UnsendableError."""
    subject, text, html = _content(payload)
    to = recipient(payload)
    headers = {
        "From": settings.MAIL_FROM,
        "To": to,
        "Subject": _subject(subject),
        "Date": format_datetime(at),
        "Message-ID": message_id(once),
        "MIME-Version": "1.0",
        **(_marketing(payload["marketing"]) if payload.get("marketing") else _NOTIFICATION),
    }
    for name, value in dict(payload.get("headers") or {}).items():
        if str(name).lower() in _EXTRA:
            headers[str(name).title()] = str(value)
    try:
        # An address with letters beyond ASCII before the @ goes only to servers that take headers in UTF-8.
        return write(headers, text=text, html=html, boundary=f"=_{token(once)}", utf8=not to.isascii())
    except ValueError as error:
        if isinstance(error, UnicodeError):
            raise UnsendableError("it has letters that are none") from None
        name = error.args[1]
        raise UnsendableError(f"the {name} header can't be written: {headers[name][:80]!r}") from None


def _subject(text: str) -> str:
    """On one line, and without what only looks like an encoded word (RFC 2047): readers would take it for one."""
    return " ".join(text.split()).replace("=?", "= ?")


def recipient(payload: Mapping[str, Any]) -> str:
    """To whom it goes, as servers spell it. Raises UnsendableError."""
    to = payload.get("to")
    found = addresses.bare(to)
    if found is None:
        raise UnsendableError(f"{str(to if isinstance(to, str) else '')[:80]!r} is no address")
    return found


def token(once: str) -> str:
    """What a mail is known by when something comes back for it: nobody can guess it who didn't get the mail."""
    return _token(once, settings.SECRET_KEY)


@lru_cache(maxsize=1024)
def _token(once: str, secret: str) -> str:
    """Each mail asks for it several times."""
    return salted_hmac("pyrometer.delivery.mail", once, secret=secret, algorithm="sha256").hexdigest()[:40]


def message_id(once: str) -> str:
    """`<…@host>`, the same for the same key."""
    return f"<{token(once)}@{urlsplit(settings.ORIGIN).hostname or 'pyrometer'}>"


def _marketing(given: Any) -> dict[str, str]:
    """The headers of mail that nobody waits for. Raises UnsendableError."""
    url = str(given.get("unsubscribe") or "") if isinstance(given, Mapping) else ""
    url = settings.ORIGIN + url if url.startswith("/") else url
    if not re.fullmatch(r"https?://[!-;=?-~]+", url):
        raise UnsendableError("marketing mail needs the URL at which its reader unsubscribes: marketing.unsubscribe")
    headers = {"List-Unsubscribe": f"<{url}>", "Precedence": "bulk"}
    if url.startswith("https://"):
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    if feedback := str(given.get("feedback_id") or ""):
        if not re.fullmatch(r"[^\s:]*(:[^\s:]*){1,2}:[^\s:]{5,15}", feedback):
            raise UnsendableError(f"{feedback[:80]!r} is no Feedback-ID: write it as CAMPAIGN:LIST:KIND:SENDER")
        headers["Feedback-ID"] = feedback
    return headers


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
