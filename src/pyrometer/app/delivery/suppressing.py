"""Addresses that get no mail: written down, looked up at the moment of sending, and lifted again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from pyrometer.app.consent.purposes import EMAIL
from pyrometer.app.consent.queries import current
from pyrometer.app.delivery import addresses
from pyrometer.app.delivery.models import Reason, Returned, Suppression
from pyrometer.app.evidence.handles import normalise
from pyrometer.app.evidence.models import Handle, Lead
from pyrometer.app.people.audit import Actor, record

ONLY_MARKETING = (Reason.UNSUBSCRIBED,)
"""Reasons that keep from marketing mail alone: what somebody asks for himself still comes."""


def found(address: str) -> Suppression | None:
    """Why an address gets no mail; None where it gets some."""
    return Suppression.objects.filter(digest__in=addresses.digests(address)).first()


def refused(address: str, *, marketing: bool) -> str:
    """Why a mail isn't sent, in words; empty where it may be."""
    why = found(address)
    if why is None or (why.reason in ONLY_MARKETING and not marketing):
        return ""
    return f"not sent: the address is suppressed ({why.get_reason_display()}, since {why.since:%Y-%m-%d})"


def suppress(
    *, address: str, reason: str, actor: Actor, now: datetime, note: str = "", proof: Returned | None = None
) -> bool:
    """Send an address no more mail; False where it gets none anyway. Raises BadHandleError where it is no address."""
    address = normalise("email", address)
    with transaction.atomic():
        if found(address) is not None:
            return False
        Suppression.objects.create(
            digest=addresses.digest(address),
            address=address,
            reason=reason,
            since=now,
            by=actor.name[:254],
            note=note[:300],
            proof=proof,
        )
        _note(actor, "mail.suppressed", address, {"reason": str(reason), "digest": addresses.digest(address)}, now)
    return True


@transaction.atomic
def lift(*, suppression: Suppression, actor: Actor, now: datetime) -> None:
    """Send an address mail again. It is suppressed anew where the next one comes back."""
    if Suppression.objects.filter(pk=suppression.pk).delete()[0]:
        detail = {"reason": suppression.reason, "digest": suppression.digest, "since": suppression.since.isoformat()}
        _note(actor, "mail.suppression_lifted", suppression.address, detail, now)


def forget(leads: Sequence[int], handles: Sequence[tuple[str, str]], now: datetime) -> None:
    """Keep of the addresses of an erased lead only the digests, and of one that unsubscribed that it did.

    Without that, who is imported anew would be written to again. Called in the transaction of the erasure, before what
    the lead said is gone.
    """
    emails = [value for kind, value in handles if kind == "email"]
    digests = [digest for email in emails for digest in addresses.digests(email)]
    Suppression.objects.filter(digest__in=digests).update(address="", note="", proof=None)
    roots = set(Lead.objects.filter(pk__in=leads).values_list("root_id", flat=True))
    if any(word.purpose.slug == EMAIL and not word.given for root in roots for word in current(root)):
        rows = [
            Suppression(
                digest=addresses.digest(email), reason=Reason.UNSUBSCRIBED, since=now, by="the erasure of its lead"
            )
            for email in emails
            if found(email) is None
        ]
        Suppression.objects.bulk_create(rows, ignore_conflicts=True)


def _note(actor: Actor, action: str, address: str, detail: dict[str, str], now: datetime) -> None:
    """Write it into the log: beside the lead, whose erasure takes the address out again; else only its digest."""
    handle = Handle.objects.filter(kind="email", value=address).select_related("lead").first() if address else None
    subject = "suppression"
    if handle is not None:
        subject, detail = f"lead:{handle.lead.root_id}", detail | {"address": address}
    record(actor=actor, action=action, subject=subject, at=now, detail=detail)
