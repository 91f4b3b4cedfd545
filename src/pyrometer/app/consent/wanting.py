"""What a lead asks for: to see all that is known of it, or to be erased. Confirmed by mail, followed to its end."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from pyrometer.app.consent import letters, links
from pyrometer.app.consent.choosing import ITSELF, MAILS, TooOftenError
from pyrometer.app.consent.models import Wanted
from pyrometer.app.consent.words import spoken
from pyrometer.app.evidence.actions import erase
from pyrometer.app.evidence.models import Lead
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.audit import record as note
from pyrometer.errors import UsageError

CONFIRM_WITHIN = timedelta(days=3)
OPEN_FOR = timedelta(days=7)
"""How long data can be fetched once it was confirmed."""
USES = 20
"""How often, at most."""


@transaction.atomic
def want(*, root: Lead, kind: str, language: str, address: str | None, now: datetime) -> Wanted:
    """Note what a lead asks for on its page, and mail it the link that confirms. Raises UsageError, TooOftenError."""
    if kind not in Wanted.Kind.values:
        raise UsageError(f"there is no `{kind[:20]}` to ask for")
    if not root.email:
        raise UsageError("there is no address to confirm it at")
    today = Wanted.objects.filter(lead__root=root, kind=kind, by="", asked_at__gte=now - timedelta(days=1))
    if today.count() >= MAILS:
        raise TooOftenError
    made = Wanted.objects.create(
        lead=root, kind=kind, asked_at=now, address=address, language=language, expires_at=now + CONFIRM_WITHIN
    )
    note(actor=ITSELF, action=f"{kind}.asked", subject=f"lead:{root.pk}", at=now, detail={"request": made.pk})
    once = f"wanted:{made.pk}"
    letters.write(kind, to=root.email, language=language, once=once, now=now, link=links.wanted(made))
    return made


@transaction.atomic
def give(*, root: Lead, actor: Actor, now: datetime) -> Wanted:
    """Mail a lead the link to its data: somebody who works here was asked for it. Raises UsageError."""
    if not root.email:
        raise UsageError("there is no address to send it to; hand over the page or the file")
    language = spoken(root.language)
    made = Wanted.objects.create(
        lead=root,
        kind=Wanted.Kind.EXPORT,
        asked_at=now,
        by=actor.name[:254],
        language=language,
        confirmed_at=now,
        expires_at=now + OPEN_FOR,
    )
    note(actor=actor, action="export.mailed", subject=f"lead:{root.pk}", at=now, detail={"request": made.pk})
    link = links.wanted(made)
    letters.write("given", to=root.email, language=language, once=f"wanted:{made.pk}", now=now, link=link)
    return made


@transaction.atomic
def confirm(*, wanted: Wanted, now: datetime) -> bool:
    """Note that the mail was answered; False where it was before, is too late, or was refused.

    A wish to be erased is carried out at once where the house decided so.
    """
    until = now + OPEN_FOR if wanted.kind == Wanted.Kind.EXPORT else wanted.expires_at
    waiting = Wanted.objects.filter(pk=wanted.pk, confirmed_at=None, refused_at=None, expires_at__gte=now)
    if not waiting.update(confirmed_at=now, expires_at=until):
        return False
    root = _root(wanted)
    detail = {"request": wanted.pk}
    note(actor=ITSELF, action=f"{wanted.kind}.confirmed", subject=f"lead:{root}", at=now, detail=detail)
    if wanted.kind == Wanted.Kind.ERASE and letters.house().erase_at_once:
        _erase(root, wanted, ITSELF, now)
    return True


@transaction.atomic
def carry_out(*, wanted: Wanted, actor: Actor, now: datetime) -> int:
    """Erase a lead that asked for it and confirmed it; the root's id. Raises UsageError."""
    if wanted.kind != Wanted.Kind.ERASE or wanted.confirmed_at is None or wanted.refused_at is not None:
        raise UsageError("the lead hasn't confirmed that it wants to be erased, or it was refused")
    return _erase(_root(wanted), wanted, actor, now)


def _erase(root: int, wanted: Wanted, actor: Actor, now: datetime) -> int:
    asked = wanted.asked_at.date().isoformat()
    erased = erase(lead=root, actor=actor, now=now)
    # After it, since the log's words about a lead go with the lead; these name nobody.
    detail = {"request": wanted.pk, "asked_by": wanted.by or ITSELF.name, "asked_on": asked}
    note(actor=actor, action="erase.on_request", subject=f"lead:{erased}", at=now, detail=detail)
    return erased


@transaction.atomic
def refuse(*, wanted: Wanted, why: str, actor: Actor, now: datetime) -> None:
    """Say no to a wish to be erased, and tell the lead why. Raises UsageError."""
    why = why.strip()[:300]
    if not why:
        raise UsageError("say why: the lead is told")
    still = Wanted.objects.filter(pk=wanted.pk, kind=Wanted.Kind.ERASE, confirmed_at__isnull=False, refused_at=None)
    if not still.update(refused_at=now, refused_why=why):
        raise UsageError("somebody has decided about it already")
    root = Lead.objects.get(pk=_root(wanted))
    note(
        actor=actor,
        action="erase.refused",
        subject=f"lead:{root.pk}",
        at=now,
        detail={"request": wanted.pk, "why": why},
    )
    if root.email:
        once, language = f"refused:{wanted.pk}", wanted.language
        letters.write("refused", to=root.email, language=language, once=once, now=now, why=why)


@transaction.atomic
def use(*, wanted: Wanted, form: str, now: datetime) -> bool:
    """Count that a lead opens its data; False where the link doesn't let it, any more or yet."""
    good = Wanted.objects.filter(
        pk=wanted.pk, kind=Wanted.Kind.EXPORT, confirmed_at__isnull=False, expires_at__gte=now, uses__lt=USES
    )
    if not good.update(uses=F("uses") + 1, used_at=now):
        return False
    detail = {"request": wanted.pk, "form": form}
    note(actor=ITSELF, action="export.opened", subject=f"lead:{_root(wanted)}", at=now, detail=detail)
    return True


def waiting() -> list[Wanted]:
    """Leads that confirmed that they want to be erased, the first first."""
    rows = Wanted.objects.filter(kind=Wanted.Kind.ERASE, confirmed_at__isnull=False, refused_at=None)
    return list(rows.select_related("lead__root").order_by("confirmed_at", "pk")[:200])


def _root(wanted: Wanted) -> int:
    root = Lead.objects.values_list("root_id", flat=True).get(pk=wanted.lead_id)
    assert root is not None
    return root
