"""What a lead does on the page of its choices, where it comes to by a link in a mail.

Such links are passed on. So a no counts at once, and a yes, the data, and erasing need a click in the lead's mailbox.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction

from pyrometer.app.consent import letters, links
from pyrometer.app.consent.actions import ask_to_confirm, record
from pyrometer.app.consent.coverage import may_refuse
from pyrometer.app.consent.models import Consent, MailWish, Purpose
from pyrometer.app.consent.queries import DOUBLE, in_order, words_of
from pyrometer.app.consent.words import in_language
from pyrometer.app.evidence.models import Lead
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.audit import record as note
from pyrometer.errors import UsageError

SOURCE = "preferences"
ITSELF = Actor("the lead itself")
MAILS = 3
"""Letters a day that somebody with the link can have written."""
MONTHS = (1, 3, 6)


class TooOftenError(Exception):
    """The lead was mailed for that as often as one day allows."""


@dataclass(frozen=True)
class Where:
    """From where and in which language a lead says something; the proof names it."""

    address: str | None
    language: str
    page: str


def refuse(*, root: Lead, purpose: str, where: Where, now: datetime) -> Consent:
    """Say no, or object; it counts at once. Raises UsageError."""
    found = _purpose(purpose)
    text = in_language(found.texts, where.language)
    return record(
        lead=root.pk,
        purpose=purpose,
        given=False,
        text=text,
        at=now,
        now=now,
        address=where.address,
        source=SOURCE,
        page=where.page,
    )


@transaction.atomic
def agree(*, root: Lead, purpose: str, where: Where, now: datetime) -> Consent:
    """Say yes; it counts once it was confirmed by mail. Raises UsageError, TooOftenError."""
    found = _purpose(purpose)
    if not root.email:
        raise UsageError("there is no address to confirm it at")
    today = Consent.objects.filter(lead__root=root, purpose=found, source=SOURCE, given=True)
    times = today.filter(at__gte=_midnight(now)).count()
    if times >= MAILS:
        raise TooOftenError
    said = record(
        lead=root.pk,
        purpose=purpose,
        given=True,
        text=in_language(found.texts, where.language, purpose),
        at=now,
        now=now,
        address=where.address,
        source=SOURCE,
        page=where.page,
        basis=DOUBLE,
    )
    ask_to_confirm(consent=said, to=root.email, language=where.language, now=now, again=times)
    return said


@transaction.atomic
def refuse_all(*, root: Lead, where: Where, now: datetime) -> int:
    """Say no to all that it may say no to; to how much it hadn't yet."""
    words = words_of([root.pk]).get(root.pk, {})
    open_ = [each.slug for each in in_order() if may_refuse(each.basis) and (each.active or each.slug in words)]
    new = [slug for slug in open_ if slug not in words or words[slug].given]
    for slug in new:
        refuse(root=root, purpose=slug, where=where, now=now)
    return len(new)


@transaction.atomic
def wish(*, root: Lead, now: datetime, often: str | None = None, months: int | None = None) -> MailWish:
    """Say how often, and not before when, it wants to be written to; `months` 0 ends a break. Raises UsageError."""
    if often is not None and often not in MailWish.Often.values:
        raise UsageError(f"there is no `{often}`; there are {', '.join(MailWish.Often.values)}")
    if months is not None and months not in (0, *MONTHS):
        raise UsageError("a break is of 1, 3 or 6 months")
    found, _new = MailWish.objects.get_or_create(lead=root, defaults={"at": now})
    found.often = found.often if often is None else often
    if months is not None:
        found.paused_until = now + timedelta(days=30 * months) if months else None
    found.at = now
    found.save()
    # Leads that are one speak with one voice: what another of them wished before is over.
    MailWish.objects.filter(lead__root=root).exclude(pk=found.pk).delete()
    detail = {"often": found.often, "until": found.paused_until and found.paused_until.date().isoformat()}
    note(actor=ITSELF, action="consent.mails_wished", subject=f"lead:{root.pk}", at=now, detail=detail)
    return found


@transaction.atomic
def new_link(*, root: Lead, where: Where, now: datetime) -> None:
    """Mail the lead a new link to its choices, once a day."""
    if not root.email:
        raise UsageError("there is no address to send it to")
    link = links.choices(root.pk, now)
    once = f"choices:{root.pk}:{now:%Y-%m-%d}"
    letters.write("link", to=root.email, language=where.language, once=once, now=now, link=link)


def mail_wish(root: int) -> MailWish | None:
    """What those who share a root wished last."""
    return MailWish.objects.filter(lead__root=root).order_by("-at", "-pk").first()


def shown(words: Sequence[str]) -> list[Purpose]:
    """The purposes that a lead sees who said something to these."""
    return [each for each in in_order() if each.active or each.slug in words]


def _purpose(slug: str) -> Purpose:
    found = Purpose.objects.filter(slug=slug).first()
    if found is None or not may_refuse(found.basis):
        raise UsageError(f"nobody is asked for `{slug[:50]}`")
    return found


def _midnight(now: datetime) -> datetime:
    return now.replace(hour=0, minute=0, second=0, microsecond=0)
