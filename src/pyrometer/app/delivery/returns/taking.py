"""Takes in what came back for a mail: once, and with all that follows, in one transaction."""

from __future__ import annotations

import hashlib
from contextlib import suppress as despite
from datetime import datetime

from django.conf import settings
from django.db import transaction

from pyrometer.app.consent import actions as consent
from pyrometer.app.consent.purposes import EMAIL
from pyrometer.app.delivery import addresses, suppressing
from pyrometer.app.delivery.models import Mail, Reason, Returned
from pyrometer.app.delivery.returns.reading import BOUNCE, COMPLAINT, REPLY, Return, read
from pyrometer.app.delivery.returns.severity import HARD
from pyrometer.app.evidence.actions import take as take_evidence
from pyrometer.app.evidence.handles import BadHandleError
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Handle, Lead, Source
from pyrometer.app.people.audit import Actor
from pyrometer.errors import UsageError

REPLIED = "email_replied"
"""The event of a lead that answered a mail."""
REPEATED = "repeated"
LARGEST = 2_000_000
"""Bytes of a mail that is read; of a longer one the beginning, which says what it is."""
_BY = Actor("returned mail")


def take(*, raw: bytes, now: datetime) -> str:
    """Take in a mail that came back; its kind, or REPEATED where the same came before.

    What names no mail of ours is noted and has no effect: anybody can write to the address.
    """
    returned = read(raw[:LARGEST])
    digest = hashlib.sha256(raw).hexdigest()
    with transaction.atomic():
        mail = Mail.objects.filter(token__in=returned.tokens).order_by("-pk").first() if returned.tokens else None
        row, new = Returned.objects.get_or_create(
            digest=digest,
            defaults={
                "mail": mail,
                "kind": returned.kind,
                "severity": returned.severity,
                "status": returned.status,
                # What is said of nobody whom we know may name anybody.
                "said": returned.said[:300] if mail is not None else "",
                "at": now,
            },
        )
        if not new:
            return REPEATED
        if mail is not None:
            _follow(returned, mail, row, now)
    return returned.kind


def note_refusal(*, mail: Mail, status: str, said: str, now: datetime) -> None:
    """The mail server said at once that an address doesn't exist, as a bounce would have said it later."""
    digest = hashlib.sha256(f"{mail.token}:{now.isoformat()}".encode()).hexdigest()
    row, _ = Returned.objects.get_or_create(
        digest=digest,
        defaults={"mail": mail, "kind": BOUNCE, "severity": HARD, "status": status, "said": said[:300], "at": now},
    )
    _bounced(HARD, mail, row, now)


def _follow(returned: Return, mail: Mail, row: Returned, now: datetime) -> None:
    if returned.kind == BOUNCE:
        _bounced(returned.severity, mail, row, now)
    elif returned.kind == COMPLAINT:
        _complained(mail, row, now)
    elif returned.kind == REPLY:
        _replied(mail, row, now)


def _bounced(severity: str, mail: Mail, row: Returned, now: datetime) -> None:
    if mail.bounced != HARD:
        mail.bounced = severity
        mail.save(update_fields=["bounced"])
    if severity == HARD:
        _suppress(mail, Reason.BOUNCE, row, now)
        return
    # In a row: of the mails up to this one the last ones, none of which arrived as far as we know.
    most: int = settings.MAIL_SOFT_BOUNCES
    before = Mail.objects.filter(digest__in=addresses.digests(mail.to), pk__lte=mail.pk, taken_at__isnull=False)
    last = list(before.order_by("-pk").values_list("bounced", flat=True)[:most])
    if len(last) == most and all(last):
        _suppress(mail, Reason.SOFT, row, now)


def _complained(mail: Mail, row: Returned, now: datetime) -> None:
    _suppress(mail, Reason.COMPLAINT, row, now)
    lead = _lead(mail)
    if lead is not None:
        text = f"Complained to its mailbox about a mail of {mail.handed_at:%Y-%m-%d}."
        # Erased meanwhile is more than was asked for.
        with despite(UsageError):
            consent.record(lead=lead, purpose=EMAIL, given=False, text=text, at=now, now=now, source="complaint")


def _replied(mail: Mail, row: Returned, now: datetime) -> None:
    """A person answered: evidence of the lead that was written to, from whatever address it came."""
    lead = _lead(mail)
    if lead is None:
        return
    message = Incoming(
        once=f"reply:{row.digest}",
        occurred_at=now,
        received_at=now,
        source=Source.MAIL,
        handles=(("email", mail.to),),
        event=REPLIED,
        properties={**mail.about, "mail": mail.token},
    )
    take_evidence(incoming=[message], now=now)


def _lead(mail: Mail) -> int | None:
    """The lead that has the address, else the one that it was written to."""
    handle = Handle.objects.filter(kind="email", value=addresses.one_spelling(mail.to)).first()
    if handle is not None:
        return handle.lead_id
    return Lead.objects.filter(pk=mail.lead_id, erased_at__isnull=True).values_list("pk", flat=True).first()


def _suppress(mail: Mail, reason: str, row: Returned, now: datetime) -> None:
    with despite(BadHandleError):
        suppressing.suppress(address=mail.to, reason=reason, actor=_BY, now=now, note=row.said, proof=row)
