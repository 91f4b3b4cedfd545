"""Mails that ask by a form: who filled it in answered, and who didn't ignored it, as with a question of its own."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F, Q

from pyrometer.app.capture.models import Form
from pyrometer.app.delivery.email.content.reading import read
from pyrometer.app.evidence.models import Event, Lead, Merge, Source
from pyrometer.app.nurture.models import Asked, Content, Round
from pyrometer.app.nurture.surveys.answering import take_back
from pyrometer.app.nurture.surveys.tokens import LASTS

BATCH = 200
ROUND = "forms"
"""The name under which it is kept when it was looked for forms that were filled in."""
AGAIN = timedelta(days=1)
"""So long before the last look it is looked for them once more: clocks of machines differ, and a row may be seen later
than it was written."""
_FORM = re.compile(r"links\.forms(?:\.([\w-]+)|\[['\"]([\w-]+)['\"]\])")


def forms() -> dict[str, str]:
    """The contents that ask by a form that is open, each with that form: who is sent one is asked."""
    found = {content.name: form_of(content) for content in Content.objects.filter(kind="survey")}
    return {name: slug for name, slug in found.items() if slug is not None}


def form_of(content: Content) -> str | None:
    """The first form that a survey leads to and that is open."""
    if content.kind != "survey":
        return None
    texts = [piece.text for piece in read(content.text).bodies.values()]
    named = [found[1] or found[2] for text in texts for found in _FORM.finditer(text)]
    known = set(Form.objects.filter(slug__in=named, active=True, kind=Form.Kind.FORM).values_list("slug", flat=True))
    return next((slug for slug in named if slug in known), None)


def settle(now: datetime) -> int:
    """Find the forms that were filled in since they were asked for, also late; how many.

    Only of leads that were seen since the last look, or became one with another: they alone can have filled in one.
    """
    asked = Asked.objects.filter(~Q(form=""), answered_at__isnull=True, at__gt=now - LASTS)
    asked = asked.filter(lead__root__last_seen_at__gte=F("at"))
    kept = Round.objects.filter(name=ROUND).first()
    if kept is not None and kept.ended_at is not None:
        since = kept.ended_at - AGAIN
        seen = Lead.objects.filter(last_seen_at__gte=since).values("root")
        merged = Merge.objects.filter(at__gte=since).values("winner__root")
        members = Lead.objects.filter(Q(root__in=seen) | Q(root__in=merged)).values("pk")
        asked = asked.filter(lead__in=members)
    keys = sorted(asked.values_list("pk", flat=True))
    done = 0
    for start in range(0, len(keys), BATCH):
        for row in Asked.objects.filter(pk__in=keys[start : start + BATCH]).select_related("lead").order_by("pk"):
            done += _settle(row, now)
    Round.objects.update_or_create(name=ROUND, defaults={"ended_at": now})
    return done


@transaction.atomic
def _settle(row: Asked, now: datetime) -> int:
    events = Event.objects.filter(
        lead__root=row.lead.root_id,
        source=Source.FORM,
        properties__form=row.form,
        occurred_at__gte=row.at,
        bot="",
        retracted_at__isnull=True,
    )
    found = events.order_by("occurred_at", "pk").values_list("occurred_at", flat=True).first()
    if found is None:
        return 0
    mine = Asked.objects.filter(pk=row.pk, answered_at__isnull=True)
    if not mine.update(answered_at=found, changes=1):
        return 0
    if row.ignored_at is not None:
        take_back([row], "answered later", now)
    return 1
