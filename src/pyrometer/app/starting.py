"""What happens when the application starts: the database is brought up to date, and the first user is invited."""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor

from pyrometer.app.secret import BYTES
from pyrometer.errors import UsageError

DATABASE = "pyrometer.db"
"""The file of the database, where it is SQLite."""


def keep_private() -> None:
    """Have every file that this process and its children make readable for their own user only.

    Database, archive and lists tell of people, and a machine may have other users.
    """
    os.umask(0o077)


def migrate() -> None:
    """Bring the database to this version; the folder for it is made."""
    django.setup()
    for folder in (settings.FOLDER, settings.STATIC_ROOT):
        Path(folder).mkdir(mode=0o700, parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)


def ready() -> None:
    """See to it that web or worker can begin. Raises UsageError where the database isn't at this version.

    A database that can't be reached now may be there in a moment; that is no reason not to begin.
    """
    django.setup()
    try:
        executor = MigrationExecutor(connection)
        behind = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError:
        return
    finally:
        connection.close()
    if behind:
        raise UsageError("the database isn't at this version of Pyrometer: run `pyrometer migrate` first")


def open_installation() -> None:
    """Have an installation that is there already at hand. Raises UsageError where none is, and makes nothing."""
    if not os.environ.get("DATABASE_URL") and not (_folder() / DATABASE).is_file():
        raise UsageError(f"{_folder()}: there is no Pyrometer in this folder; say --data FOLDER, as `serve` was told")
    django.setup()
    from pyrometer.app.people.models import User

    try:
        User.objects.exists()
    except DatabaseError as error:
        raise UsageError(f"the database can't be read; `pyrometer migrate` brings it up to date ({error})") from None


def _folder() -> Path:
    # Asked before the settings are read: reading them makes the installation's secret.
    return Path(os.environ.get("PYROMETER_DATA") or "pyrometer-data")


def leave_no_trace() -> None:
    """Have the settings read without an installation being made, for what needs nothing but them."""
    # Whatever the settings would sign with the secret is forgotten with this process.
    os.environ["PYROMETER_SECRET"] = os.environ.get("PYROMETER_SECRET") or secrets.token_urlsafe(BYTES)


def invite_first() -> str | None:
    """A one-time link for the first administrator; None where there is a user already."""
    from pyrometer.app.people.invitations import invite
    from pyrometer.app.people.models import Role, User

    if User.objects.exists():
        return None
    token = invite(email="", role=Role.ADMIN, now=datetime.now(UTC))
    return f"{settings.ORIGIN}/welcome/{token}"


def way_in(email: str, now: datetime, *, without_factor: bool = False) -> str:
    """A one-time link for somebody who can't sign in and whom nobody else can help.

    Raises UsageError that says who could be meant, or what else is in the way.
    """
    from pyrometer.app.people import actions, factor
    from pyrometer.app.people.audit import Actor
    from pyrometer.app.people.invitations import link
    from pyrometer.app.people.models import Role, User

    user = User.objects.filter(email=email.strip().lower()).first()
    if user is None:
        admins = User.objects.filter(role=Role.ADMIN, is_active=True).order_by("email").values_list("email", flat=True)
        known = f"administrators here: {', '.join(admins[:20])}" if admins else "there is no administrator here"
        raise UsageError(f"nobody signs in as {email}; {known}")
    if not user.is_active:
        raise UsageError(f"{user.email} is deactivated; an administrator lets them in again under Settings, People")
    actor = Actor("pyrometer link")
    if without_factor and user.totp_secret:
        factor.switch_off(actor=actor, user=user, now=now)
    return link(actions.link_back(actor=actor, user=user, now=now))


def demo(folder: Path, now: datetime) -> list[str]:
    """Fill an empty installation with the example workspace, leave another as it is; what to print of it.

    It does what workers do, and leaves threads and connections behind: for a process that ends afterwards.
    """
    keep_private()
    django.setup()
    from pyrometer.app.clock.loop import turn_until_idle
    from pyrometer.app.demo import nurturing
    from pyrometer.app.demo.loading import Workspace, load_evidence, load_outcomes
    from pyrometer.app.demo.people import settle
    from pyrometer.app.people.models import User

    if User.objects.exists():
        data = settings.FOLDER
        return [
            f"This demo was begun before: sign in as you did then, or remove {data} to begin anew.",
            f"Lost a password? pyrometer link EMAIL --data {data}",
        ]
    workspace = Workspace.in_folder(folder)
    people = settle(workspace.definition, now)
    count = load_evidence(workspace, now)
    turn_until_idle(now)
    load_outcomes(workspace, now)
    nurturing.agree(now)
    turn_until_idle(now)
    nurturing.settle(now)
    nurturing.furnish(now)
    turn_until_idle(now)
    wide = max(len(each.email) for each in people)
    return [
        f"A demo with {count:,} messages of the example workspace. Sign in as one of",
        *(f"  {each.email:<{wide}}  {each.password}  ({each.role})" for each in people),
    ]
