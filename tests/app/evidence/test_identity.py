"""Whose a message is."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from pyrometer.app.evidence.actions import merge, unmerge
from pyrometer.app.evidence.models import Event, Handle, Lead, Merge
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry
from pyrometer.errors import UsageError
from tests.app.evidence.conftest import NOW, message, took

pytestmark = pytest.mark.django_db
Say = Callable[..., int]


def root(lead: int) -> int:
    found = Lead.objects.get(pk=lead).root_id
    assert found is not None
    return found


def owner(kind: str, value: str) -> int:
    return Handle.objects.get(kind=kind, value=value).lead_id


def test_what_a_visitor_did_before_belongs_to_the_lead_that_it_becomes(say: Say) -> None:
    visitor = say("anonymous:a1")
    assert Lead.objects.get(pk=visitor).anonymous
    lead = say("anonymous:a1", "email:Ada@Acme.test")
    assert root(lead) == root(visitor)
    assert say("email:ada@acme.TEST") == lead
    assert Event.objects.filter(lead__root=root(lead)).count() == 3
    row = Lead.objects.get(pk=root(lead))
    assert (row.email, row.anonymous, str(row.company and row.company.domain)) == ("ada@acme.test", False, "acme.test")


@pytest.mark.parametrize("handle", ["email:ada@acme.test", "phone:+49 30 1234567", "social:linkedin:ada", "user:u1"])
def test_each_kind_of_handle_is_enough(say: Say, handle: str) -> None:
    assert say(handle) == say(handle)
    assert Lead.objects.count() == 1


def test_a_known_leads_new_device_brings_its_history_along(say: Say) -> None:
    lead = say("email:ada@acme.test", "anonymous:a1")
    visitor = say("anonymous:a2")
    assert root(visitor) != root(lead)
    assert say("email:ada@acme.test", "anonymous:a2") == lead
    assert root(visitor) == lead
    assert say("anonymous:a2") == visitor, "evidence stays with the lead that it came in for"


def test_two_leads_that_one_message_names_are_one(say: Say) -> None:
    by_mail, by_phone = say("email:ada@acme.test"), say("phone:+49301234567")
    say("email:ada@acme.test", "phone:+49301234567")
    assert root(by_phone) == root(by_mail) == by_mail
    (done,) = Merge.objects.all()
    assert (done.winner_id, done.loser_id, done.moved) == (by_mail, by_phone, [by_phone])
    assert AuditEntry.objects.get(action="merge").subject == f"lead:{by_mail}"


def test_a_shared_device_does_not_make_one_of_two_people(say: Say) -> None:
    ada = say("anonymous:kiosk", "email:ada@acme.test")
    bea = say("anonymous:kiosk", "email:bea@acme.test")
    assert root(ada) != root(bea)
    assert say("anonymous:kiosk") == bea, "the device goes with whoever used it last"
    assert say("anonymous:kiosk", "email:ada@acme.test") == ada
    assert say("anonymous:kiosk") == ada
    assert not Merge.objects.exists()


def test_a_shared_device_does_not_make_one_of_two_users(say: Say) -> None:
    one, other = say("anonymous:kiosk", "user:u1"), say("anonymous:kiosk", "user:u2")
    assert root(one) != root(other)
    assert owner("anonymous", "kiosk") == other


def test_colleagues_who_share_a_phone_stay_two(say: Say) -> None:
    ada = say("email:ada@acme.test", "phone:+49301234567")
    bea = say("email:bea@acme.test", "phone:+49301234567")
    assert root(ada) != root(bea)
    assert owner("phone", "+49301234567") == ada


def test_an_address_changes_and_the_user_stays_the_same(say: Say) -> None:
    lead = say("user:u1", "email:ada@acme.test")
    assert say("user:u1", "email:ada@newjob.test") == lead
    assert say("email:ada@newjob.test") == lead


def test_a_users_new_address_that_had_subscribed_before_is_the_same_person(say: Say) -> None:
    user = say("user:u1", "email:ada@acme.test")
    reader = say("email:ada@home.test")
    assert say("user:u1", "email:ada@home.test") == user
    assert root(reader) == user


def test_two_users_with_one_address_stay_two(say: Say) -> None:
    one = say("user:u1", "email:info@acme.test")
    other = say("user:u2", "email:info@acme.test")
    assert root(one) != root(other)
    assert owner("email", "info@acme.test") == one


def test_an_alias_says_that_two_are_one(say: Say) -> None:
    visitor, user = say("anonymous:a1"), say("user:u1")
    say("user:u1", also=["anonymous:a1"], event=None)
    assert root(visitor) == root(user)
    old = say("user:old", "email:ada@acme.test")
    say("user:u1", "email:ada@home.test")
    say("user:u1", also=["user:old"], event=None, source="api")
    assert root(old) == root(user)


def test_with_a_key_that_anybody_can_read_nobody_merges_people(say: Say) -> None:
    one, other = say("user:1001", "email:ada@acme.test"), say("user:1002", "email:bea@beta.test")
    attack = message("user:1001", also=["anonymous:1002", "user:1002"])
    taken = took(message("user:1001", event="page_viewed"), attack, attack)
    assert root(one) != root(other)
    assert not Merge.objects.exists()
    (refused,) = taken.refused
    assert refused.once == attack.once
    assert refused.reason.startswith("1002 is a lead of its own, and with a write key")
    say("user:1002", "anonymous:a1")
    visitor = say("anonymous:a2")
    say("user:1001", also=["anonymous:a2", "user:a2"], event=None)
    assert root(visitor) == root(one), "a visitor becomes who it is"


def test_an_alias_of_a_device_does_not_merge_people(say: Say) -> None:
    ada = say("anonymous:kiosk", "email:ada@acme.test")
    bea = say("email:bea@acme.test", also=["anonymous:kiosk"], event=None)
    assert root(ada) != root(bea)
    assert owner("anonymous", "kiosk") == bea


def test_all_that_happens_within_one_batch(db: None) -> None:
    taken = took(
        message("anonymous:a1", once="1", event="page_viewed"),
        message("anonymous:a2", once="2", event="page_viewed"),
        message("anonymous:a1", "email:ada@acme.test", once="3"),
        message("anonymous:a2", "email:ada@acme.test", once="4"),
        message("anonymous:a2", "email:bea@acme.test", once="5"),
        message("anonymous:a2", once="6", event="page_viewed"),
    )
    roots = {once: root(lead) for once, lead in taken.lead_of.items()}
    assert roots["1"] == roots["2"] == roots["3"] == roots["4"]
    assert roots["5"] == roots["6"] != roots["1"]
    assert taken.touched == {roots["1"], roots["5"]}


def test_what_a_person_took_apart_stays_apart(say: Say, carol: Actor) -> None:
    by_mail, by_phone = say("email:ada@acme.test"), say("phone:+49301234567")
    say("email:ada@acme.test", "phone:+49301234567")
    unmerge(merge=Merge.objects.get().pk, actor=carol, now=NOW)
    assert say("email:ada@acme.test", "phone:+49301234567") == by_mail
    assert root(by_phone) == by_phone


def test_unmerging_restores_both_and_what_came_since(say: Say, carol: Actor) -> None:
    one, other = say("email:ada@acme.test", traits={"name": "Ada"}), say("email:bea@acme.test", traits={"name": "Bea"})
    done = merge(winner=one, loser=other, reason="the same", actor=carol, now=NOW)
    assert say("email:bea@acme.test") == other
    assert Lead.objects.get(pk=one).name == "Bea", "said last"
    unmerge(merge=done.pk, actor=carol, now=NOW)
    assert list(Lead.objects.order_by("pk").values_list("root", "name", "email")) == [
        (one, "Ada", "ada@acme.test"),
        (other, "Bea", "bea@acme.test"),
    ]
    assert Event.objects.filter(lead=other).count() == 2
    assert [entry.action for entry in AuditEntry.objects.order_by("pk")] == ["merge", "unmerge"]
    with pytest.raises(UsageError, match="taken apart already"):
        unmerge(merge=done.pk, actor=carol, now=NOW)


def test_unmerging_in_any_order(say: Say, carol: Actor) -> None:
    a, b, c = (say(f"email:{name}@acme.test") for name in "abc")
    low = merge(winner=b, loser=c, reason="", actor=carol, now=NOW)
    high = merge(winner=a, loser=c, reason="by a member", actor=carol, now=NOW)
    assert [root(lead) for lead in (a, b, c)] == [a, a, a]
    assert high.loser_id == b, "the root of the lead that was named"
    unmerge(merge=low.pk, actor=carol, now=NOW)
    assert [root(lead) for lead in (a, b, c)] == [a, a, c]
    unmerge(merge=high.pk, actor=carol, now=NOW)
    assert [root(lead) for lead in (a, b, c)] == [a, b, c]


def test_merging_what_is_one_is_refused(say: Say, carol: Actor) -> None:
    one = say("email:ada@acme.test")
    with pytest.raises(UsageError, match="are one already"):
        merge(winner=one, loser=one, reason="", actor=carol, now=NOW)
    with pytest.raises(UsageError, match="no lead 999"):
        merge(winner=one, loser=999, reason="", actor=carol, now=NOW)
