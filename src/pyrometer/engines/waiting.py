"""Runs long calls beside the main thread, so that an interrupt reaches both the caller and the engine."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any, TypeVar

Result = TypeVar("Result")

BEAT = 0.1
"""Seconds between two looks at the progress."""


def run_interruptibly(
    call: Callable[[], Result], interrupt: Callable[[], None], beat: Callable[[], None] | None = None
) -> Result:
    """The call's result, or its error; an exception in the waiting thread (Ctrl-C) interrupts the call first.

    `beat`, if given, is called about ten times a second while waiting. An event is waited for rather than the thread,
    because an interrupted join leaves the thread marked as finished while it still runs.
    """
    done = threading.Event()
    outcome: list[tuple[bool, Any]] = []

    def run() -> None:
        try:
            outcome.append((True, call()))
        except BaseException as error:
            outcome.append((False, error))
        finally:
            done.set()

    threading.Thread(target=run, name="pyrometer-engine", daemon=True).start()
    try:
        while not done.wait(None if beat is None else BEAT):
            if beat is not None:
                beat()
    except BaseException:
        interrupt()
        done.wait(10)
        raise
    succeeded, value = outcome[0]
    if succeeded:
        return value  # type: ignore[no-any-return]
    raise value
