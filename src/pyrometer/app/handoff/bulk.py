"""What is done to many leads at once: each as its single action does it, in a transaction and by a right of its own.

A bulk is prepared (who was chosen stands fast), confirmed once, and done by the request that confirmed it as far as it
has time, and by the workers beyond. A lead's row says whether its turn is over, so nothing happens to it twice.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import Error, transaction
from django.db.models import Count, Exists, OuterRef, Q
from django.utils.translation import gettext as _

from pyrometer.app.evidence.actions import correct
from pyrometer.app.handoff import actions, queries
from pyrometer.app.handoff.actions.rights import check_may
from pyrometer.app.handoff.models import Assignment, Bulk, Chosen, Rep, Standing, Verdict
from pyrometer.app.handoff.stepping import root_of
from pyrometer.app.handoff.verdicts import VERDICTS
from pyrometer.app.people.audit import Actor, record
from pyrometer.app.temperature.models import Stage
from pyrometer.errors import UsageError

logger = logging.getLogger(__name__)

MOST = 1000
"""Leads of one bulk."""
AT_ONCE = 60
"""Leads that a request does itself; the workers do the others."""
STEP = 100
KEPT = timedelta(days=30)
"""So long it can be looked up what came of one."""

RIGHTS: Mapping[str, str] = {
    Bulk.Kind.ASSIGN: "leads.assign",
    Bulk.Kind.QUALIFY: "lead.edit",
    Bulk.Kind.RECYCLE: "inbox.work",
    Bulk.Kind.TRAIT: "lead.edit",
    Bulk.Kind.EXPORT: "leads.export",
}
"""The right that the single action asks for."""
DONE, REFUSED, LEFT = "done", "refused", "left"
"""What came of a lead; left out is what the one who confirmed didn't ask for."""
UNQUALIFIED = (Stage.LEAD, Stage.UNQUALIFIED, Stage.QUIET, Stage.LET_GO)
"""Stages of which nobody says that the lead is for anybody yet, or still."""


class LeftOutError(UsageError):
    """A lead that was chosen, and isn't meant unless somebody says so."""


@dataclass(frozen=True)
class Foreseen:
    """What somebody should know of leads before they are assigned; nobody counts twice."""

    owned: int = 0
    """A rep has them: they would be taken from somebody."""
    judged: int = 0
    """Nobody has them, and sales has said that it doesn't want them, or not now."""
    unqualified: int = 0
    """Of the others, those that nobody would have handed over yet."""
    others: int = 0


@transaction.atomic
def prepare(*, kind: str, leads: Sequence[int], actor: Actor, now: datetime) -> Bulk:
    """Say what is to be done to which roots; nothing happens yet. Raises UsageError."""
    if kind not in RIGHTS:
        raise UsageError(_("Choose what is to be done."))
    check_may(actor, RIGHTS[kind])
    assert actor.user is not None
    if not leads:
        raise UsageError(_("Choose at least one lead."))
    if len(leads) > MOST:
        raise UsageError(_("These are more than %(n)d leads; narrow the filters.") % {"n": MOST})
    old = Bulk.objects.filter(at__lt=now - KEPT, by=actor.user).values_list("pk", flat=True)
    Bulk.objects.filter(pk__in=list(old[:10])).delete()
    bulk = Bulk.objects.create(by=actor.user, kind=kind, at=now)
    Chosen.objects.bulk_create(Chosen(bulk=bulk, lead_id=lead) for lead in dict.fromkeys(leads))
    return bulk


@transaction.atomic
def confirm(*, bulk: Bulk, detail: Mapping[str, Any], actor: Actor, now: datetime) -> bool:
    """Let it happen; False where it was confirmed before, so that a second click does nothing. Raises UsageError."""
    check_may(actor, RIGHTS[bulk.kind])
    if actor.user is None or bulk.by_id != actor.user.pk:
        raise PermissionDenied
    given = dict(detail)
    if not Bulk.objects.filter(pk=bulk.pk, confirmed_at__isnull=True).update(confirmed_at=now, detail=given):
        return False
    bulk.confirmed_at, bulk.detail = now, given
    said = {"kind": bulk.kind, "leads": bulk.chosen.count(), "trait": given.get("trait", "")}
    record(actor=actor, action="leads.bulk", subject=f"bulk:{bulk.pk}", at=now, detail=said)
    return True


def carry_on(bulk: Bulk, now: datetime, *, limit: int = AT_ONCE) -> int:
    """Do some of those that wait; how many. Each is done once, by whoever comes to it first."""
    actor, do = Actor.of(bulk.by), _DEEDS[bulk.kind]
    waiting = list(bulk.chosen.filter(outcome="").order_by("pk")[:limit])
    for each in waiting:
        _one(each, lambda lead: do(lead, bulk.detail, actor, now), actor, RIGHTS[bulk.kind])
    if not bulk.chosen.filter(outcome="").exists():
        Bulk.objects.filter(pk=bulk.pk, ended_at__isnull=True).update(ended_at=now)
    return len(waiting)


def carry_out(now: datetime) -> int:
    """The job `handoff.bulk`: goes on with what was confirmed and isn't done."""
    # Whoever has just confirmed one is at it; a request that was killed left it for longer than this.
    due = Bulk.objects.filter(confirmed_at__lt=now - timedelta(seconds=5), ended_at__isnull=True)
    bulk = due.select_related("by").order_by("confirmed_at", "pk").first()
    return 0 if bulk is None else max(1, carry_on(bulk, now, limit=STEP))


def foresee(bulk: Bulk) -> Foreseen:
    """How the leads of a bulk stand now."""
    held = Assignment.objects.filter(lead=OuterRef("lead__root"), ended_at__isnull=True, rep__isnull=False)
    owned, judged = Q(held=True), Q(held=False, lead__root__standing__verdict__gt="")
    free = Q(held=False) & ~Q(lead__root__standing__verdict__gt="")
    unread = Q(lead__root__reading__isnull=True)
    early = free & (unread | Q(lead__root__reading__stage__in=UNQUALIFIED))
    found = bulk.chosen.annotate(held=Exists(held)).aggregate(
        owned=Count("pk", filter=owned),
        judged=Count("pk", filter=judged),
        unqualified=Count("pk", filter=early),
        all=Count("pk"),
    )
    others = found.pop("all") - sum(found.values())
    return Foreseen(**found, others=others)


def _one(each: Chosen, do: Callable[[int], None], actor: Actor, right: str) -> None:
    mine = Chosen.objects.filter(pk=each.pk, outcome="")
    try:
        with transaction.atomic():
            if mine.update(outcome=DONE):
                check_may(actor, right)
                do(root_of(each.lead_id))
    except LeftOutError as error:
        mine.update(outcome=LEFT, why=str(error)[:300])
    except UsageError as error:
        mine.update(outcome=REFUSED, why=str(error)[:300])
    except PermissionDenied:
        mine.update(outcome=REFUSED, why=_("you may not do this with this lead"))
    except Error:
        raise
    except Exception:
        logger.exception("bulk %s failed at lead %s", each.bulk_id, each.lead_id)
        mine.update(outcome=REFUSED, why=_("a mistake of this program; its log says which"))


Detail = Mapping[str, Any]


def _assign(root: int, detail: Detail, actor: Actor, now: datetime) -> None:
    rep = Rep.objects.select_related("user", "team").filter(pk=detail["rep"]).first()
    if rep is None:
        raise UsageError(_("this rep is gone"))
    held = queries.owner(root)
    if held is not None and held.rep is not None and not detail.get("owned"):
        raise LeftOutError(_("%(rep)s has it") % {"rep": held.rep.user})
    standing = Standing.objects.filter(pk=root).first()
    if (held is None or held.rep is None) and standing is not None and standing.verdict and not detail.get("judged"):
        said = next((str(name) for kind, name, _hint in VERDICTS if kind == standing.verdict), standing.verdict)
        raise LeftOutError(_("sales has judged it: %(verdict)s") % {"verdict": said})
    if held is not None:
        actions.reassign(assignment=held, rep=rep, actor=actor, now=now)
    else:
        actions.assign(lead=root, rep=rep, actor=actor, now=now)


def _qualify(root: int, detail: Detail, actor: Actor, now: datetime) -> None:
    actions.qualify_by_call(lead=root, actor=actor, now=now, note=detail.get("note", ""))


def _recycle(root: int, detail: Detail, actor: Actor, now: datetime) -> None:
    held = queries.owner(root)
    if held is None:
        raise UsageError(_("nobody in sales has it, so there is nothing to put off"))
    actions.give_verdict(
        assignment=held,
        kind=Verdict.Kind.NOT_NOW,
        until=date.fromisoformat(detail["until"]),
        note=detail.get("note", ""),
        actor=actor,
        now=now,
    )


def _trait(root: int, detail: Detail, actor: Actor, now: datetime) -> None:
    correct(lead=root, trait=detail["trait"], value=detail["value"], actor=actor, now=now)


def _export(root: int, detail: Detail, actor: Actor, now: datetime) -> None:
    """The file that the page sends is all there is to it."""


_DEEDS: Mapping[str, Callable[[int, Detail, Actor, datetime], None]] = {
    Bulk.Kind.ASSIGN: _assign,
    Bulk.Kind.QUALIFY: _qualify,
    Bulk.Kind.RECYCLE: _recycle,
    Bulk.Kind.TRAIT: _trait,
    Bulk.Kind.EXPORT: _export,
}
