"""What those who watch over an installation are told: what waits, and nothing of what visitors mistype."""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from pyrometer.app.delivery import outbox
from pyrometer.app.delivery.backoff import SCHEDULE
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.delivery.sending import prune, send
from tests.app.delivery.conftest import NOW

pytestmark = pytest.mark.django_db


def figures() -> tuple[int, int, int]:
    """Deliveries that wait, that fail, and that were given up."""
    lines = Client().get("/metrics").content.decode().splitlines()
    found = dict(line.split(" ", 1) for line in lines if not line.startswith("#"))
    waiting, failing, given_up = (
        int(found[f"pyrometer_outgoing_{name}"]) for name in ("waiting", "failing", "given_up")
    )
    return waiting, failing, given_up


def test_without_a_mail_server_mails_wait_for_a_day_and_no_longer(settings: Any) -> None:
    settings.MAIL_SERVER = None
    payload = {"to": "bob@example.com", "subject": "s", "text": "t"}
    outbox.post(channel="email", once="a", payload=payload, now=NOW)
    assert figures() == (1, 0, 0)
    send(NOW)
    assert figures() == (1, 1, 0)
    now, tries = NOW, 1
    while row := Outgoing.objects.filter(given_up_at__isnull=True).first():
        now = row.due_at
        assert send(now) == 1
        tries += 1
    assert tries == len(SCHEDULE) + 1
    assert now - NOW < timedelta(hours=32)
    assert figures() == (0, 0, 1)
    prune(now + timedelta(days=31))
    assert figures() == (0, 0, 0)


def test_what_visitors_mistype_is_no_warning(caplog: pytest.LogCaptureFixture) -> None:
    answer = Client().get("/sign-in/nowhere/")
    assert answer.status_code == 404
    assert Client().post("/v1/batch", "{", content_type="application/json").status_code >= 400
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING] == []
    assert logging.getLogger("django.request").isEnabledFor(logging.ERROR)
