"""A lead's page shows the stored reading where that is what the evidence says, and reads anew where it isn't."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pyrometer.app.evidence.actions import take, touch
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Lead
from pyrometer.app.people.models import User
from pyrometer.app.temperature import queries
from pyrometer.app.temperature.models import Reading
from tests.app.pages.world import came_in, publish

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def text(response: Any) -> str:
    return response.content.decode()


def stored(root: int) -> Reading:
    return Reading.objects.select_related("lead").get(pk=root)


def test_what_is_stored_says_the_same_sums_as_reading_anew() -> None:
    now = timezone.now()
    publish(now)
    ada = came_in("Ada Byron", now, events=("demo_requested", "page_viewed", "page_viewed"), budget=10)
    before, anew = queries.as_read(stored(ada.pk)), queries.explain(ada.pk, now)
    assert before is not None
    assert anew is not None
    assert (before.temperature, before.missing, before.criteria) == (anew.temperature, anew.missing, anew.criteria)
    for mine, other in zip(before.sums, anew.sums, strict=True):
        assert (mine.score, mine.points, mine.grade) == (other.score, other.points, other.grade)
        said = [(line.rule, line.sentence, line.points) for line in other.lines]
        assert [(line.rule, line.sentence, line.points) for line in mine.lines] == said
        assert sum(line.points for line in mine.lines) == mine.points


def test_the_page_says_when_it_was_read_and_reads_anew_when_asked(alice: User, client_of: ClientOf) -> None:
    now = timezone.now()
    publish(now)
    ada = came_in("Ada Byron", now, events=("page_viewed",) * 3)
    client = client_of(alice)
    page = text(client.get(f"/leads/{ada.pk}/"))
    assert "The exact sum, how often, and when last" in page
    assert "data-fresh" not in page
    whole = text(client.get(f"/leads/{ada.pk}/why/", headers={"HX-Request": "true"}))
    assert "in whole points" in whole
    part = text(client.get(f"/leads/{ada.pk}/why/?exact=yes", headers={"HX-Request": "true"}))
    assert "3 ×" in part
    assert "Read now" in part
    assert "<html" not in part
    assert "Ada Byron" in text(client.get(f"/leads/{ada.pk}/why/"))
    Reading.objects.update(as_of=now - timedelta(days=3))
    assert "data-fresh" in text(client.get(f"/leads/{ada.pk}/"))


def test_points_are_whole_as_in_the_inbox_and_exact_when_asked_for(alice: User, client_of: ClientOf) -> None:
    now = timezone.now()
    publish(now)
    ada = came_in("Ada Byron", now, events=("demo_requested", "page_viewed"))
    client = client_of(alice)
    page = text(client.get(f"/leads/{ada.pk}/"))
    assert '<span title="+20.5">+20</span>' in page
    exact = text(client.get(f"/leads/{ada.pk}/why/?exact=yes"))
    assert ">+20.5" in exact
    assert "the lines add up to the total" in exact
    widths = [float(width) for width in re.findall(r'<rect[^>]* width="([^"]*)"', page)]
    assert len(widths) > 2
    assert widths.count(100) == 1  # one bar of all scores is the longest, so that bars can be compared


def test_what_is_missing_comes_before_the_timeline(alice: User, client_of: ClientOf) -> None:
    now = timezone.now()
    publish(now)
    ada = came_in("Ada Byron", now, events=("page_viewed",))
    page = text(client_of(alice).get(f"/leads/{ada.pk}/"))
    places = [page.index(f'id="{name}"') for name in ("next", "why", "timeline", "record")]
    assert places == sorted(places)


def test_what_is_out_of_date_is_not_shown(alice: User, client_of: ClientOf) -> None:
    now = timezone.now()
    publish(now)
    ada = came_in("Ada Byron", now)
    touch(roots=[ada.pk], now=now)
    assert queries.as_read(stored(ada.pk)) is None
    page = text(client_of(alice).get(f"/leads/{ada.pk}/"))
    assert "Read now" in page
    assert "+20.5" in page
    ada.touched_at = None
    ada.save()
    Reading.objects.update(fingerprint="sha256:another")
    assert queries.as_read(stored(ada.pk)) is None


def test_who_was_only_imported_was_never_seen(alice: User, client_of: ClientOf) -> None:
    now = timezone.now()
    row = Incoming(
        once="row-1",
        occurred_at=now,
        received_at=now,
        source="import",
        handles=(("email", "ada@acme.example"),),
        traits={"budget": 10},
    )
    take(incoming=[row], now=now)
    bob = came_in("Bob Stone", now)
    ada = Lead.objects.exclude(pk=bob.pk).get()
    client = client_of(alice)
    listed = text(client.get("/leads/"))
    assert listed.count('<td class="number soft">never</td>') == 1
    assert listed.count('<td class="number soft">') == 2
    assert "never seen" in text(client.get(f"/leads/{ada.pk}/"))
    assert "last seen " in text(client.get(f"/leads/{bob.pk}/"))
