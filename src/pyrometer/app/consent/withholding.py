"""Says which evidence counts, to the room that has it."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from datetime import datetime

from django.db import transaction

from pyrometer.app.consent import queries, spans
from pyrometer.app.consent.models import Stance
from pyrometer.app.evidence import withholding
from pyrometer.app.evidence.models import Cursor, Lead, Merge

WALK = "consent.archive"
"""The cursor that goes through all leads, where something else counts of many of them."""


class Agreed(withholding.Agreed):
    """By what leads said to the purposes."""

    def refusals(self, roots: Collection[int]) -> withholding.Refusals:
        """What some roots don't agree to, now."""
        return queries.refusals(roots)

    def spans(self, leads: Collection[int]) -> Callable[[int, str, str, str], Sequence[withholding.Span]]:
        """When evidence of some leads counts."""
        return spans.spans_of(leads)

    def waiting(self, limit: int, now: datetime) -> tuple[Sequence[int], Callable[[], None]]:
        """Leads with a stance that the archive doesn't know; then, where the purposes changed, all others in turn."""
        rows = Stance.objects.filter(archived=False).order_by("pk")[:limit]
        stances = dict(rows.values_list("pk", "lead_id"))
        if stances:
            return sorted(set(stances.values())), lambda: _archived(stances)
        cursor = Cursor.objects.filter(name=WALK).first()
        if cursor is None:
            return (), lambda: None
        some = Lead.objects.filter(pk__gt=cursor.upto, erased_at__isnull=True).order_by("pk")[:limit]
        page = list(some.values_list("pk", "root_id"))
        if not page:
            # Begun again meanwhile, it isn't where it was.
            Cursor.objects.filter(name=WALK, upto=cursor.upto).delete()
            return (), lambda: None
        # Who said something before stances were written has none yet.
        with transaction.atomic():
            spans.settle({root for _, root in page if root is not None}, now)
        leads = [lead for lead, _ in page]
        return leads, lambda: _walked(cursor.upto, leads[-1])


def _archived(stances: Collection[int]) -> None:
    Stance.objects.filter(pk__in=stances).update(archived=True)


def _walked(before: int, upto: int) -> None:
    Cursor.objects.filter(name=WALK, upto=before).update(upto=upto)


def walk_again() -> None:
    """Have the archive gone through for all leads: something else counts of them than before."""
    Cursor.objects.update_or_create(name=WALK, defaults={"upto": 0})


def join(merge: Merge, now: datetime) -> None:
    """What one of them said counts for both, from the merge on."""
    spans.settle(Lead.objects.filter(pk=merge.winner_id).values_list("root_id", flat=True), now)


def part(merge: Merge, root: int, now: datetime) -> None:
    """Each speaks for itself again."""
    spans.settle([root, merge.loser_id], now)
