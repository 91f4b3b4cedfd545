"""What is taken, and hardly meant so, is remarked on before anything is read; rows are told by their lines."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from pyrometer.app.agreement.models import Version
from pyrometer.app.capture.imports import actions, running
from pyrometer.app.capture.models import Import, Rejected
from pyrometer.app.evidence.models import Lead, TraitChange
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import User
from tests.app.capture.imports.conftest import NOW

pytestmark = pytest.mark.django_db

DEFINITION = """format: 1
name: Kettles
profile:
  employees: integer
  turnover: number
  margin: number
  country: text
events: {demo_requested: {}}
scores:
  fit:
    rules:
      - {name: Size, trait: turnover, bands: [{below: 10, points: -5}, {from: 10, points: 5}]}
      - {name: Margin, trait: margin, bands: [{below: -5, points: -5}, {from: -5, points: 5}]}
      - {name: Where, trait: country, points_for: {%s: 10}, otherwise: -20}
temperature: {hot: {when: {score: fit, at_least: 10}}}
"""


def published(country: str) -> None:
    Version.objects.create(number=1, text=DEFINITION % country, fingerprint="f", name="Kettles", state="live",
                           created_at=NOW, live_at=NOW)  # fmt: skip


@pytest.fixture
def live(db: None) -> None:
    """A definition that knows countries by their codes."""
    published("DE")


def test_names_of_countries_become_codes(
    live: None, imported: Callable[..., Import], uploaded: Callable[..., Import], alice: User,
    client_of: Callable[[User], Client],
) -> None:  # fmt: skip
    text = "Email,Land\na@acme.example,DE\nb@acme.example,Deutschland\nc@acme.example,ドイツ\nd@acme.example,Atlantis\n"
    page = client_of(alice).get(f"/capture/imports/{uploaded(text).pk}/").content.decode()
    assert "<b>DE</b>" in page
    assert "no country that is known" in page, "it comes before those that are right"
    imported(text)
    said = list(TraitChange.objects.filter(trait="country").order_by("pk").values_list("value", flat=True))
    assert said == ["DE", "DE", "DE", "Atlantis"]
    assert set(Lead.objects.values_list("country", flat=True)) == {"DE", ""}


def test_a_definition_that_spells_countries_out_gets_them_as_they_are(imported: Callable[..., Import]) -> None:
    published("Germany")
    imported("Email,Country\na@acme.example,Germany\n")
    assert TraitChange.objects.get(trait="country").value == "Germany"


def test_a_trial_remarks_on_what_is_hardly_meant_so(live: None, imported: Callable[..., Import]) -> None:
    source = imported(
        "Email,Employees,Turnover,Margin,Country,Phone\n"
        "a@acme.example,-5,10,-3,DE,0171 5550001\n"
        "b@acme.example,7,-1,2,Atlantis,0171 5550002\n"
        "nobody,-5,10,2,DE,\n",
        dry=True,
    )
    found = [(each["column"], each["example"], each["line"], each["rows"]) for each in source.remarks]
    assert found == [
        ("Employees", "-5", 2, 1),
        ("Phone", "", 2, 2),
        ("Turnover", "-1", 3, 1),
        ("Country", "Atlantis", 3, 1),
    ]


def test_the_page_shows_remarks_and_where_to_choose_the_country(
    live: None, imported: Callable[..., Import], alice: User, client_of: Callable[[User], Client]
) -> None:
    source = imported("Email,Employees,Phone\na@acme.example,-5,0171 5550001\n", dry=True)
    page = client_of(alice).get(f"/capture/imports/{source.pk}/").content.decode()
    assert "Taken, and perhaps not meant so" in page
    assert "has no country: choose the one of phone numbers below" in page
    assert '<option value="DE">Germany (DE)</option>' in page
    assert "Rejected because" not in page, "a column that says nothing takes no room"
    # Read for good, the remarks go: they were about a trial.
    actions.start(actor=Actor.of(alice), source=source, dry=False, now=NOW)
    while running.run(NOW):
        pass
    source.refresh_from_db()
    assert source.remarks == []


def test_rejected_rows_are_told_by_their_lines_after_a_break_too(
    imported: Callable[..., Import], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "CHUNK", 2)
    text = (
        'Email,Note\na@acme.example,"two\nlines"\n\nnobody,1\nb@acme.example,2\nnobody,3\nc@acme.example,4\nnobody,5\n'
    )
    source = imported(text)
    lines = [place for place, line in enumerate(text.split("\n"), 1) if line.startswith("nobody")]
    assert list(Rejected.objects.filter(source=source).order_by("number").values_list("number", flat=True)) == lines
