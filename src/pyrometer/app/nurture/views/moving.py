"""What would become of those inside other versions if they were moved: told by place, where all go alike."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.db.models import Count

from pyrometer.app.nurture.models import Enrolment, Programme, Version
from pyrometer.app.nurture.texts import programme_of
from pyrometer.nurture import Place, Stays, moved

SOMETIME = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass
class Foreseen:
    """How many go along, and how many stay, by why."""

    goes: int = 0
    stays: Counter[str] = field(default_factory=Counter)

    @property
    def staying(self) -> list[tuple[str, int]]:
        """The reasons, those of most first."""
        return self.stays.most_common()

    @property
    def left(self) -> int:
        """How many stay."""
        return sum(self.stays.values())


def foreseen(programme: Programme, to: Version) -> Foreseen:
    """Try each place of other versions once, and count who stands there."""
    found = Foreseen()
    rows = Enrolment.objects.filter(programme=programme, ended_at__isnull=True, held_back=False).exclude(version=to)
    places = rows.values_list("version", "step").annotate(n=Count("pk")).order_by()
    versions = {each.pk: programme_of(each) for each in programme.versions.filter(pk__in={row[0] for row in places})}
    new = programme_of(to)
    for version, step, n in places:
        old = versions[version]
        if step not in old.flow.nodes:
            found.stays[f"the step `{step}` isn't in its version"] += n
            continue
        place = Place(old.version, step, SOMETIME, SOMETIME, SOMETIME)
        found_place = moved(place, old, new)
        if isinstance(found_place, Stays):
            found.stays[found_place.because] += n
        else:
            found.goes += n
    return found
