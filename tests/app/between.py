"""Others that do something at just the moment that a test is about, or at the same one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import pytest
from django.db import connection, connections

BEGIN = "BEGIN" if connection.vendor == "sqlite" else "FOR "
"""What a transaction begins with that is about to lock something."""
PATIENCE = 60

several_writers = pytest.mark.skipif(
    connection.vendor != "postgresql", reason="on SQLite a transaction that writes is alone: make test-postgresql"
)
"""Of tests of transactions that overlap."""


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


def at_once(*works: Callable[[], object]) -> list[Exception]:
    """Run functions that begin together, each with a connection of its own; what they raised."""
    start, failures = threading.Barrier(len(works)), list[Exception]()

    def run(work: Callable[[], object]) -> None:
        start.wait(PATIENCE)
        work()

    threads = [beside(partial(run, work), failures) for work in works]
    for thread in threads:
        thread.join(PATIENCE)
    assert not [thread for thread in threads if thread.is_alive()], "they wait for each other"
    return failures


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
