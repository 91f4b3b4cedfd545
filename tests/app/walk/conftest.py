"""An installation that nobody has used yet, a firm's site, and people with a browser each."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.app.faults.installation import PATIENCE, Installation, until
from tests.app.walk.site import Site, site
from tests.servers.browser import chromium
from tests.servers.postgres import postgres

AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
"""A browser that says it has no screen counts as a machine, and what it does doesn't count.

It is told to the whole program: what one context says of itself isn't said by the beacons of pages that are left.
"""
LINK = re.compile(r"Nobody can sign in yet\. This link makes the first administrator, once: (\S+)")
expect.set_options(timeout=PATIENCE * 1000)


class Person:
    """Somebody with a browser of their own; `complaints` are what its pages had to complain of."""

    def __init__(self, context: BrowserContext, origin: str) -> None:
        self.context, self.origin = context, origin
        self.complaints: list[str] = []
        context.set_default_timeout(PATIENCE * 1000)
        self.page = self.tab()

    def tab(self) -> Page:
        """One more page in the same browser."""
        page = self.context.new_page()
        page.on("console", lambda message: self.complaints.append(message.text))
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        return page

    def click(self, name: str, role: str = "button") -> None:
        """Press what is called so, as somebody would who reads the page."""
        self.page.get_by_role(role, name=name, exact=True).click()  # type: ignore[arg-type]

    def go(self, room: str, *links: str) -> None:
        """Into a room, and on from page to page by the names of their links."""
        self.page.get_by_role("navigation", name="Rooms").get_by_role("link", name=room, exact=True).click()
        self.on(*links)

    def on(self, *links: str) -> None:
        """Follow links of the page itself."""
        for name in links:
            self.page.locator("main").get_by_role("link", name=name).first.click()

    def sees(self, text: str) -> None:
        """Wait until a text stands on the page."""
        expect(self.page.get_by_text(text).first).to_be_visible()


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """An empty one on each database, begun as the handbook says for it."""
    if request.param == "sqlite":
        yield from _begun(Installation(tmp_path), "serve")
        return
    with postgres() as url:
        yield from _begun(Installation(tmp_path, url), "web", "worker")


def _begun(found: Installation, *commands: str) -> Iterator[Installation]:
    found.environment["PYROMETER_ORIGIN"] = f"http://127.0.0.1:{found.port}"
    try:
        if "serve" not in commands:
            found.call("migrate")
        for command in commands:
            found.start(command)
        until(found.healthy, "the web process answers")
        yield found
    finally:
        found.close()


@pytest.fixture
def first_link(installation: Installation) -> str:
    """The link that was printed last, for the first administrator."""
    printed = LINK.findall((installation.folder / "log").read_text(encoding="utf-8"))
    assert printed, "no link was printed"
    return str(printed[-1])


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One program, in which everybody has a browser of their own; closed before other tests begin."""
    with chromium(f"--user-agent={AGENT}") as running:
        yield running


@pytest.fixture
def person(browser: Browser, installation: Installation) -> Iterator[Callable[[], Person]]:
    """Makes somebody with a browser."""
    contexts: list[BrowserContext] = []

    def somebody() -> Person:
        contexts.append(browser.new_context(viewport={"width": 1280, "height": 900}))
        return Person(contexts[-1], installation.environment["PYROMETER_ORIGIN"])

    yield somebody
    for context in contexts:
        context.close()


@pytest.fixture
def firm() -> Iterator[Site]:
    """The firm's own site."""
    with site() as running:
        yield running
