"""What messages say about consent: libraries repeat it with every event; only what changed is kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from pyrometer.app.consent.actions import record
from pyrometer.app.consent.models import Consent, Purpose
from pyrometer.app.consent.purposes import PROFILING
from pyrometer.app.consent.queries import DOUBLE, said
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Handle, HandleKind, Lead


def record_consents(incoming: Iterable[Incoming], lead_of: Mapping[str, int], now: datetime) -> None:
    """Keep the yes and no of messages that were taken, for purposes that there are.

    A write key is public, so anybody can say yes for anybody. It counts at once only for the profiling of one's own
    visit, while nobody knows whose visit it is; any other yes only once it was confirmed. A no counts at once.
    """
    told = [each for each in incoming if each.consents and each.once in lead_of]
    if not told:
        return
    purposes = dict(Purpose.objects.values_list("slug", "active"))
    for each in sorted(told, key=lambda one: one.occurred_at):
        root = Lead.objects.values_list("root_id", flat=True).get(pk=lead_of[each.once])
        at = min(each.occurred_at, now)
        # What was said last, whether it counts or not: it isn't kept again.
        before: dict[str, Consent] = {}
        for consent in said(root):
            if consent.at <= at:
                before.setdefault(consent.purpose.slug, consent)
        for slug, given in each.consents.items():
            repeated = slug in before and before[slug].given is given
            if slug not in purposes or repeated or (given and not purposes[slug]):
                continue
            own = slug == PROFILING and not _identified(root)
            record(
                lead=lead_of[each.once],
                purpose=slug,
                given=given,
                text="",
                at=at,
                now=now,
                address=each.address,
                source=each.source,
                basis=DOUBLE if given and not own else "consent",
            )


def _identified(root: int) -> bool:
    """Whether it is known by more than the browser."""
    return Handle.objects.filter(lead__root=root).exclude(kind=HandleKind.ANONYMOUS).exists()
