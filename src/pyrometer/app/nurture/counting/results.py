"""What became of the mails of programmes, by step: how many came back, were opened or clicked. Counted by a job."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from pyrometer.app.delivery.models import Mail
from pyrometer.app.evidence.models import Event, Lead
from pyrometer.app.nurture.counting.since import ASTRAY, last_before
from pyrometer.app.nurture.models import Act, Results

SPAN = timedelta(days=90)
"""How far back it looks; what was sent before that has been judged."""
EVERY = timedelta(minutes=30)
PAGE = 1000
KINDS = frozenset({"sent", "asked", "offered", "told", "skipped"})
MAILS = frozenset({"sent", "asked"})
SEEN = {"email_opened": "opened", "email_clicked": "clicked"}

Steps = defaultdict[tuple[int, str], Counter[str]]
"""Counts by programme and step."""


def work(now: datetime) -> int:
    """The job `nurture.results`: one walk over what was done lately, for all programmes; how much was looked at."""
    since, found, looked = now - SPAN, Steps(Counter), 0
    for page in _pages(since):
        looked += len(page)
        for act in page:
            counts = found[act.enrolment.programme_id, act.step]
            # What the mail server neither took nor refused waits, or never left.
            if act.kind not in MAILS or act.taken_at is not None:
                counts["skipped" if act.kind == "skipped" else "sent"] += 1
        _follow([act for act in page if act.kind in MAILS], found)
    by_programme: dict[int, dict[str, dict[str, int]]] = {}
    for (programme, step), counts in found.items():
        by_programme.setdefault(programme, {})[step] = dict(counts)
    for programme, steps in by_programme.items():
        Results.objects.update_or_create(programme_id=programme, defaults={"at": now, "since": since, "steps": steps})
    # What was counted of the others is too long ago by now.
    Results.objects.exclude(programme__in=by_programme).update(at=now, since=since, steps={})
    return looked


def _pages(since: datetime) -> Iterator[list[Act]]:
    """Acts along their key: what is chosen by anything else is sorted anew for each page."""
    rows = Act.objects.order_by("pk").select_related("enrolment")
    rows = rows.only("kind", "number", "step", "lead_id", "at", "taken_at", "enrolment__programme_id")
    last = last_before(since - ASTRAY)
    while page := list(rows.filter(pk__gt=last)[:PAGE]):
        last = page[-1].pk
        yield [act for act in page if act.at > since and act.step and act.kind in KINDS]


def _follow(acts: Sequence[Act], found: Steps) -> None:
    """Look for what came back of some mails, and for what their leads did with them."""
    step_of = {f"nurture:{act.enrolment_id}:{act.number}": (act.enrolment.programme_id, act.step) for act in acts}
    leads = {act.lead_id for act in acts}
    if not leads:
        return
    bounced = Mail.objects.filter(lead__in=leads).exclude(bounced="").values_list("about", flat=True)
    back = {f"nurture:{about.get('enrolment')}:{about.get('act')}" for about in bounced if isinstance(about, dict)}
    taken = {f"nurture:{act.enrolment_id}:{act.number}" for act in acts if act.taken_at is not None}
    for once in back & step_of.keys():
        found[step_of[once]]["bounced"] += 1
        found[step_of[once]]["sent"] += once not in taken
    # A lead that turned out to be another did what it did under either number; what machines do doesn't count.
    roots = set(Lead.objects.filter(pk__in=leads).values_list("root", flat=True))
    members = list(Lead.objects.filter(root__in=roots).values_list("pk", flat=True))
    seen = Event.objects.filter(lead__in=members, name__in=SEEN, bot="", retracted_at__isnull=True)
    for name, once in set(seen.values_list("name", "properties__mail")):
        if once in taken:
            found[step_of[once]][SEEN[name]] += 1
