"""The people of the tests: Alice, Bob, Carol and Dora, each with a role, and Charlie, who must see nothing.

Where the tests run on PostgreSQL, those that no database can make differ are left to the run on SQLite.
"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client

from pyrometer.app.consent.models import Purpose
from pyrometer.app.consent.purposes import START
from pyrometer.app.people.models import Role, User

PASSWORD = "a kettle of fresh water"
STORED = frozenset({"db", "transactional_db", "live_server"})
"""Fixtures that give a test a database, which the mark `django_db` gives, too."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, run the tests that have a database, and no browser: what a page looks like is in no database."""
    if connection.vendor != "postgresql":
        return
    kept, left = [], []
    for item in items:
        names = set(getattr(item, "fixturenames", ()))
        stored = item.get_closest_marker("django_db") is not None or names & STORED
        (kept if stored and "browser" not in names else left).append(item)
    if left:
        items[:] = kept
        config.hook.pytest_deselected(items=left)


@pytest.fixture(autouse=True)
def purposes(request: pytest.FixtureRequest) -> None:
    """What migrations wrote, which a test of whole transactions empties with all other tables."""
    mark, names = request.node.get_closest_marker("django_db"), set(request.fixturenames)
    if mark is None and not names & STORED:
        return
    whole = names & {"transactional_db", "live_server"} or (mark is not None and mark.kwargs.get("transaction"))
    request.getfixturevalue("transactional_db" if whole else "db")
    for slug, kept in START.items():
        Purpose.objects.get_or_create(slug=slug, defaults=kept)


def person(name: str, role: str, **more: object) -> User:
    """Somebody at example.com who can sign in with PASSWORD."""
    user = User.objects.create_user(email=f"{name.lower()}@example.com", role=role, name=name, password=PASSWORD)
    for field, value in more.items():
        setattr(user, field, value)
    if more:
        user.save()
    return user


@pytest.fixture
def alice(db: None) -> User:
    """In marketing."""
    return person("Alice", Role.MARKETING)


@pytest.fixture
def bob(db: None) -> User:
    """In sales."""
    return person("Bob", Role.SALES)


@pytest.fixture
def carol(db: None) -> User:
    """Manages both."""
    return person("Carol", Role.MANAGER)


@pytest.fixture
def dora(db: None) -> User:
    """The administrator."""
    return person("Dora", Role.ADMIN)


@pytest.fixture
def charlie(db: None) -> User:
    """Had every right once, and left."""
    return person("Charlie", Role.ADMIN, is_active=False)


@pytest.fixture
def client_of() -> Callable[[User], Client]:
    """A signed-in client of a user. CSRF is enforced where a test asks a client of its own for it."""

    def signed_in(user: User) -> Client:
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        return client

    return signed_in
