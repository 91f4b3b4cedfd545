"""Forms for the tests, and a visitor who fills them in."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from html import unescape
from typing import Any

import pytest
from django.test import Client

from pyrometer.app.capture.forms import limits, tickets
from pyrometer.app.capture.models import Form
from pyrometer.app.consent.models import Purpose

TEXTS = {
    "en": {"title": "Ask for a demo", "consent": "You may write to me.", "thanks": "We call you."},
    "de": {"title": "Vorführung anfragen", "consent": "Sie dürfen mir schreiben."},
}
FIELDS = [
    {"trait": "email", "label": {"en": "Email", "de": "E-Mail"}, "type": "email", "required": True},
    {
        "trait": "industry",
        "label": {"en": "Industry", "de": "Branche"},
        "type": "choice",
        "options": [{"value": "care", "label": {"en": "Care homes"}}, {"value": "retail", "label": {}}],
    },
    {"trait": "employees", "label": {"en": "How many are you?"}, "type": "number", "required": True},
    {"trait": "budget", "label": {"en": "Is there a budget?"}, "type": "text"},
]


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Visitors of tests write quickly; how quick is too quick has a test of its own. Nobody was here before."""
    monkeypatch.setattr("pyrometer.app.capture.forms.public.QUICK", tickets.timedelta(0))
    limits.forget()
    yield
    limits.forget()


@pytest.fixture
def form(db: None) -> Callable[..., Form]:
    """Make a form, with changes."""

    def make(**changes: Any) -> Form:
        Purpose.objects.get_or_create(slug="email")
        given = {"kind": "form", "slug": "demo", "name": "Demo", "fields": FIELDS, "shown": 2, "texts": TEXTS}
        return Form.objects.create(**(given | {"purposes": ["email"], "event": "demo_requested"} | changes))

    return make


class Visitor:
    """Opens a form and sends it, as a browser does."""

    def __init__(self) -> None:
        self.client = Client()
        self.page = ""

    def open(self, address: str = "/f/demo", **headers: str) -> str:
        """The page."""
        self.address = address
        self.page = self.client.get(address, headers=headers).content.decode()
        return self.page

    def asked(self) -> list[str]:
        """The names of the questions on the page."""
        names = re.findall(r'<(?:input|select|textarea)[^>]*? name="([^"]+)"', self.page)
        return [name for name in names if name not in ("ticket", "fax_number_2") and name[:8] != "consent-"]

    def send(self, **answers: str) -> Any:
        """Send what is written."""
        ticket = re.search(r'name="ticket" value="([^"]+)"', self.page)
        assert ticket
        answer = self.client.post(self.address, {"ticket": unescape(ticket[1]), **answers})
        self.sent = answer.content.decode()
        return answer


@pytest.fixture
def visitor() -> Visitor:
    """Somebody new."""
    return Visitor()
