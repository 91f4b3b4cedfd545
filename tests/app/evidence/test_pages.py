"""What somebody does to a lead's record on pages: correct, merge, take apart, export, erase."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone

from pyrometer.app.evidence.models import Lead, Merge, TraitChange
from pyrometer.app.evidence.queries import profile
from pyrometer.app.people.models import AuditEntry, User
from tests.app.pages.world import came_in, publish

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]


def text(response: object) -> str:
    """An answer's body."""
    return response.content.decode()  # type: ignore[attr-defined]


def test_an_answer_is_corrected_and_the_old_one_stays(alice: User, client_of: ClientOf) -> None:
    now = timezone.now()
    publish(now)
    ada = came_in("Ada Byron", now, budget=80)
    client = client_of(alice)
    assert "budget" in text(client.get(f"/leads/{ada.pk}/correct/"))
    assert client.post(f"/leads/{ada.pk}/correct/", {"trait": "two words"}).status_code == 422
    client.post(f"/leads/{ada.pk}/correct/", {"trait": "budget", "value": "1200"})
    assert profile(ada.pk)["budget"].value == 1200
    assert TraitChange.objects.filter(trait="budget").count() == 2
    ada.refresh_from_db()
    assert ada.touched_at is not None


def test_what_belongs_to_somebody_else_is_refused_in_words(alice: User, client_of: ClientOf) -> None:
    now = timezone.now()
    publish(now)
    ada = came_in("Ada Byron", now)
    came_in("Grace Hopper", now)
    said = {"trait": "email", "value": "grace@kettles.example"}
    answer = client_of(alice).post(f"/leads/{ada.pk}/correct/", said)
    assert answer.status_code == 422
    assert "merge them" in text(answer)


def test_two_leads_are_merged_and_taken_apart(alice: User, client_of: ClientOf) -> None:
    now = timezone.now()
    publish(now)
    ada, twin = came_in("Ada Byron", now), came_in("Augusta Byron", now)
    client = client_of(alice)
    assert f"?other={twin.pk}" in text(client.get(f"/leads/{ada.pk}/merge/?q=augusta"))
    assert "Make these two one lead" in text(client.get(f"/leads/{ada.pk}/merge/?other={twin.pk}"))
    client.post(f"/leads/{ada.pk}/merge/", {"other": twin.pk, "reason": "her second name"})
    twin.refresh_from_db()
    assert twin.root_id == ada.pk
    assert client.get(f"/leads/{twin.pk}/")["Location"] == f"/leads/{ada.pk}/"
    assert "her second name" in text(client.get(f"/leads/{ada.pk}/"))
    client.post(f"/leads/merges/{Merge.objects.get().pk}/undo/")
    twin.refresh_from_db()
    assert twin.root_id == twin.pk
    again = client.post(f"/leads/merges/{Merge.objects.get().pk}/undo/", follow=True)
    assert "taken apart already" in text(again)


def test_a_merge_with_nobody(alice: User, client_of: ClientOf) -> None:
    now = timezone.now()
    publish(now)
    ada = came_in("Ada Byron", now)
    client = client_of(alice)
    assert "Nobody is called that" in text(client.get(f"/leads/{ada.pk}/merge/?q=xyzzy"))
    for other in ("4711", "x", ""):
        assert client.post(f"/leads/{ada.pk}/merge/", {"other": other}).status_code == 404


def test_everything_is_exported_by_a_post(alice: User, client_of: ClientOf) -> None:
    now = timezone.now()
    publish(now)
    ada = came_in("Ada Byron", now)
    client = client_of(alice)
    assert client.get(f"/leads/{ada.pk}/export/").status_code == 405
    answer = client.post(f"/leads/{ada.pk}/export/")
    assert json.loads(answer.content)["lead"] == ada.pk
    assert "attachment" in answer["Content-Disposition"]
    assert AuditEntry.objects.filter(action="export").exists()


def test_erasing_needs_the_name(dora: User, alice: User, client_of: ClientOf) -> None:
    now = timezone.now()
    publish(now)
    ada = came_in("Ada Byron", now)
    assert client_of(alice).post(f"/leads/{ada.pk}/erase/", {"name": "Ada Byron"}).status_code == 403
    client = client_of(dora)
    assert "Nothing was erased" in text(client.post(f"/leads/{ada.pk}/erase/", {"name": "Ada"}))
    assert Lead.objects.get(pk=ada.pk).erased_at is None
    client.post(f"/leads/{ada.pk}/erase/", {"name": "Ada Byron"})
    assert Lead.objects.get(pk=ada.pk).erased_at is not None
    for address in (f"/leads/{ada.pk}/", f"/leads/{ada.pk}/correct/", f"/leads/{ada.pk}/call/"):
        assert client.get(address).status_code == 404
    assert "Ada Byron" not in text(client.get("/leads/?q=Ada"))


def test_writes_need_the_token_of_their_page(alice: User) -> None:
    now = timezone.now()
    publish(now)
    ada = came_in("Ada Byron", now)
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    for address in ("correct", "merge", "export", "call"):
        assert client.post(f"/leads/{ada.pk}/{address}/").status_code == 403
