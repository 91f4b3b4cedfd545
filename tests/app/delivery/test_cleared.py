"""What lay in clear in databases of before is sealed, shortened or gone once they are brought up to date."""

from __future__ import annotations

from importlib import import_module

import pytest
from axes.models import AccessAttempt
from django.apps import apps

from pyrometer.app.api.models import Answered
from pyrometer.app.delivery import outbox
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.people.audit import Actor, record
from pyrometer.app.people.models import AuditEntry
from pyrometer.app.people.sealed import MAILED_LINK, unseal

from .conftest import NOW

pytestmark = pytest.mark.django_db


def migrate(room: str, name: str, step: str) -> None:
    """Do what a migration does to rows."""
    module = import_module(f"pyrometer.app.{room}.migrations.{name}")
    getattr(module, step)(apps, None)


def test_links_that_let_somebody_in() -> None:
    for once, template, link in [
        ("waits", "invitation", "/welcome/one"),
        ("given up", "way_back", "/welcome/two"),
        ("other", "assignment", "/leads/7/"),
    ]:
        payload = {"to": "eve@example.com", "template": template, "context": {"name": "Eve", "link": link}}
        outbox.post(channel="email", once=once, payload=payload, now=NOW)
    Outgoing.objects.filter(once="given up").update(given_up_at=NOW)
    migrate("delivery", "0003_nothing_secret_in_clear", "seal_links")
    found = {row.once: row.payload for row in Outgoing.objects.all()}
    assert "/welcome/" not in str(found)
    assert unseal(found["waits"]["sealed_link"], purpose=MAILED_LINK) == "/welcome/one"
    assert found["waits"]["context"] == {"name": "Eve"}
    assert found["given up"]["sealed_link"] == ""
    assert found["other"]["context"]["link"] == "/leads/7/"


def test_urls_of_webhooks_in_the_log() -> None:
    detail = {"url": "https://crm.example/hookPassword", "before": {"url": "https://crm.example:8443/x?hookPassword"}}
    record(actor=Actor("a test"), action="webhook.changed", subject="webhook:1", at=NOW, detail=detail)
    migrate("delivery", "0003_nothing_secret_in_clear", "shorten_urls")
    assert AuditEntry.objects.get().detail == {
        "url": "https://crm.example",
        "before": {"url": "https://crm.example:8443"},
    }


def test_passwords_that_were_typed() -> None:
    AccessAttempt.objects.create(
        username="a@example.com", post_data="password=a secret of mine", failures_since_start=1
    )
    migrate("people", "0004_no_typed_passwords", "clear")
    assert AccessAttempt.objects.get().post_data == ""


def test_answers_with_secrets() -> None:
    Answered.objects.create(caller="key:1", key="one", request="", status=201, body='{"secret":"whsec_x"}', at=NOW)
    migrate("api", "0002_sealed_answers_and_their_leads", "forget")
    assert not Answered.objects.exists()
