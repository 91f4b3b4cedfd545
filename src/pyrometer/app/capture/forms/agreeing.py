"""What was agreed to on a form: kept with its proof, and asked about by mail where anybody could have said it."""

from __future__ import annotations

from pyrometer.app.capture.asking import asked_at, owned
from pyrometer.app.capture.forms.tickets import Ticket
from pyrometer.app.capture.models import Form
from pyrometer.app.consent import actions as consent
from pyrometer.app.consent.models import Purpose
from pyrometer.app.consent.purposes import PROFILING
from pyrometer.app.consent.queries import DOUBLE, LINK, counts, current, refused_since
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Lead


def agree(*, form: Form, lead: int, message: Incoming, ticket: Ticket, typed: str, sure: bool) -> None:
    """Keep the yes with its proof: the text that was shown, when, from where, on which form.

    Anybody can write anybody's address or number into a form. So a yes counts once somebody who reads the lead's mail
    has said it, too; at once it counts from who followed a personal link and says nothing else of who it is (`sure`),
    and for the profiling of a lead that nobody knew. `typed` is the address that was written, or empty.
    """
    if not message.consents:
        return
    shown = dict(ticket.consents)
    root = Lead.objects.values_list("root_id", flat=True).get(pk=lead)
    new = not owned(root, message.received_at).exists()
    words = {word.purpose.slug: word for word in current(root)}
    for purpose in Purpose.objects.filter(slug__in=message.consents, active=True).order_by("slug"):
        basis = LINK if sure else "consent" if purpose.slug == PROFILING and new else DOUBLE
        said = consent.record(
            lead=lead,
            purpose=purpose.slug,
            given=True,
            text=shown[purpose.slug],
            at=message.occurred_at,
            now=message.received_at,
            address=message.address,
            source=f"form:{form.slug}",
            page=ticket.page,
            basis=basis,
        )
        word = words.get(purpose.slug)
        # Who agreed already isn't asked again.
        if basis != DOUBLE or (word is not None and counts(word)):
            continue
        refused = refused_since(root, purpose.slug)
        if to := asked_at(root, refused=refused, before=message.received_at, typed=typed):
            consent.ask_to_confirm(consent=said, to=to, language=ticket.language, now=message.received_at)
