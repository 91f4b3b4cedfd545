"""Imports know what the live definition asks for."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from pyrometer.app.agreement.models import Version
from pyrometer.app.capture.models import Import, Rejected
from pyrometer.app.evidence.models import TraitChange
from pyrometer.app.people.models import User
from tests.app.capture.imports.conftest import NOW

pytestmark = pytest.mark.django_db

DEFINITION = """format: 1
name: Kettles
profile:
  company_size: {type: integer, unknown: [n/a, "-"], label: How many work there}
  industry: {type: text, column: Branch, values: [care, retail], unknown: [n/a]}
  zip: {type: text}
  budget: {type: number}
  name: {type: text}
  channel: {type: text}
events: {demo_requested: {properties: {topic: text}}}
temperature: {hot: {when: {trait: company_size, at_least: 5}}}
"""
LIST = 'Email,Company size,BRANCH,Zip\nada@acme.example,n/a,Care,01234\nbea@acme.example,"1,200",Bakery,99999\n'


@pytest.fixture(autouse=True)
def live(db: None) -> None:
    """A definition in force."""
    Version.objects.create(
        number=1, text=DEFINITION, fingerprint="f", name="Kettles", state="live", created_at=NOW, live_at=NOW
    )


def test_columns_find_the_traits_that_are_asked_for(uploaded: Callable[..., Import]) -> None:
    columns = uploaded(LIST).mapping["columns"]
    assert [(column["to"], column["called"], column["type"]) for column in columns] == [
        ("email", "", "text"),
        ("trait", "company_size", "number"),
        ("trait", "industry", "text"),
        # Whatever its values look like, it is read as the definition has it.
        ("trait", "zip", "text"),
    ]


def test_cells_are_read_as_the_definition_spells_them(imported: Callable[..., Import]) -> None:
    source = imported(LIST)
    assert (source.created, source.rejected) == (2, 0)
    said = set(TraitChange.objects.filter(source="import").values_list("trait", "value"))
    assert {("company_size", 1200), ("industry", "care"), ("industry", "Bakery"), ("zip", "01234")} <= said
    # An `n/a` says nothing: neither that the company has none, nor that the row is wrong.
    assert [value for trait, value in said if trait == "company_size"] == [1200]
    assert not Rejected.objects.exists()


def test_the_page_offers_them_and_says_what_is_lacking(
    uploaded: Callable[..., Import], alice: User, client_of: Callable[[User], Client]
) -> None:
    source = uploaded(LIST)
    client = client_of(alice)
    page = client.get(f"/capture/imports/{source.pk}/").content.decode()
    assert '<option value="trait:company_size" selected>company_size (How many work there)</option>' in page
    assert "not known" in page
    assert "<b>1200</b>" in page
    assert "not among the values that are agreed" in page
    lacking = page[page.index('class="lacking"') :]
    assert ">budget</li>" in lacking
    assert ">name</li>" in lacking
    assert ">zip</li>" not in lacking
    assert "nobody guesses which part is the first name" not in page  # there is no column of names
    sent = {"then": "look", "to-3": "trait:budget", "channel": "fair"}
    page = client.post(f"/capture/imports/{source.pk}/mapping", sent, follow=True).content.decode()
    lacking = page[page.index('class="lacking"') :]
    assert ">zip</li>" in lacking
    assert ">budget</li>" not in lacking
    assert ">channel</li>" not in lacking
    source.refresh_from_db()
    assert source.mapping["columns"][3]["type"] == "number"
    assert source.mapping["columns"][1]["unknown"] == ["n/a", "-"], "what wasn't sent stays as it was"


def test_events_are_offered_too(
    uploaded: Callable[..., Import], alice: User, client_of: Callable[[User], Client]
) -> None:
    source = uploaded("email,event,date,Topic\nada@acme.example,demo,2026-05-02,prices\n", kind="events")
    page = client_of(alice).get(f"/capture/imports/{source.pk}/").content.decode()
    assert '<option value="property:topic" selected>topic</option>' in page
    assert "no event of the definition" in page
    assert '<option value="demo_requested">' in page


@pytest.mark.parametrize(("to", "said"), [("name", True), ("first_name", False), ("", False)])
def test_it_is_said_that_no_first_name_is_guessed_from_a_whole_one(
    to: str, said: bool, uploaded: Callable[..., Import], alice: User, client_of: Callable[[User], Client]
) -> None:
    source = uploaded("Email,Name\nada@acme.example,Berg Ada\n")
    client = client_of(alice)
    sent = {"then": "look", "to-1": to}
    page = client.post(f"/capture/imports/{source.pk}/mapping", sent, follow=True).content.decode()
    assert ("nobody guesses which part is the first name" in page) is said
