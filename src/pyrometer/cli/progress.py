"""A progress bar on standard error, where somebody sees it and only if the work takes a while."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from pyrometer.cli.terminal import console

PATIENCE = 0.5
"""Seconds before a bar appears."""


@contextmanager
def progress_bar(title: str) -> Iterator[Callable[[float], None] | None]:
    """Gives a function that is told how far the work is (0 to 1); None where standard error is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TimeElapsedColumn(),
        console=console(sys.stderr),
        transient=True,
    )
    task = bar.add_task(title, total=1.0)
    begun = time.monotonic()
    shown = False

    def advance(share: float) -> None:
        nonlocal shown
        if not shown and time.monotonic() - begun > PATIENCE:
            bar.start()
            shown = True
        bar.update(task, completed=share)

    try:
        yield advance
    finally:
        bar.stop()


@contextmanager
def waiting(title: str) -> Iterator[None]:
    """Shows that something is going on elsewhere, and for how long, to somebody who waits at a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        TimeElapsedColumn(),
        console=console(sys.stderr),
        transient=True,
    )
    bar.add_task(title, total=None)
    patience = threading.Timer(PATIENCE, bar.start)
    patience.start()
    try:
        yield None
    finally:
        patience.cancel()
        patience.join()
        bar.stop()
