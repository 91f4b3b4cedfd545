"""What the definition reads as unknown is no fact on any page, and nothing to filter by."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from pyrometer.app.agreement.models import Version
from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.people.models import User
from tests.app.pages.world import came_in, handed_to, publish, rep_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def live(db: None) -> None:
    """A definition that has spellings of unknown."""
    publish(timezone.now())
    text = Version.objects.get().text
    for trait in ("job_title", "country"):
        text = text.replace(f"{trait}: {{type: text}}", f"{trait}: {{type: text, unknown: [NA, n/a, '-']}}")
    Version.objects.update(text=text)


def test_placeholders_are_no_facts(live: None, bob: User, client_of: Callable[[User], Client]) -> None:
    now = timezone.now()
    ada = came_in("Ada Byron", now, job_title="-", country="NA", company="n/a")
    came_in("Bo Lind", now, job_title="Head of Care", country="SE")
    handed_to(rep_of(bob), ada, now)
    client = client_of(bob)

    listed = client.get("/leads/").content.decode()
    assert "<option>SE</option>" in listed
    assert "<option>NA</option>" not in listed
    assert "Head of Care" in listed
    assert "-, kettles.example" not in listed
    assert "kettles.example · NA" not in listed
    assert "-, kettles.example" not in client.get("/inbox/").content.decode()

    page = client.get(f"/leads/{ada.pk}/").content.decode()
    assert "<dt>Name</dt>" in page
    assert "<dt>Job title</dt>" not in page
    assert "<dt>Country</dt>" not in page
    assert "kettles.example" in page, "a company that is n/a is the one of the domain"


def test_what_was_said_before_a_placeholder_is_not_shown_in_its_place(
    live: None, bob: User, client_of: Callable[[User], Client]
) -> None:
    now = timezone.now()
    came_in("Ada Byron", now - timedelta(hours=1), job_title="Director")
    handle = (("email", "ada@kettles.example"),)
    take(incoming=[Incoming("later", now, now, "form", handle, traits={"job_title": "N/A"})], now=now)
    listed = client_of(bob).get("/leads/").content.decode()
    assert "Director" not in listed
    assert "N/A" not in listed
