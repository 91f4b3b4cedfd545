"""Tells a lead what it was shown on the site, and which codes it got."""

from __future__ import annotations

from datetime import datetime

from pyrometer.app.consent.words import say
from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture.models import CouponGiven, Seen

MOST = 500


def tell(root: Lead, language: str, now: datetime) -> list[str]:
    """What was seen in which slot and how often, and the codes, the latest first."""
    lines = []
    for each in Seen.objects.filter(lead__root=root).select_related("slot").order_by("-last_at", "-pk")[:MOST]:
        at = each.last_at or each.clicked_at or each.dismissed_at or now
        lines.append(say(language, "shown_seen", content=each.content, slot=each.slot.name, count=each.count, day=at))
        for name, when in (("shown_clicked", each.clicked_at), ("shown_closed", each.dismissed_at)):
            if when is not None:
                lines.append(say(language, name, content=each.content, day=when))
    for gift in CouponGiven.objects.filter(lead__root=root).order_by("-at", "-pk")[:MOST]:
        lines.append(say(language, "shown_code", code=gift.code, day=gift.at))
    return lines
