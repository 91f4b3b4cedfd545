"""Slots in a real browser, on a site of another origin, by the real wire and a real database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from pyrometer.app.capture.digest import queue
from pyrometer.app.consent.models import Purpose
from pyrometer.app.evidence.models import Handle
from pyrometer.app.nurture.models import Seen, Shown
from pyrometer.app.nurture.slots.choices import Choice
from pyrometer.app.nurture.slots.counting import count
from tests.app.nurture.slots.conftest import NOW, content, lead_of, slot
from tests.app.nurture.slots.site import site
from tests.app.pages.conftest import AXE
from tests.app.pages.rules import wrong
from tests.servers import lacking
from tests.servers.browser import chromium

pytestmark = pytest.mark.django_db(transaction=True)
# A browser that says it has no screen counts as a machine, and its events don't count.
AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
WIDTHS = (390, 768, 1280)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for these tests."""
    with chromium() as running:
        yield running


@pytest.fixture
def address(world: None, live_server: Any) -> Iterator[str]:
    """The site, where the house has an interest in profiling that visitors haven't objected to."""
    Purpose.objects.filter(slug="profiling").update(basis="interest")
    slot()
    with site(live_server.url) as running:
        yield running


Open = Callable[..., Page]


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Open]:
    """Opens a page of the site as a visitor; whatever a page complains of fails the test."""
    contexts: list[Any] = []
    errors: list[str] = []

    def visit(visitor: str = "", *, path: str = "/", width: int = 1280, quiet: bool = False, **asked: str) -> Page:
        context = browser.new_context(
            user_agent=AGENT, viewport={"width": width, "height": 800}, reduced_motion="reduce"
        )
        contexts.append(context)
        if visitor:
            context.add_cookies([{"name": "pyrometer_id", "value": visitor, "url": address}])
        page = context.new_page()
        if not quiet:
            page.on("console", lambda message: errors.append(message.text))
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{address}{path}?{urlencode(asked)}")
        return page

    yield visit
    for context in contexts:
        context.close()
    assert [error for error in errors if "favicon" not in error] == []


def digested() -> None:
    """Have the wire's messages become evidence, and be counted."""
    now = timezone.now() + timedelta(seconds=1)
    while queue.work(now):
        pass
    count(now)


def hero(page: Page) -> str:
    """What stands in the slot."""
    return page.locator("#hero").inner_text()


def test_a_slot_is_filled_and_tells_of_it(opened: Open) -> None:
    slot(Choice("compare", temperature=("warm",)), Choice("hello"))
    count(NOW)
    lead_of("visitor-warm", pages=2)
    page = opened("visitor-warm")
    page.wait_for_selector("#hero a >> text=Compare our plans")
    page.wait_for_timeout(0)
    page.evaluate("document.addEventListener('click', (event) => event.preventDefault())")
    page.click("#hero a")
    with page.expect_response(
        lambda answer: "beacon" in answer.url and "content_seen" in (answer.request.post_data or "")
    ):
        page.evaluate("pyrometer('flush')")
    page.goto("about:blank")
    digested()
    seen = Seen.objects.get()
    assert (seen.lead, seen.content, seen.count) == (Handle.objects.get(value="visitor-warm").lead, "compare", 1)
    assert seen.clicked_at is not None
    assert seen.dismissed_at is None
    assert Shown.objects.get().clicked_by == 1


def test_what_is_out_of_sight_was_not_seen(opened: Open) -> None:
    slot(Choice("hello"))
    page = opened("visitor-1", far="1")
    page.wait_for_selector("#hero a >> text=have a look", state="attached")
    told = page.evaluate(
        """() => new Promise((done) => setTimeout(() => {
            pyrometer('flush');
            done(performance.getEntriesByType('resource').filter((each) => each.name.includes('beacon')).length);
        }, 1800))"""
    )
    assert told == 0
    with page.expect_request(lambda asked: "content_seen" in (asked.post_data or "")):
        page.evaluate("document.getElementById('hero').scrollIntoView()")


@pytest.mark.parametrize(
    "asked",
    [
        {"consent": "needed"},
        {"alone": "1"},
    ],
)
def test_without_consent_or_tracker_nothing_is_asked_for(opened: Open, asked: dict[str, str]) -> None:
    slot(Choice("hello"))
    requests: list[str] = []
    page = opened(quiet=True, path="/first", **asked)
    page.on("request", lambda request: requests.append(request.url))
    page.goto(page.url.replace("/first", "/second"))
    page.wait_for_load_state("networkidle")
    assert hero(page) == "What everybody sees"
    assert not [url for url in requests if "/v1/content" in url]
    assert page.context.cookies() == []
    assert page.evaluate("localStorage.length") == 0


@pytest.mark.parametrize("signal", ["doNotTrack: '1'", "globalPrivacyControl: true"])
def test_who_asks_not_to_be_tracked_is_left_alone(opened: Open, browser: Browser, address: str, signal: str) -> None:
    slot(Choice("hello"))
    context = browser.new_context()
    context.add_init_script(
        f"for (const [name, value] of Object.entries({{{signal}}}))"
        " Object.defineProperty(Navigator.prototype, name, {get: () => value})"
    )
    page = context.new_page()
    requests: list[str] = []
    page.on("request", lambda request: requests.append(request.url))
    page.goto(address)
    page.wait_for_load_state("networkidle")
    assert hero(page) == "What everybody sees"
    assert not [url for url in requests if "/v1/content" in url]
    context.close()


def test_the_tracker_may_come_last(opened: Open) -> None:
    slot(Choice("hello"))
    page = opened("visitor-1", late="1")
    page.wait_for_selector("#hero a >> text=have a look")


def test_where_nothing_is_to_be_shown_the_page_keeps_its_own(opened: Open) -> None:
    slot(Choice("compare", temperature=("hot",)))
    page = opened("visitor-1", path="/")
    page.wait_for_load_state("networkidle")
    assert hero(page) == "What everybody sees"


def test_where_the_server_is_down_or_slow_the_page_keeps_its_own(opened: Open, address: str) -> None:
    slot(Choice("hello"))
    page = opened("visitor-1", quiet=True, wire="http://127.0.0.1:9")
    page.wait_for_load_state("networkidle")
    assert hero(page) == "What everybody sees"
    for route in (lambda asked: asked.abort(), lambda asked: asked.fulfill(status=500, body="oh"),
                  lambda asked: asked.fulfill(status=200, body="<p>no JSON</p>")):  # fmt: skip
        page = opened("visitor-1", quiet=True, path="/first", alone="1")
        page.route("**/v1/content/**", route)
        page.goto(address)
        page.wait_for_load_state("networkidle")
        assert hero(page) == "What everybody sees"
    page = opened("visitor-1", quiet=True, path="/first", alone="1")
    page.route("**/v1/content/**", lambda asked: None)
    with page.expect_event("requestfailed", lambda asked: "/v1/content/" in asked.url, timeout=10_000):
        page.goto(address, wait_until="domcontentloaded")
    assert hero(page) == "What everybody sees"


def test_the_page_says_its_language(opened: Open) -> None:
    content("hello", "low", "Hello\n\n--- de ---\nGuten Tag")
    slot(Choice("hello"))
    page = opened("visitor-1", language="de-CH")
    page.wait_for_selector("#hero >> text=Guten Tag")


def test_a_pop_up_is_a_dialog_that_stays_closed(opened: Open) -> None:
    slot(Choice("hello"), name="welcome")
    count(NOW)
    page = opened("visitor-1", popup="")
    dialog = page.get_by_role("dialog")
    dialog.wait_for()
    assert page.evaluate("document.activeElement.getAttribute('aria-label')") == "Close"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "have a look"
    for key in ("Tab", "Tab", "Shift+Tab", "Tab", "Tab"):
        page.keyboard.press(key)
        # The page behind it is out of reach.
        assert page.evaluate("document.activeElement.id") != "own"
    page.keyboard.press("Escape")
    dialog.wait_for(state="detached")
    with page.expect_response(lambda answer: "content_dismissed" in (answer.request.post_data or "")):
        page.evaluate("pyrometer('flush')")
    # Before anything is counted the browser itself remembers, and keeps no id for that.
    page.reload()
    page.wait_for_load_state("networkidle")
    assert dialog.count() == 0
    assert page.evaluate("localStorage.getItem('pyrometer_closed')") == '["welcome/hello/1"]'
    page.goto("about:blank")
    digested()
    assert Seen.objects.get(slot__name="welcome").dismissed_at is not None
    # Another device of the same lead isn't shown it either.
    page = opened("visitor-1", popup="")
    page.wait_for_load_state("networkidle")
    assert page.get_by_role("dialog").count() == 0


def test_its_button_closes_it_in_the_language_of_the_page_and_gives_the_focus_back(opened: Open) -> None:
    slot(Choice("hello"), name="welcome")
    page = opened("visitor-1", popup="2", language="de")
    page.focus("#own")
    button = page.get_by_role("dialog").get_by_role("button", name="Schließen")
    button.wait_for()
    page.keyboard.press("Enter")
    button.wait_for(state="detached")
    assert page.evaluate("document.activeElement.id") == "own"


def test_who_followed_it_did_not_close_it(opened: Open) -> None:
    slot(Choice("hello"), name="welcome")
    count(NOW)
    page = opened("visitor-1", popup="")
    page.get_by_role("dialog").wait_for()
    page.evaluate("document.addEventListener('click', (event) => event.preventDefault())")
    page.click("dialog a")
    page.keyboard.press("Escape")
    with page.expect_response(lambda answer: "content_clicked" in (answer.request.post_data or "")):
        page.evaluate("pyrometer('flush')")
    page.goto("about:blank")
    digested()
    seen = Seen.objects.get(slot__name="welcome")
    assert (seen.clicked_at is None, seen.dismissed_at) == (False, None)


@pytest.mark.parametrize("width", WIDTHS)
def test_it_is_for_everybody(opened: Open, width: int) -> None:
    if not AXE.exists():
        lacking("axe-core (npm ci in tests/app/pages)")
    slot(Choice("hello"))
    slot(Choice("hello"), name="welcome")
    page = opened("visitor-1", popup="", width=width)
    page.get_by_role("dialog").wait_for()
    page.wait_for_selector("#hero a")
    # The site's policy lets no script of the test in; the protocol does.
    found = wrong(page, AXE.read_text("utf-8"))
    assert found == []
