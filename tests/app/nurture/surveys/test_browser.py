"""The pages of surveys in a real browser: for everybody's eyes and hands, by day and by night, without a script."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.utils import timezone
from playwright.sync_api import Browser, Page

from pyrometer.app.consent.views import public as consent_pages
from pyrometer.app.nurture.models import Asked
from pyrometer.app.nurture.surveys import results, tokens
from pyrometer.app.nurture.surveys.answering import answer
from pyrometer.app.nurture.surveys.ignoring import WAIT, ignored
from pyrometer.app.people.models import User
from pyrometer.app.people.pace import Pace
from tests.app.pages.conftest import Visits, axe, browser, visits  # noqa: F401
from tests.app.pages.rules import problems, wrong

from .conftest import Ask, NewLead, handed

pytestmark = pytest.mark.django_db(transaction=True)
WIDTHS = (390, 768, 1280)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins with nothing asked for."""
    monkeypatch.setattr(consent_pages, "pace", Pace())


@pytest.fixture
def leads_page(browser: Browser) -> Iterator[Any]:  # noqa: F811
    """A lead's browser, where no script runs: `leads_page(390, "dark")`."""
    contexts = []

    def opened(width: int, scheme: Any = "light", *, scripts: bool = False) -> Page:
        context = browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,
            java_script_enabled=scripts,
            # By its own name it is a crawler.
            user_agent=browser.new_page().evaluate("navigator.userAgent").replace("Headless", ""),
        )
        context.set_default_timeout(10_000)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()


@pytest.mark.parametrize("width", WIDTHS)
def test_a_lead_answers_without_a_script(
    live_server: Any, leads_page: Any, new_lead: NewLead, ask: Ask, width: int
) -> None:
    now = timezone.now()
    asked = ask(new_lead(), at=now)
    page = leads_page(width)
    page.goto(live_server.url + tokens.path(asked, now) + "?a=possible")
    assert page.is_checked("input[value=possible]")
    page.check("input[value=confirmed]")
    page.click("button.first")
    page.wait_for_selector("text=We have your answer.")
    page.fill("#answer", "2,500")
    page.click("button.first")
    page.wait_for_selector("text=Do you decide alone?")
    page.check("input[value=no]")
    page.click("button.first")
    page.wait_for_selector("text=We have your answer.")
    assert page.query_selector("form") is None
    assert {row.criterion: row.answer for row in Asked.objects.all()} == {
        "need": "confirmed", "budget": 2500, "influence": False
    }  # fmt: skip


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_of_a_question_is_for_everybody(
    live_server: Any,
    leads_page: Any,
    axe: str,  # noqa: F811
    new_lead: NewLead,
    ask: Ask,
    width: int,
    scheme: str,
) -> None:
    now = timezone.now()
    ada = new_lead()
    done = ask(ada, at=now)
    answer(asked=done, value="confirmed", now=now)
    long = {"en": "What is missing? " + "Donaudampfschifffahrtsgesellschaft" * 3}
    addresses = [
        *(tokens.path(ask(ada, criterion, at=now), now) for criterion in ("need", "size", "timeline", "influence")),
        tokens.path(ask(ada, "", at=now, question=long), now),
        tokens.path(done, now) + "?a=none&lang=de",
        tokens.path(done, now) + "?done=1&lang=ja",
        tokens.path(ask(ada, "gone", at=now), now),
        "/survey/nonsense/",
    ]
    page = leads_page(width, scheme, scripts=True)
    for address in addresses:
        page.goto(live_server.url + address)
        assert wrong(page, axe) == [], address
        if width == 390:
            # What a finger has to hit is high enough.
            heights = page.eval_on_selector_all("main button, main label.tick", "all => all.map(e => e.offsetHeight)")
            assert all(height >= 40 for height in heights), (address, heights)
    page.goto(live_server.url + addresses[1])
    page.fill("#answer", "many")
    page.click("button.first")
    page.wait_for_selector("#wrong")
    assert wrong(page, axe) == []


@pytest.mark.parametrize(("on", "scheme"), [("desk", "light"), ("desk", "dark"), ("phone", "light"), ("phone", "dark")])
def test_what_came_of_it_is_for_everybody(
    visits: Visits,  # noqa: F811
    dora: User,
    axe: str,  # noqa: F811
    new_lead: NewLead,
    ask: Ask,
    on: str,
    scheme: str,
) -> None:
    now = timezone.now()
    visit = visits(dora, on=on, scheme=scheme)
    assert problems(visit, axe, ["/nurture/surveys/"]) == {}
    for number, value in enumerate(("confirmed", "confirmed", "none", "")):
        row = ask(new_lead(f"lead{number}"), at=now - 2 * WAIT)
        handed(row, now - 2 * WAIT)
        if value:
            answer(asked=row, value=value, now=now)
    ignored(now)
    for number, seats in enumerate((3, 12, 50, 400, 12)):
        answer(asked=ask(new_lead(f"other{number}"), "size", at=now), value=str(seats), now=now)
    own = ask(new_lead("zoe"), "", at=now, question={"en": "What is missing?"})
    answer(asked=own, value="A lid.\n" + "x" * 300, now=now)
    pages = [f"/nurture/surveys/{group.key}/" for group in results.groups(now, "en")]
    assert len(pages) == 3
    assert problems(visit, axe, ["/nurture/surveys/", *pages]) == {}
    assert visit.complaints == []
