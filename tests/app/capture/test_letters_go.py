"""Dead letters go: with the lead that they speak of, after a month, and where there are too many."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pyrometer.app.capture.deadletters import pruning
from pyrometer.app.capture.models import DeadLetter
from pyrometer.app.clock import jobs
from pyrometer.app.evidence.actions import erase, export, take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.people import keys
from pyrometer.app.people.audit import Actor

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
    assert list(DeadLetter.objects.all()) == [other]


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
    (job,) = [job for job in jobs.jobs() if job.name == "capture.deadletters.prune"]
    assert job.every is not None
    assert job.every <= timedelta(days=1)
