"""A programme is paused while workers hand over its mails: only what was in their hands still leaves."""

from __future__ import annotations

from typing import Any

import pytest

from pyrometer.app.delivery.email.handing import AT_ONCE
from pyrometer.app.delivery.sending import RUNS
from tests.app.faults.installation import Installation, until
from tests.app.faults.mailbox import Mailbox
from tests.app.faults.series import begin

PEOPLE = 300
FREE = 40
"""Mails that are taken before the pause; the others are answered only once somebody paused."""
WORKERS = 2

_PAUSE = """
from datetime import UTC, datetime
from pyrometer.app.nurture.actions import programmes
from pyrometer.app.nurture.models import Programme
from pyrometer.app.people.audit import Actor
programme = Programme.objects.get()
print(json.dumps(programmes.pause(programme=programme, actor=Actor("x"), now=datetime.now(UTC))))
"""
_LEFT = """
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.nurture.models import Enrolment
open = Outgoing.objects.filter(channel="email", done_at=None, given_up_at=None)
print(json.dumps({
    "free": open.filter(held_at=None).count(),
    "held": open.filter(held_at__isnull=False).count(),
    "inside": Enrolment.objects.count(),
}))
"""


@pytest.mark.parametrize("installation", ["sqlite"], indirect=True)
def test_what_is_in_hand_leaves_and_nothing_more(installation: Installation, mailbox: Mailbox) -> None:
    mailbox.answers = FREE
    installation.environment |= mailbox.settings
    begin(installation, PEOPLE)
    for _ in range(WORKERS):
        installation.start("worker")
    mailbox.take(FREE)
    held = installation.script(_PAUSE)
    after = len(mailbox.got)
    mailbox.free.set()
    assert held > 0, "all of them had left already"
    until(lambda: not installation.script(_LEFT)["free"], "nothing is in anybody's hands")
    left: dict[str, Any] = installation.script(_LEFT)
    assert len(mailbox.got) - after <= WORKERS * RUNS * AT_ONCE
    assert left["held"] > 0
    assert len(mailbox.got) + left["held"] <= 2 * PEOPLE
