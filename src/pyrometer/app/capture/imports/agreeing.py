"""What lists say about consent: whoever uploads one vouches for it, with the words that people were asked."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from pyrometer.app.capture.imports.mapping import Mapping
from pyrometer.app.capture.models import Import
from pyrometer.app.consent.actions import record
from pyrometer.app.consent.models import Purpose
from pyrometer.app.consent.queries import words_of
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Lead


def record_consents(source: Import, told: Iterable[tuple[Incoming, int]], now: datetime) -> None:
    """Keep the yes and no of rows, each with the lead that it is about. The caller has a transaction open.

    A list is older than what a lead says itself: its yes takes back no no, and what is known already isn't kept again.
    """
    active = dict(Purpose.objects.values_list("slug", "active"))
    for message, lead in told:
        root = Lead.objects.values_list("root_id", flat=True).get(pk=lead)
        assert root is not None
        before = words_of([root], message.consents).get(root, {})
        at = min(message.occurred_at, now)
        for slug, given in message.consents.items():
            word = before.get(slug)
            known = word is not None and (word.given is given or not word.given or word.at > at)
            if known or slug not in active or (given and not active[slug]):
                continue
            record(
                lead=lead,
                purpose=slug,
                given=given,
                text=Mapping.of(source.mapping).words,
                at=at,
                now=now,
                source="import",
                page=f"{source.name}, {message.author}",
            )
