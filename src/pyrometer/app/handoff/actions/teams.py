"""Who takes leads, when, and on what terms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from pyrometer.app.handoff.actions.known import check_countries, check_terms
from pyrometer.app.handoff.actions.rights import check_may
from pyrometer.app.handoff.models import Rep, Team, Terms
from pyrometer.app.handoff.working import public_holidays
from pyrometer.app.people.audit import Actor, record
from pyrometer.app.people.models import User
from pyrometer.errors import UsageError
from pyrometer.lifecycle import read_hours

RIGHT = "teams.edit"
CLOCKS = ("first_response_minutes", "attempts", "between_minutes", "escalate_minutes")
DAYS = ("recycle_after", "quiet_after", "let_go_after")
LISTS = ("good_grades", "poor_grades", "sales_events", "markets")
LONGEST = 100_000
"""Minutes of a clock; about a year of business time."""


@transaction.atomic
def save_team(*, name: str, actor: Actor, now: datetime, team: Team | None = None, **clocks: int) -> Team:
    """Make a team, or change one; `clocks` are some of CLOCKS. Raises UsageError."""
    check_may(actor, RIGHT)
    _known(clocks, CLOCKS)
    if not name.strip():
        raise UsageError("a team needs a name")
    for clock, amount in clocks.items():
        if not 1 <= amount <= (100 if clock == "attempts" else LONGEST):
            raise UsageError(f"{clock}: {amount} makes no sense")
    team = team or Team()
    if Team.objects.filter(name=name.strip()).exclude(pk=team.pk).exists():
        raise UsageError(f"there is a team called {name.strip()} already")
    team.name = name.strip()
    for clock, amount in clocks.items():
        setattr(team, clock, amount)
    team.save()
    record(actor=actor, action="team.saved", subject=f"team:{team.pk}", at=now, detail={"name": team.name, **clocks})
    return team


@transaction.atomic
def save_rep(
    *,
    user: User,
    team: Team,
    actor: Actor,
    now: datetime,
    capacity: int = 40,
    territories: Sequence[str] = (),
    products: Sequence[str] = (),
    time_zone: str = "UTC",
    hours: Mapping[str, Sequence[str]] | None = None,
    holidays: str = "",
    away_until: date | None = None,
    active: bool = True,
) -> Rep:
    """Let a user take leads, or change how they do. Raises UsageError that says what can't be read.

    Without `hours`, the standard week counts. Whoever isn't active any more keeps no leads: they go to others.
    """
    check_may(actor, RIGHT)
    if not 0 <= capacity <= 32_000:
        raise UsageError(f"capacity: {capacity} makes no sense; how many leads may be open at once?")
    try:
        read_hours(hours or {})
    except ValueError as error:
        raise UsageError(str(error)) from None
    _check_zone(time_zone)
    check_countries("territories", [place.strip() for place in territories if place.strip()])
    if holidays and not public_holidays(holidays, now.year):
        raise UsageError(f"holidays: nobody here knows those of `{holidays}`; write a country (DE) or a part (DE-BY)")
    wanted: dict[str, Any] = {
        "team": team,
        "capacity": capacity,
        "territories": [place.strip().upper() for place in territories if place.strip()],
        "products": [product.strip() for product in products if product.strip()],
        "time_zone": time_zone,
        "hours": {day: list(stretch) for day, stretch in (hours or {}).items()},
        "holidays": holidays,
        "away_until": away_until,
        "active": active,
    }
    rep, _ = Rep.objects.update_or_create(user=user, defaults=wanted)
    detail = wanted | {"team": team.name, "away_until": None if away_until is None else away_until.isoformat()}
    record(actor=actor, action="rep.saved", subject=f"user:{user.pk}", at=now, detail=detail)
    return rep


@transaction.atomic
def save_terms(*, actor: Actor, now: datetime, **terms: Any) -> Terms:
    """Change what both teams agreed for hand-offs; `terms` are some of the fields of Terms. Raises UsageError."""
    check_may(actor, RIGHT)
    _known(terms, ("fit_score", *LISTS, *DAYS))
    for name in LISTS:
        if not all(isinstance(item, str) and item for item in terms.get(name, ())):
            raise UsageError(f"{name}: a list of words, please")
    for name in DAYS:
        if not 1 <= terms.get(name, 1) <= 3650:
            raise UsageError(f"{name}: from 1 to 3650 days")
    found, _ = Terms.objects.get_or_create(pk=1)
    for name, term in terms.items():
        setattr(found, name, term)
    if found.let_go_after <= found.quiet_after:
        raise UsageError("let_go_after must be later than quiet_after: who falls silent is first won back")
    if common := sorted(set(found.good_grades) & set(found.poor_grades)):
        raise UsageError(f"grade {', '.join(common)} can't be both good and poor")
    check_terms(found)
    found.save()
    record(actor=actor, action="terms.saved", subject="terms:1", at=now, detail=dict(terms))
    return found


def _check_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        raise UsageError(f"time zone: unknown `{name}`; write one such as Europe/Berlin") from None


def _known(given: Mapping[str, Any], names: Sequence[str]) -> None:
    for name in given:
        if name not in names:
            raise UsageError(f"unknown `{name}`; one of {', '.join(names)}")
