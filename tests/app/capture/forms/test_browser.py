"""Forms on a foreign site, in a real browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from pyrometer.app.capture.models import Form
from pyrometer.app.evidence.models import Handle, Lead
from tests.servers.browser import chromium
from tests.servers.web import Quiet, serving

pytestmark = pytest.mark.django_db(transaction=True)
Make = Callable[..., Form]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """One browser for these tests; closed before others begin."""
    with pytest.MonkeyPatch.context() as patch:
        # Playwright's loop runs in this thread; Django isn't called from within it.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        with chromium() as running:
            yield running


@pytest.fixture
def shop() -> Iterator[Any]:
    """A site of another origin; `lines` is what stands in all its pages."""

    class Site:
        lines = ""
        address = ""

    class Handler(Quiet, BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = f'<!doctype html><html lang="de"><title>Shop</title><h1>Shop</h1>{Site.lines}<p>end</p>'.encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            # Sites may be strict themselves: nothing inline is needed for our line.
            policy = f"default-src 'none'; script-src {Site.wire}; frame-src {Site.wire}; connect-src {Site.wire}"
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(body)

    with serving(Handler) as port:
        Site.address = f"http://localhost:{port}"
        Site.wire = "'none'"
        yield Site


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page of a new visitor; whatever it complains of fails the test."""
    context = browser.new_context()
    page = context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    yield page
    context.close()
    assert [error for error in errors if "favicon" not in error] == []


def on_site(shop: Any, live_server: Any, settings: Any, made: Form, more: str = "") -> None:
    """Put a form's line into the site, and let the site show it."""
    settings.ORIGIN = shop.wire = live_server.url
    shop.lines = f'<script async src="{live_server.url}/f/{made.slug}.js"></script>{more}'
    made.sites = [shop.address]
    made.save()


def test_a_form_on_a_site_is_filled_in_and_leads_on(
    shop: Any, live_server: Any, settings: Any, form: Make, page: Page
) -> None:
    made = form(redirect=f"{shop.address}/thanks")
    on_site(shop, live_server, settings, made)
    page.goto(f"{shop.address}/prices")
    inside = page.frame_locator("iframe")
    # In the language of the site.
    inside.get_by_text("Vorführung anfragen").wait_for()
    page.wait_for_function("() => parseInt(document.querySelector('iframe').style.height) > 400")
    inside.get_by_label("E-Mail").fill("ada@acme.example")
    inside.get_by_label("How many are you?").fill("12")
    inside.get_by_role("button").click()
    page.wait_for_url(f"{shop.address}/thanks")
    (lead,) = Lead.objects.all()
    assert lead.email == "ada@acme.example"
    assert lead.events.get().properties["page"] == f"{shop.address}/prices"


def test_a_site_that_is_not_named_does_not_get_it(
    shop: Any, live_server: Any, settings: Any, form: Make, browser: Browser
) -> None:
    made = form()
    on_site(shop, live_server, settings, made)
    Form.objects.update(sites=["https://acme.example"])
    page = browser.new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.goto(shop.address)
    page.wait_for_selector("iframe")
    page.wait_for_load_state("networkidle")
    assert page.frame_locator("iframe").get_by_role("button").count() == 0
    page.close()


def test_a_pop_up_comes_gives_its_code_and_never_again(
    shop: Any, live_server: Any, settings: Any, form: Make, page: Page
) -> None:
    made = form(kind="popup", offer={"codes": ["SPRING"], "after_seconds": 0})
    on_site(shop, live_server, settings, made)
    page.goto(shop.address)
    inside = page.frame_locator("dialog iframe")
    # Nothing is remembered before the visitor does something.
    inside.get_by_label("E-Mail").fill("ada@acme.example")
    assert page.evaluate("localStorage.length") == 0
    inside.get_by_label("How many are you?").fill("12")
    inside.get_by_role("button").click()
    inside.get_by_text("SPRING").wait_for()
    page.keyboard.press("Escape")
    page.locator("dialog").wait_for(state="detached")
    page.reload()
    page.wait_for_load_state("networkidle")
    assert page.locator("dialog").count() == 0


def test_a_pop_up_comes_when_the_pointer_leaves_and_closes_by_its_button(
    shop: Any, live_server: Any, settings: Any, form: Make, page: Page
) -> None:
    on_site(shop, live_server, settings, form(kind="popup", offer={"on_leave": True}))
    page.goto(shop.address)
    page.wait_for_load_state("networkidle")
    assert page.locator("dialog").count() == 0
    page.dispatch_event("html", "mouseleave")
    page.get_by_role("button", name="Close").click()
    page.locator("dialog").wait_for(state="detached")


def test_the_tracker_tells_a_form_who_it_is_after_consent(
    shop: Any, live_server: Any, settings: Any, form: Make, page: Page
) -> None:
    made = form(kind="popup", offer={"on_leave": True})
    tracker = f'<script src="{live_server.url}/t.js" data-key="wk_none" data-consent="not-needed"></script>'
    on_site(shop, live_server, settings, made, tracker)
    page.goto(shop.address)
    page.wait_for_load_state("networkidle")
    visitor = page.evaluate("new Promise((told) => pyrometer('id', told))")
    page.dispatch_event("html", "mouseleave")
    inside = page.frame_locator("dialog iframe")
    inside.get_by_label("E-Mail").fill("ada@acme.example")
    inside.get_by_label("How many are you?").fill("12")
    inside.get_by_role("button").click()
    inside.locator("[data-done]").wait_for()
    assert set(Handle.objects.values_list("kind", "value")) == {("email", "ada@acme.example"), ("anonymous", visitor)}
