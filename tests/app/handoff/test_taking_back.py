"""A verdict that was a slip is taken back, and one that contradicts itself isn't taken at all."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.forms import model_to_dict
from django.test import Client
from django.utils import timezone

from pyrometer.app.evidence.actions import erase
from pyrometer.app.handoff import actions, queries
from pyrometer.app.handoff.models import Assignment, Rep, Standing, Verdict
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry, User
from pyrometer.app.temperature.models import Reading, Transition
from pyrometer.errors import UsageError
from tests.app.handoff.conftest import NewLead, did, read, turn

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
HOUR = timedelta(hours=1)
CLOCK = ("rep", "remind_at", "due_at", "escalate_at", "wake_at", "responded_at", "accepted_at", "ended_at")


def text(response: Any) -> str:
    return response.content.decode()


def given_to(reading: Reading, at: datetime) -> Assignment:
    turn(reading, "hot", at)
    return Assignment.objects.select_related("rep__user", "lead").get(lead=reading.pk, ended_at__isnull=True)


@pytest.fixture
def held(new_lead: NewLead, bobs: Rep, now: datetime) -> Assignment:
    return given_to(new_lead("warm"), now)


@pytest.fixture
def as_bob(bob: User) -> Actor:
    return Actor.of(bob)


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("accepted", {}),
        ("not_now", {"until": date(2026, 9, 1)}),
        ("not_a_fit", {"reason": "too_small"}),
        ("duplicate", {}),
    ],
)
@pytest.mark.parametrize("accepted", [False, True])
def test_all_is_as_it_was(
    kind: str,
    more: dict,  # type: ignore[type-arg]
    accepted: bool,
    held: Assignment,
    bobs: Rep,
    as_bob: Actor,
    now: datetime,
) -> None:
    if accepted and kind == "accepted":
        return  # said twice, it was said once
    actions.log_attempt(assignment=held, channel="call", reached=False, actor=as_bob, now=now)
    if accepted:
        actions.give_verdict(assignment=held, kind="accepted", actor=as_bob, now=now + HOUR)
    before = Reading.objects.get(pk=held.lead_id)
    clock = model_to_dict(Assignment.objects.get(pk=held.pk), fields=CLOCK)
    slip = actions.give_verdict(assignment=held, kind=kind, actor=as_bob, now=now + 2 * HOUR, **more)
    actions.take_back(verdict=slip, actor=as_bob, now=now + 3 * HOUR)
    after = Reading.objects.get(pk=held.lead_id)
    assert (after.stage, after.stage_since) == (before.stage, before.stage_since)
    assert model_to_dict(Assignment.objects.get(pk=held.pk), fields=CLOCK) == clock
    standing = Standing.objects.get(pk=held.lead_id)
    assert (standing.verdict, standing.recycle_on, standing.parked, standing.former) == ("", None, "", None)
    calls = queries.worked_on if accepted else queries.to_call
    assert [call.lead.pk for call in calls(bobs, now + 3 * HOUR).shown] == [held.lead_id]
    assert Verdict.objects.count() == accepted
    entry = AuditEntry.objects.get(action="lead.verdict_taken_back")
    assert (entry.actor, entry.subject, entry.detail["verdict"]) == ("bob@example.com", f"lead:{held.lead_id}", kind)
    change = Transition.objects.filter(kind="stage", cause="taken_back").get()
    assert (change.after, change.reasons) == (before.stage, ["the verdict was taken back"])
    # The same again is a verdict like any other.
    actions.give_verdict(assignment=held, kind="not_now", actor=as_bob, now=now + 4 * HOUR)


def test_only_once_and_only_for_a_while(held: Assignment, as_bob: Actor, carol: User, now: datetime) -> None:
    slip = actions.give_verdict(assignment=held, kind="junk", actor=as_bob, now=now)
    for who in (as_bob, Actor.of(carol)):
        with pytest.raises(UsageError, match="this verdict is final"):
            actions.take_back(verdict=slip, actor=who, now=now + timedelta(days=3, seconds=1))
    actions.take_back(verdict=slip, actor=as_bob, now=now + timedelta(days=3))
    with pytest.raises(UsageError, match="taken back already"):
        actions.take_back(verdict=slip, actor=as_bob, now=now + timedelta(days=3))


def test_it_is_for_who_gave_it_and_for_managers(
    held: Assignment, beas: Rep, as_bob: Actor, alice: User, carol: User, charlie: User, now: datetime
) -> None:
    slip = actions.give_verdict(assignment=held, kind="junk", actor=as_bob, now=now)
    for stranger in (beas.user, alice, charlie):
        with pytest.raises(PermissionDenied):
            actions.take_back(verdict=slip, actor=Actor.of(stranger), now=now + HOUR)
    actions.take_back(verdict=slip, actor=Actor.of(carol), now=now + HOUR)
    assert Reading.objects.get(pk=held.lead_id).stage == "sql"


def test_a_lead_that_went_on_stays_where_it_is(
    held: Assignment, beas: Rep, as_bob: Actor, carol: User, now: datetime
) -> None:
    slip = actions.give_verdict(assignment=held, kind="not_now", actor=as_bob, now=now)
    actions.assign(lead=held.lead_id, rep=beas, actor=Actor.of(carol), now=now + HOUR)
    with pytest.raises(UsageError, match="has gone on since"):
        actions.take_back(verdict=slip, actor=as_bob, now=now + 2 * HOUR)
    assert queries.owner(held.lead_id).rep == beas  # type: ignore[union-attr]
    assert Verdict.objects.filter(pk=slip.pk).exists()


def test_neither_a_later_verdict_nor_a_win_is_undone(held: Assignment, as_bob: Actor, now: datetime) -> None:
    accepted = actions.give_verdict(assignment=held, kind="accepted", actor=as_bob, now=now)
    later = actions.give_verdict(assignment=held, kind="not_now", actor=as_bob, now=now + HOUR)
    with pytest.raises(UsageError, match="has gone on since"):
        actions.take_back(verdict=accepted, actor=as_bob, now=now + 2 * HOUR)
    actions.take_back(verdict=later, actor=as_bob, now=now + 2 * HOUR)
    actions.record_outcome(
        lead=held.lead_id, won=True, decided_at=now + 3 * HOUR, revenue=None, actor=as_bob, now=now + 3 * HOUR
    )
    with pytest.raises(UsageError, match="has gone on since"):
        actions.take_back(verdict=accepted, actor=as_bob, now=now + 4 * HOUR)
    assert Reading.objects.get(pk=held.lead_id).stage == "customer"


def test_a_rep_who_left_gets_nothing_back(held: Assignment, bobs: Rep, carol: User, now: datetime) -> None:
    slip = actions.give_verdict(assignment=held, kind="junk", actor=Actor.of(carol), now=now)
    Rep.objects.filter(pk=bobs.pk).update(active=False)
    with pytest.raises(UsageError, match="doesn't take leads any more"):
        actions.take_back(verdict=slip, actor=Actor.of(carol), now=now + HOUR)


def test_readings_after_it_leave_it_where_it_is(held: Assignment, as_bob: Actor, now: datetime) -> None:
    reading = Reading.objects.get(pk=held.lead_id)
    slip = actions.give_verdict(assignment=held, kind="not_a_fit", actor=as_bob, now=now)
    actions.take_back(verdict=slip, actor=as_bob, now=now + HOUR)
    did(reading, "viewed", now + HOUR)
    read(reading, now + 2 * HOUR)
    assert queries.owner(reading.pk).pk == held.pk  # type: ignore[union-attr]


class TestPages:
    def test_from_the_message_to_the_lead_and_back(
        self, bob: User, bobs: Rep, beas: Rep, alice: User, new_lead: NewLead, client_of: ClientOf
    ) -> None:
        at = timezone.now() - HOUR
        held = given_to(new_lead("warm", at=at), at)
        client = client_of(bob)
        said = text(client.post(f"/inbox/{held.pk}/verdict/", {"kind": "duplicate"}, follow=True))
        slip = Verdict.objects.get()
        assert f'<a href="/inbox/verdicts/{slip.pk}/">Take it back</a>' in said
        for address in (f"/inbox/{held.pk}/verdict/", f"/inbox/{held.pk}/attempt/", f"/inbox/verdicts/{slip.pk}/"):
            page = text(client.get(address))
            assert "This lead has its verdict: <b>Duplicate</b>" in page
            assert "Take the verdict back" in page
        assert client.post(f"/inbox/{held.pk}/verdict/", {"kind": "accepted"}).status_code == 409
        assert "Take the verdict back" in text(client.get(f"/leads/{held.lead_id}/"))
        for stranger in (beas.user, alice):
            assert client_of(stranger).get(f"/inbox/verdicts/{slip.pk}/").status_code == 403
            assert client_of(stranger).post(f"/inbox/verdicts/{slip.pk}/").status_code == 403
            assert "Take the verdict back" not in text(client_of(stranger).get(f"/leads/{held.lead_id}/"))
        back = client.post(f"/inbox/verdicts/{slip.pk}/")
        assert (back.status_code, back["Location"]) == (302, f"/leads/{held.lead_id}/")
        assert "was taken back" in text(client.get(f"/leads/{held.lead_id}/"))
        assert held.lead.name in text(client.get("/inbox/"))
        assert client.get(f"/inbox/verdicts/{slip.pk}/").status_code == 404

    def test_what_is_final_or_reassigned_says_so(
        self, bob: User, carol: User, bobs: Rep, beas: Rep, new_lead: NewLead, client_of: ClientOf
    ) -> None:
        at = timezone.now() - timedelta(days=4)
        held = given_to(new_lead("warm", at=at), at)
        actions.give_verdict(assignment=held, kind="not_now", actor=Actor.of(bob), now=at)
        page = text(client_of(bob).get(f"/inbox/{held.pk}/verdict/"))
        assert "This lead has its verdict: <b>Not now</b>" in page
        assert "this verdict is final" in page
        assert "Take the verdict back" not in page
        other = given_to(new_lead("warm", at=at), at)
        to = beas if other.rep == bobs else bobs
        actions.reassign(assignment=other, rep=to, actor=Actor.of(carol), now=at + HOUR)
        assert "in these hands any more" in text(client_of(carol).get(f"/inbox/{other.pk}/attempt/"))
        erase(lead=held.lead_id, actor=Actor.of(carol), now=timezone.now())
        assert client_of(bob).get(f"/inbox/{held.pk}/verdict/").status_code == 404


class TestContradictions:
    @pytest.mark.parametrize(
        ("said", "problem"),
        [
            ({"kind": "accepted", "reason": "spam"}, "go with that verdict"),
            ({"kind": "junk", "reason": "timing"}, "go with that verdict"),
            ({"kind": "not_a_fit"}, "Say why"),
            ({"kind": "junk"}, "Say why"),
            ({"kind": "not_now", "until": "2099-01-01"}, "That is too far ahead"),
            ({"kind": "unreachable"}, "Nobody has tried to reach this lead. Log an attempt first"),
        ],
    )
    def test_the_page_says_what_is_wrong(
        self, said: dict[str, str], problem: str, bob: User, held: Assignment, client_of: ClientOf
    ) -> None:
        client = client_of(bob)
        answer = client.post(f"/inbox/{held.pk}/verdict/", said)
        assert answer.status_code == 422
        assert problem in text(answer)
        assert not Verdict.objects.exists()

    def test_unreachable_is_taken_after_an_attempt_or_when_it_is_meant(
        self, bob: User, bobs: Rep, new_lead: NewLead, client_of: ClientOf
    ) -> None:
        at, client = timezone.now(), client_of(bob)
        one, other = given_to(new_lead("warm", at=at), at), given_to(new_lead("warm", at=at), at)
        actions.log_attempt(assignment=one, channel="call", reached=False, actor=Actor.of(bob), now=at)
        assert client.post(f"/inbox/{one.pk}/verdict/", {"kind": "unreachable"}).status_code == 302
        asked = client.post(f"/inbox/{other.pk}/verdict/", {"kind": "unreachable", "reason": "wrong_contact"})
        assert 'name="sure"' in text(asked)
        meant = {"kind": "unreachable", "reason": "wrong_contact", "sure": "yes"}
        assert client.post(f"/inbox/{other.pk}/verdict/", meant).status_code == 302
        assert list(Verdict.objects.order_by("pk").values_list("mark", flat=True)) == ["few_attempts", "no_attempt"]

    @pytest.mark.parametrize(
        ("said", "problem"),
        [
            ({"kind": "accepted", "reason": "spam"}, "`spam` doesn't belong to `accepted`; it is one of junk"),
            ({"kind": "not_now", "until": date(2028, 6, 16)}, "more than 2 years ahead"),
        ],
    )
    def test_programs_are_refused_too(
        self,
        said: dict,  # type: ignore[type-arg]
        problem: str,
        held: Assignment,
        now: datetime,
    ) -> None:
        with pytest.raises(UsageError, match=problem):
            actions.give_verdict(assignment=held, actor=Actor("CRM"), now=now, **said)
        actions.give_verdict(assignment=held, kind="not_now", until=date(2028, 6, 15), actor=Actor("CRM"), now=now)
