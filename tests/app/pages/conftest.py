"""The application on a loopback port, and people who look at it with a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from playwright.sync_api import Browser, BrowserContext, Page

from pyrometer.app.people.models import User
from tests.servers import lacking
from tests.servers.browser import chromium

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
PATIENCE = 60_000
"""Milliseconds after which nothing will come any more."""
WIDTHS = {"desk": 1280, "phone": 390}


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """One browser for all pages."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def axe() -> str:
    """The accessibility rules, as a script."""
    if not AXE.exists():
        lacking("axe-core (npm ci in tests/app/pages)")
    return AXE.read_text(encoding="utf-8")


@dataclass
class Visit:
    """A signed-in person's browser: `complaints` are what pages had to complain of."""

    context: BrowserContext
    origin: str
    complaints: list[str] = field(default_factory=list)

    def tab(self) -> Page:
        """An empty page in it."""
        page = self.context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def open(self, address: str) -> Page:
        """A page in it."""
        page = self.tab()
        page.goto(self.origin + address)
        return page


Visits = Callable[..., Visit]


@pytest.fixture
def visits(browser: Browser, live_server: Any) -> Iterator[Visits]:
    """Lets somebody look at the application: `visits(user, on="phone", scheme="dark", scripts=False)`."""
    contexts: list[BrowserContext] = []

    def visit(user: User, *, on: str = "desk", scheme: Any = "light", scripts: bool = True) -> Visit:
        context = browser.new_context(
            viewport={"width": WIDTHS[on], "height": 900},
            color_scheme=scheme,
            reduced_motion="reduce",
            java_script_enabled=scripts,
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        client = Client()
        client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": live_server.url}])
        return Visit(context, live_server.url)

    yield visit
    for context in contexts:
        context.close()
