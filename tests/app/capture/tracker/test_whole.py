"""From a page in a browser, by the real wire, to a lead's evidence."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from pyrometer.app.capture.digest import queue
from pyrometer.app.capture.models import Accepted, DeadLetter
from pyrometer.app.consent.models import Purpose
from pyrometer.app.consent.queries import may_profile
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.evidence.models import Event, Lead
from pyrometer.app.people.models import ApiKey
from tests.app.capture.tracker.site import site
from tests.servers.browser import chromium

pytestmark = pytest.mark.django_db(transaction=True)

AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36"
"""A browser that says it has no screen counts as a machine, and its events don't count."""


@pytest.fixture(autouse=True)
def _write_key(monkeypatch: pytest.MonkeyPatch) -> None:
    # Playwright's loop runs in this thread; Django isn't called from within it.
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
    ApiKey.objects.create(kind="write", name="Site", public="wk_site")


def test_what_a_visitor_does_is_evidence(live_server: Any) -> None:
    with site() as (address, wire), chromium() as browser:
        wire.address = live_server.url
        page = browser.new_context(user_agent=AGENT).new_page()
        page.goto(f"{address}/prices?attributes=data-consent%3D%22not-needed%22&utm_source=mail")
        page.wait_for_function("() => window.pyrometer && pyrometer.on")
        with page.expect_response("**/beacon/v1/batch*") as answer:
            page.evaluate("pyrometer('identify', {email: 'ada@acme.example'})")
        assert answer.value.json() == {"success": True}
        with page.expect_response("**/beacon/v1/batch*") as answer:
            page.evaluate("() => { history.pushState({}, '', '/inside'); pyrometer('flush') }")
        assert answer.value.json() == {"success": True}
    now = timezone.now() + timedelta(seconds=1)
    assert Accepted.objects.count() >= 2
    while queue.work(now):
        pass
    assert not DeadLetter.objects.exists()
    (lead,) = Lead.objects.all()
    assert lead.email == "ada@acme.example"
    view = Event.objects.get(name="page_viewed")
    assert (view.lead.root_id, view.bot) == (lead.pk, "")
    assert view.properties["path"] == "/prices"
    assert {"seconds", "scroll"} <= set(view.properties)


def test_who_says_who_it_is_before_it_says_yes_has_agreed(live_server: Any) -> None:
    Purpose.objects.update_or_create(slug="profiling", defaults={"basis": "consent"})
    with site() as (address, wire), chromium() as browser:
        wire.address = live_server.url
        page = browser.new_context(user_agent=AGENT).new_page()
        page.goto(f"{address}/prices")
        page.wait_for_function("() => window.pyrometer && pyrometer.on")
        with page.expect_response("**/beacon/v1/batch*"):
            page.evaluate("() => { pyrometer('identify', {email: 'ada@acme.example'}); pyrometer('consent', true) }")
    while queue.work(timezone.now() + timedelta(seconds=1)):
        pass
    (lead,) = Lead.objects.all()
    assert lead.email == "ada@acme.example"
    assert may_profile([lead.pk]) == {lead.pk}
    assert not Outgoing.objects.exists()
