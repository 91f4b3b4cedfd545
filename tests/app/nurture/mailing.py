"""Mails of programmes that are handed to a real server in the thread of a test; whose modules import all of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest

from pyrometer.app.delivery import sending
from tests.app.delivery.conftest import Mailbox, hung_up, mailbox

__all__ = ["Mailbox", "hung_up", "mailbox", "one_thread", "send"]


@pytest.fixture(autouse=True)
def one_thread(settings: Any) -> None:
    """Have mails sent where they are asked for."""
    settings.DELIVERY_THREADS = 0
    settings.ORIGIN = "https://leads.example"


def send(now: datetime) -> None:
    """Send all that is due."""
    while sending.send(now):
        pass
