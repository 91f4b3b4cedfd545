"""The tracker in a real browser, on a site of another origin than the wire."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser, Page

from tests.app.capture.tracker.site import Wire, site
from tests.servers.browser import chromium

FREE = {"attributes": 'data-consent="not-needed"'}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for these tests; closed before others begin."""
    with chromium() as running:
        yield running


@pytest.fixture
def world() -> Iterator[tuple[str, Wire]]:
    """The site, and the wire."""
    with site() as running:
        yield running


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a new visitor; whatever it complains of fails the test."""
    context = browser.new_context(accept_downloads=False)
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    context.close()
    assert errors == []


def opened(page: Page, address: str, path: str = "/", **asked: str) -> None:
    """Open a page, and wait for its tracker."""
    page.goto(f"{address}{path}?{urlencode(asked)}")
    page.wait_for_function("window.pyrometer && pyrometer.on")


def cookies(page: Page) -> list[str]:
    """Names of what is stored."""
    assert page.evaluate("localStorage.length + sessionStorage.length") == 0
    return [cookie["name"] for cookie in page.context.cookies()]


def test_before_consent_nothing_is_stored_and_nothing_is_sent(world: tuple[str, Wire], page: Page) -> None:
    address, wire = world
    opened(page, address)
    page.evaluate("pyrometer('track', 'demo_requested')")
    page.evaluate("pyrometer('flush')")
    opened(page, address, "/second")
    assert cookies(page) == []
    assert wire.nothing()


def test_after_a_yes_what_happened_on_the_page_is_told(world: tuple[str, Wire], page: Page) -> None:
    address, wire = world
    opened(page, address)
    page.evaluate("pyrometer('track', 'demo_requested', {product: 'Rota'})")
    page.evaluate("pyrometer('consent', true)")
    (message,) = wire.messages(1)
    assert (message["type"], message["event"], message["properties"]) == (
        "track",
        "demo_requested",
        {"product": "Rota"},
    )
    assert wire.keys == {"wk_site"}
    assert cookies(page) == ["pyrometer_id"]
    # The yes itself is told, once, and becomes the lead's consent.
    assert message["context"]["consent"] == {"categoryPreferences": {"profiling": True}}
    # The yes holds on the next page, for the same visitor. What isn't answered when a page is left is told once more.
    page.wait_for_load_state("networkidle")
    opened(page, address, "/second")
    page.evaluate("pyrometer('track', 'again')")
    found = wire.messages(2)
    assert [one.get("event") or one["type"] for one in found] == ["page", "again"]
    assert {one["anonymousId"] for one in found} == {message["anonymousId"]}
    assert not [one for one in found if "consent" in one["context"]]


def test_a_no_removes_the_cookie_and_ends_it(world: tuple[str, Wire], page: Page) -> None:
    address, wire = world
    opened(page, address, **FREE)
    page.evaluate("pyrometer('track', 'one')")
    (first,) = wire.messages(1)
    page.evaluate("pyrometer('track', 'never told')")
    page.evaluate("pyrometer('consent', false)")
    assert cookies(page) == []
    # The server hears of it by the last message there is.
    (told,) = wire.messages(1)
    assert (told["type"], told["traits"], told["anonymousId"]) == ("identify", {}, first["anonymousId"])
    assert told["context"]["consent"] == {"categoryPreferences": {"profiling": False}}
    page.evaluate("pyrometer('consent', false)")
    page.evaluate("pyrometer('track', 'two')")
    page.evaluate("pyrometer('flush')")
    opened(page, address, "/second")
    assert cookies(page) == []
    assert wire.nothing()


def test_a_no_before_anything_was_told_tells_nothing(world: tuple[str, Wire], page: Page) -> None:
    address, wire = world
    opened(page, address)
    page.evaluate("pyrometer('consent', false)")
    page.evaluate("pyrometer('flush')")
    assert cookies(page) == []
    assert wire.nothing()


def test_a_view_says_how_long_and_how_far(world: tuple[str, Wire], page: Page) -> None:
    address, wire = world
    page.clock.install()
    topic = '<meta name="pyrometer:topic" content="prices">'
    opened(page, address, "/prices", head=topic, utm_campaign="spring", utm_source="mail", email="x@y.example", **FREE)
    page.clock.run_for(12_000)
    page.evaluate("scrollTo(0, 1e6)")
    page.wait_for_function("scrollY > 1000")
    page.goto("about:blank")
    (view,) = wire.messages(1)
    assert view["type"] == "page"
    properties = view["properties"]
    assert properties["seconds"] >= 12
    assert properties["path"] == "/prices"
    assert properties["topic"] == "prices"
    assert properties["title"] == "prices"
    # What stands in the address behind ? stays in the browser.
    assert properties["url"] == f"{address}/prices"
    assert view["context"]["campaign"] == {"name": "spring", "source": "mail"}
    assert set(view) >= {"messageId", "anonymousId", "timestamp"}


def test_scrolling_counts(world: tuple[str, Wire], page: Page) -> None:
    address, wire = world
    opened(page, address, **FREE)
    page.mouse.wheel(0, 100_000)
    page.wait_for_function("scrollY + innerHeight >= document.documentElement.scrollHeight - 2")
    page.click("#next")
    assert wire.messages(1)[0]["properties"]["scroll"] == 100


def test_applications_in_one_page_have_a_view_for_each_address(world: tuple[str, Wire], page: Page) -> None:
    address, wire = world
    opened(page, address, **FREE)
    page.evaluate("history.pushState({}, '', '/inside')")
    page.evaluate("history.replaceState({}, '', '/inside?filter=1')")
    page.evaluate("history.back()")
    page.wait_for_function("location.pathname === '/'")
    page.goto("about:blank")
    views = wire.messages(3)
    assert [one["properties"]["path"] for one in views] == ["/", "/inside", "/"]
    assert views[1]["properties"]["referrer"] == f"{address}/"


def test_files_and_links_to_others_are_told_without_their_queries(world: tuple[str, Wire], page: Page) -> None:
    address, wire = world
    opened(page, address, **FREE)
    page.evaluate("for (const link of document.links) link.addEventListener('click', (e) => e.preventDefault())")
    for name in ("next", "file", "out"):
        page.evaluate(f"document.getElementById('{name}').click()")
    file, out = wire.messages(2)
    assert (file["event"], file["properties"]["asset"]) == ("asset_downloaded", "Price list.PDF")
    assert (out["event"], out["properties"]["host"]) == ("link_clicked", "other.localhost:9")
    assert "secret" not in str(file)
    assert "ada@" not in str(out)


def test_a_form_is_told_without_its_values(world: tuple[str, Wire], page: Page) -> None:
    address, wire = world
    opened(page, address, **FREE)
    page.click("#plain button")
    found = wire.messages(2)
    assert [one.get("event") or one["type"] for one in found] == ["form_submitted", "page"]
    assert found[0]["properties"] == {"form": "plain", "path": "/"}
    assert "ada@" not in str(found)


def test_a_form_that_says_so_tells_its_values_but_never_secrets(world: tuple[str, Wire], page: Page) -> None:
    address, wire = world
    opened(page, address, **FREE)
    page.click("#told button")
    identify, *_ = wire.messages(3)
    assert identify["type"] == "identify"
    assert identify["traits"] == {"email": "ada@example.org", "work_email": "ada@work.example", "on": "yes"}


def test_identify_holds_for_what_follows(world: tuple[str, Wire], page: Page) -> None:
    address, wire = world
    opened(page, address, **FREE)
    page.evaluate("pyrometer('identify', 'customer-17', {industry: 'care'})")
    page.evaluate("pyrometer('track', 'later')")
    first, later = wire.messages(2)
    assert (first["userId"], first["traits"]) == ("customer-17", {"industry": "care"})
    assert later["userId"] == "customer-17"


def test_a_page_can_be_named_by_hand_without_counting_twice(world: tuple[str, Wire], page: Page) -> None:
    address, wire = world
    opened(page, address, **FREE)
    page.evaluate("pyrometer('page', 'Prices', {topic: 'prices'})")
    page.goto("about:blank")
    (view,) = wire.messages(1)
    assert (view["name"], view["properties"]["topic"], view["properties"]["referrer"]) == ("Prices", "prices", "")


def test_what_failed_is_sent_again_under_the_same_id(world: tuple[str, Wire], page: Page) -> None:
    address, wire = world
    wire.answers += [503, 429]
    page.clock.install()
    opened(page, address, **FREE)
    page.evaluate("pyrometer('track', 'kept')")
    for _ in range(3):
        with page.expect_response("**/beacon/**"):
            page.clock.run_for(5_000)
    (message,) = wire.messages(1)
    assert message["event"] == "kept"


@pytest.mark.parametrize("signal", ["doNotTrack: '1'", "globalPrivacyControl: true"])
def test_who_asks_not_to_be_tracked_is_not(world: tuple[str, Wire], page: Page, signal: str) -> None:
    address, wire = world
    name, value = signal.split(": ")
    page.add_init_script(f"Object.defineProperty(navigator, '{name}', {{get: () => {value}}})")
    opened(page, address, **FREE)
    page.evaluate("pyrometer('consent', true)")
    page.evaluate("pyrometer('track', 'seen')")
    page.evaluate("pyrometer('flush')")
    page.goto("about:blank")
    assert wire.nothing()


def test_nothing_that_a_page_hands_over_breaks_it(world: tuple[str, Wire], page: Page) -> None:
    address, _ = world
    opened(page, address, **FREE)
    # The fixture fails on any error that reaches the page.
    for call in (
        "'nonsense'",
        "",
        "'track'",
        "'page', null, 7",
        "'identify', null",
        "'track', {}, (x => (x.x = x))({})",
    ):
        page.evaluate(f"void pyrometer({call})")
    page.evaluate("pyrometer('flush')")
    page.evaluate("pyrometer('id', (id) => { window.told = id })")
    assert len(page.evaluate("told")) == 36


def test_calls_made_before_it_loaded_are_made_up_for(world: tuple[str, Wire], page: Page) -> None:
    address, wire = world
    page.add_init_script("window.pyrometer = function () { (pyrometer.q = pyrometer.q || []).push(arguments) }")
    page.add_init_script("pyrometer('track', 'early')")
    opened(page, address, **FREE)
    assert wire.messages(1)[0]["event"] == "early"
