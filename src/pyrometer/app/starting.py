"""What happens when the application starts: the database is brought up to date, and the first user is invited."""

from __future__ import annotations

from datetime import UTC, datetime

import django
from django.conf import settings
from django.core.management import call_command


def migrate() -> None:
    """Bring the database to this version; the folder for it is made."""
    django.setup()
    settings.FOLDER.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)


def invite_first() -> str | None:
    """A one-time link for the first administrator; None where there is a user already."""
    from pyrometer.app.people.invitations import invite
    from pyrometer.app.people.models import Role, User

    if User.objects.exists():
        return None
    token = invite(email="", role=Role.ADMIN, now=datetime.now(UTC))
    return f"{settings.ORIGIN}/welcome/{token}"
