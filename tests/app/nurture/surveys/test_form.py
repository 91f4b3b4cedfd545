"""A survey of several questions, from the mail to the evidence: it asks a known lead only what isn't known of it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta
from html import unescape
from urllib.parse import urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from pyrometer.app.capture.forms.tickets import ticket as ticket_of
from pyrometer.app.capture.models import Form
from pyrometer.app.delivery.email.content.making import make
from pyrometer.app.delivery.email.content.reading import read
from pyrometer.app.evidence.models import TraitChange
from pyrometer.app.nurture.models import Asked, Content
from pyrometer.app.nurture.surveys import filled
from pyrometer.app.nurture.surveys.ignoring import WAIT, ignored

from .conftest import Ask, NewLead, handed
from .test_ignoring import SURVEY

pytestmark = pytest.mark.django_db
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"


def test_a_known_lead_is_asked_what_is_not_known_and_answers_or_ignores_it(new_lead: NewLead, ask: Ask) -> None:
    now = timezone.now()
    fields = [
        {"trait": "need", "type": "choice", "label": {"en": "What for?"}, "options": [{"value": "none", "label": {}}]},
        {"trait": "wish", "label": {"en": "What do you wish for?"}},
    ]
    Form.objects.create(kind="form", slug="demo", name="Demo", fields=fields, shown=3, texts={"en": {"title": "Well?"}})
    content = Content.objects.create(name="how-was-it", kind="survey", text=SURVEY, at=now)
    asked, links = {}, {}
    for name, known in (("ada", {"need": "confirmed"}), ("bea", {})):
        lead = new_lead(name, **known)
        ask(lead).delete()
        (form,) = filled.forms().values()
        asked[name] = Asked.objects.create(
            lead=lead, enrolment=lead.enrolments.get(), act=5, content=content.name, form=form, at=now
        )
        handed(asked[name], now)
        mail = make(read(SURVEY), lead=lead.pk, once=name, now=now).mail
        # Where the lead agreed to be profiled its clicks are seen; so it is sent on to the form.
        (tracked,) = [unescape(each) for each in re.findall(r'href="([^"]+/m/[^"]+)"', mail.html)]
        sent_on = Client().get(urlsplit(tracked).path)
        links[name] = sent_on.headers["Location"].removeprefix("http://testserver")
        assert links[name].startswith("/f/demo?k=")
    page = Client(headers={"user-agent": FIREFOX})
    shown = page.get(links["ada"]).content.decode()
    assert "What do you wish for?" in shown
    assert "What for?" not in shown
    assert 'name="email"' not in shown
    assert "What for?" in page.get(links["bea"]).content.decode()
    ticket = re.findall(r'name="ticket" value="([^"]+)"', shown)[0]
    given = ticket_of(ticket)
    assert given is not None
    # Nobody fills in a form within a second, so the page is as if it had been opened before.
    older = replace(given, issued=given.issued - 5).signed()
    assert page.post(links["ada"], {"ticket": older, "wish": "a lid"}).status_code == 200
    assert TraitChange.objects.get(trait="wish").lead == asked["ada"].lead
    assert ignored(now + timedelta(hours=1)) == 1
    assert ignored(now + WAIT) == 1
    for name, row in asked.items():
        row.refresh_from_db()
        assert (row.answered_at is not None, row.ignored_at is not None) == (name == "ada", name == "bea")
