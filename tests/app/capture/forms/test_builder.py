"""The builder's pages."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from pyrometer.app.capture.models import Form
from pyrometer.app.evidence.models import Lead
from pyrometer.app.people.models import AuditEntry, User
from tests.app.capture.forms.conftest import Visitor

pytestmark = pytest.mark.django_db
ClientOf = Callable[[User], Client]
Make = Callable[..., Form]

NEW = {
    "name": "Demo",
    "slug": "demo",
    "kind": "form",
    "active": "yes",
    "event": "demo_requested",
    "shown": "2",
    "title": "Ask for a demo",
    "trait-0": "email",
    "label-0": "Email",
    "required-0": "yes",
    "trait-1": "industry",
    "label-1": "Industry",
    "type-1": "choice",
    "options-1": "care = Care homes\nretail",
}


def test_a_form_is_made_and_asks_at_once(alice: User, client_of: ClientOf, visitor: Visitor) -> None:
    answer = client_of(alice).post("/capture/forms/new?language=en", NEW)
    made = Form.objects.get()
    assert answer.headers["Location"] == f"/capture/forms/{made.pk}/?language=en"
    page = visitor.open()
    assert visitor.asked() == ["email", "industry"]
    assert "Care homes" in page
    assert list(AuditEntry.objects.values_list("action", "subject")) == [("form.create", f"form:{made.pk}")]


def test_each_language_is_kept_by_itself(alice: User, client_of: ClientOf, visitor: Visitor) -> None:
    client = client_of(alice)
    client.post("/capture/forms/new?language=en", NEW)
    made = Form.objects.get()
    german = NEW | {
        "title": "Vorführung", "label-1": "Branche", "was-0": "email", "was-1": "industry",
        "options-1": "care = Pflegeheime\nretail = Handel",
    }  # fmt: skip
    client.post(f"/capture/forms/{made.pk}/?language=de", german)
    page = client.get(f"/capture/forms/{made.pk}/?language=de").content.decode()
    assert 'href="?language=de" aria-current="true"' in page
    made.refresh_from_db()
    assert made.language == "en", "the language that it was built in first is for all others"
    assert "care = Pflegeheime" in page
    assert "Pflegeheime" in visitor.open("/f/demo?lang=de")
    assert "Branche" in visitor.page
    assert "Care homes" in visitor.open("/f/demo?lang=en")
    assert "Industry" in visitor.page


def test_a_proven_question_comes_in_all_languages(alice: User, client_of: ClientOf) -> None:
    client_of(alice).post("/capture/forms/new?language=en", NEW | {"suggested": "bant:budget"})
    (*_, question) = Form.objects.get().fields
    assert question["trait"] == "budget"
    assert set(question["label"]) == {"en", "de", "sv", "ja"}


def test_questions_are_ordered_and_removed(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    client.post("/capture/forms/new?language=en", NEW)
    made = Form.objects.get()
    client.post(f"/capture/forms/{made.pk}/?language=en", NEW | {"order-0": "2", "order-1": "1"})
    assert [one["trait"] for one in Form.objects.get().fields] == ["industry", "email"]
    client.post(f"/capture/forms/{made.pk}/?language=en", NEW | {"drop-1": "yes"})
    assert [one["trait"] for one in Form.objects.get().fields] == ["email"]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"name": ""}, "Give it a name"),
        ({"slug": "Not good"}, "Small letters, digits and hyphens"),
        ({"event": "ask me"}, "as your definition calls it"),
        ({"trait-1": "1st"}, "beginning with a letter"),
        ({"trait-1": "email"}, "Another question is about this trait"),
        ({"options-1": ""}, "Write the answers to choose from"),
        ({"sites": "javascript:alert(1)"}, "is no site"),
        ({"redirect": "https://elsewhere.example/"}, "a site that isn&#x27;t in the list"),
        ({"shown": "0"}, "A whole number from 1"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_kept(
    alice: User, client_of: ClientOf, changes: dict[str, str], said: str
) -> None:
    answer = client_of(alice).post("/capture/forms/new?language=en", NEW | changes)
    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Form.objects.exists()


def test_an_address_is_given_once(alice: User, client_of: ClientOf, form: Make) -> None:
    form()
    page = client_of(alice).post("/capture/forms/new?language=en", NEW).content.decode()
    assert "Another form has this address" in page


def test_a_pop_up_gets_its_codes(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    client.post("/capture/forms/new?language=en", NEW | {"kind": "popup", "after_seconds": "15"})
    made = Form.objects.get()
    assert made.offer == {"codes": [], "after_seconds": 15}
    sent = NEW | {"kind": "popup", "codes": "ONE TWO\nONE", "after_scroll": "50", "on_leave": "yes"}
    client.post(f"/capture/forms/{made.pk}/?language=en", sent)
    assert Form.objects.get().offer == {"codes": ["ONE", "TWO"], "after_scroll": 50, "on_leave": True}
    assert "2 left." in client.get(f"/capture/forms/{made.pk}/").content.decode()


def test_what_is_sent_from_the_preview_is_not_recorded(
    alice: User, client_of: ClientOf, form: Make, visitor: Visitor
) -> None:
    made = form(active=False)
    visitor.client = client_of(alice)
    page = visitor.client.get(f"/capture/forms/{made.pk}/preview?language=de")
    assert "/f/demo?frame=1&amp;preview=1&amp;lang=de" in page.content.decode()
    visitor.open("/f/demo?frame=1&preview=1&lang=en")
    assert visitor.send(email="ada@acme.example", employees="7").status_code == 200
    assert not Lead.objects.exists()


def test_nobody_else_can_ask_for_a_preview(form: Make, visitor: Visitor) -> None:
    form()
    visitor.open("/f/demo?preview=1")
    visitor.send(email="ada@acme.example", employees="7")
    assert Lead.objects.count() == 1


def test_delete_keeps_the_leads(alice: User, client_of: ClientOf, form: Make, visitor: Visitor) -> None:
    made = form()
    visitor.open()
    visitor.send(email="ada@acme.example", employees="7")
    client_of(alice).post(f"/capture/forms/{made.pk}/delete")
    assert not Form.objects.exists()
    assert Lead.objects.count() == 1


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "/capture/forms/"),
        ("get", "/capture/forms/new"),
        ("post", "/capture/forms/new"),
        ("get", "/capture/forms/{pk}/"),
        ("post", "/capture/forms/{pk}/"),
        ("get", "/capture/forms/{pk}/preview"),
        ("post", "/capture/forms/{pk}/delete"),
    ],
)
def test_only_who_captures_sees_forms(
    bob: User, charlie: User, client_of: ClientOf, form: Make, method: str, path: str
) -> None:
    address = path.format(pk=form().pk)
    assert getattr(client_of(bob), method)(address).status_code == 403
    for client in (client_of(charlie), Client()):
        assert getattr(client, method)(address).status_code in (302, 403)
    assert Form.objects.count() == 1


def test_what_was_typed_wrong_stays_to_be_mended(alice: User, client_of: ClientOf) -> None:
    wrong = {"kind": "popup", "sites": "127.0.0.1:8154", "shown": "many", "after_seconds": "soon", "limit": "-1",
             "codes": "SPRING"}  # fmt: skip
    answer = client_of(alice).post("/capture/forms/new?language=en", NEW | wrong)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert ">127.0.0.1:8154</textarea>" in page
    assert ">SPRING</textarea>" in page
    for name in ("shown", "after_seconds", "limit"):
        assert f'name="{name}" value="{wrong[name]}"' in page.replace(' inputmode="numeric"', "")
    assert not Form.objects.exists()


def test_a_pop_up_has_its_codes_before_it_is_open(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    page = client.get("/capture/forms/new").content.decode()
    assert 'id="codes"' in page
    assert 'name="after_seconds" inputmode="numeric" value="15"' in page
    client.post("/capture/forms/new?language=en", NEW | {"kind": "popup", "codes": "SPRING", "on_leave": "yes"})
    assert Form.objects.get().offer == {"codes": ["SPRING"], "on_leave": True}


def test_a_proven_question_is_offered_once_and_not_where_it_is_asked(alice: User, client_of: ClientOf) -> None:
    client = client_of(alice)
    page = client.get("/capture/forms/new").content.decode()
    assert page.count("budget: Is there a budget for this yet?") == 1
    client.post("/capture/forms/new?language=en", NEW | {"suggested": "bant:budget"})
    page = client.get(f"/capture/forms/{Form.objects.get().pk}/").content.decode()
    assert ">budget: " not in page
