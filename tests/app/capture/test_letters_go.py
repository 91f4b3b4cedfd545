"""Dead letters go: with the lead that they speak of, after a month, and where there are too many."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from pytest_django.fixtures import Settings

from pyrometer.app.capture.deadletters import actions, pruning
from pyrometer.app.capture.models import DeadLetter
from pyrometer.app.clock import jobs
from pyrometer.app.clock.claims import claim, still_mine
from pyrometer.app.evidence import forgetting
from pyrometer.app.evidence.actions import erase, export, take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Handle, ToForget
from pyrometer.app.people import keys
from pyrometer.app.people.audit import Actor
from tests.app.between import just_before

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ADA = (("email", "ada@acme.example"), ("phone", "+493012345678"), ("user", "customer-17"))


def letter(body: Any, **more: Any) -> DeadLetter:
    return DeadLetter.objects.create(body=body, reason="a test", **({"received_at": NOW} | more))


@pytest.mark.parametrize(
    "text",
    [
        "https://shop.example/?email=ada@acme.example&page=2",
        "https://shop.example/?email=Ada%40Acme.example",
        "https://shop.example/?q=to+ada@acme.example",
        "Please write to <ada@acme.example>.",
        "Call +49 (30) 123 456-78 tomorrow",
        "https://shop.example/account/customer-17/orders",
    ],
)
def test_a_letter_that_names_somebody_within_a_text_goes_with_them(text: str) -> None:
    ada = take(incoming=[Incoming("m", NOW, NOW, "form", ADA, event="x")], now=NOW).lead_of["m"]
    letter({"type": "trak", "properties": {"where": [text]}})
    other = letter({"type": "trak", "properties": {"where": "https://shop.example/?email=nada@acme.example"}})
    assert text in str(export(lead=ada, actor=Actor("tests"), now=NOW))
    erase(lead=ada, actor=Actor("tests"), now=NOW)
    assert forgetting.work(NOW) == 2
    assert list(DeadLetter.objects.all()) == [other]
    assert forgetting.work(NOW) == 0


def named(*names: str) -> list[DeadLetter]:
    """Letters, each of which names somebody at acme.example."""
    return [letter({"type": "trak", "properties": {"to": f"{name}@acme.example"}}) for name in names]


def erased(name: str) -> None:
    """Somebody at acme.example was a lead, and is erased."""
    handles = (("email", f"{name}@acme.example"),)
    lead = take(incoming=[Incoming(name, NOW, NOW, "form", handles, event="x")], now=NOW).lead_of[name]
    erase(lead=lead, actor=Actor("tests"), now=NOW)


def left() -> list[str]:
    """Whom the letters that are left name."""
    return [row.body["properties"]["to"].partition("@")[0] for row in DeadLetter.objects.order_by("pk")]


def test_letters_go_in_batches_and_only_those_that_there_were(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 2)
    named("ada", "bo", "ada", "bo", "ada", "cy")
    erased("ada")
    erased("cy")
    named("ada")
    assert left() == ["ada", "bo", "ada", "bo", "ada", "cy", "ada"], "the erasure itself reads none of them"
    assert forgetting.work(NOW) == 2
    assert left() == ["bo", "ada", "bo", "ada", "cy", "ada"]
    while forgetting.work(NOW):
        pass
    assert left() == ["bo", "bo", "ada"], "who came again is another lead"
    assert not ToForget.objects.exists()


def test_where_a_worker_was_killed_another_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(forgetting, "BATCH", 2)
    named("bo", "ada", "bo", "ada")
    erased("ada")
    assert forgetting.work(NOW) == 2
    # It had claimed the rest, and read it.
    (killed,) = claim(ToForget.objects.all(), now=NOW, hold=forgetting.HOLD, limit=1)
    assert forgetting.work(NOW) == 0
    assert left() == ["bo", "bo", "ada"]
    later = NOW + forgetting.HOLD + timedelta(seconds=1)
    assert forgetting.work(later) == 2
    assert left() == ["bo", "bo"]
    assert not still_mine(killed)


def test_whom_to_look_for_is_sealed(settings: Settings, caplog: pytest.LogCaptureFixture) -> None:
    named("bo")
    erased("ada")
    assert "ada" not in ToForget.objects.get().handles
    settings.SECRET_KEY = "another"
    assert forgetting.work(NOW) == 0
    assert "can't be looked for" in caplog.text
    assert left() == ["bo"]
    # It is tried again, and given up when no letter of that time is left.
    later = NOW + timedelta(days=31)
    assert pruning.prune(later) == 1
    assert forgetting.work(later) == 1
    assert not ToForget.objects.exists()


def test_a_letter_of_an_erased_lead_is_not_tried_again_before_it_goes() -> None:
    body = {"type": "track", "event": "x", "messageId": "1", "context": {"traits": {"email": "ada@acme.example"}}}
    ada, bo = letter(body), letter({"type": "track", "event": "x", "messageId": "2", "userId": "bo"})
    erased("ada")
    with pytest.raises(DeadLetter.DoesNotExist):
        actions.try_again(letter=ada.pk, actor=Actor("tests"), now=NOW)
    assert not Handle.objects.exists()
    assert actions.try_again(letter=bo.pk, actor=Actor("tests"), now=NOW) is None
    assert forgetting.work(NOW) == 1
    assert not DeadLetter.objects.exists()


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "postgresql", reason="transactions overlap there: make test-postgresql")
def test_a_letter_that_is_tried_again_while_its_lead_is_erased_brings_nobody_back() -> None:
    body = {"type": "track", "event": "x", "messageId": "1", "context": {"traits": {"email": "ada@acme.example"}}}
    ada = letter(body)
    with just_before("pg_advisory_xact_lock(number)", lambda: erased("ada")), pytest.raises(DeadLetter.DoesNotExist):
        actions.try_again(letter=ada.pk, actor=Actor("tests"), now=NOW)
    assert not Handle.objects.exists()
    assert forgetting.work(NOW) == 1
    assert not DeadLetter.objects.exists()


def test_letters_are_kept_for_a_month() -> None:
    letter({}, received_at=NOW - timedelta(days=31))
    young = letter({}, received_at=NOW - timedelta(days=29))
    assert pruning.prune(NOW) == 1
    assert list(DeadLetter.objects.all()) == [young]


def test_of_each_key_so_many_are_kept_and_the_latest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pruning, "MOST", 2)
    one, two = (keys.create(actor=Actor("tests"), kind="write", name=name, now=NOW).key for name in ("a", "b"))
    mine = [letter({"number": number}, key=one) for number in range(4)]
    theirs = letter({}, key=two)
    nobodys = [letter({"number": number}) for number in range(3)]
    assert pruning.prune(NOW) == 3
    assert set(DeadLetter.objects.all()) == {*mine[2:], theirs, *nobodys[1:]}


def test_it_is_done_by_itself() -> None:
    found = {job.name: job for job in jobs.jobs()}
    assert found["evidence.forget"].every is None, "soon"
    assert found["evidence.forget"].patient, "and beside what somebody waits for"
    job = found["capture.deadletters.prune"]
    assert job.every is not None
    assert job.every <= timedelta(days=1)
