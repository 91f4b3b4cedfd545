"""What happens when the application starts: the database is brought up to date, and the first user is invited."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command


def migrate() -> None:
    """Bring the database to this version; the folder for it is made."""
    django.setup()
    for folder in (settings.FOLDER, settings.STATIC_ROOT):
        Path(folder).mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)


def invite_first() -> str | None:
    """A one-time link for the first administrator; None where there is a user already."""
    from pyrometer.app.people.invitations import invite
    from pyrometer.app.people.models import Role, User

    if User.objects.exists():
        return None
    token = invite(email="", role=Role.ADMIN, now=datetime.now(UTC))
    return f"{settings.ORIGIN}/welcome/{token}"


def demo(folder: Path, now: datetime) -> list[str]:
    """Fill an empty installation with the example workspace, leave another as it is; what to print of it."""
    from pyrometer.app.clock.loop import turn_until_idle
    from pyrometer.app.demo.loading import Workspace, load_evidence
    from pyrometer.app.demo.people import settle
    from pyrometer.app.people.models import User

    if User.objects.exists():
        return ["This demo was begun before; sign in as you did then, or remove its folder to begin anew."]
    workspace = Workspace.in_folder(folder)
    people = settle(workspace.definition, now)
    count = load_evidence(workspace, now)
    turn_until_idle(now)
    wide = max(len(each.email) for each in people)
    return [
        f"A demo with {count:,} messages of the example workspace. Sign in as one of",
        *(f"  {each.email:<{wide}}  {each.password}  ({each.role})" for each in people),
    ]
