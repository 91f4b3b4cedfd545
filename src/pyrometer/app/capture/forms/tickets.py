"""What a page of a form carries to its submission, signed: what was asked and shown, of whom, and when."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core import signing

LASTS = timedelta(hours=24)
QUICK = timedelta(seconds=1)
"""Nobody fills in a form in less."""
LINK_LASTS = timedelta(days=90)

_SALT = "pyrometer.form"
_LINK_SALT = "pyrometer.form.link"


@dataclass(frozen=True)
class Ticket:
    """One page of a form. `nonce` makes its submission count once, however often it is sent."""

    form: int
    issued: float
    language: str
    asked: tuple[str, ...] = ()
    consents: tuple[tuple[str, str], ...] = ()
    """The purposes that were asked for, each with the text that stood beside its tick."""
    lead: int | None = None
    """Whose signed link was followed."""
    visitor: str = ""
    """The id by which the browser is recognised."""
    page: str = ""
    preview: bool = False
    nonce: str = field(default_factory=lambda: secrets.token_hex(12))

    def signed(self) -> str:
        """As text for the page."""
        return signing.dumps(asdict(self), salt=_SALT, compress=True)

    def age(self, now: datetime) -> timedelta:
        """How long ago the page was made."""
        return timedelta(seconds=now.timestamp() - self.issued)


def ticket(text: str) -> Ticket | None:
    """The ticket of a page; None where it isn't ours."""
    try:
        found: Mapping[str, Any] = signing.loads(text, salt=_SALT)
        consents = tuple((slug, text) for slug, text in found["consents"])
        return Ticket(**{**found, "asked": tuple(found["asked"]), "consents": consents})
    except (signing.BadSignature, KeyError, TypeError, ValueError):
        return None


def link_for(lead: int, now: datetime) -> str:
    """What makes a link to a form (`/f/<slug>?k=…`) a lead's own: it is asked only what isn't known of it."""
    return signing.dumps([lead, int(now.timestamp())], salt=_LINK_SALT)


def lead_of(link: str, now: datetime) -> int | None:
    """The lead of a signed link; None where it isn't ours or too old."""
    try:
        lead, made = signing.loads(link, salt=_LINK_SALT)
    except (signing.BadSignature, TypeError, ValueError):
        return None
    return lead if 0 <= now.timestamp() - made <= LINK_LASTS.total_seconds() else None
