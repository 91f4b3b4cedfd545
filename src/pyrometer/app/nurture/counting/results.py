"""What became of the mails of programmes, by step: how many came back, were opened or clicked. Counted by a job."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import Q

from pyrometer.app.delivery.models import Mail
from pyrometer.app.evidence.models import Event
from pyrometer.app.nurture.models import Act, Programme, Results

SPAN = timedelta(days=90)
"""How far back it looks; what was sent before that has been judged."""
EVERY = timedelta(minutes=10)
PAGE = 400
SEEN = {"email_opened": "opened", "email_clicked": "clicked"}


def work(now: datetime) -> int:
    """The job `nurture.results`: count all programmes that sent something."""
    programmes = Programme.objects.filter(versions__isnull=False).distinct()
    return sum(count(programme, now) for programme in programmes)


def count(programme: Programme, now: datetime) -> int:
    """Count one programme anew; how many of its acts were looked at."""
    since = now - SPAN
    steps: dict[str, Counter[str]] = {}
    looked = 0
    for page in _pages(programme, since):
        looked += len(page)
        mails = [act for act in page if act.kind in ("sent", "asked")]
        for act in page:
            here = steps.setdefault(act.step, Counter())
            here["skipped" if act.kind == "skipped" else "sent"] += 1
        _follow(mails, steps)
    kept = {step: dict(counts) for step, counts in steps.items()}
    Results.objects.update_or_create(programme=programme, defaults={"at": now, "since": since, "steps": kept})
    return looked


def _pages(programme: Programme, since: datetime) -> Iterator[list[Act]]:
    rows = Act.objects.filter(enrolment__programme=programme, at__gt=since).exclude(step="")
    rows = rows.filter(kind__in=("sent", "asked", "offered", "told", "skipped")).order_by("pk")
    rows = rows.only("pk", "enrolment_id", "lead_id", "kind", "number", "step")
    last = 0
    while page := list(rows.filter(pk__gt=last)[:PAGE]):
        yield page
        last = page[-1].pk


def _follow(acts: Iterable[Act], steps: dict[str, Counter[str]]) -> None:
    """Look for what came back of some mails, and for what their leads did with them."""
    step_of = {f"nurture:{act.enrolment_id}:{act.number}": act.step for act in acts}
    leads = {act.lead_id for act in acts}
    if not leads:
        return
    bounced = Mail.objects.filter(lead__in=leads).exclude(bounced="").values_list("about", flat=True)
    back = {f"nurture:{about.get('enrolment')}:{about.get('act')}" for about in bounced if isinstance(about, dict)}
    for once in back & step_of.keys():
        steps[step_of[once]]["bounced"] += 1
    # A lead that turned out to be another did what it did under either number.
    seen = Event.objects.filter(Q(lead__in=leads) | Q(lead__root__in=leads), name__in=SEEN)
    # What machines do doesn't count.
    seen = seen.filter(bot="", retracted_at__isnull=True)
    for name, once in set(seen.values_list("name", "properties__mail")):
        if once in step_of:
            steps[step_of[once]][SEEN[name]] += 1
