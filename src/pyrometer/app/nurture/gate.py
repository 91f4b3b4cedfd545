"""What stands in the way of a programme's mail at the last moment: a pause, or that its lead left since."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pyrometer.app.delivery.gates import Barred, Held, Verdict
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.nurture.models import Enrolment
from pyrometer.app.temperature.models import Reading, Temperature
from pyrometer.lifecycle import WITH_SALES

GONE = frozenset({"suppressed", "unsubscribed", "handed_over", "hot", "replied", "exit", "removed", "merged"})
"""Ends after which nothing more is sent; who came to the end of the steps still gets the last mail."""


def gate(rows: Sequence[Outgoing], now: datetime) -> Mapping[int, Verdict]:
    """What keeps mails of programmes from leaving. A mail may wait in the outbox for hours, at a domain's pace."""
    of = {row.pk: number for row in rows if isinstance(number := _about(row).get("enrolment"), int)}
    enrolments = Enrolment.objects.select_related("programme", "lead").in_bulk(set(of.values()))
    roots = {each.lead.root_id for each in enrolments.values()}
    readings = {reading.pk: reading for reading in Reading.objects.filter(pk__in=roots)}
    found: dict[int, Verdict] = {}
    for pk, number in of.items():
        enrolment = enrolments.get(number)
        if enrolment is None:
            found[pk] = Barred("what it belongs to is gone")
        elif because := _left(enrolment, readings.get(enrolment.lead.root_id or 0)):
            found[pk] = Barred(f"not sent: the lead left the programme ({because})")
        elif enrolment.programme.paused_at is not None:
            found[pk] = Held(now)
    return found


def _about(row: Outgoing) -> Mapping[str, object]:
    about = row.payload.get("about")
    return about if row.payload.get("compose") == "nurture" and isinstance(about, Mapping) else {}


def _left(enrolment: Enrolment, reading: Reading | None) -> str:
    """Why somebody gets nothing more; empty where they do. What was read since they were stepped counts, too."""
    if enrolment.ended_at is not None and enrolment.why in GONE:
        return enrolment.because
    if reading is not None and reading.temperature == Temperature.HOT:
        return "turned hot"
    if reading is not None and reading.stage in WITH_SALES:
        return "sales has it"
    return ""
