"""Something that another process does at just the moment that a test is about."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections

BEGIN = "BEGIN" if connection.vendor == "sqlite" else "FOR "
"""What a transaction begins with that is about to lock something."""
PATIENCE = 60


def beside(work: Callable[[], object], failures: list[Exception]) -> threading.Thread:
    """Run a function in a thread, with a connection of its own."""

    def run() -> None:
        try:
            work()
        except Exception as error:
            failures.append(error)
        finally:
            connections.close_all()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


@contextmanager
def just_before(statement: str, work: Callable[[], object]) -> Iterator[None]:
    """Do some work with a connection of its own before this one's first statement that has a text in it.

    It is done by the time the statement runs. For tests of whole transactions: others' can't be seen from outside.
    """
    begun: list[bool] = []
    failures: list[Exception] = []

    def wrapper(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        if statement in sql and not begun:
            begun.append(True)
            other = beside(work, failures)
            other.join(PATIENCE)
            assert not other.is_alive(), "it waits for what this transaction has locked"
        return execute(sql, params, many, context)

    with connection.execute_wrapper(wrapper):
        yield
    assert failures == []
    assert begun, f"no statement had {statement!r} in it"
