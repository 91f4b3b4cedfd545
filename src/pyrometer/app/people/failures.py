"""Who signed in wrongly too often: somebody's password from one address, or anybody's from there."""

from __future__ import annotations

from typing import Any

from axes.handlers.database import AxesDatabaseHandler
from django.db.models import Sum
from django.http import HttpRequest

ANYBODY = 6
"""How many times as many failures an address has over all people as over one: an office has one address for all."""


class FailureHandler(AxesDatabaseHandler):
    """Counts failures by the pairs of `AXES_LOCKOUT_PARAMETERS`: first address and person, then the address alone."""

    def get_failures(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """The failures that count towards the limit."""
        by_person, by_address = (
            attempts.aggregate(all=Sum("failures_since_start"))["all"] or 0
            for attempts in self.get_user_attempts(request, credentials)
        )
        return max(by_person, by_address // ANYBODY)

    def reset_user_attempts(self, request: HttpRequest, credentials: dict[str, Any] | None = None) -> int:
        """Forget the failures of who got in. Those at others' passwords stay, or one account would open all doors."""
        mine, _from_here = self.filter_user_attempts(request, credentials)
        count, _by_model = mine.delete()
        return count
