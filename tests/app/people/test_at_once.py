"""Two at the same moment. On PostgreSQL, where transactions overlap; on SQLite one writer waits for the other."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection

from pyrometer.app.people import actions, factor, invitations, totp
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import Role, User
from tests.app.conftest import person

NOW = datetime(2027, 3, 1, 9, tzinfo=UTC)

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(
        connection.vendor != "postgresql", reason="transactions overlap on PostgreSQL: make test-postgresql"
    ),
]


def both(*works: Callable[[], object]) -> list[object]:
    """Do it all at once; what each returned or raised."""
    start = threading.Barrier(len(works))
    found: list[object] = [None] * len(works)

    def run(at: int, work: Callable[[], object]) -> None:
        try:
            start.wait()
            found[at] = work()
        except Exception as error:
            found[at] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(at, work)) for at, work in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return found


def test_two_administrators_can_not_shut_each_other_out() -> None:
    one, other = person("One", Role.ADMIN), person("Other", Role.ADMIN)
    found = both(
        lambda: actions.deactivate(actor=Actor.of(one), user=other, now=NOW),
        lambda: actions.change_role(actor=Actor.of(other), user=one, role=Role.SALES, now=NOW),
    )
    assert sum(isinstance(result, actions.LastAdminError) for result in found) == 1
    assert User.objects.filter(role=Role.ADMIN, is_active=True).count() == 1


def test_a_code_lets_one_of_two_in() -> None:
    eve = person("Eve", Role.SALES)
    secret = totp.new_secret()
    step = int(NOW.timestamp()) // totp.STEP
    first = totp.code(base64.b32decode(secret), step)
    codes = factor.switch_on(user=eve, secret=secret, code=first, now=NOW)
    assert codes
    later = NOW + timedelta(minutes=5)
    code = totp.code(base64.b32decode(secret), step + 10)
    for given in (code, codes[0]):
        found = both(*[lambda given=given: factor.passes(user=eve, given=given, now=later)] * 4)
        assert sorted(found) == [False, False, False, True]


def test_a_link_lets_one_of_two_in() -> None:
    token = invitations.invite(email="eve@example.com", role=Role.SALES, now=NOW)
    invitation = invitations.find(token, NOW)
    assert invitation

    def use(name: str) -> User:
        return invitations.accept(invitation=invitation, email="", name=name, password="seven boats", now=NOW)

    found = both(lambda: use("Eve"), lambda: use("Mallory"))
    assert sum(isinstance(result, invitations.SpentError) for result in found) == 1
    assert User.objects.count() == 1
