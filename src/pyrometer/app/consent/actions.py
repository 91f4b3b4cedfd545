"""What is done with consent: recorded, confirmed, withdrawn. Nothing is ever changed but the day of a confirmation."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.crypto import salted_hmac
from django.utils.module_loading import import_string

from pyrometer.app.consent import links
from pyrometer.app.consent.models import Consent, Purpose
from pyrometer.app.consent.queries import DOUBLE
from pyrometer.app.evidence.actions import touch
from pyrometer.app.evidence.models import Lead
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.audit import record as note
from pyrometer.app.people.sealed import MAILED_LINK, seal
from pyrometer.errors import UsageError

LONGEST = 10_000
_ONCE = "pyrometer.consent.once"


@transaction.atomic
def record(
    *,
    lead: int,
    purpose: str,
    given: bool,
    text: str,
    at: datetime,
    now: datetime,
    address: str | None = None,
    source: str = "",
    basis: str = "consent",
    actor: Actor | None = None,
) -> Consent:
    """Keep a lead's yes or no with its proof: the text that was shown, when, from where. Raises UsageError.

    A yes with the basis `double opt-in` counts once it was confirmed. `actor` is who says it for the lead, by hand.
    """
    found = Purpose.objects.filter(slug=purpose).first()
    if found is None:
        known = ", ".join(Purpose.objects.order_by("slug").values_list("slug", flat=True)[:50])
        raise UsageError(f"there is no purpose `{purpose}`; there are {known}")
    if given and not found.active:
        raise UsageError(f"nobody is asked for `{purpose}` any more: it was put away")
    if at > now:
        raise UsageError("nobody can have agreed in the future")
    root = Lead.objects.filter(pk=lead, erased_at__isnull=True).values_list("root_id", flat=True).first()
    if root is None:
        raise UsageError(f"there is no lead {lead}, or it was erased")
    made = Consent.objects.create(
        lead_id=lead,
        purpose=found,
        given=given,
        basis=basis[:40],
        text=text[:LONGEST],
        at=at,
        address=address,
        source=source[:60],
    )
    if actor is not None:
        detail = {"purpose": purpose, "given": given}
        note(actor=actor, action="consent.recorded", subject=f"lead:{root}", at=now, detail=detail)
    # What the lead agreed to has changed: its page and its reading follow.
    touch(roots=[root], now=now)
    return made


def ask_to_confirm(*, consent: Consent, to: str, language: str, now: datetime) -> None:
    """Mail a lead the link that confirms its yes, once a day. The caller has a transaction open.

    Anybody can write anybody's address into a form, and nobody's mailbox is filled by that.
    """
    whom = salted_hmac(_ONCE, to, algorithm="sha256").hexdigest()[:32]
    # Rooms import one way, and delivery stands above this one: the settings say where letters are posted.
    post = import_string(settings.PEOPLE_POST)
    payload = {
        "to": to,
        "template": "confirm",
        "language": language,
        "context": {"text": consent.text},
        "sealed_link": seal(links.confirm(consent), purpose=MAILED_LINK),
    }
    post(channel="email", once=f"confirm:{whom}:{consent.purpose.slug}:{now:%Y-%m-%d}", payload=payload, now=now)


@transaction.atomic
def confirm(*, consent: Consent, now: datetime) -> bool:
    """Note that the mail was answered; False where it was before, or isn't asked for."""
    waiting = Consent.objects.filter(pk=consent.pk, given=True, basis=DOUBLE, confirmed_at__isnull=True)
    if not waiting.update(confirmed_at=now):
        return False
    touch(roots=Lead.objects.filter(pk=consent.lead_id).values_list("root_id", flat=True), now=now)
    return True


@transaction.atomic
def write_purpose(*, slug: str, texts: Mapping[str, str], active: bool, actor: Actor, now: datetime) -> Purpose:
    """Make a purpose, or change the words that ask for it; what leads agreed to keeps the words they saw."""
    purpose, new = Purpose.objects.update_or_create(slug=slug, defaults={"texts": dict(texts), "active": active})
    detail = {"texts": dict(texts), "active": active}
    action = "purpose.created" if new else "purpose.changed"
    note(actor=actor, action=action, subject=f"purpose:{slug}", at=now, detail=detail)
    return purpose
