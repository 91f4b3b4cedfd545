"""A real Chromium without a screen, which opens files and reaches no network."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Playwright, sync_playwright

from tests.servers import lacking

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")


@contextmanager
def chromium(*more: str) -> Iterator[Browser]:
    """Give the system's Chromium, running, with `more` options; pages need contexts of their own."""
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        lacking("Chromium (Debian: apt-get install chromium)")
    # Its sandbox doesn't run as root.
    options = [*more, *(["--no-sandbox"] if os.geteuid() == 0 else [])]
    with _driver() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=options)
        try:
            yield browser
        finally:
            browser.close()


_running: list[Playwright] = []
"""The driver, once for each browser that uses it: a process can have only one."""


@contextmanager
def _driver() -> Iterator[Playwright]:
    """Give the driver, started for the first browser and stopped with the last."""
    _running.append(_running[0] if _running else sync_playwright().start())
    try:
        yield _running[0]
    finally:
        last = _running.pop()
        if not _running:
            last.stop()
