"""Readings repeat what lists filter leads by: as it is, whoever changed it."""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from pyrometer.app.agreement.models import Version
from pyrometer.app.evidence import actions
from pyrometer.app.evidence.models import Event, Lead
from pyrometer.app.people.audit import Actor
from pyrometer.app.temperature.models import FOLLOWED, GRADED, Reading, followed, graded
from pyrometer.app.temperature.reading import read
from tests.app.temperature.conftest import NOW, Does, ago
from tests.app.temperature.test_looking_ahead import swept

pytestmark = pytest.mark.django_db
HAND = Actor("carol@example.com")


def as_repeated(root: Lead) -> dict[str, object]:
    """What the reading of a lead says of it."""
    return Reading.objects.values(*FOLLOWED).get(pk=root.pk)


def as_is(root: Lead) -> dict[str, object]:
    """What the lead itself says."""
    return followed(Lead.objects.get(pk=root.pk))


def test_a_reading_follows_its_lead(version: Version, does: Does) -> None:
    root = does("ada", "asked", at=ago(3), traits={"country": "DE"}, channel="ads")
    read(NOW)
    assert as_repeated(root) == as_is(root) == {
        "country": "DE", "channel": "ads", "anonymous": False, "last_seen_at": ago(3)
    }  # fmt: skip
    actions.correct(lead=root.pk, trait="country", value="SE", actor=HAND, now=NOW)
    does("ada", "asked", at=ago(1))
    read(NOW + timedelta(minutes=1))
    assert as_repeated(root) == as_is(root)
    assert (as_is(root)["country"], as_is(root)["last_seen_at"]) == ("SE", ago(1))
    other = does("bo", "asked", at=NOW)
    actions.merge(winner=root.pk, loser=other.pk, reason="the same", actor=HAND, now=NOW)
    read(NOW + timedelta(minutes=2))
    assert as_repeated(root) == as_is(root)
    assert as_is(root)["last_seen_at"] == NOW
    assert list(Reading.objects.values_list("pk", flat=True)) == [root.pk]


def test_a_sweep_sets_right_what_a_reading_repeats(version: Version, does: Does) -> None:
    root, other = does("ada", "asked"), does("bo", "asked")
    read(NOW)
    Lead.objects.filter(pk=root.pk).update(country="FI")
    assert swept(NOW + timedelta(hours=1)).corrected == 0
    assert as_repeated(root) == as_is(root)
    assert as_repeated(other) == as_is(other)


def test_readings_of_before_are_filled(version: Version, does: Does) -> None:
    root, other, third = does("ada", "asked", traits={"country": "DE"}), does("bo"), does("cy")
    read(NOW)
    long = {"x" * GRADED: "A"}
    Reading.objects.filter(pk=root.pk).update(grades={"fit": "A", "interest": "2"})
    Reading.objects.filter(pk=other.pk).update(grades={})
    Reading.objects.filter(pk=third.pk).update(grades=long)
    Reading.objects.update(country="", channel="", anonymous=True, last_seen_at=ago(900), graded="?")
    import_module("pyrometer.app.temperature.migrations.0006_what_lists_filter_by").fill(apps, None)
    assert as_repeated(root) == as_is(root)
    texts = dict(Reading.objects.values_list("pk", "graded"))
    assert sorted(texts[root.pk].split("\n")) == sorted(graded({"fit": "A", "interest": "2"}).split("\n"))
    assert texts[other.pk] == texts[third.pk] == graded({}) == graded(long) == ""


@pytest.mark.django_db(transaction=True)
def test_an_installation_with_readings_is_brought_up_to_date(version: Version, does: Does) -> None:
    root = does("ada", "asked", traits={"country": "DE"})
    read(NOW)
    executor = MigrationExecutor(connection)
    leaves = executor.loader.graph.leaf_nodes()
    try:
        executor.migrate([("temperature", "0005_what_the_query_said")])
    finally:
        MigrationExecutor(connection).migrate(leaves)
    assert as_repeated(root) == as_is(root)


def test_a_sweep_drops_what_was_left_of_a_merged_lead(version: Version, does: Does) -> None:
    root, other = does("ada", "asked"), does("bo", "asked")
    read(NOW)
    # As a lock that came too late leaves it.
    Lead.objects.filter(pk=other.pk).update(root=root.pk)
    before = Reading.objects.get(pk=root.pk)
    Event.objects.filter(lead=other).delete()
    assert swept(NOW + timedelta(minutes=5)).corrected == 0
    assert [(each.pk, each.mark) for each in Reading.objects.all()] == [(root.pk, before.mark)]


def test_grades_fit_to_the_last_byte() -> None:
    name = "x" * (GRADED - 4)
    assert graded({name: "A"}) == f"\n{name}:A\n"
    assert graded({f"{name}x": "A"}) == ""
