"""Programmes by the API: drafted, counted, published, paused; leads put in and taken out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.http import HttpResponse
from django.utils import timezone

from pyrometer.app.consent import actions as consent
from pyrometer.app.nurture import reaching
from pyrometer.app.nurture.actions import contents
from pyrometer.app.nurture.models import Enrolment, Programme
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry, User
from tests.app.nurture.pages.conftest import HELLO, TEXT
from tests.app.pages.world import came_in
from tests.app.pages.world import publish as agree

from .conftest import Program, program

pytestmark = pytest.mark.django_db


def told(answer: HttpResponse, status: int = 200) -> dict[str, Any]:
    """What a call says."""
    assert answer.status_code == status, answer.content
    found: dict[str, Any] = json.loads(answer.content)
    return found


@pytest.fixture
def drafted(crm: Program, dora: User) -> dict[str, Any]:
    """A programme, drafted by a program."""
    now = timezone.now()
    agree(now)
    contents.save(text=HELLO, actor=Actor.of(dora), now=now)
    return told(crm.call("put", "programmes/keep-warm/draft", {"text": TEXT}), 201)


def released(crm: Program) -> dict[str, Any]:
    """The draft, counted and published."""
    assert told(crm.post("programmes/keep-warm/reach", {}))["done"] is False
    while reaching.count(timezone.now()):
        pass
    counted = told(crm.post("programmes/keep-warm/reach", {}))
    assert counted["done"]
    return told(crm.post("programmes/keep-warm/publish", {"sure": counted["would_enter"]}))


def test_a_draft_is_kept_with_what_is_wrong(drafted: dict[str, Any], crm: Program) -> None:
    assert drafted["problems"] == []
    assert (drafted["state"], drafted["version"], drafted["draft"]) == ("draft", None, TEXT)
    broken = told(crm.call("put", "programmes/keep-warm/draft", {"text": TEXT.replace("hello", "helo")}))
    (problem,) = [each for each in broken["problems"] if each["level"] == "error"]
    assert problem["line"] == 12
    assert AuditEntry.objects.filter(action="nurture.draft").exists()


def test_a_draft_that_somebody_changed_is_left_alone(drafted: dict[str, Any], crm: Program) -> None:
    seen = told(crm.get("programmes"))["items"][0]["drafted_at"]
    again = told(crm.call("put", "programmes/keep-warm/draft", {"text": TEXT + "# 2\n", "seen": seen}))
    assert again["drafted_at"] != drafted["drafted_at"]
    told(crm.call("put", "programmes/keep-warm/draft", {"text": TEXT, "seen": seen}), 409)
    assert Programme.objects.get().draft.endswith("# 2\n")


@pytest.mark.parametrize("text", ["x", "programme: other\n", "[", "\u2028", "🙂: 漢字", "programme: [keep-warm]\n"])
def test_a_new_text_has_to_call_itself_as_its_address(text: str, crm: Program) -> None:
    told(crm.call("put", "programmes/keep-warm/draft", {"text": text}), 422)
    assert not Programme.objects.exists()


@pytest.mark.parametrize("key", ["Ä", "a%00b", "x" * 61, "a b", "-"])
def test_what_can_be_no_key_is_refused(key: str, crm: Program) -> None:
    assert crm.get(f"programmes/{key}").status_code in (404, 422)


def test_it_is_published_once_it_is_counted(drafted: dict[str, Any], crm: Program) -> None:
    assert "isn't counted yet" in told(crm.post("programmes/keep-warm/publish", {}), 409)["detail"]
    assert released(crm)["version"] == 1
    assert "what is live already" in told(crm.post("programmes/keep-warm/publish", {}), 409)["detail"]
    (listed,) = told(crm.get("programmes"))["items"]
    assert (listed["state"], listed["version"], listed["draft_differs"]) == ("live", 1, False)
    paused = told(crm.post("programmes/keep-warm/pause", {}))
    assert paused["state"] == "paused"
    assert told(crm.post("programmes/keep-warm/pause", {}))["paused_at"] == paused["paused_at"]
    assert told(crm.post("programmes/keep-warm/resume", {}))["state"] == "live"


def test_what_has_errors_is_neither_counted_nor_published(drafted: dict[str, Any], crm: Program) -> None:
    crm.call("put", "programmes/keep-warm/draft", {"text": TEXT.replace("hello", "helo")})
    told(crm.post("programmes/keep-warm/reach", {}), 409)
    told(crm.post("programmes/keep-warm/publish", {}), 409)


def test_a_lead_is_put_in_and_taken_out(drafted: dict[str, Any], crm: Program) -> None:
    released(crm)
    now = timezone.now()
    lead = came_in("Ada Byron", now, events=("page_viewed",) * 3)
    into = {"lead": lead.pk}
    assert "consent" in told(crm.post("programmes/keep-warm/enrolments", into), 409)["detail"]
    consent.record(lead=lead.pk, purpose="email", given=True, text="Yes?", at=now, now=now, source="hand")
    made = told(crm.post("programmes/keep-warm/enrolments", into, Idempotency_Key="one"), 201)
    assert told(crm.post("programmes/keep-warm/enrolments", into, Idempotency_Key="one"), 201) == made
    assert (made["lead"], made["standing"], made["by"]) == (lead.pk, "inside", "CRM")
    told(crm.post("programmes/keep-warm/enrolments", into), 409)
    full = told(crm.get("programmes/keep-warm"))
    assert full["steps"] == [{"version": 1, "step": "send hello", "inside": 1}]
    (mine,) = told(crm.get(f"leads/{lead.pk}/enrolments"))["items"]
    assert mine | {name: made[name] for name in ("entered_at", "due_at")} == made
    told(crm.post(f"enrolments/{made['id']}/removal", {"because": " "}), 422)
    out = told(crm.post(f"enrolments/{made['id']}/removal", {"because": "asked by phone"}))
    assert (out["standing"], out["why"], out["because"]) == ("left", "removed", "asked by phone")
    told(crm.post(f"enrolments/{made['id']}/removal", {"because": "again"}), 409)
    told(crm.post("enrolments/987654/removal", {"because": "x"}), 404)
    told(crm.post("programmes/nothing/enrolments", into), 404)
    told(crm.post("programmes/keep-warm/enrolments", {"lead": 987654}), 404)
    assert Enrolment.objects.count() == 1


def test_a_key_does_what_its_scope_says(drafted: dict[str, Any], dora: User) -> None:
    reader, writer = program("read", by=dora), program("write", by=dora)
    assert reader.get("programmes").status_code == 200
    assert reader.post("programmes/keep-warm/pause", {}).status_code == 403
    assert writer.post("programmes/keep-warm/publish", {}).status_code == 403
    assert writer.call("put", "programmes/keep-warm/draft", {"text": TEXT}).status_code == 403
    assert writer.post("programmes/keep-warm/enrolments", {"lead": 1}).status_code == 404
