"""What people and other programs are told of hand-offs; all through the outbox."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import translation
from django.utils.formats import date_format

from pyrometer.app.delivery import outbox
from pyrometer.app.delivery.models import Webhook
from pyrometer.app.handoff.models import Assignment, Outcome, Rep, Verdict
from pyrometer.app.people.models import Role, User
from pyrometer.app.temperature.models import Reading, Transition

MOST = 20
"""So many managers hear of one lead at most."""


def mail(
    user: User, template: str, once: str, assignment: Assignment, reading: Reading, now: datetime, **more: object
) -> None:
    """Write to somebody about an assignment, from a template of the outbox; `more` is what else the template shows."""
    rep = assignment.rep
    with translation.override(user.language):
        context = {
            "lead": str(reading.lead),
            "rep": "" if rep is None else str(rep.user),
            "because": assignment.because,
            "due": "" if assignment.due_at is None else _moment(assignment.due_at, user),
            "reasons": [reason(line) for line in reading.strongest],
            "link": f"/leads/{reading.pk}/",
            **more,
        }
    payload = {"to": user.email, "template": template, "language": user.language, "context": context}
    outbox.post(channel="email", once=f"{once}:{user.pk}", payload=payload, now=now)


def clock(user: User, what: str, assignment: Assignment, reading: Reading, now: datetime) -> None:
    """Write of a clock that rings: `what` is reminder or escalation, of the first attempt or of a later one."""
    due, rep = assignment.due_at, assignment.rep
    if not user.is_active or due is None or rep is None:
        return
    once = f"{what}:{assignment.pk}:{due.isoformat()}"
    if assignment.responded_at is None:
        mail(user, what, once, assignment, reading, now)
        return
    later = {"reminder": "next_attempt", "escalation": "attempt_overdue"}[what]
    tries = {"tries": assignment.attempts.count(), "of": rep.team.attempts}
    mail(user, later, once, assignment, reading, now, **tries)


def managers() -> list[User]:
    """Who hears of leads that nobody has, or that wait too long; administrators where there is no manager."""
    there = User.objects.filter(is_active=True).order_by("pk")
    return list(there.filter(role=Role.MANAGER)[:MOST] or there.filter(role=Role.ADMIN)[:MOST])


def assigned(assignment: Assignment, reading: Reading, now: datetime) -> None:
    """Tell the rep, or the managers where nobody could take it, and webhooks."""
    if assignment.rep is None:
        for user in managers():
            mail(user, "escalation", f"unowned:{assignment.pk}", assignment, reading, now)
    elif assignment.rep.user.is_active:
        once = f"assignment:{assignment.pk}:{assignment.rep_id}"
        mail(assignment.rep.user, "assignment", once, assignment, reading, now)
    data = {
        "assignment": assignment.pk,
        "lead": assignment.lead_id,
        "rep": _address(assignment.rep),
        "because": assignment.because,
        "due_at": _spelled(assignment.due_at),
        "at": _spelled(now),
    }
    _webhook("assignment", f"{assignment.pk}:{assignment.rep_id or 0}", data, now)


def hotter(rep: Rep, reading: Reading, now: datetime) -> None:
    """Tell a rep that a lead that they have turned hot."""
    user = rep.user
    if not user.is_active:
        return
    held = Assignment.objects.filter(lead=reading.pk, rep=rep, ended_at__isnull=True).first()
    if held is not None:
        since = reading.hot_since or now
        mail(user, "hotter", f"hotter:{reading.pk}:{since.isoformat()}", held, reading, now)


def judged(verdict: Verdict, lead: int, now: datetime) -> None:
    """Tell webhooks of a verdict."""
    data = {
        "lead": lead,
        "verdict": verdict.kind,
        "reason": verdict.reason,
        "until": None if verdict.until is None else verdict.until.isoformat(),
        "attempted": verdict.attempted,
        "at": _spelled(verdict.at),
    }
    _webhook("verdict", str(verdict.pk), data, now)


def ended(outcome: Outcome, now: datetime) -> None:
    """Tell webhooks of an outcome."""
    data = {
        "lead": outcome.lead_id,
        "won": outcome.won,
        "revenue": None if outcome.revenue is None else str(outcome.revenue),
        "currency": outcome.currency,
        "decided_at": _spelled(outcome.decided_at),
    }
    _webhook("outcome", str(outcome.pk), data, now)


def changed(reading: Reading, transition: Transition, now: datetime) -> None:
    """Tell webhooks of a change of temperature or stage."""
    data = {
        "lead": transition.lead_id,
        "kind": transition.kind,
        "before": transition.before,
        "after": transition.after,
        "cause": transition.cause,
        "reasons": transition.reasons,
        "temperature": reading.temperature,
        "stage": reading.stage,
        "at": _spelled(transition.at),
    }
    _webhook("transition", str(transition.pk), data, now)


def reason(line: Mapping[str, Any]) -> str:
    """One of the strongest reasons, in words.

    >>> reason({"score": "interest", "rule": "Asked for a demo", "points": 30})
    'Asked for a demo: +30'
    """
    points = line.get("points", 0)
    return f"{line.get('rule', '')}: {points:+g}"


def _webhook(topic: str, key: str, data: Mapping[str, Any], now: datetime) -> None:
    if not Webhook.objects.filter(active=True).exists():
        return
    outbox.post(channel="webhook", once=f"{topic}:{key}", payload={"topic": topic, "data": data}, now=now)


def _moment(moment: datetime, user: User) -> str:
    try:
        zone = ZoneInfo(user.time_zone)
    except (KeyError, OSError, ValueError):
        zone = ZoneInfo("UTC")
    return date_format(moment.astimezone(zone), "DATETIME_FORMAT")


def _address(rep: Rep | None) -> str | None:
    return None if rep is None else rep.user.email


def _spelled(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat().replace("+00:00", "Z")
