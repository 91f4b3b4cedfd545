"""Teams, reps and terms: what is typed is checked, and only who may can change it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from pyrometer.app.agreement.models import Version
from pyrometer.app.handoff import actions
from pyrometer.app.handoff.models import Rep, Team, Terms
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry, User
from pyrometer.errors import UsageError

pytestmark = pytest.mark.django_db


@pytest.fixture
def as_carol(carol: User) -> Actor:
    return Actor.of(carol)


def test_a_manager_sets_up_a_team(as_carol: Actor, bob: User, now: datetime) -> None:
    team = actions.save_team(name=" North ", actor=as_carol, now=now, first_response_minutes=30, attempts=4)
    assert (team.name, team.first_response_minutes, team.attempts) == ("North", 30, 4)
    for capacity in (20, 30):
        rep = actions.save_rep(
            user=bob,
            team=team,
            actor=as_carol,
            now=now,
            capacity=capacity,
            territories=["de-80", " "],
            time_zone="Europe/Berlin",
            hours={"mon": ["08:00", "16:00"]},
            holidays="DE-BY",
            away_until=date(2026, 7, 1),
        )
    assert Rep.objects.get() == rep
    assert (rep.capacity, rep.territories, rep.hours) == (30, ["DE-80"], {"mon": ["08:00", "16:00"]})
    terms = actions.save_terms(actor=as_carol, now=now, quiet_after=30, markets=["DE"])
    assert Terms.objects.get() == terms
    found = AuditEntry.objects.order_by("pk").values_list("action", flat=True)
    assert list(found) == ["team.saved", "rep.saved", "rep.saved", "terms.saved"]


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"hours": {"mon": ["9", "17:00"]}}, "working hours: mon: `9` is no time of day"),
        ({"time_zone": "Berlin"}, "time zone: unknown `Berlin`"),
        ({"time_zone": "../etc/passwd"}, "time zone: unknown"),
        ({"holidays": "ZZ"}, "holidays: nobody here knows those of `ZZ`"),
        ({"holidays": "DE-XX"}, "holidays: nobody here knows"),
        ({"capacity": -1}, "capacity: -1 makes no sense"),
        ({"territories": ["Bavaria"]}, "territories: `Bavaria` is no country; write its two letters"),
    ],
)
def test_what_cannot_be_read_is_said(
    more: dict[str, Any], problem: str, as_carol: Actor, bob: User, team: Team, now: datetime
) -> None:
    with pytest.raises(UsageError, match=problem):
        actions.save_rep(user=bob, team=team, actor=as_carol, now=now, **more)
    assert not Rep.objects.exists()


@pytest.mark.parametrize(
    ("terms", "problem"),
    [
        ({"quiet_after": 0}, "quiet_after: from 1 to 3650 days"),
        ({"quiet_after": 120}, "let_go_after must be later"),
        ({"good_grades": ["A", "D"], "poor_grades": ["D"]}, "grade D can't be both"),
        ({"markets": [7]}, "markets: a list of words"),
        ({"markets": ["Germany"]}, "markets: `Germany` is no country"),
        ({"hot_after": 7}, "unknown `hot_after`; one of fit_score"),
    ],
)
def test_terms_make_sense(terms: dict[str, Any], problem: str, as_carol: Actor, now: datetime) -> None:
    with pytest.raises(UsageError, match=problem):
        actions.save_terms(actor=as_carol, now=now, **terms)
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        ({"name": " "}, "a team needs a name"),
        ({"name": "New business"}, "there is a team called New business already"),
        ({"name": "North", "attempts": 0}, "attempts: 0 makes no sense"),
        ({"name": "North", "patience": 1}, "unknown `patience`"),
    ],
)
def test_teams_make_sense(more: dict[str, Any], problem: str, team: Team, as_carol: Actor, now: datetime) -> None:
    with pytest.raises(UsageError, match=problem):
        actions.save_team(actor=as_carol, now=now, **more)
    assert Team.objects.count() == 1


def test_only_managers_may(alice: User, bob: User, charlie: User, team: Team, now: datetime) -> None:
    for user in (alice, bob, charlie):
        actor = Actor.of(user)
        with pytest.raises(PermissionDenied):
            actions.save_team(name="Mine", actor=actor, now=now)
        with pytest.raises(PermissionDenied):
            actions.save_rep(user=user, team=team, actor=actor, now=now)
        with pytest.raises(PermissionDenied):
            actions.save_terms(actor=actor, now=now)


@pytest.mark.parametrize(
    ("terms", "problem"),
    [
        ({"good_grades": ["A+"]}, "good_grades: the definition in force has no `A[+]`"),
        ({"poor_grades": ["E"]}, "poor_grades: the definition in force has no `E`; it has A, B, C, D"),
        (
            {"sales_events": ["asked_u"]},
            "sales_events: the definition in force has no `asked_u`; did you mean `asked_us`",
        ),
        ({"fit_score": "fitness", "good_grades": ["A"]}, "has no `A`; it has none"),
    ],
)
def test_terms_are_those_of_the_definition(
    terms: dict[str, Any], problem: str, live: Version, as_carol: Actor, now: datetime
) -> None:
    with pytest.raises(UsageError, match=problem):
        actions.save_terms(actor=as_carol, now=now, **terms)
    assert not Terms.objects.exists()
    actions.save_terms(actor=as_carol, now=now, good_grades=["A"], sales_events=["asked_us"])
