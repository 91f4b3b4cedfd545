"""Webhooks hear of consent: who agreed to what, or took it back. The proof stays here."""

from __future__ import annotations

from datetime import datetime

from pyrometer.app.consent.models import Consent
from pyrometer.app.consent.queries import counts
from pyrometer.app.delivery import outbox
from pyrometer.app.delivery.models import Webhook

TOPIC = "consent.changed"


def changed(consent: Consent, root: int, now: datetime) -> None:
    """Tell webhooks of a word, or that it was confirmed."""
    if not Webhook.objects.filter(active=True).exists():
        return
    data = {
        "lead": root,
        "purpose": consent.purpose.slug,
        "given": consent.given,
        "counts": counts(consent),
        "source": consent.source,
        "at": _spelled(consent.at),
        "confirmed_at": _spelled(consent.confirmed_at),
    }
    once = f"consent:{consent.pk}:{'confirmed' if consent.confirmed_at else 'said'}"
    outbox.post(channel="webhook", once=once, payload={"topic": TOPIC, "data": data}, now=now)


def _spelled(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
