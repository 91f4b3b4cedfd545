"""What is done with consent: recorded, confirmed, withdrawn.

Nothing is ever changed but the days when a lead was asked by mail, and when it answered.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from django.db import transaction
from django.db.models import F
from django.utils.crypto import salted_hmac

from pyrometer.app.consent import letters, links, listeners
from pyrometer.app.consent.coverage import tidy, wrong_with
from pyrometer.app.consent.models import Basis, Consent, Edition, House, Kept, Purpose
from pyrometer.app.consent.purposes import PROFILING
from pyrometer.app.consent.queries import DOUBLE
from pyrometer.app.consent.spans import settle
from pyrometer.app.consent.withholding import walk_again
from pyrometer.app.consent.words import in_language, spoken
from pyrometer.app.evidence.actions import touch
from pyrometer.app.evidence.locks import lock_roots
from pyrometer.app.evidence.models import Lead
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.audit import record as note
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
    page: str = "",
    basis: str = "consent",
    actor: Actor | None = None,
) -> Consent:
    """Keep a lead's yes or no with its proof: the text that was shown, when, from where, on which page.

    Raises UsageError.

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
        text=text.replace("\0", "")[:LONGEST],
        edition=_edition(found, text),
        at=at,
        recorded_at=now,
        address=address,
        source=source[:60],
        page=page.replace("\0", "")[:300],
    )
    if actor is not None:
        detail = {"purpose": purpose, "given": given, "source": source[:60]}
        note(actor=actor, action="consent.recorded", subject=f"lead:{root}", at=now, detail=detail)
    _follow(made, root, now)
    return made


def _edition(purpose: Purpose, text: str) -> Edition | None:
    """The latest edition whose text was shown, in whichever language."""
    for edition in purpose.editions.order_by("-number"):
        if text and text in edition.texts.values():
            return edition
    return None


def _follow(consent: Consent, root: int, now: datetime) -> None:
    """What the lead agreed to has changed: its page and its reading follow, the archive, and who is told."""
    touch(roots=[root], now=now)
    settle([root], now)
    listeners.tell(consent, root, now)


def ask_to_confirm(*, consent: Consent, to: str, language: str, now: datetime, again: int = 0) -> None:
    """Mail a lead the link that confirms its yes, once a day, and `again`. The caller has a transaction open.

    Anybody can write anybody's address into a form, and nobody's mailbox is filled by that.
    """
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    others = Consent.objects.filter(lead__root=consent.lead.root_id, purpose=consent.purpose_id, asked_at__gte=midnight)
    # The mail of today asks about this one, too.
    before = None if again else others.order_by("asked_at").values_list("asked_at", flat=True).first()
    consent.asked_at = before or now
    consent.save(update_fields=["asked_at"])
    whom = salted_hmac(_ONCE, to, algorithm="sha256").hexdigest()[:32]
    once = f"confirm:{whom}:{consent.purpose.slug}:{now:%Y-%m-%d}" + (f":{again}" if again else "")
    letters.write(
        "confirm",
        to=to,
        language=spoken(language),
        once=once,
        now=now,
        link=links.confirm(consent),
        quote=consent.text or in_language(consent.purpose.texts, spoken(language), consent.purpose.slug),
    )


@transaction.atomic
def confirm(*, consent: Consent, now: datetime) -> bool:
    """Note that the mail was answered; False where it was before, or isn't asked for."""
    waiting = Consent.objects.filter(pk=consent.pk, given=True, basis=DOUBLE, confirmed_at__isnull=True)
    if not waiting.update(confirmed_at=now):
        return False
    root = Lead.objects.values_list("root_id", flat=True).get(pk=consent.lead_id)
    assert root is not None
    consent.confirmed_at = now
    _follow(consent, root, now)
    return True


@transaction.atomic
def write_purpose(
    *,
    slug: str,
    names: Mapping[str, str],
    texts: Mapping[str, str],
    basis: str,
    reason: str,
    covers: Mapping[str, list[str]],
    active: bool,
    position: int,
    actor: Actor,
    now: datetime,
) -> Purpose:
    """Make a purpose, or change it: what is new is another edition, so that old proofs keep what they refer to.

    Where its basis or its evidence is another, all leads are read anew. Raises UsageError.
    """
    if basis not in Basis.values:
        raise UsageError(f"there is no basis `{basis}`; there are {', '.join(Basis.values)}")
    if basis != Basis.CONSENT and not reason.strip():
        raise UsageError("write down why: whoever asks on which basis data are used is told this reason")
    covers = tidy(covers)
    others = {each.slug: each.covers for each in Purpose.objects.exclude(slug=slug)}
    if wrong := wrong_with(covers, others):
        raise UsageError("; ".join(wrong[:3]))
    purpose = Purpose.objects.filter(slug=slug).first()
    before = _kept(purpose) if purpose is not None else {}
    after = {"names": dict(names), "texts": dict(texts), "basis": basis, "reason": reason.strip(), "covers": covers,
             "active": active}  # fmt: skip
    if purpose is None:
        purpose = Purpose.objects.create(slug=slug, position=position, **after)
    else:
        Purpose.objects.filter(pk=purpose.pk).update(
            position=position, **after, number=purpose.number + (before != after)
        )
        purpose.refresh_from_db()
    if before != after:
        Edition.objects.create(purpose=purpose, number=purpose.number, at=now, by=actor.name[:254], **after)
    counted = {name: before.get(name) for name in ("basis", "covers")}
    matters = covers or before.get("covers") or slug == PROFILING
    if matters and counted != {name: after[name] for name in counted}:
        _everybody_anew(now)
    detail = {"edition": purpose.number, "position": position, **after}
    action = "purpose.changed" if before else "purpose.created"
    note(actor=actor, action=action, subject=f"purpose:{slug}", at=now, detail=detail)
    return purpose


@transaction.atomic
def settle_house(*, name: str, contact: str, erase_at_once: bool, actor: Actor, now: datetime) -> House:
    """Write what the house decided about leads' own pages."""
    after = {"name": name, "contact": contact, "erase_at_once": erase_at_once}
    house, _new = House.objects.update_or_create(pk=1, defaults=after)
    note(actor=actor, action="consent.house_changed", subject="consent", at=now, detail=after)
    return house


def _kept(purpose: Purpose) -> dict[str, object]:
    return {each.name: getattr(purpose, each.name) for each in Kept._meta.get_fields() if hasattr(each, "attname")}


def _everybody_anew(now: datetime) -> None:
    """Have all leads read again, and the archive gone through."""
    # In one order for everybody, so that nobody waits for somebody who waits for them.
    lock_roots()
    touch(roots=Lead.objects.filter(root=F("pk")).values("pk"), now=now)
    walk_again()
