"""Leads go through programmes: what they get and when, what ends it, and that it is what the core says."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from pyrometer import nurture
from pyrometer.app.clock.claims import claim
from pyrometer.app.consent import actions as consent
from pyrometer.app.delivery import suppressing
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.evidence.merging import merge
from pyrometer.app.evidence.models import Lead
from pyrometer.app.handoff.models import Standing
from pyrometer.app.nurture import entering, stepping
from pyrometer.app.nurture.facts import gather
from pyrometer.app.nurture.models import Act, Asked, CouponList, Enrolment, Offered, Programme
from pyrometer.app.nurture.texts import programme_of
from pyrometer.app.people.audit import Actor
from pyrometer.app.temperature.models import Reading
from tests.app.nurture.conftest import MONDAY, Person, does, publish, read, text_of, travel

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
SERIES = """
- send: one
- wait: 1w
- send: two
- wait: {day: tue, at: "09:30"}
- send: three
"""


def acts(lead: Lead, *kinds: str) -> list[tuple[str, str, datetime]]:
    """What was done for somebody, in order: kind, what, when."""
    rows = Act.objects.filter(lead__root=lead.root).order_by("at", "pk").values_list("kind", "what", "at")
    return [row for row in rows if not kinds or row[0] in kinds]


def mails(lead: Lead) -> list[str]:
    """The contents that are in the outbox for somebody, in order."""
    rows = Outgoing.objects.filter(channel="email", payload__lead=lead.pk, payload__compose="nurture").order_by("pk")
    return [row.payload["content"] for row in rows]


def enrolment(lead: Lead) -> Enrolment:
    return Enrolment.objects.get(lead=lead)


def claimed_of(programme: Programme, now: datetime) -> list[Enrolment]:
    """Those of a programme who are due, in the hands of a worker."""
    due = Enrolment.objects.filter(programme=programme, ended_at__isnull=True, due_at__lte=now)
    return claim(due, now=now, hold=stepping.HOLD, limit=10)


def test_a_series_from_its_beginning_to_its_end(person: Person) -> None:
    publish(text_of("series", SERIES))
    ada = person("ada")
    travel(MONDAY, MONDAY + 30 * DAY)
    assert acts(ada) == [
        ("entered", "", MONDAY),
        ("sent", "one", MONDAY),
        ("sent", "two", MONDAY + 7 * DAY),
        ("sent", "three", MONDAY + 8 * DAY + timedelta(minutes=30)),
        ("ended", "finished: came to its end", MONDAY + 8 * DAY + timedelta(minutes=30)),
    ]
    row = enrolment(ada)
    assert (row.standing, row.why, row.due_at, row.waits_for) == ("finished", "finished", None, "")
    assert mails(ada) == ["one", "two", "three"]
    once = list(Outgoing.objects.filter(payload__compose="nurture").order_by("pk").values_list("once", flat=True))
    assert once == [f"nurture:{row.pk}:{act}" for act in (1, 2, 3)]


def test_the_room_does_what_the_core_foretells(person: Person) -> None:
    """Months of a programme with everything in it, walked by the core and by the workers."""
    CouponList.objects.create(name="spring", shared="SPRING", at=MONDAY)
    programme = publish(
        text_of(
            "whole",
            """
- send: hello
- wait: {until: {event: email_clicked, within: 7d}, at_most: 7d}
  then: [{notify: {to: rep, say: It clicked}}]
  else: [{offer: {coupon: spring, for: 14d}}]
- branch:
    - when: {trait: size, at_least: 100}
      then: [{send: large}]
    - when: {missing: budget}
      then: [{send: budget, asking: budget}]
  else: [{set: {liking: "yes"}}]
- wait: {date: trial_ends, before: 3d, at_most: 60d}
- ask: {question: {en: What should we do better?}}
- wait: 4w
- send: last
- leave: {because: it was a year, then: recycle, after: 90d}
""",
            more="exits: [{when: {event: seen, within: 10d}, because: came back}]",
        )
    )
    people = {
        "ada": person("ada", size=12, trial_ends="2026-07-20"),
        "bob": person("bob", size=200),
        "eve": person("eve", budget="met", need="met"),
        "kim": person("kim", size=12),
    }
    travel(MONDAY, MONDAY)
    does("bob", "email_clicked", at=MONDAY + timedelta(hours=1))
    read(MONDAY + timedelta(hours=1))
    travel(MONDAY + timedelta(hours=1), MONDAY + 20 * DAY)
    does("kim", "seen", at=MONDAY + 20 * DAY)
    travel(MONDAY + 20 * DAY, MONDAY + 140 * DAY)

    core = programme_of(programme.live)
    for name, lead in people.items():
        walked = nurture.walk(core, _Told(name, core), MONDAY, MONDAY + 140 * DAY)
        foretold = [(_kind(intent), _what(intent), at) for at, intent in walked.acts()]
        done = [(kind, what, at) for kind, what, at in acts(lead) if kind != "entered"]
        assert done == [each for each in foretold if each[0] != "entered"], name
    assert acts(people["kim"])[-1][:2] == ("ended", "exit: came back")
    assert Reading.objects.get(pk=people["ada"].pk).stage == "recycled"
    assert Standing.objects.get(pk=people["ada"].pk).recycle_on is not None
    assert Lead.objects.get(pk=people["eve"].pk) is not None
    from pyrometer.app.evidence.queries import profile

    assert profile(people["eve"].pk)["liking"].value == "yes"
    assert Offered.objects.filter(lead=people["ada"], coupon="spring").count() == 1
    assert Asked.objects.filter(lead=people["ada"]).values_list("criterion", "content").first() == ("budget", "budget")


class _Told:
    """The people above as the core's walk takes them: what the evidence says to each question, by name."""

    def __init__(self, name: str, core: nurture.Programme) -> None:
        self.name, self.core = name, core
        self.moments = [MONDAY, MONDAY + timedelta(hours=1), MONDAY + 20 * DAY]

    def facts(self, now: datetime, asked: nurture.Needs, noted: Any) -> nurture.Facts:
        from datetime import date

        answers = {}
        for question in asked.questions:
            spelled = str(question.condition)
            if "email_clicked" in spelled:
                found = self.name == "bob" and MONDAY + timedelta(hours=1) <= now < MONDAY + 8 * DAY
            elif "seen" in spelled:
                found = self.name == "kim" and now >= MONDAY + 20 * DAY
            elif "size" in spelled:
                found = {"bob": True, "eve": None}.get(self.name, False)
            elif "is_='met'" in spelled or 'is_="met"' in spelled:
                found = self.name == "eve"
            else:
                found = self.name != "eve"  # the budget is missing
            answers[question.key] = found
        trial = date(2026, 7, 20) if self.name == "ada" else None
        return nurture.Facts(temperature="cool", answers=answers, dates={"trial_ends": trial}, consent={"email": True})


def _kind(intent: Any) -> str:
    kinds = {
        "Enter": "entered", "Send": "sent", "Ask": "asked", "Offer": "offered", "Notify": "told", "SetTrait": "set",
        "Skip": "skipped",
    }  # fmt: skip
    return kinds.get(type(intent).__name__, "ended")


def _what(intent: Any) -> str:
    match intent:
        case nurture.Send(content=content):
            return content
        case nurture.Ask(asking=asking):
            return asking.criterion or ""
        case nurture.Offer(coupon=coupon):
            return coupon or ""
        case nurture.Notify(to=to):
            return to
        case nurture.SetTrait(trait=trait):
            return trait
        case nurture.Skip(because=because):
            return because
        case nurture.Recycle(because=because):
            return f"recycled: {because}"
        case nurture.Leave(because=because, why=why):
            return f"{why}: {because}"
        case nurture.Finish():
            return "finished: came to its end"
    return ""


def asks_for_sales(lead: Lead, now: datetime) -> None:
    does("ada", "asked", at=now, size=6000)


def replies(lead: Lead, now: datetime) -> None:
    does("ada", "email_replied", at=now)


def unsubscribes(lead: Lead, now: datetime) -> None:
    consent.record(lead=lead.pk, purpose="email", given=False, text="No", at=now, now=now, source="unsubscribe")


def bounces(lead: Lead, now: datetime) -> None:
    suppressing.suppress(address=lead.email, reason="bounce", actor=Actor("mail server"), now=now)


def is_handed_over(lead: Lead, now: datetime) -> None:
    Reading.objects.filter(pk=lead.pk).update(stage="sql")


@pytest.mark.parametrize(
    ("happens", "why"),
    [
        (asks_for_sales, "handed_over"),
        (replies, "replied"),
        (unsubscribes, "unsubscribed"),
        (bounces, "suppressed"),
        (is_handed_over, "handed_over"),
    ],
)
def test_the_exits_that_are_always_there(person: Person, happens: Any, why: str) -> None:
    publish(text_of("series", SERIES))
    ada = person("ada")
    travel(MONDAY, MONDAY)
    assert mails(ada) == ["one"]
    happens(ada, MONDAY + DAY)
    travel(MONDAY + DAY, MONDAY + 20 * DAY)
    assert mails(ada) == ["one"]
    assert enrolment(ada).why == why
    if happens in (asks_for_sales, replies, unsubscribes):
        # What is heard of ends it at once, not when the next step is due.
        assert enrolment(ada).ended_at == MONDAY + DAY


def test_the_more_important_programme_gets_the_mail_of_the_day(person: Person) -> None:
    publish(text_of("second", "- send: two\n- wait: 4w", enter="priority: 10\nalone: no"))
    publish(text_of("first", "- send: one\n- wait: 4w", enter="priority: 90\nalone: no"))
    ada = person("ada")
    travel(MONDAY, MONDAY + 2 * DAY)
    assert acts(ada, "sent") == [("sent", "one", MONDAY), ("sent", "two", MONDAY + DAY)]


def test_a_lead_that_wants_a_pause_gets_it_and_then_the_mail(person: Person) -> None:
    from pyrometer.app.consent.models import MailWish

    publish(text_of("series", SERIES))
    ada = person("ada")
    MailWish.objects.create(lead=ada, paused_until=MONDAY + 3 * DAY, at=MONDAY)
    travel(MONDAY, MONDAY + 4 * DAY)
    assert acts(ada, "sent") == [("sent", "one", MONDAY + 3 * DAY)]


@pytest.mark.parametrize(
    ("traits", "hour"),
    [({"country": "JP"}, 23), ({"country": "DE"}, 6), ({"timezone": "America/New_York"}, 12), ({}, 8)],
)
def test_windows_open_in_the_leads_own_time(person: Person, traits: dict[str, Any], hour: int) -> None:
    publish(text_of("series", SERIES))
    midnight = MONDAY.replace(hour=0)
    ada = person("ada", at=midnight - timedelta(hours=3), **traits)
    if "country" in traits:
        Lead.objects.filter(pk=ada.pk).update(country=traits["country"])
    travel(midnight - timedelta(hours=3), midnight + timedelta(hours=20))
    (_, _, sent) = acts(ada, "sent")[0]
    # Eight in the morning: in Tokyo it is eleven at night of the day before.
    assert sent == (midnight - DAY if hour == 23 else midnight).replace(hour=hour)


def test_a_step_is_done_once_whoever_loses_the_claim(person: Person) -> None:
    programme = publish(text_of("series", SERIES))
    ada = person("ada")
    entering.enter(MONDAY)
    rows = list(Enrolment.objects.all())
    until = MONDAY + timedelta(minutes=5)
    Enrolment.objects.update(claimed_until=until)
    for row in rows:
        row.claimed_until = until
    assert stepping.step(MONDAY) == 0  # another worker has it
    Enrolment.objects.update(claimed_until=None)
    assert stepping.step(MONDAY) == 1
    stepping.step_claimed(programme, rows, MONDAY)  # the slow one comes, too late
    assert mails(ada) == ["one"]
    assert Outgoing.objects.filter(payload__compose="nurture").count() == 1


def test_what_becomes_known_while_it_is_decided_isn_t_lost(person: Person) -> None:
    from pyrometer.app.nurture import listening

    programme = publish(text_of("series", SERIES))
    ada = person("ada")
    entering.enter(MONDAY)
    due = Enrolment.objects.filter(due_at__lte=MONDAY)
    claimed = claim(due, now=MONDAY, hold=timedelta(minutes=5), limit=10)
    decided = stepping._decided(claimed, MONDAY)
    Enrolment.objects.update(due_at=MONDAY + timedelta(seconds=1))  # somebody touched it
    stepping._write(programme, claimed, decided, MONDAY)
    assert enrolment(ada).due_at == MONDAY
    stepping.step(MONDAY)
    assert enrolment(ada).due_at == MONDAY + 7 * DAY - timedelta(hours=9) or enrolment(ada).due_at > MONDAY
    listening.look_again([ada.pk], MONDAY + DAY)
    assert enrolment(ada).due_at == MONDAY + DAY


def test_what_a_lead_does_while_it_is_decided_is_seen_at_once(person: Person) -> None:
    """Who is due is in a worker's hands; what it decided before knows nothing of that the lead turned hot."""
    programme = publish(text_of("series", SERIES))
    ada = person("ada")
    entering.enter(MONDAY)
    claimed = claimed_of(programme, MONDAY + timedelta(seconds=1))
    decided = stepping._decided(claimed, MONDAY + timedelta(seconds=1))
    asks_for_sales(ada, MONDAY + timedelta(seconds=2))
    read(MONDAY + timedelta(seconds=2))
    stepping._write(programme, claimed, decided, MONDAY + timedelta(seconds=3))
    stepping.step(MONDAY + timedelta(seconds=4))
    assert enrolment(ada).ended_at == MONDAY + timedelta(seconds=4)


def test_two_workers_keep_to_the_caps_together(person: Person) -> None:
    one = publish(text_of("one", "- send: first\n- wait: 4w", enter="alone: no"))
    two = publish(text_of("two", "- send: second\n- wait: 4w", enter="alone: no"))
    ada = person("ada")
    entering.enter(MONDAY)
    mine, theirs = claimed_of(one, MONDAY), claimed_of(two, MONDAY)
    decided, elsewhere = stepping._decided(mine, MONDAY), stepping._decided(theirs, MONDAY)
    stepping._write(two, theirs, elsewhere, MONDAY)
    stepping._write(one, mine, decided, MONDAY)
    travel(MONDAY, MONDAY + 2 * DAY)
    assert [(what, at) for _, what, at in acts(ada, "sent")] == [("second", MONDAY), ("first", MONDAY + DAY)]


@pytest.mark.parametrize("before", [True, False])
def test_who_is_merged_while_it_is_decided_is_decided_anew(person: Person, *, before: bool) -> None:
    """Before anybody was looked at, or after."""
    programme = publish(text_of("series", SERIES))
    ada, bob = person("ada"), person("bob")
    entering.enter(MONDAY)
    claimed = claimed_of(programme, MONDAY)
    decided = stepping._decided(claimed, MONDAY)
    merge(winner=bob.pk, loser=ada.pk, actor=Actor("eve"), reason="the same", now=MONDAY)
    stepping._write(programme, claimed, stepping._decided(claimed, MONDAY) if before else decided, MONDAY)
    stepping.step(MONDAY)
    assert sorted(Enrolment.objects.values_list("why", flat=True)) == ["", "merged"]
    assert list(Act.objects.filter(kind="sent").values_list("what", flat=True)) == ["one"]
    assert mails(ada) == []


def test_who_is_in_what_is_told_without_fetching_texts_again_and_again(person: Person) -> None:
    programme = publish(text_of("series", SERIES))
    leads = [person(f"p{number}") for number in range(5)]
    entering.enter(MONDAY)
    with CaptureQueriesContext(connection) as found:
        gathered = gather([lead.pk for lead in leads], nurture.Needs(), ["email"], MONDAY)
    assert all(known.history for known in gathered.known.values())
    texts = [each["sql"] for each in found if '"text"' in each["sql"] and '"nurture_version"' in each["sql"]]
    assert len(texts) == 1
    assert "nurture_enrolment" not in texts[0]
    publish(text_of("series", SERIES.replace("two", "three")), MONDAY)
    with CaptureQueriesContext(connection):
        assert [row.pk for row in stepping.running()] == [programme.pk]


def test_one_that_can_t_be_stepped_stops_nobody(person: Person, caplog: pytest.LogCaptureFixture) -> None:
    publish(text_of("series", SERIES))
    ada, bob = person("ada"), person("bob")
    entering.enter(MONDAY)
    Enrolment.objects.filter(lead=ada).update(step="nowhere")
    stepping.step(MONDAY)
    assert (mails(ada), mails(bob)) == ([], ["one"])
    assert enrolment(ada).due_at == MONDAY + timedelta(hours=1)
    assert "can't be stepped" in caplog.text


def test_people_finish_the_version_that_they_began(person: Person) -> None:
    publish(text_of("series", SERIES))
    ada = person("ada")
    travel(MONDAY, MONDAY + DAY)
    publish(text_of("series", "- send: other\n- wait: 1w"), MONDAY + 2 * DAY)
    bob = person("bob", at=MONDAY + 2 * DAY)
    travel(MONDAY + 2 * DAY, MONDAY + 12 * DAY)
    assert mails(ada) == ["one", "two", "three"]
    assert mails(bob) == ["other"]


def test_an_answer_that_the_new_definition_can_t_give_is_unknown(person: Person, version: Any) -> None:
    publish(
        text_of(
            "series",
            "- branch:\n    - when: {flag: large}\n      then: [{send: large}]\n  else: [{send: small}]\n- wait: 1w",
            more="exits: [{when: {event: asked, within: 5d}, because: asked}]",
        )
    )
    ada = person("ada", size=2000)
    version.text = version.text.replace("  large: {trait: size, at_least: 1000}\n", "")
    version.save()
    travel(MONDAY, MONDAY + timedelta(hours=1))
    assert mails(ada) == ["small"]
