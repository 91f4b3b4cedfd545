"""Changes of slots and coupon lists, each with its entry in the log."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from django.db import connection, transaction

from pyrometer.app.nurture.models import CouponCode, CouponList, Programme, Slot
from pyrometer.app.nurture.slots.checking import Ground, check
from pyrometer.app.nurture.slots.choices import MOST, Choice
from pyrometer.app.people.audit import Actor, record
from pyrometer.definition.problems import Problem
from pyrometer.errors import ProgrammeError, UsageError
from pyrometer.nurture import load
from pyrometer.nurture.flow import each_step
from pyrometer.nurture.steps import Offering, OfferStep

NAME = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)*")
LONGEST = 60
MOST_CODES = 100_000


class SlotError(UsageError):
    """A slot that can't be kept; `problems` has each with the place of its choice."""

    def __init__(self, problems: Sequence[tuple[int, Problem]]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(each.what for _, each in problems))


@transaction.atomic
def save_slot(
    *,
    slot: Slot | None,
    name: str,
    about: str,
    active: bool,
    most_seen: int | None,
    choices: Sequence[Choice],
    ground: Ground,
    actor: Actor,
    now: datetime,
) -> Slot:
    """Keep a slot, new where `slot` is None. Raises SlotError where a choice is wrong, UsageError for a bad name."""
    checked_name(name, Slot.objects.exclude(pk=None if slot is None else slot.pk).filter(name=name).exists(), "slot")
    if len(choices) > MOST:
        raise UsageError(f"a slot has {MOST} choices at most")
    problems = [each for each in check(choices, ground) if each[1].level == "error"]
    if problems:
        raise SlotError(problems)
    if slot is not None and slot.name != name and (used := programmes_offering(slot=slot.name)):
        raise UsageError(f"programmes offer something in `{slot.name}`, so it keeps its name: {', '.join(used)}")
    kept = slot or Slot()
    before = {"choices": kept.choices} if slot else {}
    kept.name, kept.about, kept.active, kept.most_seen = name, about[:200], active, most_seen
    kept.choices = [each.stored() for each in choices]
    kept.revision = kept.revision + 1 if slot else 1
    kept.at, kept.by = now, actor.name
    kept.save()
    detail = {"active": active, "most_seen": most_seen, "choices": kept.choices, "before": before}
    record(actor=actor, action="slot.saved", subject=f"slot:{name}", at=now, detail=detail)
    return kept


@transaction.atomic
def delete_slot(*, slot: Slot, actor: Actor, now: datetime) -> None:
    """Forget a slot, and what was seen in it. Raises UsageError while a programme offers something in it."""
    if used := programmes_offering(slot=slot.name):
        raise UsageError(f"programmes offer something in it: {', '.join(used)}; end them, or change them, first")
    detail = {"choices": slot.choices}
    record(actor=actor, action="slot.deleted", subject=f"slot:{slot.name}", at=now, detail=detail)
    slot.delete()


def programmes_offering(*, slot: str = "", coupon: str = "") -> list[str]:
    """The keys of programmes by which people enter, or that are worked on, and that offer in a slot, or from a list."""
    found = []
    for programme in Programme.objects.select_related("live"):
        texts = {programme.draft, *([programme.live.text] if programme.live else [])}
        offers = [offer for text in texts for offer in _offers(text)]
        if any((slot and each.slot == slot) or (coupon and each.coupon == coupon) for each in offers):
            found.append(programme.key)
    return found


def _offers(text: str) -> Iterator[Offering]:
    try:
        steps = load(text + "\n").steps
    except ProgrammeError:
        return
    for _, step in each_step(steps, ("steps",)):
        if isinstance(step, OfferStep):
            yield step.offer


@transaction.atomic
def save_coupons(
    *,
    source: CouponList | None,
    name: str,
    codes: Sequence[str],
    shared: str,
    limit: int | None,
    per_lead: int,
    valid_from: datetime | None,
    valid_until: datetime | None,
    note: str,
    actor: Actor,
    now: datetime,
) -> CouponList:
    """Keep a list, new where `source` is None. `codes` are all that it has; those that were given stay in any case.

    Raises UsageError with what can't be kept.
    """
    others = CouponList.objects.exclude(pk=None if source is None else source.pk)
    checked_name(name, others.filter(name=name).exists(), "coupon list")
    if bool(shared) == bool(codes):
        raise UsageError("a list has either one code for everybody, or codes of which each is given once")
    if len(codes) > MOST_CODES:
        raise UsageError(f"a list has {MOST_CODES:,} codes at most")
    if valid_from is not None and valid_until is not None and valid_until <= valid_from:
        raise UsageError("it ends before it begins")
    if source is not None and connection.features.has_select_for_update:
        # Codes may be given just now.
        source = CouponList.objects.select_for_update().get(pk=source.pk)
    elif source is not None:
        source = CouponList.objects.get(pk=source.pk)
    if source is not None and source.name != name and (used := named_by(source.name)):
        raise UsageError(f"it keeps its name, since codes of it are given by {', '.join(used)}")
    if source is not None and source.given and bool(source.shared) != bool(shared):
        raise UsageError("codes were given already: make a new list for codes of the other kind")
    kept = source or CouponList()
    kept.name, kept.shared, kept.limit, kept.per_lead = name, shared, limit, per_lead
    kept.valid_from, kept.valid_until, kept.note = valid_from, valid_until, note[:300]
    kept.at, kept.by = now, actor.name
    kept.save()
    _codes(kept, codes)
    detail = {"codes": len(codes) or 1, "limit": limit, "per_lead": per_lead, "valid_from": _day(valid_from),
              "valid_until": _day(valid_until)}  # fmt: skip
    record(actor=actor, action="coupons.saved", subject=f"coupons:{name}", at=now, detail=detail)
    return kept


def _codes(kept: CouponList, codes: Iterable[str]) -> None:
    """Put new codes behind those that are there, and take out what is gone and wasn't given."""
    wanted = dict.fromkeys(codes)
    there = dict(CouponCode.objects.filter(list=kept).values_list("code", "taken"))
    gone = [code for code, taken in there.items() if not taken and code not in wanted]
    for at in range(0, len(gone), 500):
        CouponCode.objects.filter(list=kept, taken=False, code__in=gone[at : at + 500]).delete()
    last = CouponCode.objects.filter(list=kept).order_by("-number").values_list("number", flat=True).first() or 0
    new = [code for code in wanted if code not in there]
    rows = (CouponCode(list=kept, code=code, number=last + 1 + place) for place, code in enumerate(new))
    CouponCode.objects.bulk_create(rows, batch_size=1000)


@transaction.atomic
def delete_coupons(*, source: CouponList, actor: Actor, now: datetime) -> None:
    """Forget a list, its codes, and who got which. Raises UsageError while a slot or a programme gives codes of it."""
    if used := named_by(source.name):
        raise UsageError(f"codes of it are given by {', '.join(used)}; change them first")
    detail = {"given": source.given}
    record(actor=actor, action="coupons.deleted", subject=f"coupons:{source.name}", at=now, detail=detail)
    # What was given goes before the codes that it points at.
    source.gifts.all().delete()
    source.delete()


def named_by(name: str) -> list[str]:
    """The slots and programmes that give codes of a list, in words."""
    slots = [
        f"the slot {slot.name}"
        for slot in Slot.objects.all()
        if any(choice.get("coupon") == name for choice in slot.choices)
    ]
    return [*slots, *(f"the programme {key}" for key in programmes_offering(coupon=name))]


def checked_name(name: str, there: bool, what: str) -> None:
    """Raises UsageError where something can't be called so."""
    if len(name) > LONGEST or not NAME.fullmatch(name):
        raise UsageError(f"`{name[:60]}` can't be a name; write small letters, digits and hyphens, {LONGEST} at most")
    if there:
        raise UsageError(f"there is a {what} called {name} already")


def _day(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
