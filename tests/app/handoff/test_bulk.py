"""Many leads at once: each by its own rights and in its own transaction, and none of them twice."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.test import Client
from django.utils import timezone

from pyrometer.app.evidence.models import TraitChange
from pyrometer.app.handoff import actions
from pyrometer.app.handoff import bulk as many
from pyrometer.app.handoff.models import Assignment, Bulk, Chosen, Rep, Standing, Verdict
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry, User
from pyrometer.app.temperature.models import Reading
from pyrometer.errors import UsageError
from tests.app.handoff.conftest import NewLead

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def text(response: Any) -> str:
    return response.content.decode()


def chosen(client: Client, kind: str, leads: list[int], **more: str) -> str:
    """The address of the page that asks once more."""
    answer = client.post("/leads/many/", {"kind": kind, "lead": leads, **more})
    assert answer.status_code == 302
    return str(answer["Location"])


def test_leads_are_assigned_and_who_cannot_be_is_said_with_the_reason(
    carol: User, bobs: Rep, new_lead: NewLead, client_of: ClientOf
) -> None:
    free, customer, left = new_lead("warm"), new_lead("warm", stage="customer"), new_lead("warm")
    client = client_of(carol)
    page = chosen(client, "assign", [free.pk, customer.pk])
    asks = text(client.get(page))
    assert "<b>2 leads</b>" in asks
    assert free.lead.name in asks
    assert not Assignment.objects.exists()
    assert client.post(page, {}).status_code == 422
    assert client.post(page, {"rep": bobs.pk}).status_code == 302
    said = text(client.get(page))
    assert "1 done, 1 refused" in said
    assert "this lead is a customer already" in said
    assert list(Assignment.objects.values_list("lead", "rep")) == [(free.pk, bobs.pk)]
    assert AuditEntry.objects.filter(action="lead.assigned", user=carol).count() == 1
    assert AuditEntry.objects.get(action="leads.bulk").detail["leads"] == 2
    left.refresh_from_db()
    assert left.stage == "lead"


def test_what_is_sent_twice_is_done_once(carol: User, new_lead: NewLead, client_of: ClientOf) -> None:
    leads = [new_lead("cool").pk for _ in range(3)]
    client = client_of(carol)
    page = chosen(client, "trait", leads)
    said = {"trait": "size", "value": "80"}
    client.post(page, said)
    client.post(page, said | {"value": "90"})
    assert sorted(TraitChange.objects.values_list("lead", "value")) == [(lead, 80) for lead in sorted(leads)]
    assert "3 done, 0 refused" in text(client.get(page))


def test_two_who_carry_on_with_one_do_each_lead_once(carol: User, bobs: Rep, new_lead: NewLead, now: datetime) -> None:
    actor = Actor.of(carol)
    leads = [new_lead("warm").pk for _ in range(5)]
    bulk = many.prepare(kind="assign", leads=leads, actor=actor, now=now)
    assert many.confirm(bulk=bulk, detail={"rep": bobs.pk}, actor=actor, now=now)
    assert not many.confirm(bulk=bulk, detail={"rep": 0}, actor=actor, now=now)
    assert many.carry_on(bulk, now, limit=2) == 2
    assert many.carry_out(now) == 0, "whoever confirmed it is at it"
    later = now + timedelta(minutes=1)
    assert many.carry_out(later) == 3
    assert many.carry_out(later) == 0
    assert Chosen.objects.filter(outcome="done").count() == Assignment.objects.count() == 5
    assert Bulk.objects.get().ended_at == later


def test_a_value_of_another_kind_is_refused_before_anything_happens(
    carol: User, new_lead: NewLead, client_of: ClientOf
) -> None:
    client = client_of(carol)
    page = chosen(client, "trait", [new_lead("cool").pk])
    assert client.post(page, {"trait": "size", "value": "many"}).status_code == 422
    assert client.post(page, {"trait": "need", "value": "perhaps"}).status_code == 422
    assert client.post(page, {"trait": "email", "value": "x@example.com"}).status_code == 422
    assert not TraitChange.objects.exists()


def test_only_own_leads_are_put_off(
    bob: User, bobs: Rep, beas: Rep, new_lead: NewLead, now: datetime, client_of: ClientOf
) -> None:
    mine, hers, nobodys = (new_lead("warm", stage=stage) for stage in ("sql", "sql", "lead"))
    for reading, rep in ((mine, bobs), (hers, beas)):
        Assignment.objects.create(lead_id=reading.pk, rep=rep, because="test", at=now)
    client = client_of(bob)
    page = chosen(client, "recycle", [mine.pk, hers.pk, nobodys.pk])
    assert "choose one to come" in text(client.post(page, {"until": "2020-01-01"}))
    until = (timezone.now() + timedelta(days=40)).date()
    client.post(page, {"until": until.isoformat()})
    said = text(client.get(page))
    assert "1 done, 2 refused" in said
    assert "you may not do this with this lead" in said
    assert "nobody in sales has it" in said
    assert Verdict.objects.get().kind == "not_now"
    assert Standing.objects.get(pk=mine.pk).recycle_on == until
    assert Reading.objects.get(pk=hers.pk).stage == "sql"


def test_rights_are_those_of_the_single_action(
    alice: User, bob: User, charlie: User, bobs: Rep, new_lead: NewLead, now: datetime, client_of: ClientOf
) -> None:
    lead = new_lead("warm").pk
    assert client_of(bob).post("/leads/many/", {"kind": "assign", "lead": [lead]}).status_code == 403
    assert client_of(bob).post("/leads/many/", {"kind": "export", "lead": [lead]}).status_code == 403
    assert client_of(alice).post("/leads/many/", {"kind": "recycle", "lead": [lead]}).status_code == 403
    assert client_of(charlie).post("/leads/many/", {"kind": "trait", "lead": [lead]}).status_code in (302, 403)
    assert not Bulk.objects.exists()
    page = chosen(client_of(alice), "qualify", [lead])
    assert client_of(bob).get(page).status_code == 404
    assert client_of(bob).post(page, {}).status_code == 404
    client_of(alice).post(page, {"note": "wants to buy"})
    assert Reading.objects.get(pk=lead).stage == "sql"
    # Who loses the right meanwhile does no more.
    bulk = many.prepare(kind="trait", leads=[lead], actor=Actor.of(alice), now=now)
    many.confirm(bulk=bulk, detail={"trait": "size", "value": 1}, actor=Actor.of(alice), now=now)
    User.objects.filter(pk=alice.pk).update(is_active=False)
    many.carry_on(Bulk.objects.get(pk=bulk.pk), now)
    assert Chosen.objects.get(bulk=bulk).outcome == "refused"
    with pytest.raises(PermissionDenied):
        many.prepare(kind="assign", leads=[lead], actor=Actor.of(bob), now=now)


def test_all_that_the_filters_find(
    alice: User, new_lead: NewLead, client_of: ClientOf, monkeypatch: pytest.MonkeyPatch
) -> None:
    warm = [new_lead("warm", country="DE").pk for _ in range(4)]
    new_lead("cool", country="DE")
    client = client_of(alice)
    page = chosen(client, "export", [], all="yes", temperature="warm", country="DE")
    assert "<b>4 leads</b>" in text(client.get(page))
    file = client.post(page)
    rows = list(csv.DictReader(io.StringIO(file.getvalue().decode("utf-8-sig"))))
    assert sorted(int(row["lead"]) for row in rows) == warm
    assert AuditEntry.objects.get(action="leads.bulk").detail["kind"] == "export"
    monkeypatch.setattr("pyrometer.app.handoff.bulk.MOST", 3)
    asked = {"kind": "export", "all": "yes", "temperature": "warm"}
    assert "narrow the filters" in text(client.post("/leads/many/", asked, follow=True))


def test_nothing_and_nonsense_are_said_so(alice: User, new_lead: NewLead, client_of: ClientOf) -> None:
    client = client_of(alice)
    new_lead("warm")
    assert "Choose at least one lead" in text(client.post("/leads/many/", {"kind": "trait"}, follow=True))
    assert "Choose what is to be done" in text(client.post("/leads/many/", {"kind": "burn"}, follow=True))
    asked = {"kind": "trait", "lead": ["x", "9" * 30, "77777777"]}
    assert "Choose at least one lead" in text(client.post("/leads/many/", asked, follow=True))
    with pytest.raises(UsageError):
        many.prepare(kind="trait", leads=[], actor=Actor.of(alice), now=datetime(2026, 6, 1, tzinfo=UTC))


class TestAssigningWhatIsntFree:
    """Leads that somebody has, or that sales has judged, are left out unless it is said that they are meant."""

    @pytest.fixture
    def page(self, carol: User, bobs: Rep, beas: Rep, new_lead: NewLead, client_of: ClientOf, now: datetime) -> str:
        manager = Actor.of(carol)
        free, early, owned, judged = (
            new_lead("warm", stage=stage, name=name)
            for stage, name in (("mql", "Free"), ("lead", "Early"), ("mql", "Owned"), ("mql", "Judged"))
        )
        for each in (owned, judged):
            actions.assign(lead=each.pk, rep=bobs, actor=manager, now=now)
        held = Assignment.objects.get(lead=judged.pk)
        actions.give_verdict(assignment=held, kind="not_a_fit", reason="too_small", actor=Actor.of(bobs.user), now=now)
        return chosen(client_of(carol), "assign", [each.pk for each in (free, early, owned, judged)])

    def test_the_page_counts_them(self, page: str, carol: User, client_of: ClientOf) -> None:
        asks = text(client_of(carol).get(page))
        assert "<b>1</b> has an owner" in asks
        assert "<b>1</b> has a verdict of sales" in asks
        assert "<b>1</b> isn't qualified" in asks.replace("&#x27;", "'")
        assert "<b>1</b> more is free" in asks

    def test_they_are_left_out(self, page: str, carol: User, bobs: Rep, beas: Rep, client_of: ClientOf) -> None:
        client = client_of(carol)
        assert client.post(page, {"rep": beas.pk}).status_code == 302
        said = text(client.get(page))
        assert "2 done, 0 refused, 2 left out" in said
        assert "Bob has it" in said
        assert "sales has judged it: Not a fit" in said
        held = dict(Assignment.objects.filter(ended_at=None).values_list("lead__name", "rep__user__name"))
        assert held == {"Free": "Bea", "Early": "Bea", "Owned": "Bob"}

    @pytest.mark.parametrize(
        ("ticked", "theirs"),
        [({"owned": "on"}, {"Free", "Early", "Owned"}), ({"judged": "on"}, {"Free", "Early", "Judged"})],
    )
    def test_unless_they_are_ticked(
        self, ticked: dict[str, str], theirs: set[str], page: str, carol: User, beas: Rep, client_of: ClientOf
    ) -> None:
        assert client_of(carol).post(page, {"rep": beas.pk, **ticked}).status_code == 302
        held = Assignment.objects.filter(ended_at=None, rep=beas)
        assert set(held.values_list("lead__name", flat=True)) == theirs

    def test_where_all_are_free_nothing_is_to_be_ticked(
        self, carol: User, bobs: Rep, new_lead: NewLead, client_of: ClientOf
    ) -> None:
        client = client_of(carol)
        asks = text(client.get(chosen(client, "assign", [new_lead("warm", stage="mql").pk])))
        assert 'type="checkbox"' not in asks
        assert "owner" not in asks


def test_the_value_of_a_trait_is_chosen_where_the_teams_agreed_on_some(
    alice: User, new_lead: NewLead, client_of: ClientOf
) -> None:
    client = client_of(alice)
    page = chosen(client, "trait", [new_lead("cool").pk])
    first = text(client.get(page))
    assert '<option value="need">need</option>' in first
    assert 'name="value"' not in first
    then = text(client.get(f"{page}?trait=need"))
    assert '<option value="met">met</option>' in then
    assert "Another trait" in then
    assert 'type="number" name="value"' in text(client.get(f"{page}?trait=size"))
    assert client.post(page, {"trait": "need", "value": "met"}).status_code == 302
    assert TraitChange.objects.get().value == "met"
