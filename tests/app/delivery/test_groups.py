"""Groups of the outbox: held, released and dropped together, however many rows they have."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from pyrometer.app.delivery import actions, outbox, sending
from pyrometer.app.delivery.email import channel
from pyrometer.app.delivery.email.handing import Became, Handing
from pyrometer.app.delivery.models import Mail, Outgoing
from pyrometer.app.delivery.outbox import Posting, Sent
from pyrometer.app.people.audit import Actor

from .conftest import NOW, Mailbox

pytestmark = pytest.mark.django_db
NEWS = {"unsubscribe": "https://leads.example/u/"}
GROUP = "campaign:1"


def posting(once: str, group: str = GROUP, **payload: Any) -> Posting:
    whole = {"to": f"{once}@example.net", "subject": "s", "text": "t", "marketing": NEWS, **payload}
    return Posting("email", once, whole, group)


def row(once: str) -> Outgoing:
    return Outgoing.objects.get(once=once)


def test_many_rows_are_written_once_each_as_one_row_is() -> None:
    outbox.post(channel="email", once="n7", payload=posting("n7").payload, now=NOW, group=GROUP)
    alone = Outgoing.objects.values().get()
    later = NOW + timedelta(hours=1)
    rows = [posting(f"n{number}") for number in range(outbox.MANY + 20)]
    outbox.post_many([*rows, rows[3], Posting("webhook", "hook", {"topic": "verdict"}, due_at=later)], NOW)
    assert Outgoing.objects.count() == outbox.MANY + 21
    same = Outgoing.objects.exclude(once="n7").values().get(once="n8")
    told = {**same, "id": alone["id"], "once": "n7", "payload": posting("n7").payload}
    assert told == alone
    assert (alone["domain"], alone["marketing"], alone["due_at"], alone["group"]) == ("example.net", True, NOW, GROUP)
    hook = row("hook")
    assert (hook.due_at, hook.marketing, hook.domain, hook.group) == (later, False, "", "")


def test_what_is_held_is_not_claimed_and_goes_once_it_is_released(mailbox: Mailbox) -> None:
    outbox.post_many([posting("a"), posting("b"), posting("other", "campaign:2"), posting("alone", "")], NOW)
    assert outbox.hold(GROUP, NOW) == 2
    assert outbox.hold(GROUP, NOW) == 0, "it is held already"
    assert sending.work(NOW) == 2
    assert sorted(envelope.rcpt_tos[0] for envelope in mailbox.mails) == ["alone@example.net", "other@example.net"]
    assert outbox.release(GROUP, NOW) == 2
    assert sending.work(NOW) == 2
    assert outbox.hold(GROUP, NOW) == outbox.release(GROUP, NOW) == 0, "nothing is open any more"


def test_what_is_dropped_is_given_up_with_the_reason(mailbox: Mailbox) -> None:
    outbox.post_many([posting("a"), posting("b", "campaign:2")], NOW)
    outbox.hold(GROUP, NOW)
    assert outbox.drop(GROUP, NOW, "the campaign was stopped") == 1
    assert (row("a").given_up_at, row("a").error) == (NOW, "the campaign was stopped")
    assert sending.work(NOW) == 1
    assert actions.replay(actor=Actor("a test"), outgoing=row("a"), now=NOW)
    assert sending.work(NOW) == 1, "who sends it again by hand releases it"


def test_a_group_without_a_name_is_nobodys() -> None:
    outbox.post_many([posting("a", "")], NOW)
    for act in (outbox.hold, outbox.release, lambda group, now: outbox.drop(group, now, "no")):
        with pytest.raises(ValueError, match="name"):
            act("", NOW)


@pytest.mark.parametrize("act", ["hold", "drop"])
def test_a_run_that_has_claimed_them_hands_none_over(mailbox: Mailbox, act: str) -> None:
    outbox.post_many([posting(f"n{number:02}") for number in range(30)], NOW)
    rows = sending.claimed(NOW, 100, outbox.together())
    outbox.hold(GROUP, NOW) if act == "hold" else outbox.drop(GROUP, NOW, "stopped")
    channel.run(rows, NOW)
    assert mailbox.mails == []
    assert not Mail.objects.exists()
    if act == "hold":
        assert set(Outgoing.objects.values_list("held_at", "claimed_until", "attempts")) == {(NOW, None, 0)}
        outbox.release(GROUP, NOW)
        assert sending.work(NOW) == 30
    else:
        assert set(Outgoing.objects.values_list("error", "given_up_at")) == {("stopped", NOW)}


def test_what_was_dropped_and_surely_not_sent_leaves_no_mark(mailbox: Mailbox) -> None:
    outbox.post_many([posting("a")], NOW)
    (mine,) = sending.claimed(NOW, 1, outbox.together())
    hands = Handing([mine], NOW)
    assert hands.known(mine) is None
    assert hands.mark(mine)
    outbox.drop(GROUP, NOW, "stopped")
    hands.became(mine, Became(Sent("the mail server said 451 later", timedelta(minutes=1))))
    hands.write()
    assert (row("a").given_up_at, row("a").error) == (NOW, "stopped")
    assert not Mail.objects.exists()


@pytest.mark.parametrize("act", ["hold", "drop"])
def test_what_was_at_the_server_already_is_written_down_as_sent(mailbox: Mailbox, act: str) -> None:
    outbox.post_many([posting("a")], NOW)
    (mine,) = sending.claimed(NOW, 1, outbox.together())
    hands = Handing([mine], NOW)
    assert hands.known(mine) is None
    assert not hands.put_off(mine)
    assert hands.mark(mine)
    outbox.hold(GROUP, NOW) if act == "hold" else outbox.drop(GROUP, NOW, "stopped")
    hands.became(mine, Became(Sent(), taken=True))
    hands.write()
    assert (row("a").done_at, row("a").given_up_at, row("a").error) == (NOW, None, "")
    assert Mail.objects.get().taken_at == NOW
