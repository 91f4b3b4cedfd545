"""The page of a mail, in a real browser: by the rules of accessibility, by day and by night, wide and narrow."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.app.delivery.content.written import mail
from tests.app.pages.conftest import WIDTHS
from tests.app.pages.rules import broken

BODY = """# Three plans

Hello {{ lead.name }}, **which** of [our plans](https://acme.example/plans) fits you? `code`

[Compare the plans](https://acme.example/compare "button")

- one
- two

> What others say

| plan | price |
|---|---|
| small | 10 |

## More

{{ question }}
"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("on", WIDTHS)
def test_a_mail_is_for_everybody(browser: Browser, axe: str, on: str, scheme: Any) -> None:
    context = browser.new_context(viewport={"width": WIDTHS[on], "height": 900}, color_scheme=scheme)
    page = context.new_page()
    page.set_content(mail(BODY, "Three plans", preheader="What each costs").html)
    assert broken(page, axe) == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    shown = page.evaluate("getComputedStyle(document.querySelector('.card')).backgroundColor")
    assert shown == {"light": "rgb(255, 255, 255)", "dark": "rgb(29, 35, 41)"}[scheme]
    assert not page.get_by_text("What each costs").is_visible()
    context.close()
