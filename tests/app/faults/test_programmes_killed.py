"""Workers are killed while they step a programme: everybody gets each step once, and nobody is left behind."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

from pyrometer.app.delivery.email.handing import AT_ONCE
from pyrometer.app.delivery.sending import RUNS
from tests.app.faults.installation import Installation, until
from tests.app.faults.mailbox import Mailbox
from tests.app.faults.series import begin

KILLS = 6
PEOPLE = 150

_COUNT = """
from collections import Counter
from pyrometer.app.delivery.models import *
from pyrometer.app.evidence.models import TraitChange
from pyrometer.app.nurture.models import *
rows = Outgoing.objects.filter(channel="email")
acts = Counter(Act.objects.values_list("lead", "kind", "what"))
print(json.dumps({
    "waiting": rows.filter(done_at=None, given_up_at=None).count(),
    "resting": Enrolment.objects.filter(ended_at=None, acts=2, waits_for="time").count(),
    "doubtful": rows.filter(given_up_at__isnull=False, error__contains="perhaps").count(),
    "failed": [row.error for row in rows.filter(given_up_at__isnull=False).exclude(error__contains="perhaps")],
    "twice": [list(map(str, key)) for key, count in acts.items() if count > 1],
    "acts": Counter(f"{kind} {what}" for _, kind, what in acts),
    "mails": rows.count(),
    "greeted": TraitChange.objects.filter(trait="greeted").count(),
    "unread": Outgoing.objects.filter(channel="noted").count(),
}))
"""


def test_whoever_is_killed_everybody_gets_each_step_once(installation: Installation, mailbox: Mailbox) -> None:
    installation.environment |= {
        **mailbox.settings,
        # What a killed worker had claimed is free after some seconds instead of minutes.
        "PYROMETER_HOLD_FACTOR": "0.03",
    }
    begin(installation, PEOPLE)
    draw = random.Random(7)
    workers = [installation.start("worker"), installation.start("worker")]
    for kill in range(KILLS):
        # Wherever they are: reading, letting people enter, stepping, or mailing.
        until(lambda so_far=kill: _begun(installation.script(_COUNT), so_far), "they get on")
        victim = draw.randrange(2)
        installation.kill(workers[victim])
        workers[victim] = installation.start("worker")
    until(lambda: _done(installation.script(_COUNT)), "everybody was stepped and every mail is sent or given up")
    found: dict[str, Any] = installation.script(_COUNT)
    assert found["twice"] == []
    assert found["acts"] == {"entered ": PEOPLE, "sent one": PEOPLE, "set greeted": PEOPLE, "sent two": PEOPLE}
    assert found["mails"] == 2 * PEOPLE
    assert found["greeted"] == PEOPLE
    got = Counter((mail.to, mail.subject) for mail in mailbox.got)
    assert set(got.values()) == {1}, "somebody got a mail twice"
    assert len(got) >= 2 * PEOPLE - found["doubtful"]
    assert found["doubtful"] <= RUNS * AT_ONCE * KILLS
    assert found["failed"] == []


def _begun(found: dict[str, Any], kills: int) -> bool:
    """Whether more was done than at the last kill."""
    return sum(found["acts"].values()) + found["greeted"] > kills * PEOPLE // 2 or bool(_done(found))


def _done(found: dict[str, Any]) -> bool:
    return found["resting"] == PEOPLE and not found["waiting"] and not found["unread"]
