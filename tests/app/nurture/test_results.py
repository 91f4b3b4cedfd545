"""What became of mails is counted of those that went out lately; the years before aren't read."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pyrometer.app.delivery.models import Mail
from pyrometer.app.nurture.counting import results
from pyrometer.app.nurture.counting.since import last_before
from pyrometer.app.nurture.models import Act, Enrolment, Results
from tests.app.nurture.conftest import MONDAY, Person, publish, text_of, work

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.mark.parametrize("old", [0, 1, 6, 7, 40])
def test_the_walk_begins_where_lately_begins(person: Person, monkeypatch: pytest.MonkeyPatch, old: int) -> None:
    monkeypatch.setattr(results, "PAGE", 3)
    publish(text_of("series", "- send: one\n- wait: 4w"))
    ada = person("ada")
    work(MONDAY)
    row = Enrolment.objects.get()
    Act.objects.all().delete()
    now = MONDAY + 400 * DAY
    times = [*[now - results.SPAN - DAY] * old, *[now - DAY] * 5]
    kinds = {"enrolment": row, "lead": ada, "kind": "sent", "step": "one"}
    Act.objects.bulk_create(Act(**kinds, number=number, at=at, taken_at=at) for number, at in enumerate(times, 1))
    assert Act.objects.filter(pk__gt=last_before(now - results.SPAN)).count() == 5
    assert results.work(now) == 5
    assert Results.objects.get().steps == {"one": {"sent": 5}}


def test_what_was_sent_too_long_ago_is_counted_no_more(person: Person) -> None:
    publish(text_of("series", "- send: one\n- wait: 4w"))
    person("ada")
    work(MONDAY)
    results.work(MONDAY + DAY)
    assert list(Results.objects.get().steps.values()) == [{}], "it waits, or never left"
    Act.objects.filter(kind="sent").update(taken_at=MONDAY)
    results.work(MONDAY + DAY)
    assert list(Results.objects.get().steps.values()) == [{"sent": 1}]
    late = MONDAY + results.SPAN + DAY
    results.work(late)
    found = Results.objects.get()
    assert (found.steps, found.at, found.since) == ({}, late, late - results.SPAN)


def test_what_the_server_refused_was_sent_and_came_back(person: Person) -> None:
    publish(text_of("series", "- send: one\n- wait: 4w"))
    ada = person("ada")
    work(MONDAY)
    act = Act.objects.get(kind="sent")
    about = {"programme": "series", "enrolment": act.enrolment_id, "act": act.number}
    Mail.objects.create(token="t", lead=ada, to="ada@acme.example", digest="d", marketing=True, about=about,
        handed_at=MONDAY, bounced="hard")  # fmt: skip
    results.work(MONDAY + DAY)
    assert list(Results.objects.get().steps.values()) == [{"sent": 1, "bounced": 1}]
    Act.objects.filter(kind="sent").update(taken_at=MONDAY)
    results.work(MONDAY + DAY)
    assert list(Results.objects.get().steps.values()) == [{"sent": 1, "bounced": 1}]
