"""A content made into the mail of a real lead: to be sent, or to be looked at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings

from pyrometer.app.consent.queries import may_mail
from pyrometer.app.delivery.email.content.collecting import facts, harmless, root_of
from pyrometer.app.delivery.email.content.contents import Content
from pyrometer.app.delivery.email.content.rendering import Mail, UnrenderableError, render, render_slot
from pyrometer.app.delivery.email.content.tracking.links import Source, tracked
from pyrometer.app.delivery.email.content.tracking.seeing import agreed


@dataclass(frozen=True)
class Made:
    """A mail, and to whom it goes."""

    mail: Mail
    lead: int
    to: str
    unsubscribe: str = ""
    purpose: str = ""
    """What the lead agreed to get it for; empty where nobody has to agree."""

    def payload(self) -> dict[str, Any]:
        """As the outbox takes it."""
        whole = {**self.mail.payload(self.to), "lead": self.lead}
        if self.purpose:
            whole["marketing"] = {"unsubscribe": self.unsubscribe, "purpose": self.purpose}
        return whole


def make(content: Content, *, lead: int, once: str, now: datetime, coupon: str = "") -> Made:
    """The mail of a lead, to be posted under the key `once`. Raises UnrenderableError, for this lead.

    It is tracked where the lead agreed to that, and made only where it agreed to get it.
    """
    root = root_of(lead)
    if root is None:
        raise UnrenderableError("the lead was erased")
    if not root.email:
        raise UnrenderableError("the lead has no address")
    if content.marketing and not may_mail([root.pk], content.purpose, now):
        raise UnrenderableError(f"the lead didn't agree to `{content.purpose}`")
    language = content.spoken([root.language])
    known = facts(root, purpose=content.purpose, language=language, now=now, coupon=coupon)
    source = Source(root.pk, once, content.name, content.topic)
    mail = render(
        content,
        known,
        languages=[language],
        origin=settings.ORIGIN,
        tracked=tracked(source, settings.ORIGIN) if agreed(root.pk) else None,
    )
    if not content.marketing:
        return Made(mail, root.pk, root.email)
    return Made(mail, root.pk, root.email, known.links["unsubscribe"], content.purpose)


def preview(content: Content, *, lead: int, language: str = "", now: datetime, coupon: str = "") -> Mail:
    """The mail as a lead would get it, in its language or another, with links that do nothing.

    Raises UnrenderableError with the reason why that lead wouldn't get it. A slot has no subject.
    """
    root = root_of(lead)
    if root is None:
        raise UnrenderableError("the lead was erased")
    spoken = content.spoken(_wanted(language, root.language))
    known = harmless(facts(root, purpose=content.purpose, language=spoken, now=now, coupon=coupon))
    if content.kind == "slot":
        html, text = render_slot(content, known, languages=[spoken], origin=settings.ORIGIN)
        return Mail("", "", text, html, spoken)
    return render(content, known, languages=[spoken], origin=settings.ORIGIN)


def _wanted(*languages: str) -> Iterable[str]:
    return [language for language in languages if language]
