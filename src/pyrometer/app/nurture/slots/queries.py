"""What pages ask of slots and coupons: how often what was shown and clicked, and who got which code."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyrometer.app.nurture.models import CouponGiven, CouponList, Programme, Shown, Slot
from pyrometer.app.nurture.shares import Share
from pyrometer.app.nurture.slots.checking import Ground
from pyrometer.app.nurture.slots.rendering import Contents
from pyrometer.app.nurture.slots.visitors import live_definition


@dataclass(frozen=True)
class Told:
    """What became of a content in a slot: how often it was seen, by how many leads, who clicked and who closed it."""

    content: str
    seen: int
    clicked: Share
    dismissed: Share


def told(slot: Slot) -> list[Told]:
    """What became of each content of a slot, what was seen most first."""
    rows = Shown.objects.filter(slot=slot).order_by("-seen", "content")
    return [_told(row) for row in rows[:100]]


def _told(row: Shown) -> Told:
    # Who clicked had it before the eyes, even where the tracker could not say so any more.
    whole = max(row.seen_by, row.clicked_by, row.dismissed_by)
    return Told(row.content, row.seen, Share(row.clicked_by, whole), Share(row.dismissed_by, whole))


def slots_with_told() -> list[tuple[Slot, list[Told]]]:
    """All slots, each with what became of its contents."""
    found: dict[int, list[Told]] = {}
    for row in Shown.objects.order_by("-seen", "content"):
        found.setdefault(row.slot_id, []).append(_told(row))
    return [(slot, found.get(slot.pk, [])) for slot in Slot.objects.order_by("name")]


def ground_of(contents: Contents) -> Ground:
    """By what the choices of a slot are checked here."""
    return Ground(
        definition=live_definition(),
        contents=contents.known,
        programmes=list(Programme.objects.values_list("key", flat=True)),
        coupons=list(CouponList.objects.values_list("name", flat=True)),
        broken=contents.broken,
        gives=contents.gives,
    )


def gifts(source: CouponList) -> Iterator[list[object]]:
    """Who got which code: the code, when, for what, and the lead, as it is known now; erased ones have no name."""
    rows = CouponGiven.objects.filter(list=source).order_by("at", "pk")
    columns = ("code", "at", "once", "lead__root_id", "lead__root__name", "lead__root__email")
    for code, at, once, lead, name, email in rows.values_list(*columns).iterator(chunk_size=2000):
        yield [code, at.isoformat(timespec="seconds"), once, lead, name, email]
