"""The people of the tests: Alice, Bob, Carol and Dora, each with a role, and Charlie, who must see nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from pyrometer.app.people.models import Role, User

PASSWORD = "a kettle of fresh water"


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
