"""Workers are killed while they step a programme: everybody gets each step once, and nobody is left behind."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.app.faults.installation import Installation, until
from tests.servers.ports import free_port
from tests.servers.postgres import postgres

KILLS = 6
PEOPLE = 150
AT_ONCE = 10
"""Mails that a worker has marked and not answered for, in each of its two runs."""

_BEGIN = """
from datetime import UTC, datetime
from pyrometer.app.agreement.models import Version as Agreed
from pyrometer.app.consent import actions as consent
from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.nurture.models import Content, Programme, Terms, Version
from pyrometer.definition import load
from pyrometer.definition.fingerprint import fingerprint
from pyrometer import nurture
now = datetime.now(UTC)
text = '''format: 1
name: Ours
profile: {size: integer, greeted: text}
events: {seen: {}}
temperature: {warm: {when: {event: seen, at_least: 1000}}}
'''
Agreed.objects.create(number=1, text=text, fingerprint=fingerprint(load(text)), name="Ours", state="live",
    created_at=now, live_at=now)
Terms.objects.create(pk=1, hours={day: ["00:00", "24:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")},
    per_day=None, per_week=None)
for name in ("one", "two"):
    Content.objects.create(name=name, at=now, text=f'''---
name: {name}
purpose: email
pitch: low
subject: {{en: About {name}}}
---
Hello, this is {name}, and it says enough words to be a mail.
''')
programme = '''format: 1
programme: series
name: Series
purpose: email
enter: {when: {temperature: [cool, warm]}, held_back: 0%}
exits: [{when: {event: seen, within: 1d}, because: came}]
steps:
  - send: one
  - set: {greeted: "yes"}
  - send: two
  - wait: 4w
'''
row = Programme.objects.create(key="series", draft=programme, drafted_at=now, created_at=now)
row.live = Version.objects.create(programme=row, number=1, digest=nurture.load(programme).version, text=programme,
    published_at=now)
row.save()
for number in range(PEOPLE):
    handle = ("email", f"n{number}@example.net")
    taken = take(incoming=[Incoming(once=str(number), occurred_at=now, received_at=now, source="api", handles=(handle,),
        traits={"size": number})], now=now)
    consent.record(lead=taken.lead_of[str(number)], purpose="email", given=True, text="Yes", at=now, now=now,
        source="hand")
print(json.dumps(None))
"""
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


class Mailbox:
    """Counts mails by whom they are for and what they are about."""

    def __init__(self) -> None:
        self.got: Counter[tuple[str, str]] = Counter()

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        """A mail."""
        mail = message_from_bytes(bytes(envelope.content or b""), policy=default)
        self.got[envelope.rcpt_tos[0], str(mail["Subject"])] += 1
        return "250 taken"


@pytest.fixture
def mailbox() -> Iterator[tuple[Mailbox, int]]:
    box = Mailbox()
    controller = Controller(box, hostname="127.0.0.1", port=free_port())
    controller.start()
    yield box, controller.port
    controller.stop()


@pytest.fixture(params=["sqlite", "postgresql"])
def installation(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Installation]:
    """One on each database."""
    if request.param == "sqlite":
        found = Installation(tmp_path)
        yield found
        found.close()
        return
    with postgres() as url:
        found = Installation(tmp_path, url)
        yield found
        found.close()


def test_whoever_is_killed_everybody_gets_each_step_once(
    installation: Installation, mailbox: tuple[Mailbox, int]
) -> None:
    box, port = mailbox
    installation.environment |= {
        "PYROMETER_SMTP": f"smtp://127.0.0.1:{port}?tls=no",
        # What a killed worker had claimed is free after some seconds instead of minutes.
        "PYROMETER_HOLD_FACTOR": "0.03",
    }
    installation.script(f"PEOPLE = {PEOPLE}\n{_BEGIN}")
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
    assert set(box.got.values()) == {1}, "somebody got a mail twice"
    assert len(box.got) >= 2 * PEOPLE - found["doubtful"]
    assert found["doubtful"] <= 2 * AT_ONCE * KILLS
    assert found["failed"] == []


def _begun(found: dict[str, Any], kills: int) -> bool:
    """Whether more was done than at the last kill."""
    return sum(found["acts"].values()) + found["greeted"] > kills * PEOPLE // 2 or bool(_done(found))


def _done(found: dict[str, Any]) -> bool:
    return found["resting"] == PEOPLE and not found["waiting"] and not found["unread"]
