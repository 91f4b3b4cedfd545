"""Runs long calls beside the main thread, so that an interrupt reaches both the caller and the engine."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

Result = TypeVar("Result")

BEAT = 0.1
"""Seconds between two looks at the progress."""


def run_interruptibly(
    call: Callable[[], Result], interrupt: Callable[[], None], beat: Callable[[], None] | None = None
) -> Result:
    """The call's result, or its error; an exception in the waiting thread (Ctrl-C) interrupts the call first.

    The call is interrupted until it has ended: at first it may stand between two queries, where nothing runs yet.
    `beat`, if given, is called about ten times a second while waiting. An event is waited for rather than the thread,
    because an interrupted join leaves the thread marked as finished while it still runs.
    """
    done = threading.Event()
    results: list[Result] = []
    errors: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:
            errors.append(error)
        finally:
            done.set()

    threading.Thread(target=run, name="pyrometer-engine", daemon=True).start()
    try:
        while not done.wait(None if beat is None else BEAT):
            if beat is not None:
                beat()
    except BaseException:
        threading.Thread(target=_stop, args=(interrupt, done), name="pyrometer-stop", daemon=True).start()
        done.wait(10)
        raise
    if errors:
        raise errors[0]
    return results[0]


def _stop(interrupt: Callable[[], None], done: threading.Event) -> None:
    """Interrupt until it has ended, more and more rarely."""
    pause = BEAT
    interrupt()
    while not done.wait(pause):
        pause = min(2 * pause, 5.0)
        # It may have ended just now, and its connection with it.
        with suppress(Exception):
            interrupt()
