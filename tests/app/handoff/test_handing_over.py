"""From a reading to somebody's inbox."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from pyrometer.app.agreement.models import Version
from pyrometer.app.delivery.models import Outgoing, Webhook
from pyrometer.app.evidence.models import Company
from pyrometer.app.handoff import queries, walking
from pyrometer.app.handoff.models import Assignment, Outcome, Rep, Terms
from pyrometer.app.people.models import AuditEntry, User
from pyrometer.app.temperature.models import Reading, Stage, Temperature, Transition
from pyrometer.lifecycle import Said
from pyrometer.lifecycle import Stage as CoreStage
from tests.app.handoff.conftest import NewLead, did, read, turn
from tests.app.mails import message

pytestmark = pytest.mark.django_db


def stages(reading: Reading) -> list[tuple[str, str, str]]:
    found = Transition.objects.filter(lead=reading.pk, kind="stage").order_by("pk")
    return [(each.before, each.after, each.cause) for each in found]


def test_words_are_the_same_on_both_sides() -> None:
    from pyrometer.app.handoff.models import Verdict

    assert [stage.value for stage in CoreStage] == Stage.values
    assert [said.value for said in Said] == Verdict.Kind.values


def test_a_lead_that_turns_hot_is_somebodys_at_once(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    reasons = [{"score": "interest", "rule": "Asked for a demo", "points": 30}]
    reading = turn(new_lead("warm", strongest=reasons), "hot", now)
    assert reading.stage == "sql"
    assert reading.stage_since == now
    assert stages(reading) == [("lead", "sql", "evidence")]
    held = Assignment.objects.get()
    assert (held.lead_id, held.rep, held.because) == (reading.pk, bobs, "Bob is the only one who can take it")
    assert held.due_at == now + timedelta(minutes=60)
    assert held.wake_at == now + timedelta(minutes=45)
    mail = Outgoing.objects.get(channel="email").payload
    assert (mail["to"], mail["template"]) == ("bob@example.com", "assignment")
    assert mail["context"]["link"] == f"/leads/{reading.pk}/"
    assert mail["context"]["reasons"] == ["Asked for a demo: +30"]
    entry = AuditEntry.objects.get(action="lead.assigned")
    assert (entry.actor, entry.subject) == ("hand-off", f"lead:{reading.pk}")


def test_telling_twice_hands_over_once(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    reading = turn(new_lead("warm"), "hot", now)
    turn(reading, "hot", now)
    assert Assignment.objects.count() == 1
    assert Outgoing.objects.filter(channel="email").count() == 1


def test_fit_and_a_sales_action_are_enough(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    reading = new_lead("warm", stage="mql")
    did(reading, "asked_us", now - timedelta(minutes=1))
    read(reading, now)  # it was warm before, so no transition tells of it
    assert [call.lead.pk for call in queries.to_call(bobs, now).shown] == [reading.pk]


@pytest.mark.parametrize(
    "event",
    [
        pytest.param({"event": "page_viewed"}, id="not a sales action"),
        pytest.param({"event": "asked_us", "bot": "crawler"}, id="a machine's"),
        pytest.param(
            {"event": "asked_us", "retracted_at": datetime.fromisoformat("2026-06-15T00:00Z")}, id="taken back"
        ),
        pytest.param({"event": "asked_us", "days": 60}, id="too long ago"),
    ],
)
def test_what_is_no_sales_action_hands_nothing_over(event: dict, new_lead: NewLead, bobs: Rep, now: datetime) -> None:  # type: ignore[type-arg]
    event = dict(event)
    did(new_lead("warm", stage="mql"), event.pop("event"), now - timedelta(days=event.pop("days", 0)), **event)
    assert walking.look(now) == 0
    assert not Assignment.objects.exists()


def test_a_sales_action_without_fit_is_not_enough(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    did(new_lead("warm", fit="D"), "asked_us", now)
    walking.look(now)
    assert not Assignment.objects.exists()


def test_fit_and_sales_actions_follow_from_the_definition(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    asked = new_lead("warm", fit="B")
    poor, other, long_ago = new_lead("warm", fit="C"), new_lead("warm", fit="A"), new_lead("warm", fit="A")
    did(asked, "asked_us", now)
    did(poor, "asked_us", now)
    did(other, "demo_requested", now)
    did(long_ago, "asked_us", now - timedelta(days=11))
    walking.look(now)
    found = {reading.pk: reading.stage for reading in Reading.objects.all()}
    assert found == {asked.pk: "sql", poor.pk: "lead", other.pk: "mql", long_ago.pk: "mql"}


def test_a_framework_that_is_ready_makes_a_good_fit_an_mql(new_lead: NewLead, now: datetime) -> None:
    ready = new_lead("cool", fit="A", frameworks={"own": {"ready": True}})
    unknown = new_lead("cool", fit="A", frameworks={"own": {"ready": False}})
    walking.look(now)
    ready.refresh_from_db()
    unknown.refresh_from_db()
    assert (ready.stage, unknown.stage) == ("mql", "lead")


def test_the_flag_says_whether_it_was_a_sales_action(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    short, long = new_lead("warm", fit="A"), new_lead("warm", fit="A")
    did(short, "met_us", now, properties={"minutes": 2})
    did(long, "met_us", now, properties={"minutes": 20})
    for reading, said in ((short, False), (long, True)):
        Reading.objects.filter(pk=reading.pk).update(flags={"sales_action": said})
        read(reading, now)
    assert [call.lead.pk for call in queries.to_call(bobs, now).shown] == [long.pk]


def test_without_a_flag_a_demo_request_is_a_sales_action(
    new_lead: NewLead, bobs: Rep, live: Version, now: datetime
) -> None:
    live.text = live.text.replace("sales_action:", "something_else:")
    live.save()
    reading = new_lead("warm", fit="A")
    did(reading, "demo_requested", now)
    read(reading, now)
    assert [call.lead.pk for call in queries.to_call(bobs, now).shown] == [reading.pk]


def test_terms_say_it_otherwise(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    Terms.objects.create(pk=1, good_grades=["C"], sales_events=["chat_started"])
    reading = new_lead("warm", fit="C")
    did(reading, "chat_started", now)
    walking.look(now)
    assert Assignment.objects.get().lead_id == reading.pk


def test_who_never_fits_is_parked_but_not_in_the_target_market_or_beside_a_customer(
    new_lead: NewLead, now: datetime
) -> None:
    Terms.objects.create(pk=1, markets=["SE"])
    company = Company.objects.create(domain="rotavane.example")
    customer = new_lead("warm", stage="customer", fit="A", company=company)
    Outcome.objects.create(lead=customer.lead, won=True, decided_at=now, source="crm")
    colleague = new_lead("cool", fit="D", company=company)
    swede = new_lead("cool", fit="D", country="SE")
    flagged = new_lead("cool", fit="D", flags={"target_market": True})
    nobody = new_lead("cool", fit="D", country="JP")
    walking.look(now)
    found = {reading.pk: reading.stage for reading in Reading.objects.all()}
    assert [found[each.pk] for each in (colleague, swede, flagged)] == ["lead"] * 3
    assert found[nobody.pk] == "unqualified"
    assert nobody.lead.standing.parked


@pytest.mark.parametrize(("bought", "kept"), [(7, False), (8, True)])
def test_who_fits_as_well_as_past_customers_do_is_not_parked(
    new_lead: NewLead, now: datetime, bought: int, kept: bool
) -> None:
    for fit in (5, 12, *[50] * 6)[:bought]:
        customer = new_lead("warm", stage="customer", fit="A", scores={"fit": fit})
        Outcome.objects.create(lead=customer.lead, won=True, decided_at=now, source="crm")
    as_well, not_quite = (new_lead("cool", fit="D", scores={"fit": fit}) for fit in (50, 49))
    walking.look(now)
    found = {reading.pk: reading.stage for reading in Reading.objects.all()}
    assert found[as_well.pk] == ("lead" if kept else "unqualified"), "of seven past customers nobody learns anything"
    assert found[not_quite.pk] == "unqualified"


def test_who_cannot_be_reached_is_handed_over_once_somebody_can(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    reading = turn(new_lead("warm", anonymous=True, email=""), "hot", now)
    assert reading.stage == "mql"
    assert queries.nobody_owns(now) == []
    reading.lead.anonymous = False
    reading.lead.save()
    walking.look(now)
    assert Assignment.objects.get().rep == bobs


def test_a_rep_hears_when_a_lead_in_their_hands_turns_hot(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    reasons = [{"score": "interest", "rule": "Asked for a demo", "points": 30}]
    reading = new_lead("warm", stage="mql", strongest=reasons)
    did(reading, "asked_us", now)
    walking.look(now)
    turn(reading, "hot", now + timedelta(hours=1))
    mails = [row.payload for row in Outgoing.objects.filter(channel="email").order_by("pk")]
    assert mails[1]["template"] == "hotter"
    assert mails[1]["to"] == "bob@example.com"
    written = message(mails[1], once="hotter", at=now)
    assert written["Subject"] == f"{reading.lead} turned hot"
    body = written.get_body(("plain",))
    assert body is not None
    text = body.get_content()
    assert f"http://testserver/leads/{reading.pk}/" in text
    assert "- Asked for a demo: +30" in text
    assert "The next attempt is due: 15 Jun 2026, " in text


def test_webhooks_hear_of_transitions_and_assignments(new_lead: NewLead, bobs: Rep, now: datetime) -> None:
    Webhook.objects.create(url="https://crm.example/hook", secret="s")
    reading = turn(new_lead("warm"), "hot", now)
    told = [row.payload for row in Outgoing.objects.filter(channel="webhook").order_by("pk")]
    kinds = [(each["topic"], each["data"].get("kind"), each["data"].get("after")) for each in told]
    assert sorted(kinds, key=str) == [
        ("assignment", None, None),
        ("transition", "stage", "sql"),
        ("transition", "temperature", "hot"),
    ]
    assert {each["data"]["lead"] for each in told} == {reading.pk}


def test_a_broken_lead_does_not_stop_the_others(
    new_lead: NewLead, bobs: Rep, now: datetime, caplog: pytest.LogCaptureFixture
) -> None:
    Terms.objects.create(pk=1)
    broken, fine = new_lead("hot"), new_lead("hot")
    Reading.objects.filter(pk=broken.pk).update(strongest=[5])
    walking.look(now)
    assert "hand-off of lead" in caplog.text
    assert [held.lead_id for held in Assignment.objects.all()] == [fine.pk]
    assert [loose.lead.pk for loose in queries.nobody_owns(now)] == [broken.pk]


def test_a_walk_goes_on_where_it_stopped_and_begins_again(
    new_lead: NewLead, bobs: Rep, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(walking, "STRETCH", 2)
    hot = [new_lead("hot") for _ in range(5)]
    assert [walking.look(now) for _ in range(4)] == [2, 2, 1, 0]
    late = new_lead("hot")
    assert walking.look(now) == 1
    assert Assignment.objects.filter(lead__in=[each.pk for each in [*hot, late]]).count() == 6


def test_temperatures_are_the_ones_the_core_knows() -> None:
    assert set(Temperature.values) == {"hot", "warm", "cool"}


def test_charlie_gets_nothing(new_lead: NewLead, team, charlie: User, dora: User, now: datetime) -> None:  # type: ignore[no-untyped-def]
    Rep.objects.create(user=charlie, team=team)
    reading = turn(new_lead("warm"), "hot", now)
    assert Assignment.objects.get().rep is None
    assert [row.payload["to"] for row in Outgoing.objects.filter(channel="email")] == ["dora@example.com"]
    assert [loose.lead.pk for loose in queries.nobody_owns(now)] == [reading.pk]
