"""What the outbox holds about a lead goes when the lead is erased.

What waits goes at once, so that nothing of an erased lead is sent any more; what was sent, or given up, soon after.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db.models import Q, QuerySet

from pyrometer.app.delivery import suppressing
from pyrometer.app.delivery.models import Mail, Outgoing
from pyrometer.app.evidence.forgetting import Whom, awaited

OUTBOX = "outbox"
"""What the messages are called among the places that are looked through after an erasure."""


def forget(leads: Sequence[int], handles: Sequence[tuple[str, str]], now: datetime) -> None:
    """Remove messages about some leads, and mails to them, that wait to be sent, and that mails were sent to them."""
    waiting = Outgoing.objects.filter(done_at__isnull=True, given_up_at__isnull=True)
    waiting.filter(_about(Whom(leads, handles))).delete()
    suppressing.forget(leads, handles, now)
    Mail.objects.filter(to__in=[value for kind, value in handles if kind == "email"]).delete()


def naming(messages: QuerySet[Outgoing], whom: Whom) -> list[int]:
    """The keys of the messages among some that are about an erased lead, or went to it."""
    return list(messages.filter(_about(whom)).values_list("pk", flat=True))


def is_to_go(message: Outgoing) -> bool:
    """Whether a message is about an erased lead, and only hasn't been come to yet."""
    mine = Outgoing.objects.filter(pk=message.pk)
    return any(naming(mine, whom) for whom in awaited(OUTBOX, message.pk))


def _about(whom: Whom) -> Q:
    leads = list(whom.leads)
    about = Q(payload__lead__in=leads) | Q(payload__data__lead__in=leads)
    about |= Q(payload__body__data__lead__in=leads)
    about |= Q(payload__context__link__in=[f"/leads/{lead}/" for lead in leads])
    for lead in leads:
        # A letter in words of its own has the address of the lead's page in its text.
        about |= Q(payload__text__icontains=f"/leads/{lead}/")
    return about | Q(payload__to__in=[value for kind, value in whom.handles if kind == "email"])
