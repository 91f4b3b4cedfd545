"""An interrupt ends a long call, wherever it stands."""

from __future__ import annotations

import threading

import pytest

from pyrometer.engines.waiting import run_interruptibly

PATIENCE = 60
"""Seconds after which something that should have happened counts as failed."""


def ctrl_c() -> None:
    raise KeyboardInterrupt


def test_a_call_that_stands_between_two_queries_begins_no_endless_one() -> None:
    asked, works, stopped = threading.Event(), threading.Event(), threading.Event()

    def call() -> None:
        assert asked.wait(PATIENCE)
        works.set()
        stopped.wait(PATIENCE)

    def interrupt() -> None:
        # What doesn't run yet isn't stopped.
        if works.is_set():
            stopped.set()
        asked.set()

    with pytest.raises(KeyboardInterrupt):
        run_interruptibly(call, interrupt, ctrl_c)
    assert stopped.is_set()


def test_whoever_interrupts_waits_until_the_call_has_ended() -> None:
    stopped, ended = threading.Event(), threading.Event()

    def call() -> None:
        stopped.wait(PATIENCE)
        ended.set()

    with pytest.raises(KeyboardInterrupt):
        run_interruptibly(call, stopped.set, ctrl_c)
    assert ended.is_set()


def test_results_and_errors_come_out() -> None:
    assert run_interruptibly(lambda: 7, ctrl_c) == 7
    with pytest.raises(ZeroDivisionError):
        run_interruptibly(lambda: 1 // 0, ctrl_c)
