"""The mails of a programme that cost something are those that the mail server took."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal

import pytest

from pyrometer.app.delivery import sending
from pyrometer.app.delivery.actions import replay
from pyrometer.app.delivery.models import Mail, Outgoing
from pyrometer.app.delivery.suppressing import suppress
from pyrometer.app.nurture.actions import people
from pyrometer.app.nurture.counting import taken
from pyrometer.app.nurture.models import Act, Enrolment, Programme
from pyrometer.app.nurture.worth.figures import Worth, worth_of
from tests.app.nurture.conftest import MARKETING, MONDAY, Person, publish, text_of, work
from tests.app.nurture.mailing import Mailbox, hung_up, mailbox, one_thread, send

pytestmark = pytest.mark.django_db
DAY, HOUR = timedelta(days=1), timedelta(hours=1)
SERIES = "- send: one\n- wait: 20w"
LATER = MONDAY + 40 * DAY
assert hung_up
assert mailbox
assert one_thread


def worth(programme: Programme, now: datetime = LATER) -> Worth:
    return worth_of(programme, now, 30)


def refusing(mailbox: Mailbox, name: str, said: str) -> None:
    """Have the server say something to the mails of somebody."""
    mailbox.says = lambda command, envelope: (
        said if command == "DATA" and envelope.rcpt_tos == [f"{name}@example.org"] else None
    )


def test_mails_that_never_left_are_not_counted(person: Person, mailbox: Mailbox) -> None:
    programme = publish(text_of("series", SERIES))
    for name in ("ada", "bob", "eve", "sue", "tom"):
        person(name)
    work(MONDAY)
    assert Act.objects.filter(kind="sent").count() == 5
    suppress(address="bob@example.org", reason="hand", actor=MARKETING, now=MONDAY)
    eve = Enrolment.objects.get(lead__email="eve@example.org")
    people.remove(enrolment=eve, because="it asked", actor=MARKETING, now=MONDAY)
    refusing(mailbox, "sue", "554 5.7.1 not from you")
    Outgoing.objects.filter(payload__to="tom@example.org").update(held_at=MONDAY)
    send(MONDAY + HOUR)
    taken.work(MONDAY + 2 * HOUR)
    found = worth(programme)
    assert (found.counted.got.of, len(mailbox.mails)) == (5, 1)
    assert found.counted.got.mails == 1
    assert found.cost.mail_cost == Decimal("0.01")
    # One that was only held is counted once it went.
    Outgoing.objects.filter(payload__to="tom@example.org").update(held_at=None)
    send(MONDAY + 3 * DAY)
    taken.work(MONDAY + 3 * DAY + HOUR)
    assert worth(programme).counted.got.mails == 2


def test_they_are_counted_when_nothing_else_is_left_of_them(person: Person, mailbox: Mailbox) -> None:
    programme = publish(text_of("series", SERIES))
    person("ada"), person("bob")
    work(MONDAY)
    send(MONDAY)
    taken.work(MONDAY + HOUR)
    late = MONDAY + 400 * DAY
    sending.prune(late)
    assert not Outgoing.objects.exists()
    assert not Mail.objects.exists()
    taken.work(late)
    assert worth(programme, late).counted.got.mails == 2


def test_whether_it_went_is_not_known_of_one_that_the_server_never_answered(person: Person, mailbox: Mailbox) -> None:
    """Not counted, until somebody here has it sent once more, much later."""
    programme = publish(text_of("series", SERIES))
    person("ada")
    work(MONDAY)
    refusing(mailbox, "ada", "dies")
    send(MONDAY)
    taken.work(MONDAY + HOUR)
    assert Mail.objects.get().taken_at is None
    assert worth(programme).counted.got.mails == 0
    mailbox.says = lambda command, envelope: None
    assert replay(actor=MARKETING, outgoing=Outgoing.objects.get(), now=MONDAY + 9 * DAY)
    send(MONDAY + 9 * DAY)
    taken.work(MONDAY + 9 * DAY + HOUR)
    assert worth(programme).counted.got.mails == 1


def test_a_page_of_mails_is_looked_at_once(person: Person, mailbox: Mailbox, monkeypatch: pytest.MonkeyPatch) -> None:
    """More mails than a page has, most of them with one and the same time; the second walk finds nothing new."""
    monkeypatch.setattr(taken, "PAGE", 2)
    programme = publish(text_of("series", SERIES))
    for name in ("ada", "bob", "eve", "sue", "tom"):
        person(name)
    work(MONDAY)
    send(MONDAY)
    assert taken.work(MONDAY + HOUR) == 5
    assert worth(programme).counted.got.mails == 5
    assert taken.work(MONDAY + 2 * HOUR) == 0
    assert taken.work(MONDAY + DAY) == 0
    Act.objects.update(taken_at=None)
    assert taken.work(MONDAY + 2 * DAY) == 0, "what was looked at long ago isn't read again"
