"""Letters to leads about their data, in their language. Links in them wait sealed."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.module_loading import import_string

from pyrometer.app.consent.models import House
from pyrometer.app.consent.words import say
from pyrometer.app.people.sealed import MAILED_LINK, seal


def house() -> House:
    """Who writes."""
    return House.objects.filter(pk=1).first() or House(pk=1)


def write(
    kind: str, *, to: str, language: str, once: str, now: datetime, link: str = "", quote: str = "", **more: object
) -> None:
    """Mail a lead one of the letters that `words` has; the caller has a transaction open.

    Rooms import one way, and delivery stands above this one: the settings say where letters are posted.
    """
    extra = {"confirm": ["letter_confirm_why"]}.get(kind, [])
    context = {
        "title": say(language, f"letter_{kind}"),
        "text": say(language, f"letter_{kind}_text", **more),
        "quote": quote,
        "further": [say(language, name) for name in extra],
        "button": say(language, f"letter_{kind}_button") if link else "",
        "copy": say(language, "letter_copy"),
        "from": house().name or str(urlsplit(settings.ORIGIN).hostname),
    }
    payload = {"to": to, "template": "to_lead", "language": language, "context": context}
    if link:
        payload["sealed_link"] = seal(link, purpose=MAILED_LINK)
    import_string(settings.PEOPLE_POST)(channel="email", once=once, payload=payload, now=now)
