"""One browser for all tests of pages, and pages opened in it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.reporting.opened import Opener
from tests.servers.browser import chromium


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """The browser."""
    with chromium() as running:
        yield running


@pytest.fixture
def opened(browser: Browser, tmp_path: Path) -> Iterator[Opener]:
    """Opens a page from its text, as somebody who double-clicks the file."""
    opener = Opener(browser, tmp_path)
    yield opener
    opener.close()
