"""Who enters: by the condition, once, alone, by chance held back; and when it is looked at."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pyrometer import nurture
from pyrometer.app.evidence import actions as evidence
from pyrometer.app.nurture import entering
from pyrometer.app.nurture.actions import people, programmes
from pyrometer.app.nurture.models import Act, Enrolment, Look, Programme, Round
from pyrometer.app.people.audit import Actor
from pyrometer.app.temperature.models import Reading
from pyrometer.errors import UsageError
from tests.app.nurture.conftest import MARKETING, MONDAY, Person, does, draft, publish, read, text_of, travel, work

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
STEPS = "- send: one\n- wait: 1w"


def inside() -> list[str]:
    """The first names of those inside, those held back left out."""
    rows = Enrolment.objects.filter(ended_at__isnull=True, held_back=False)
    return sorted(rows.values_list("lead__name", flat=True))


def test_who_fits_enters_when_it_is_read(person: Person) -> None:
    publish(text_of("large", STEPS, when="{all: [{temperature: warm}, {flag: large}]}"))
    person("ada", size=2000, event="seen")
    person("bob", size=20, event="seen")
    person("eve", size=2000)
    person("kim", size=2000, event="seen", agrees=False)
    person("tom", size=2000, event="seen", agrees=None)
    work(MONDAY)
    assert inside() == ["Ada"]
    does("bob", at=MONDAY + DAY, size=3000)
    read(MONDAY + DAY)
    assert entering.enter(MONDAY + DAY) >= 1
    assert inside() == ["Ada", "Bob"]
    assert Look.objects.count() == 0


def test_time_alone_lets_some_enter_on_the_next_round(person: Person) -> None:
    publish(text_of("quiet", STEPS, when="{all: [{temperature: cool}, {event: seen, last: {older_than: 60d}}]}"))
    person("ada", event="seen")
    travel(MONDAY, MONDAY + 59 * DAY)
    assert inside() == []
    travel(MONDAY + 59 * DAY, MONDAY + 62 * DAY)
    assert [act.at.date() for act in Act.objects.filter(kind="entered")] == [(MONDAY + 60 * DAY).date()]


def test_the_round_goes_over_everybody_once_a_day(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(entering, "BATCH", 2)
    publish(text_of("all", STEPS))
    for name in ("ada", "bob", "eve", "kim", "tom"):
        person(name)
    Look.objects.all().delete()
    assert [entering.walk(MONDAY) for _ in range(4)] == [2, 2, 1, 0]
    assert len(inside()) == 5
    assert entering.walk(MONDAY + timedelta(hours=5)) == 0
    assert entering.walk(MONDAY + DAY) == 2
    publish(text_of("all", "- send: two\n- wait: 2w"), MONDAY + DAY)
    assert Round.objects.get().begun_at is None, "who publishes wants it begun at once"


def test_a_share_is_held_back_and_gets_nothing(person: Person) -> None:
    publish(text_of("half", STEPS, held="50%"))
    leads = [person(f"lead{number}") for number in range(40)]
    work(MONDAY)
    held = set(Enrolment.objects.filter(held_back=True).values_list("lead", flat=True))
    assert held == {lead.pk for lead in leads if nurture.held_back("half", str(lead.pk), 0.5)}
    assert 8 < len(held) < 32
    travel(MONDAY, MONDAY + 20 * DAY)
    assert not Act.objects.filter(lead__in=held, kind="sent").exists()
    assert Act.objects.filter(kind="sent").count() == 40 - len(held)
    work(MONDAY + 91 * DAY)
    rows = Enrolment.objects.filter(held_back=True)
    assert set(rows.values_list("why", "standing")) == {("held_back", "left")}


def test_two_programmes_that_want_a_lead_alone(person: Person) -> None:
    publish(text_of("low", STEPS, enter="priority: 10"))
    publish(text_of("high", STEPS, enter="priority: 90"))
    publish(text_of("beside", STEPS, enter="alone: no"))
    person("ada")
    work(MONDAY)
    keys = Enrolment.objects.order_by("programme").values_list("programme__key", flat=True)
    assert sorted(keys) == ["beside", "high"]


def test_nobody_enters_twice_unless_it_says_so(person: Person) -> None:
    publish(text_of("once", "- send: one"))
    publish(text_of("often", "- send: two", enter="again: 30d\nalone: no"))
    person("ada")
    travel(MONDAY, MONDAY + 65 * DAY)
    counts = {key: Enrolment.objects.filter(programme__key=key).count() for key in ("once", "often")}
    assert counts == {"once": 1, "often": 3}


def test_each_issue_of_a_letter_goes_once_to_everybody_and_the_last_one_to_who_comes_later(person: Person) -> None:
    def letter(issue: str) -> str:
        return text_of(
            "letter",
            f"- send: {issue}",
            when=f"{{all: [{{temperature: [cool, warm]}}, {{not: {{sent: {issue}}}}}]}}",
            enter="again: 1d\nalone: no",
        )

    publish(letter("one"))
    person("ada")
    travel(MONDAY, MONDAY + 30 * DAY)
    publish(letter("two"), MONDAY + 30 * DAY)
    person("bob", at=MONDAY + 30 * DAY)
    travel(MONDAY + 30 * DAY, MONDAY + 60 * DAY)
    sent = Act.objects.filter(kind="sent").order_by("at").values_list("lead__name", "what")
    assert sorted(sent) == [("Ada", "one"), ("Ada", "two"), ("Bob", "two")]


@pytest.mark.parametrize(("stage", "enters"), [("let_go", False), ("sql", False), ("recycled", True), ("mql", True)])
def test_who_was_let_go_is_left_alone(person: Person, stage: str, *, enters: bool) -> None:
    publish(text_of("all", STEPS))
    ada = person("ada")
    Reading.objects.filter(pk=ada.pk).update(stage=stage)
    work(MONDAY)
    assert (inside() == ["Ada"]) is enters


def test_what_is_paused_ended_or_never_published_is_entered_by_nobody(person: Person) -> None:
    draft(text_of("draft", STEPS, enter="alone: no"))
    paused = publish(text_of("paused", STEPS, enter="alone: no"))
    ended = publish(text_of("ended", STEPS, enter="alone: no"))
    programmes.pause(programme=paused, actor=MARKETING, now=MONDAY)
    programmes.end(programme=ended, actor=MARKETING, now=MONDAY)
    person("ada")
    work(MONDAY)
    assert inside() == []
    with pytest.raises(UsageError):
        programmes.end(programme=ended, actor=MARKETING, now=MONDAY)


def test_a_lead_that_changed_while_it_was_looked_at_enters_nothing_twice(person: Person) -> None:
    publish(text_of("all", STEPS))
    ada = person("ada")
    opened = {each.programme.programme: each for each in entering.open_programmes()}
    chosen = {ada.pk: (opened["all"].programme,)}
    assert entering._write(chosen, opened, MONDAY) == 1
    assert entering._write(chosen, opened, MONDAY) == 0, "another worker was quicker"
    Enrolment.objects.all().delete()
    publish(text_of("all", "- send: two\n- wait: 2w"))
    assert entering._write(chosen, opened, MONDAY) == 0, "it was decided by what isn't live any more"
    opened = {each.programme.programme: each for each in entering.open_programmes()}
    evidence.erase(lead=ada.pk, actor=Actor("x"), now=MONDAY)
    assert entering._write({ada.pk: (opened["all"].programme,)}, opened, MONDAY) == 0


def test_a_lead_is_put_in_and_taken_out_by_hand(person: Person) -> None:
    programme = publish(text_of("large", STEPS, when="{flag: large}", held="50%"))
    ada, no = person("ada"), person("no", agrees=False)
    work(MONDAY)
    row = people.enrol(programme=programme, lead=ada.pk, actor=MARKETING, now=MONDAY)
    assert (row.held_back, row.spoiled, row.by) == (False, True, "alice@example.com")
    work(MONDAY)
    assert Act.objects.filter(kind="sent", lead=ada).count() == 1
    with pytest.raises(UsageError, match="is inside already"):
        people.enrol(programme=programme, lead=ada.pk, actor=MARKETING, now=MONDAY)
    with pytest.raises(UsageError, match="unsubscribed"):
        people.enrol(programme=programme, lead=no.pk, actor=MARKETING, now=MONDAY)
    with pytest.raises(UsageError, match="no lead 999999"):
        people.enrol(programme=programme, lead=999_999, actor=MARKETING, now=MONDAY)
    with pytest.raises(UsageError, match="Say why"):
        people.remove(enrolment=row, because=" ", actor=MARKETING, now=MONDAY)
    people.remove(enrolment=row, because="a competitor", actor=MARKETING, now=MONDAY + DAY)
    row.refresh_from_db()
    assert (row.why, row.because, row.due_at) == ("removed", "a competitor", None)
    with pytest.raises(UsageError, match="any more"):
        people.remove(enrolment=row, because="again", actor=MARKETING, now=MONDAY + DAY)


def test_no_programme_costs_nothing(person: Person, django_assert_num_queries: object) -> None:
    person("ada")
    assert Look.objects.count() == 0
    assert entering.walk(MONDAY) == 0
    assert not Programme.objects.exists()


def test_one_that_can_t_be_looked_at_keeps_nobody_out(person: Person, caplog: pytest.LogCaptureFixture) -> None:
    publish(text_of("before", "- send: one\n- wait: 1w", enter="alone: no"))
    ada, bob = person("ada"), person("bob")
    entering.enter(MONDAY)
    publish(text_of("series", "- send: two\n- wait: 1w", enter="alone: no"))
    Enrolment.objects.filter(lead=ada).update(standing="nowhere")
    Look.objects.bulk_create(Look(lead=each, at=MONDAY) for each in (ada, bob))
    assert entering.enter(MONDAY) == 2
    assert list(Enrolment.objects.filter(programme__key="series").values_list("lead", flat=True)) == [bob.pk]
    assert not Look.objects.exists()
    assert f"lead {ada.pk} can't be looked at" in caplog.text
