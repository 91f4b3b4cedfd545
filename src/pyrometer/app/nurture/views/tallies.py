"""Numbers for the pages: who is where, counted by the database, never one by one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, Min
from django.utils.translation import gettext_lazy as _

from pyrometer.app.nurture.counting.since import acts_since
from pyrometer.app.nurture.models import Enrolment, Programme

LATELY = timedelta(days=30)
WEEK = timedelta(days=7)

WHY = {
    "finished": _("came to the end"),
    "suppressed": _("gets no mail any more: mails bounce, or it complained"),
    "unsubscribed": _("unsubscribed"),
    "handed_over": _("went to sales"),
    "hot": _("turned hot"),
    "replied": _("replied"),
    "exit": _("an exit of the programme's own"),
    "step": _("a step ended it"),
    "recycled": _("to be looked at again later"),
    "let_go": _("let go"),
    "held_back": _("the time of the control group was over"),
    "merged": _("turned out to be a lead that was inside already"),
    "removed": _("taken out by hand"),
}
"""How it ended, by `Enrolment.why`."""


def ending(why: str, because: str) -> str:
    """How it ended in words, nothing twice: an exit and a step say it themselves, for others it stands behind."""
    said = str(WHY.get(why, why))
    if not because or because.casefold() == said.casefold():
        return said
    return because if why in ("exit", "step") else f"{said}: {because}"


WAITS = {
    "time": _("for time to pass"),
    "date": _("for a date"),
    "condition": _("for something to happen"),
    "window": _("for the hours in which mails go out"),
    "cap": _("since it got enough mails for now"),
    "wish": _("since it asked for fewer mails, or for none for a while"),
    "facts": _("until what was noted is read"),
    "": _("for their turn"),
}
"""What they wait for, by `Enrolment.waits_for`."""


@dataclass
class Tally:
    """What a programme did lately."""

    inside: int = 0
    held_back: int = 0
    entered: int = 0
    finished: int = 0
    left: int = 0
    mails: int = 0


def tallies(now: datetime) -> dict[int, Tally]:
    """All programmes at a glance: who is inside now, what happened in 30 days, mails of seven.

    Where years of enrolments are there, each query reads a stretch of an index. Grouped by the key of a programme as it
    is, SQLite would read them all in the order of that key; so it is grouped by an expression.
    """
    found: dict[int, Tally] = {}

    def of(programme: int) -> Tally:
        return found.setdefault(programme, Tally())

    inside = Enrolment.objects.filter(ended_at__isnull=True).values("programme", "held_back").annotate(n=Count("pk"))
    for row in inside.order_by():
        if row["held_back"]:
            of(row["programme"]).held_back = row["n"]
        else:
            of(row["programme"]).inside = row["n"]
    since = now - LATELY
    keys = list(Programme.objects.values_list("pk", flat=True))
    entered = Enrolment.objects.filter(programme__in=keys, entered_at__gt=since, held_back=False)
    for row in entered.values("programme").annotate(n=Count("pk")).order_by():
        of(row["programme"]).entered = row["n"]
    ended = Enrolment.objects.filter(ended_at__gt=since, held_back=False)
    grouped = ended.annotate(of=F("programme_id") + 0).values("of", "standing")
    for row in grouped.annotate(n=Count("pk")).order_by():
        tally = of(row["of"])
        if row["standing"] == "finished":
            tally.finished = row["n"]
        else:
            tally.left = row["n"]
    mails = acts_since(now - WEEK).filter(kind__in=("sent", "asked")).annotate(of=F("enrolment__programme_id") + 0)
    for row in mails.values("of").annotate(n=Count("pk")).order_by():
        of(row["of"]).mails = row["n"]
    return found


@dataclass
class AtStep:
    """Who stands at a step of a version."""

    inside: int = 0
    waits: list[tuple[str, Any, int]] = field(default_factory=list)
    """What for (its key and its words), and how many."""
    next_at: datetime | None = None


@dataclass
class Standing:
    """Where everybody of a programme stands, and how it ended for the others."""

    steps: dict[int, dict[str, AtStep]] = field(default_factory=dict)
    """By version and step; the control group gets nothing, and isn't among them."""
    inside: Counter[int] = field(default_factory=Counter)
    """By version, without the control group."""
    held_back: int = 0
    overdue: int = 0
    """How many should have been looked at by now."""


def standing(programme: Programme, now: datetime) -> Standing:
    """Who is inside and where: two queries, over those inside only."""
    found = Standing()
    rows = Enrolment.objects.filter(programme=programme, ended_at__isnull=True)
    grouped = rows.values("version", "step", "waits_for", "held_back").annotate(n=Count("pk"), soonest=Min("due_at"))
    for row in grouped.order_by():
        if row["held_back"]:
            found.held_back += row["n"]
            continue
        found.inside[row["version"]] += row["n"]
        here = found.steps.setdefault(row["version"], {}).setdefault(row["step"], AtStep())
        here.inside += row["n"]
        here.waits.append((row["waits_for"], WAITS.get(row["waits_for"], row["waits_for"]), row["n"]))
        if row["soonest"] is not None and (here.next_at is None or row["soonest"] < here.next_at):
            here.next_at = row["soonest"]
    found.overdue = rows.filter(due_at__lte=now).count()
    return found


@dataclass
class Ends:
    """How it ended for those who are out."""

    entered: int = 0
    held_back: int = 0
    finished: int = 0
    left: list[tuple[str, Any, int]] = field(default_factory=list)
    """Why, in words and as the programme says it, and how many."""


def ends(programme: Programme) -> Ends:
    """Everybody who ever entered, and why those who left did; the control group is counted apart."""
    found = Ends()
    grouped = Enrolment.objects.filter(programme=programme).values("standing", "why", "because", "held_back")
    left: Counter[tuple[str, str]] = Counter()
    for row in grouped.annotate(n=Count("pk")).order_by():
        if row["held_back"]:
            found.held_back += row["n"]
            continue
        found.entered += row["n"]
        if row["standing"] == "finished":
            found.finished += row["n"]
        elif row["standing"] == "left":
            said = row["because"] if row["why"] in ("exit", "step", "recycled", "let_go") else ""
            left[row["why"], said] += row["n"]
    # What an exit or a step says of itself needs no words of ours before it.
    found.left = [("" if said else WHY.get(why, why), said, n) for (why, said), n in left.most_common(40)]
    return found


def due_now(programme: Programme, now: datetime) -> int:
    """How many would be looked at at once where it goes on."""
    return Enrolment.objects.filter(programme=programme, ended_at__isnull=True, due_at__lte=now).count()


def published(programme: Programme) -> list[Any]:
    """The versions, the newest first, each with how many are inside (`n`), and are held back (`held`)."""
    rows = programme.versions.order_by("-number").defer("text")
    open_ = Enrolment.objects.filter(programme=programme, ended_at__isnull=True)
    counted = open_.values_list("version", "held_back").annotate(n=Count("pk")).order_by()
    inside = Counter({(version, held): n for version, held, n in counted})
    found = list(rows[:100])
    for row in found:
        row.n, row.held = inside[row.pk, False], inside[row.pk, True]
    return found
