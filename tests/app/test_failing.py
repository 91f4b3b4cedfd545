"""What somebody sees where a page fails, is not there, or isn't theirs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.test import Client

from pyrometer.app.people.models import User

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


@contextmanager
def every_statement_raising(error: Exception) -> Iterator[None]:
    """As where the disk is full, or the server is gone: whoever asks the database gets an error."""

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        raise error

    with connection.execute_wrapper(wrapper):
        yield


@pytest.mark.parametrize("address", ["/leads/", "/sign-in/", "/metrics"])
def test_without_the_database_a_page_says_when_to_come_again(address: str, carol: User, client_of: ClientOf) -> None:
    client = client_of(carol)
    client.raise_request_exception = False
    with every_statement_raising(OperationalError("database or disk is full")):
        page = client.get(address)
        sent = client.post(address, {"email": "ada@example.com", "password": "x"})
    for answer in (page, sent):
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
        assert "One moment" in answer.content.decode()


def test_what_fails_otherwise_is_told_in_words(carol: User, client_of: ClientOf) -> None:
    client = client_of(carol)
    client.raise_request_exception = False
    with every_statement_raising(RuntimeError("a mistake of ours")):
        page = client.get("/leads/")
    assert page.status_code == 500
    assert "Something went wrong here" in page.content.decode()
    assert "a mistake of ours" not in page.content.decode()


def test_what_is_not_there_and_what_is_not_theirs(bob: User, client_of: ClientOf) -> None:
    client = client_of(bob)
    nothing, refused = client.get("/nowhere/"), client.get("/settings/people/")
    assert nothing.status_code == 404
    assert "Nothing is here" in nothing.content.decode()
    assert refused.status_code == 403
    assert "Not for your role" in refused.content.decode()
