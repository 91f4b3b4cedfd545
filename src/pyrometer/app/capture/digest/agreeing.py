"""What messages say about consent: libraries repeat it with every event; only what changed is kept."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from pyrometer.app.capture.asking import asked_at, owned
from pyrometer.app.consent.actions import ask_to_confirm, record
from pyrometer.app.consent.models import Basis, Consent, Purpose
from pyrometer.app.consent.purposes import PROFILING
from pyrometer.app.consent.queries import DOUBLE, counts, refused_since, said
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Handle, HandleKind, Lead

logger = logging.getLogger(__name__)

AN_HOUR = 200
"""How many such letters are written within an hour. A write key is public: nobody writes to the world by it."""


def record_consents(incoming: Iterable[Incoming], lead_of: Mapping[str, int], now: datetime) -> None:
    """Keep the yes and no of messages that were taken, for purposes that there are.

    A write key is public, so anybody can say yes for anybody. It counts at once only for the profiling of a lead that
    nobody knew by more than its browser when the request came; any other yes once the lead confirmed it by mail. A no
    counts at once.
    """
    asked: set[tuple[int, str]] = set()
    told = [each for each in incoming if each.consents and each.once in lead_of]
    if not told:
        return
    purposes = {each.slug: each for each in Purpose.objects.all()}
    for each in sorted(told, key=lambda one: one.occurred_at):
        root = Lead.objects.values_list("root_id", flat=True).get(pk=lead_of[each.once])
        assert root is not None
        at = min(each.occurred_at, now)
        # What was said last, whether it counts or not: it isn't kept again.
        before: dict[str, Consent] = {}
        for consent in said(root):
            if consent.at <= at:
                before.setdefault(consent.purpose.slug, consent)
        for slug, given in each.consents.items():
            if slug not in purposes or (given and not purposes[slug].active):
                continue
            word = before.get(slug)
            if word is None or word.given is not given:
                own = slug == PROFILING and not _identified(root, each.received_at)
                word = record(
                    lead=lead_of[each.once],
                    purpose=slug,
                    given=given,
                    text="",
                    at=at,
                    now=now,
                    address=each.address,
                    source=each.source,
                    basis=DOUBLE if given and not own else "consent",
                )
            if given and not counts(word) and word.asked_at is None and (root, slug) not in asked:
                asked.add((root, slug))
                _ask(word, root, each, now)


def _identified(root: int, before: datetime) -> bool:
    """Whether it was known by more than the browser."""
    return owned(root, before).exclude(kind=HandleKind.ANONYMOUS).exists()


def _ask(consent: Consent, root: int, message: Incoming, now: datetime) -> None:
    """Ask a lead by mail whether the yes is its own, where it has an address and its answer changes anything.

    Beyond `AN_HOUR` nobody is asked; a library that repeats what leads said repeats it later, too.
    """
    refused = refused_since(root, consent.purpose.slug)
    if refused is None and consent.purpose.basis != Basis.CONSENT:
        return
    newest = Handle.objects.filter(lead__root=root, kind=HandleKind.EMAIL).order_by("-first_seen_at", "-pk")
    typed = newest.values_list("value", flat=True).first() or ""
    to = asked_at(root, refused=refused, before=message.received_at, typed=typed)
    if not to:
        return
    lately = Consent.objects.filter(source=message.source, asked_at__gt=now - timedelta(hours=1))
    if lately.values("lead__root", "purpose").distinct().count() >= AN_HOUR:
        logger.info("lead %s isn't asked whether its yes is its own: %s letters went within an hour", root, AN_HOUR)
        return
    language = Lead.objects.values_list("language", flat=True).get(pk=root) or message.locale
    ask_to_confirm(consent=consent, to=to, language=language, now=now)
