"""Tells reps and teams what programmes want them to know."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from pyrometer import nurture
from pyrometer.app.delivery import outbox
from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff.models import Assignment, Rep, Standing
from pyrometer.app.handoff.telling import managers
from pyrometer.app.nurture.models import Enrolment
from pyrometer.app.people.models import User

REP = "rep"
"""Whom a notice is for that goes to the rep of the lead."""


def tell(row: Enrolment, root: int, intent: nurture.Notify, now: datetime) -> None:
    """Write to the lead's rep or to a team. Where there is nobody the managers hear of it, so that it isn't lost."""
    lead = Lead.objects.get(pk=root)
    for user in _people(root, intent.to) or managers():
        with translation.override(user.language):
            said = _in(intent.say, user.language)
            subject = _("%(lead)s: %(said)s") % {"lead": lead, "said": said}
            text = _("%(said)s\n\n%(lead)s is in the programme “%(programme)s”.\n%(link)s\n") % {
                "said": said,
                "lead": lead,
                "programme": row.programme.key,
                "link": f"{settings.ORIGIN}/leads/{root}/",
            }
        payload = {"to": user.email, "language": user.language, "subject": subject, "text": text}
        once = f"nurture:{row.pk}:{intent.act}:{user.pk}"
        outbox.post(channel="email", once=once, payload=payload, now=now, group=row.programme.group)


def _people(root: int, to: str) -> list[User]:
    """Who is told: the one who has the lead or had it last, or all of a team."""
    reps = Rep.objects.filter(active=True, user__is_active=True).select_related("user")
    if to != REP:
        return [rep.user for rep in reps.filter(team__name__iexact=to).order_by("pk")]
    held = Assignment.objects.filter(lead=root, ended_at__isnull=True, rep__isnull=False).values_list("rep", flat=True)
    former = Standing.objects.filter(pk=root, former__isnull=False).values_list("former", flat=True)
    return [rep.user for rep in reps.filter(pk__in=[*held, *former][:1])]


def _in(say: Mapping[str, str], language: str) -> str:
    """The words in a language, else in English, else in the first there are."""
    return say.get(language) or say.get("en") or next(iter(say.values()))
