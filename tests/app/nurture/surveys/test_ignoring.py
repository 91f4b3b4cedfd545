"""Who doesn't answer in time ignored the question, where the mail arrived; and that is no sign of life."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest
from django.db import connection, connections
from django.test.utils import CaptureQueriesContext

from pyrometer.app.capture.forms.submitting import submit
from pyrometer.app.capture.forms.tickets import Ticket
from pyrometer.app.capture.forms.visitors import by_link
from pyrometer.app.capture.models import Form
from pyrometer.app.clock.jobs import jobs
from pyrometer.app.consent.actions import record as say
from pyrometer.app.evidence.actions import erase, retract_events
from pyrometer.app.evidence.merging import merge
from pyrometer.app.evidence.models import Event, Handle, Lead
from pyrometer.app.nurture.models import Asked, Content
from pyrometer.app.nurture.surveys import filled
from pyrometer.app.nurture.surveys.answering import answer
from pyrometer.app.nurture.surveys.ignoring import ARRIVES, BATCH, WAIT, ignored
from pyrometer.app.people.audit import Actor
from pyrometer.app.temperature.models import Reading

from .conftest import Ask, NewLead, handed, read_all

pytestmark = pytest.mark.django_db
DORA = Actor("dora@example.com")
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)


def states() -> dict[int, str]:
    """What became of the questions, by the number of the act."""
    names = {"answered_at": "answered", "ignored_at": "ignored", "lapsed_at": "lapsed"}
    return {
        row.act: next((word for name, word in names.items() if getattr(row, name)), "open")
        for row in Asked.objects.order_by("act")
    }


def test_a_question_is_ignored_a_week_after_its_mail_arrived(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    ada = new_lead()
    asked = ask(ada, content="first-mail")
    # It was composed late: the week begins when the mail server took it.
    arrived = now + timedelta(days=2)
    handed(asked, arrived)
    assert ignored(arrived + WAIT - SECOND) == 0
    over = arrived + WAIT
    assert ignored(over + HOUR) == 1
    assert ignored(over + 2 * HOUR) == 0
    event = Event.objects.get(name="survey_ignored")
    assert (event.occurred_at, event.received_at, event.source) == (over, over + HOUR, "inference")
    assert event.properties == {
        "criterion": "need", "content": "first-mail", "programme": "welcome", "channel": "email"
    }  # fmt: skip
    read_all(over + HOUR)
    assert float(Reading.objects.get().scores["interest"]) == -3


def test_only_what_arrived_can_be_ignored(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    ada = new_lead()
    never, bounced, doubtful, taken, answered = (ask(ada) for _ in range(5))
    handed(bounced, now, bounced="hard")
    handed(doubtful, now, taken=False)
    handed(taken, now)
    handed(answered, now)
    answer(asked=answered, value="none", now=now + HOUR)
    ignored(now + WAIT)
    assert states() == {1: "open", 2: "lapsed", 3: "open", 4: "ignored", 5: "answered"}
    ignored(now + ARRIVES)
    assert states() == {1: "lapsed", 2: "lapsed", 3: "lapsed", 4: "ignored", 5: "answered"}
    assert Event.objects.filter(name="survey_ignored").count() == 1
    # An answer says more than any server.
    answer(asked=never, value="none", now=now + ARRIVES)
    assert states()[1] == "answered"


def test_it_is_no_sign_of_life(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    ada = new_lead(at=now - timedelta(days=70))
    seen = ada.last_seen_at
    handed(ask(ada), now)
    ignored(now + WAIT)
    read_all(now + WAIT)
    ada.refresh_from_db()
    assert ada.last_seen_at == seen
    # `{event: any, within: 60d, at_most: 0}` still says that it is quiet.
    assert Reading.objects.get().flags["quiet"] is True
    # Where something else is taken back, what is left isn't looked at as a sign, either.
    retract_events(events=list(Event.objects.filter(name="page_viewed").values_list("pk", flat=True)),
                   reason="a test", actor=DORA, now=now + WAIT)  # fmt: skip
    ada.refresh_from_db()
    assert ada.last_seen_at <= seen


def test_an_answer_that_comes_late_counts_and_takes_the_ignoring_back(
    new_lead: NewLead, ask: Ask, now: datetime
) -> None:
    asked = ask(new_lead())
    handed(asked, now)
    ignored(now + WAIT)
    answer(asked=asked, value="confirmed", now=now + WAIT + HOUR)
    read_all(now + WAIT + HOUR)
    assert float(Reading.objects.get().scores["interest"]) == 5
    event = Event.objects.get(name="survey_ignored")
    assert event.retracted_at == now + WAIT + HOUR
    assert ignored(now + 2 * WAIT) == 0
    asked.refresh_from_db()
    assert asked.ignored_at == now + WAIT


def test_many_at_once_with_some_that_will_never_be_known(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    ada, bea = new_lead(), new_lead("bea")
    for _ in range(BATCH + 20):
        ask(ada)
    last = ask(bea)
    handed(last, now)
    assert ignored(now + WAIT) == 1
    last.refresh_from_db()
    assert last.ignored_at == now + WAIT
    assert ignored(now + ARRIVES) == BATCH + 20


def test_one_that_cannot_be_written_down_keeps_no_other_from_it(
    new_lead: NewLead, ask: Ask, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    """Its address was taken by rules that are stricter by now."""
    ada, bea = new_lead(), new_lead("bea")
    for lead in (ada, bea):
        handed(ask(lead), now)
    Handle.objects.filter(lead=ada).update(value="no address")
    assert ignored(now + WAIT) == 2
    assert list(Event.objects.filter(name="survey_ignored").values_list("lead", flat=True)) == [bea.pk]
    (said,) = [each.getMessage() for each in caplog.records if each.name == "pyrometer.app.nurture.surveys.ignoring"]
    assert f"survey:{Asked.objects.get(lead=ada).pk}:ignored" in said
    assert "no address" not in said, "a log isn't erased"
    assert ignored(now + WAIT + HOUR) == 0, "it isn't tried again for ever"


def test_who_was_erased_ignores_nothing(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    ada = new_lead()
    handed(ask(ada), now)
    erase(lead=ada.pk, actor=DORA, now=now)
    assert ignored(now + WAIT) == 0
    assert not Event.objects.exists()
    assert not Lead.objects.filter(erased_at__isnull=True).exists()


def test_who_refuses_profiling_is_not_judged_by_silence(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    ada = new_lead()
    say(lead=ada.pk, purpose="profiling", given=False, text="", at=now, now=now, source="hand")
    handed(ask(ada), now)
    ignored(now + WAIT)
    read_all(now + WAIT)
    assert float(Reading.objects.get().scores["interest"]) == 0


def test_the_workers_do_it_every_hour() -> None:
    (job,) = [each for each in jobs() if each.name == "nurture.ignored"]
    assert (job.work, job.every) == (ignored, HOUR)


SURVEY = """---
name: how-was-it
kind: survey
purpose: email
pitch: low
subject: How was it?
---
[Three questions]({{ links.forms.demo }} "button")
"""


@pytest.fixture
def form(db: None) -> Form:
    fields = [{"trait": "need", "type": "choice", "options": [{"value": "none", "label": {}}]}, {"trait": "wish"}]
    return Form.objects.create(
        kind="form", slug="demo", name="Demo", fields=fields, shown=3, texts={"en": {"title": "Well?"}}
    )


@pytest.fixture
def survey(db: None, now: datetime) -> Content:
    return Content.objects.create(name="how-was-it", kind="survey", text=SURVEY, at=now)


def fill_in(form: Form, lead: Lead, at: datetime, **answers: str) -> None:
    """Send a form by the lead's own link."""
    visitor = by_link(lead.pk)
    assert visitor is not None
    ticket = Ticket(form=form.pk, issued=at.timestamp(), language="en", asked=tuple(answers), lead=lead.pk)
    submit(form=form, ticket=ticket, visitor=visitor, answers=answers, agreed=[], address=None, agent="", now=at)


def test_a_form_of_several_questions_is_answered_or_ignored(
    new_lead: NewLead, ask: Ask, form: Form, survey: Content, now: datetime
) -> None:
    made = []
    for name in ("ada", "bea", "cleo"):
        lead = new_lead(name)
        first = ask(lead)
        first.delete()
        asks = filled.forms()
        assert asks == {"how-was-it": "demo"}
        note = Asked.objects.create(
            lead=lead, enrolment=lead.enrolments.get(), act=7, content=survey.name, form=asks[survey.name], at=now
        )
        handed(note, now)
        made.append((lead, note))
    (ada, _), (bea, late), (_, silent) = made
    fill_in(form, ada, now + HOUR, need="none")
    assert ignored(now + 2 * HOUR) == 1
    ignored(now + WAIT)
    found = {row.lead.name: row for row in Asked.objects.all()}
    assert found["Ada"].answered_at == now + HOUR
    assert found["Bea"].ignored_at is not None
    assert Event.objects.filter(name="survey_ignored").count() == 2
    assert Event.objects.filter(name="survey_ignored").first().properties["form"] == "demo"  # type: ignore[union-attr]
    fill_in(form, bea, now + WAIT + HOUR, need="none")
    ignored(now + WAIT + 2 * HOUR)
    late.refresh_from_db()
    assert late.answered_at == now + WAIT + HOUR
    counts = Event.objects.filter(name="survey_ignored", retracted_at__isnull=True)
    assert list(counts.values_list("lead", flat=True)) == [silent.lead_id]


def asked_by_form(ask: Ask, lead: Lead, now: datetime) -> Asked:
    """Have a lead asked by the form."""
    ask(lead).delete()
    return Asked.objects.create(
        lead=lead, enrolment=lead.enrolments.get(), act=7, content="how-was-it", form="demo", at=now
    )


def test_forms_of_leads_that_were_not_seen_since_the_last_look_are_left_alone(
    new_lead: NewLead, ask: Ask, form: Form, survey: Content, now: datetime
) -> None:
    """Each form costs a question to the database."""
    for number in range(20):
        asked_by_form(ask, new_lead(f"lead{number}"), now - HOUR)
    ada = new_lead("ada")
    asked_by_form(ask, ada, now)
    Lead.objects.exclude(pk=ada.pk).update(last_seen_at=now)
    with CaptureQueriesContext(connection) as first:
        assert filled.settle(now + HOUR) == 0
    later = now + timedelta(days=3)
    assert filled.settle(later) == 0
    # No worker ran for days, and the form was filled in meanwhile.
    fill_in(form, ada, later + HOUR, need="none")
    with CaptureQueriesContext(connection) as then:
        assert filled.settle(later + timedelta(days=9)) == 1
    assert len(then) < 20 < len(first)


def test_what_was_filled_in_counts_for_the_lead_that_it_turns_out_to_be(
    new_lead: NewLead, ask: Ask, form: Form, survey: Content, now: datetime
) -> None:
    ada, again = new_lead("ada"), new_lead("again")
    row = asked_by_form(ask, ada, now)
    fill_in(form, again, now + HOUR, need="none")
    later = now + timedelta(days=5)
    assert filled.settle(now + 2 * HOUR) == filled.settle(later) == 0
    merge(winner=ada.pk, loser=again.pk, actor=DORA, reason="the same", now=later + HOUR)
    assert filled.settle(later + 2 * HOUR) == 1
    row.refresh_from_db()
    assert row.answered_at == now + HOUR


def test_only_a_survey_that_leads_to_an_open_form_asks_by_one(
    new_lead: NewLead, ask: Ask, form: Form, survey: Content, now: datetime
) -> None:
    assert filled.form_of(survey) == "demo"
    mail = Content(name="m", kind="mail", text=SURVEY.replace("survey", "mail").replace("how-was-it", "m"))
    assert filled.form_of(mail) is None
    bracketed = Content(name="b", kind="survey", text=SURVEY.replace("forms.demo", 'forms["demo"]'))
    assert filled.form_of(bracketed) == "demo"
    Form.objects.update(active=False)
    assert filled.form_of(survey) is None


@pytest.mark.django_db(transaction=True)
def test_answers_that_come_while_questions_are_settled_win(new_lead: NewLead, ask: Ask, now: datetime) -> None:
    if connection.vendor != "postgresql":
        pytest.skip("on SQLite a transaction that writes is alone: make test-postgresql")
    rows = [ask(new_lead(f"lead{number}")) for number in range(30)]
    for row in rows:
        handed(row, now)
    over, failed = now + WAIT, []

    def run(*work: Callable[[], object]) -> None:
        try:
            for each in work:
                each()
        except BaseException as error:
            failed.append(error)
        finally:
            connections.close_all()

    answers = [partial(answer, asked=row, value="none", now=over) for row in rows[::2]]
    threads = [
        threading.Thread(target=run, args=(partial(ignored, over), partial(ignored, over))),
        threading.Thread(target=run, args=(partial(ignored, over),)),
        threading.Thread(target=run, args=answers),
        threading.Thread(target=run, args=answers[::-1]),
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert failed == []
    counts = Event.objects.filter(name__startswith="survey_", retracted_at__isnull=True)
    assert sorted(counts.values_list("name", flat=True)) == ["survey_answered"] * 15 + ["survey_ignored"] * 15
    assert counts.values("lead").distinct().count() == 30
