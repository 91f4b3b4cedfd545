"""The part of pages that says how many a programme would reach."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from pyrometer.app.nurture import reaching
from pyrometer.app.nurture.actions.programmes import EVERYONE
from pyrometer.app.nurture.models import Reach
from pyrometer.app.nurture.views import finding
from pyrometer.app.nurture.views.reviewing import review
from pyrometer.app.people.may import allowed

REASONS = 12


@dataclass(frozen=True)
class Told:
    """A count in numbers for people."""

    row: Reach
    sound: bool = True
    """Whether it can be published once it is counted."""

    @property
    def done(self) -> bool:
        """Whether all were looked at."""
        return self.row.ended_at is not None and not self.row.error

    @property
    def gets(self) -> int:
        """How many would be sent something."""
        return self.row.would_enter - self.row.held_back

    @property
    def percent(self) -> int:
        """Of all who can be reached."""
        return round(100 * self.row.share)

    @property
    def far(self) -> int:
        """How far it is, of a hundred."""
        return min(99, int(100 * self.row.looked_at / self.row.of_all)) if self.row.of_all else 0

    @property
    def wide(self) -> bool:
        """Whether it is everybody rather than a choice."""
        return self.row.share > EVERYONE

    @property
    def reasons(self) -> list[tuple[str, int]]:
        """Why the others wouldn't enter, those of most first."""
        return sorted(self.row.reasons.items(), key=lambda pair: (-pair[1], pair[0]))[:REASONS]


@require_http_methods(["GET", "HEAD", "POST"])
@allowed("nurture.publish")
def reach(request: HttpRequest, key: str) -> HttpResponse:
    """How far the count of the draft is; POST has it counted, unless that is under way or was done lately."""
    here = finding.programme(key)
    if request.method == "POST":
        reaching.ask(here, here.draft, timezone.now(), again="again" in request.POST)
        if not request.htmx:
            return redirect("nurture:publish", key)
    found = reaching.latest(here, here.draft, timezone.now())
    told = Told(found, review(here.draft).sound) if found is not None else None
    context: dict[str, Any] = {"programme": here, "told": told}
    return render(request, "nurture/parts/reach.html", context)
