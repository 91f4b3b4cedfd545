"""The client libraries for browsers, in a real Chromium, on a page of another site than the server's."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page

from tests.app.capture.wire.clients import installed, site
from tests.app.capture.wire.conftest import Wire
from tests.app.capture.wire.expected import told_it_all
from tests.servers.browser import chromium


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One for all tests here."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="module")
def shop() -> Iterator[str]:
    """The site whose visitors are looked at."""
    with site() as origin:
        yield origin


AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Safari/537.36"
"""A person's browser; a headless one says that it is one, and would be taken for a machine's, rightly."""


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a new visitor."""
    context = browser.new_context(user_agent=AGENT)
    try:
        yield context.new_page()
    finally:
        context.close()


@pytest.mark.parametrize(
    ("package", "file", "more"),
    [
        ("@segment/analytics-next", "segment", {}),
        ("@rudderstack/analytics-js", "rudderstack", {}),
        ("@rudderstack/analytics-js", "rudderstack", {"beacon": "yes"}),
    ],
    ids=["segment", "rudderstack", "rudderstack by beacon"],
)
def test_everything_arrives_once(
    wire: Wire, shop: str, page: Page, package: str, file: str, more: dict[str, str]
) -> None:
    installed(package)
    trouble: list[str] = []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("requestfailed", lambda request: trouble.append(f"{request.url}: {request.failure}"))
    page.on("response", lambda answer: trouble.append(f"{answer.status} {answer.url}") if answer.status > 399 else None)
    name = f"{file}-browser{'-beacon' if more else ''}"
    asked = urlencode({"wire": wire.origin, "key": wire.key, "name": name, **more})
    page.goto(f"{shop}/{file}.html?{asked}")
    page.wait_for_function("document.title.startsWith('told') || document.title.startsWith('failed')")
    assert page.title() == "told"
    page.wait_for_load_state("networkidle")
    # Leaving is when libraries send what they still have.
    page.goto(f"{shop}/package.json")
    page.wait_for_load_state("networkidle")
    assert [said for said in trouble if wire.origin in said] == []
    evidence = wire.digest()
    told_it_all(evidence, name, screen=file == "segment")
