"""Requests that are kept together: nobody is told that something is kept which isn't."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import Error, connection

from pyrometer.app.capture.models import Accepted
from pyrometer.app.capture.wire import actions
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.keys import create
from pyrometer.app.people.models import ApiKey

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def key() -> ApiKey:
    return create(actor=Actor("tests"), kind="write", name="site", now=NOW).key


def row(key: ApiKey, body: bytes = b'{"batch": []}') -> dict[str, Any]:
    return {"key": key, "body": body, "messages": 1, "address": None, "agent": "", "now": NOW}


def waiting(key: ApiKey, body: bytes) -> actions._Waiting:
    """What somebody else's request left for whoever has the turn to write."""
    at = connection.ops.adapt_datetimefield_value(NOW)
    found = actions._Waiting((key.pk, body, 1, at, None, "", 0, at))
    actions._queue.append(found)
    return found


def test_who_has_the_turn_and_fails_tells_those_whose_rows_it_took_along(key: ApiKey) -> None:
    failures: list[Exception] = []
    other = waiting(key, b"other")

    def fail() -> None:
        connection.ensure_connection()
        connection.connection.close()
        try:
            actions.accept(**row(key))
        except Error as error:
            failures.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    assert len(failures) == 1
    assert other.done.is_set()
    assert other.error is not None, "its request tries by itself, and isn't told that it is kept"
    assert not Accepted.objects.exists()


def test_however_many_wait_what_is_said_to_be_kept_is_kept(key: ApiKey) -> None:
    for number in range(2 * actions.TOGETHER + 1):
        waiting(key, b"%d" % number)
    actions.accept(**row(key, b"mine"))
    assert Accepted.objects.filter(body=b"mine").exists()
    assert Accepted.objects.count() == 2 * actions.TOGETHER + 2
