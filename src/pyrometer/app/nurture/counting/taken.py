"""Notes which mails of programmes the mail server took: rows of the outbox and of mails go after a time, acts stay.

It is done by a job, since whoever hands mails over has no time to look for what they belong to.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.db.models import Q

from pyrometer.app.delivery.models import Mail
from pyrometer.app.evidence import bulk
from pyrometer.app.nurture.facts import MAILS
from pyrometer.app.nurture.models import Act, Round

EVERY = timedelta(minutes=10)
ROUND = "taken"
"""The name under which it is kept how far mails were looked at."""
AGAIN = timedelta(hours=2)
"""So long before the last look mails are looked at once more: an answer of the server takes minutes, and clocks of
workers differ."""
PAGE = 1000


def work(now: datetime) -> int:
    """The job `nurture.taken`: note what was taken since the last look; how many mails that were."""
    kept, noted = Round.objects.filter(name=ROUND).first(), 0
    for page in _pages(None if kept is None or kept.ended_at is None else kept.ended_at - AGAIN):
        noted += _note(page)
    Round.objects.update_or_create(name=ROUND, defaults={"ended_at": now})
    return noted


def _pages(since: datetime | None) -> Iterator[list[Mail]]:
    """The mails that were taken, along the time at which they were handed over; many of them share one."""
    rows = Mail.objects.filter(taken_at__isnull=False).order_by("handed_at", "pk")
    rows = rows.only("about", "handed_at", "taken_at")
    here = rows if since is None else rows.filter(handed_at__gte=since)
    while page := list(here[:PAGE]):
        yield page
        last = page[-1]
        # The first condition is what the index is asked.
        here = rows.filter(Q(handed_at__gte=last.handed_at) & (Q(handed_at__gt=last.handed_at) | Q(pk__gt=last.pk)))


@transaction.atomic
def _note(mails: Sequence[Mail]) -> int:
    """Write it beside the acts by which these mails were sent; how many it wasn't known of."""
    when = {(about.get("enrolment"), about.get("act")): mail.taken_at for mail in mails if (about := _about(mail))}
    acts = Act.objects.filter(enrolment__in={enrolment for enrolment, _ in when}, kind__in=MAILS, taken_at__isnull=True)
    if connection.features.has_select_for_update_skip_locked:
        # Who has some is erasing their lead, and isn't waited for: else it may wait for us.
        acts = acts.select_for_update(skip_locked=True, of=("self",), no_key=True)
    found = acts.order_by("pk").values_list("pk", "enrolment", "number")
    rows = [(when[enrolment, number], pk) for pk, enrolment, number in found if (enrolment, number) in when]
    bulk.change(Act, ("taken_at",), rows)
    return len(rows)


def _about(mail: Mail) -> dict[str, object]:
    """What a mail says of its programme; nothing where it is of none."""
    about = mail.about if isinstance(mail.about, dict) else {}
    return about if "programme" in about and isinstance(about.get("enrolment"), int) else {}
