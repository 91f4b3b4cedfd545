"""What messages say about consent: libraries repeat it with every event; only what changed is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from pyrometer.app.consent.actions import record
from pyrometer.app.consent.models import Purpose
from pyrometer.app.consent.purposes import PROFILING
from pyrometer.app.consent.queries import DOUBLE, current
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Lead


def record_consents(incoming: Iterable[Incoming], lead_of: Mapping[str, int], now: datetime) -> None:
    """Keep the yes and no of messages that were taken, for purposes that there are.

    A write key is public, so anybody can say yes for anybody: but for the profiling of one's own visit, that yes counts
    only once it was confirmed. A no counts at once.
    """
    told = [each for each in incoming if each.consents and each.once in lead_of]
    if not told:
        return
    purposes = dict(Purpose.objects.values_list("slug", "active"))
    for each in sorted(told, key=lambda one: one.occurred_at):
        root = Lead.objects.values_list("root_id", flat=True).get(pk=lead_of[each.once])
        known = {consent.purpose.slug: consent.given for consent in current(root)}
        for slug, given in each.consents.items():
            if slug not in purposes or known.get(slug) is given or (given and not purposes[slug]):
                continue
            record(
                lead=lead_of[each.once],
                purpose=slug,
                given=given,
                text="",
                at=min(each.occurred_at, now),
                now=now,
                address=each.address,
                source=each.source,
                basis=DOUBLE if given and slug != PROFILING else "consent",
            )
