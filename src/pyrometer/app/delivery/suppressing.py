"""Addresses that get no mail: written down, looked up at the moment of sending, and lifted again."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime
from itertools import chain

from django.db import transaction

from pyrometer.app.consent.models import Consent
from pyrometer.app.consent.purposes import PROFILING
from pyrometer.app.consent.queries import DOUBLE, counts, words_of
from pyrometer.app.delivery import addresses
from pyrometer.app.delivery.models import Outgoing, Reason, Returned, Suppression
from pyrometer.app.evidence.handles import normalise
from pyrometer.app.evidence.models import Handle, Lead
from pyrometer.app.people.audit import Actor, record

ONLY_MARKETING = (Reason.UNSUBSCRIBED,)
"""Reasons that keep from marketing mail alone: what somebody asks for himself still comes."""

ITSELF = Actor("the lead itself")

Listener = Callable[[Collection[int], datetime], None]
"""Called with the roots whose address gets no more mail, inside the transaction that writes that down."""

_listeners: list[Listener] = []


def found(address: str) -> Suppression | None:
    """Why an address gets no mail; None where it gets some."""
    return Suppression.objects.filter(digest__in=addresses.digests(address)).first()


def refusals(rows: Iterable[Outgoing]) -> dict[int, str]:
    """Why some mails aren't sent, in words, by their key; those that aren't there may be."""
    keys = {row.pk: addresses.digests(str(row.payload.get("to", ""))) for row in rows}
    why = {each.digest: each for each in Suppression.objects.filter(digest__in=set(chain(*keys.values())))}
    if not why:
        return {}
    said = {row.pk: [_refused(why[key], row) for key in keys[row.pk] if key in why] for row in rows}
    return {pk: max(words) for pk, words in said.items() if any(words)}


def _refused(why: Suppression, row: Outgoing) -> str:
    if why.reason in ONLY_MARKETING:
        marketing = row.payload.get("marketing") if row.marketing else None
        purpose = marketing.get("purpose") if isinstance(marketing, dict) else None
        if not row.marketing or (purpose and purpose not in why.purposes):
            return ""
    return f"not sent: the address is suppressed ({why.get_reason_display()}, since {why.since:%Y-%m-%d})"


def on_suppressed(listener: Listener) -> Listener:
    """Have a function called when an address gets no more mail. Called in a room's `ready`."""
    if listener not in _listeners:
        _listeners.append(listener)
    return listener


@transaction.atomic
def suppress(
    *, address: str, reason: str, actor: Actor, now: datetime, note: str = "", proof: Returned | None = None
) -> bool:
    """Send an address no more mail; False where it gets none anyway. Raises BadHandleError where it is no address.

    One that only unsubscribed gets no other mail either then, and what it unsubscribed from stays known.
    """
    address = normalise("email", address)
    known = found(address)
    if known is not None and known.reason not in ONLY_MARKETING:
        return False
    row = known or Suppression(digest=addresses.digest(address))
    row.address, row.reason, row.since, row.note, row.proof = address, reason, now, note[:300], proof
    row.by = actor.name[:254]
    row.save()
    _note(actor, "mail.suppressed", address, {"reason": str(reason), "digest": row.digest}, now)
    roots = set(Handle.objects.filter(kind="email", value=address).values_list("lead__root_id", flat=True))
    for listener in _listeners:
        listener(roots, now)
    return True


@transaction.atomic
def lift(*, suppression: Suppression, actor: Actor, now: datetime) -> None:
    """Send an address mail again. It is suppressed anew where the next one comes back.

    Where its lead had unsubscribed before it bounced or complained, that holds again.
    """
    rows = Suppression.objects.filter(pk=suppression.pk)
    if suppression.purposes and suppression.reason not in ONLY_MARKETING:
        lifted = rows.update(reason=Reason.UNSUBSCRIBED, address="", note="", proof=None)
    else:
        lifted = rows.delete()[0]
    if lifted:
        detail = {"reason": suppression.reason, "digest": suppression.digest, "since": suppression.since.isoformat()}
        _note(actor, "mail.suppression_lifted", suppression.address, detail, now)


def agreed(consent: Consent, root: int, now: datetime) -> None:
    """Send who unsubscribed before an erasure mail again, for what the same address has agreed to since.

    It must have confirmed that from its mailbox: what is said in its name, or imported, proves nothing.
    """
    if not (consent.basis == DOUBLE and counts(consent)):
        return
    purpose = consent.purpose.slug
    emails = set(consent.lead.handles.filter(kind="email").values_list("value", flat=True))
    emails |= set(Lead.objects.filter(pk=root).values_list("email", flat=True))
    digests = {digest: email for email in emails if email for digest in addresses.digests(email)}
    for row in Suppression.objects.filter(digest__in=digests):
        if purpose not in row.purposes:
            continue
        row.purposes = [slug for slug in row.purposes if slug != purpose]
        if row.purposes or row.reason not in ONLY_MARKETING:
            row.save(update_fields=["purposes"])
        else:
            row.delete()
        detail = {"reason": str(Reason.UNSUBSCRIBED), "digest": row.digest, "purpose": purpose}
        _note(ITSELF, "mail.suppression_lifted", digests[row.digest], detail, now)


def forget(leads: Sequence[int], handles: Sequence[tuple[str, str]], now: datetime) -> None:
    """Keep of the addresses of an erased lead only the digests, and of one that unsubscribed what it said no to.

    Without that, who is imported anew would be written to again. Called in the transaction of the erasure, before what
    the lead said is gone.
    """
    emails = [value for kind, value in handles if kind == "email"]
    digests = [digest for email in emails for digest in addresses.digests(email)]
    Suppression.objects.filter(digest__in=digests).update(address="", note="", proof=None)
    roots = set(Lead.objects.filter(pk__in=leads).values_list("root_id", flat=True))
    words = [word for of in words_of(roots).values() for word in of.values()]
    refused = sorted({word.purpose.slug for word in words if not word.given} - {PROFILING})
    if not refused:
        return
    for email in emails:
        row = found(email) or Suppression(
            digest=addresses.digest(email), reason=Reason.UNSUBSCRIBED, since=now, by="the erasure of its lead"
        )
        row.purposes = sorted({*row.purposes, *refused})
        row.save()


def _note(actor: Actor, action: str, address: str, detail: dict[str, str], now: datetime) -> None:
    """Write it into the log: beside the lead, whose erasure takes the address out again; else only its digest."""
    handle = Handle.objects.filter(kind="email", value=address).select_related("lead").first() if address else None
    subject = "suppression"
    if handle is not None:
        subject, detail = f"lead:{handle.lead.root_id}", detail | {"address": address}
    record(actor=actor, action=action, subject=subject, at=now, detail=detail)
