"""Who works in the demo: one user of each role, a sales team, a definition that both teams signed."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.db import transaction

from pyrometer.app.agreement.models import Signature, State, Version
from pyrometer.app.handoff.models import Rep, Team
from pyrometer.app.people.models import ApiKey, KeyKind, Role, User
from pyrometer.definition import load
from pyrometer.definition.fingerprint import fingerprint

PEOPLE = (
    ("mia@rotavane.example", "Mia Lindqvist", Role.MARKETING),
    ("sam@rotavane.example", "Sam Okafor", Role.SALES),
    ("bea@rotavane.example", "Bea Novak", Role.SALES),
    ("max@rotavane.example", "Max Brandt", Role.MANAGER),
    ("ada@rotavane.example", "Ada Sato", Role.ADMIN),
)
HOURS = {day: ["09:00", "17:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


@dataclass(frozen=True)
class SignIn:
    """How somebody of the demo signs in; the password is made anew for each demo."""

    email: str
    role: str
    password: str


@transaction.atomic
def settle(definition: Path, now: datetime) -> list[SignIn]:
    """Make the people, their team and the live definition; how they sign in."""
    found, users = [], {}
    for email, name, role in PEOPLE:
        password = secrets.token_urlsafe(9)
        users[email] = User.objects.create_user(email=email, role=role, name=name, password=password)
        found.append(SignIn(email, role, password))
    team = Team.objects.create(name="New business")
    for user in users.values():
        if user.role == Role.SALES:
            Rep.objects.create(user=user, team=team, hours=HOURS, time_zone="Europe/Berlin", holidays="DE")
    _agree(definition, users, now)
    ApiKey.objects.create(
        kind=KeyKind.WRITE,
        name="rotavane.example",
        public=secrets.token_urlsafe(24),
        created_by=users["ada@rotavane.example"],
    )
    return found


def _agree(file: Path, users: dict[str, User], now: datetime) -> None:
    """The definition of the workspace, signed by both teams and live."""
    text = file.read_text(encoding="utf-8")
    definition = load(file)
    version = Version.objects.create(
        number=1,
        text=text,
        fingerprint=fingerprint(definition),
        name=definition.name,
        state=State.LIVE,
        created_at=now,
        created_by=users["mia@rotavane.example"],
        proposed_at=now,
        live_at=now,
    )
    for team, email in (("marketing", "mia@rotavane.example"), ("sales", "sam@rotavane.example")):
        user = users[email]
        Signature.objects.create(version=version, team=team, user=user, name=str(user), at=now)
