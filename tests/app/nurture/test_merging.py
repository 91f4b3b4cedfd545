"""Leads that turn out to be one, that are two again, that are erased, and that ask what is known of them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from pyrometer.app.consent import access
from pyrometer.app.evidence import actions as evidence
from pyrometer.app.evidence.models import Merge
from pyrometer.app.nurture.models import Act, Enrolment, Look
from pyrometer.app.people.audit import Actor
from tests.app.nurture.conftest import MONDAY, Person, publish, text_of, travel, work

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
BY = Actor("bob@example.com")
SERIES = "- send: one\n- wait: 1w\n- send: two\n- wait: 1w"


def test_a_merged_lead_goes_on_once_and_both_again_when_it_is_taken_apart(person: Person) -> None:
    publish(text_of("series", SERIES))
    ada = person("ada")
    work(MONDAY)
    other = person("ada.byron", at=MONDAY + DAY)
    work(MONDAY + DAY)
    evidence.merge(winner=other.pk, loser=ada.pk, actor=BY, reason="the same", now=MONDAY + 2 * DAY)
    first, second = Enrolment.objects.order_by("entered_at")
    assert (first.ended_at, second.why) == (None, "merged")
    travel(MONDAY + 2 * DAY, MONDAY + 6 * DAY)
    assert list(Act.objects.filter(kind="sent").values_list("what", flat=True)) == ["one", "one"]
    evidence.unmerge(merge=Merge.objects.get(undone_at__isnull=True).pk, actor=BY, now=MONDAY + 6 * DAY)
    assert Enrolment.objects.filter(ended_at__isnull=True).count() == 2
    travel(MONDAY + 6 * DAY, MONDAY + 12 * DAY)
    sent = sorted(Act.objects.filter(kind="sent").values_list("lead__email", "what"))
    assert sent == [(mail, what) for mail in ("ada.byron@example.org", "ada@example.org") for what in ("one", "two")]


def test_a_lead_of_both_groups_is_compared_with_nobody(person: Person) -> None:
    publish(text_of("series", SERIES))
    ada, bob = person("ada"), person("bob")
    work(MONDAY)
    Enrolment.objects.filter(lead=bob).update(held_back=True)
    evidence.merge(winner=ada.pk, loser=bob.pk, actor=BY, reason="the same", now=MONDAY + DAY)
    assert set(Enrolment.objects.values_list("spoiled", flat=True)) == {True}


def test_who_came_to_the_end_before_a_merge_can_t_be_compared_either(person: Person) -> None:
    publish(text_of("series", "- send: one\n- wait: 1d"))
    ada, bob = person("ada"), person("bob")
    travel(MONDAY, MONDAY)
    Enrolment.objects.filter(lead=bob).update(held_back=True, due_at=MONDAY + 90 * DAY)
    travel(MONDAY, MONDAY + 3 * DAY)
    assert Enrolment.objects.get(lead=ada).why == "finished"
    evidence.merge(winner=ada.pk, loser=bob.pk, actor=BY, reason="the same", now=MONDAY + 4 * DAY)
    assert set(Enrolment.objects.values_list("spoiled", flat=True)) == {True}


def test_the_control_group_stands_beside_for_as_long_as_before_when_leads_are_taken_apart(person: Person) -> None:
    publish(text_of("series", SERIES, held="50%"))
    ada, bob = person("ada"), person("bob")
    work(MONDAY)
    Enrolment.objects.update(held_back=True, due_at=MONDAY + 90 * DAY)
    done = evidence.merge(winner=ada.pk, loser=bob.pk, actor=BY, reason="the same", now=MONDAY + DAY)
    evidence.unmerge(merge=done.pk, actor=BY, now=MONDAY + 2 * DAY)
    travel(MONDAY + 2 * DAY, MONDAY + 3 * DAY)
    assert list(Enrolment.objects.values_list("ended_at", "due_at")) == [(None, MONDAY + 90 * DAY)] * 2


def test_what_another_merge_ended_stays_ended_when_one_is_taken_apart(person: Person) -> None:
    publish(text_of("series", "- send: one\n- wait: 1d"))
    ada, bob = person("ada"), person("bob", at=MONDAY)
    work(MONDAY)
    evidence.merge(winner=ada.pk, loser=bob.pk, actor=BY, reason="the same", now=MONDAY)
    travel(MONDAY, MONDAY + 2 * DAY)
    eve = person("eve", at=MONDAY + 2 * DAY, agrees=None)
    done = evidence.merge(winner=ada.pk, loser=eve.pk, actor=BY, reason="the same", now=MONDAY + 3 * DAY)
    evidence.unmerge(merge=done.pk, actor=BY, now=MONDAY + 4 * DAY)
    assert set(Enrolment.objects.values_list("why", flat=True)) == {"finished", "merged"}


def test_the_caps_hold_over_all_that_were_merged(person: Person) -> None:
    publish(text_of("series", SERIES))
    ada = person("ada")
    work(MONDAY)
    bob = person("bob", at=MONDAY + timedelta(hours=1))
    evidence.merge(winner=bob.pk, loser=ada.pk, actor=BY, reason="the same", now=MONDAY + timedelta(hours=1))
    publish(text_of("more", "- send: more\n- wait: 4w", enter="alone: no"), MONDAY + timedelta(hours=1))
    travel(MONDAY + timedelta(hours=1), MONDAY + 2 * DAY)
    assert Act.objects.get(what="more").at == MONDAY + DAY


def test_an_erased_lead_is_in_nothing(person: Person) -> None:
    publish(text_of("series", SERIES))
    ada = person("ada")
    work(MONDAY)
    evidence.erase(lead=ada.pk, actor=BY, now=MONDAY + DAY)
    assert not Enrolment.objects.exists()
    assert not Act.objects.exists()
    assert not Look.objects.exists()
    travel(MONDAY + DAY, MONDAY + 9 * DAY)
    assert not Enrolment.objects.exists()


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "entered the series"), ("de", "aufgenommen"), ("sv", "kom med i serien"), ("ja", "シリーズ")],
)
def test_a_lead_is_told_which_series_it_is_in(person: Person, language: str, words: str) -> None:
    publish(text_of("series", SERIES))
    ada = person("ada")
    travel(MONDAY, MONDAY + 30 * DAY)
    said = access.everything(ada, language, MONDAY + 31 * DAY)["nurture"]
    assert words in said[0]
    assert "series" in said[0]
    assert len(said) == 3
