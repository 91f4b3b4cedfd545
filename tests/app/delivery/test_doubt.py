"""A mail that was perhaps sent isn't sent again, whatever happens to it afterwards."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from pyrometer.app.delivery import composing, outbox, sending, settling
from pyrometer.app.delivery.email import channel, handing
from pyrometer.app.delivery.email.message import token
from pyrometer.app.delivery.email.pool import pool
from pyrometer.app.delivery.email.server import Server
from pyrometer.app.delivery.models import Mail, Outgoing
from pyrometer.app.delivery.outbox import Sent
from tests.servers.talking import Talking

from .conftest import NOW, Mailbox

pytestmark = pytest.mark.django_db
LATER = NOW + sending.HOLD + timedelta(seconds=1)


def post(once: str = "a", *, marketing: bool = True) -> None:
    payload: dict[str, Any] = {"to": f"{once}@example.net", "subject": "News", "text": "Hello"}
    if marketing:
        payload["marketing"] = {"unsubscribe": "https://leads.example/u/"}
    outbox.post(channel="email", once=once, payload=payload, now=NOW)


def row(once: str = "a") -> Outgoing:
    return Outgoing.objects.get(once=once)


def killed(once: str = "a") -> None:
    """A worker took the mail, marked it, and was killed before it could hear what the server said."""

    rows = sending.claimed(NOW, 100, outbox.together())
    hands = handing.Handing(rows, NOW)
    mine = next(each for each in rows if each.once == once)
    assert hands.known(mine) is None
    assert not hands.put_off(mine)
    assert hands.mark(mine)


def test_it_stays_in_doubt_where_no_server_is_set_any_more(mailbox: Mailbox, settings: Any) -> None:
    post()
    killed()
    server, settings.MAIL_SERVER = settings.MAIL_SERVER, None
    assert sending.work(LATER) == 1
    settings.MAIL_SERVER = server
    for _ in range(3):
        sending.work(row().due_at + timedelta(days=1))
    assert mailbox.mails == []
    assert row().error == handing.IN_DOUBT
    assert Mail.objects.get().taken_at is None


@pytest.mark.parametrize("marketing", [True, False])
def test_what_the_server_took_from_a_slow_worker_is_not_sent_by_the_next(mailbox: Mailbox, *, marketing: bool) -> None:
    """The next one has the row already as the slow one writes that it went."""
    post(marketing=marketing)
    slow = sending.claimed(NOW, 10, outbox.together())
    hands = handing.Handing(slow, NOW)
    assert hands.known(slow[0]) is None
    assert hands.mark(slow[0])
    following = sending.claimed(LATER, 10, outbox.together())
    hands.became(slow[0], handing.Became(Sent(), taken=True))
    hands.write()
    channel.run(following, LATER)
    assert mailbox.mails == []
    assert (row().done_at, row().error) == (LATER, "")
    assert Mail.objects.get().taken_at == NOW


def test_what_turns_out_to_be_taken_is_not_in_doubt(mailbox: Mailbox) -> None:
    """The slow one writes that it went while the next one is about to write that nobody knows."""
    post()
    slow = sending.claimed(NOW, 10, outbox.together())
    hands = handing.Handing(slow, NOW)
    assert hands.known(slow[0]) is None
    assert hands.mark(slow[0])
    [following] = sending.claimed(LATER, 10, outbox.together())
    others = handing.Handing([following], LATER)
    doubt = others.ended(following)
    assert doubt is not None
    assert doubt.perhaps
    hands.became(slow[0], handing.Became(Sent(), taken=True))
    hands.write()
    others.became(following, doubt)
    others.write()
    assert (row().done_at, row().given_up_at, row().error) == (LATER, None, "")


def test_a_mail_of_a_programme_is_sent_once_whatever_it_is_for(mailbox: Mailbox) -> None:
    composing.register("test", lambda rows, now: {each.pk: {"subject": "s", "text": "t"} for each in rows})
    outbox.post(channel="email", once="a", payload={"to": "a@example.net", "compose": "test"}, now=NOW)
    killed()
    for _ in range(3):
        sending.work(row().due_at + timedelta(days=1))
    del composing._composers["test"]
    assert mailbox.mails == []
    assert row().error == handing.IN_DOUBT


def test_a_notification_that_was_perhaps_sent_waits_for_a_server(mailbox: Mailbox, settings: Any) -> None:
    post(marketing=False)
    killed()
    server, settings.MAIL_SERVER = settings.MAIL_SERVER, None
    sending.work(LATER)
    assert "PYROMETER_SMTP" in row().error
    settings.MAIL_SERVER = server
    sending.work(row().due_at)
    assert len(mailbox.mails) == 1


def test_it_stays_in_doubt_however_often_workers_were_killed(mailbox: Mailbox) -> None:
    post()
    killed()
    Outgoing.objects.update(attempts=len(settling.SCHEDULE) + 1)
    sending.work(LATER)
    assert (row().error, row().given_up_at) == (handing.IN_DOUBT, LATER)
    assert Mail.objects.filter(token=token("a"), taken_at=None).exists()


def test_a_mark_of_another_run_is_not_taken_away_by_a_server_that_cannot_be_reached(
    mailbox: Mailbox, settings: Any
) -> None:
    post(marketing=False)
    killed()
    settings.MAIL_SERVER = None
    sending.work(LATER)
    assert Mail.objects.get().taken_at is None, "it may have arrived, and a bounce of it is known by that"


@pytest.mark.parametrize("lost", ["taken", "given up"])
def test_whoever_takes_too_long_asks_anew_before_each_mail(mailbox: Mailbox, lost: str) -> None:
    """The second one is marked with the first; when it is come to another worker has it."""
    post("a")
    post("b")
    # Two that are due at the same time have no order.
    rows = sorted(sending.claimed(NOW, 10, outbox.together()), key=lambda each: each.once)
    changes: dict[str, Any] = {"claimed_until": LATER + sending.HOLD}
    if lost == "given up":
        changes = {"claimed_until": None, "given_up_at": NOW}
    seconds = iter([channel.LONGEST - 1])

    def elapsed() -> float:
        if not mailbox.mails:
            return 0.0
        Outgoing.objects.filter(once="b").update(**changes)
        return next(seconds, 100.0)

    channel._Run(channel.settings.MAIL_SERVER, pool, NOW, elapsed).send(rows)
    assert [envelope.rcpt_tos[0] for envelope in mailbox.mails] == ["a@example.net"]
    assert row("a").done_at == NOW
    assert row("b").done_at is None


def test_an_answer_that_is_no_answer_leaves_a_doubt(talking_nonsense: Callable[[], datetime]) -> None:
    post()
    sending.work(talking_nonsense())
    assert row().given_up_at == NOW
    assert "perhaps has the mail" in row().error


@pytest.fixture
def talking_nonsense(settings: Any) -> Any:
    """A server that takes a mail and then says what no server says, at great length."""
    with Talking(lambda step, connection: "x" * 9000 if step == "body" else None) as found:
        settings.MAIL_SERVER = Server("127.0.0.1", found.port, tls="none", timeout=0.5)
        yield lambda: NOW
        pool.close()
