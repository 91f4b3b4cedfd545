"""The pages of what programmes were worth, as a browser without scripts gets them, and the figures as files."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape

import pytest
from django.test import Client
from django.utils import timezone

from pyrometer.app.people.models import User
from tests.app.nurture.worth import made

pytestmark = pytest.mark.django_db
Clients = Callable[[User], Client]
PAGE = "/nurture/programmes/educate/worth/"


@pytest.fixture
def educate(db: None) -> made.Programme:
    """A programme that has more leads won, long ago."""
    programme = made.programme()
    at = timezone.now() - timedelta(days=100)
    made.compared(programme, of=900, held_of=100, wins=(90, 2), hot=(180, 20), accepted=(120, 6), at=at)
    return programme


def words(client: Client, address: str) -> str:
    """What a page says, without its tags."""
    answer = client.get(address)
    assert answer.status_code == 200
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", answer.content.decode())).split()).replace("\xa0", " ")


def test_the_first_line_says_whether_more_are_won(educate: made.Programme, client_of: Clients, bob: User) -> None:
    said = words(client_of(bob), PAGE)
    assert said.index("More are won: +8.0 points") < said.index("What became of them")
    assert "Got it (900)" in said
    assert "Held back (100)" in said
    assert "81,000 EUR 90.00 EUR a lead" in said
    assert "Held back: 100 of 1,000 leads, where 100 were to be. Chance has it so." in said
    page = client_of(bob).get(PAGE).content.decode()
    assert page.count("<svg") == 5
    assert 'aria-label="Effects in points, with their intervals: turned hot: no effect can be told' in page
    assert not re.search(r"<svg[^>]*style=|<style|<script(?![^>]*src=)", page)


def test_the_horizon_and_the_version_are_chosen(educate: made.Programme, client_of: Clients, bob: User) -> None:
    client = client_of(bob)
    assert "Within 30 days of entering" in words(client, f"{PAGE}?days=30")
    assert "It is too early to say. 1,000 leads entered so far" in words(client, f"{PAGE}?days=180")
    assert "Within 90 days of entering" in words(client, f"{PAGE}?days=17")
    made.published(educate, 20)
    assert "Nobody has entered yet." in words(client, f"{PAGE}?version=2")
    assert "More are won" in words(client, f"{PAGE}?version=1&days=60")
    for missing in ("version=3", "version=x", "version=" + "9" * 30):
        assert client.get(f"{PAGE}?{missing}").status_code == 404
    assert client.get("/nurture/programmes/nothing/worth/").status_code == 404


def test_all_programmes_are_told_by_what_came_of_them(educate: made.Programme, client_of: Clients, bob: User) -> None:
    client = client_of(bob)
    made.programme("alone", share=0)
    made.entered(made.programme("everybody", share=0), made.leads(20), at=timezone.now() - timedelta(days=3))
    made.entered(made.programme("long", share=0), made.leads(20), at=timezone.now() - timedelta(days=100))
    made.entered(made.programme("young"), made.leads(20), at=timezone.now() - timedelta(days=3))
    late = made.programme("late")
    made.entered(late, made.leads(20), at=timezone.now() - timedelta(days=100))
    made.entered(late, made.leads(2), held=True, at=timezone.now() - timedelta(days=3))
    quiet = made.programme("quiet")
    made.compared(quiet, of=300, held_of=40, wins=(9, 1), at=timezone.now() - timedelta(days=100))
    unfair = made.programme("unfair")
    made.compared(unfair, of=300, held_of=300, wins=(90, 1), at=timezone.now() - timedelta(days=100))
    said = words(client, "/nurture/worth/")
    assert "Alone nobody entered yet 0 0 held back" in said
    assert "Everybody nobody is held back, so nothing can be known 20 0 held back" in said
    assert "Long nobody is held back, so nothing can be known 20 0 held back" in said
    assert "Young too early to say 20 0 held back" in said
    assert "Late too early to say 22 2 held back" in said
    assert "Quiet no effect can be told (" in said
    assert "Unfair the groups can't be compared" in said
    assert re.search(r"Educate \+8\.0 points \(\+\d\.\d to \+\d\d?\.\d\) 1,000 100 held back 20\.0 %", said)
    assert "1,800 18.00 EUR 0.25 EUR (from " in said


def test_without_programmes_it_says_what_to_expect(client_of: Clients, bob: User) -> None:
    assert "There is no programme yet" in words(client_of(bob), "/nurture/worth/")


def test_figures_as_files(educate: made.Programme, client_of: Clients, bob: User) -> None:
    client = client_of(bob)
    answer = client.get(f"{PAGE}figures.csv?days=60")
    assert answer["Content-Disposition"].startswith('attachment; filename="worth-educate-')
    lines = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [(line["outcome"], line["days"], line["got_came"], line["held_came"]) for line in lines] == [
        ("hot", "60", "180", "20"),
        ("accepted", "60", "120", "6"),
        ("won", "60", "90", "2"),
    ]
    assert lines[2]["kind"] == "more"
    assert float(lines[2]["difference"]) == pytest.approx(0.08)
    (found,) = json.loads(client.get(f"{PAGE}figures.json").content)["programmes"]
    assert found["outcomes"]["won"]["interval"][0] == pytest.approx(float(lines[2]["low"]))
    assert found["cost"] == found["cost"] | {"mails": "18.00", "total": "18.00", "currency": "EUR"}
    everything = json.loads(client.get("/nurture/worth/figures.json").content)
    assert [each["programme"] for each in everything["programmes"]] == ["educate"]
    assert client.get("/nurture/worth/figures.csv").status_code == 200
    assert client.get("/nurture/worth/figures.xml").status_code == 404


def test_ratios_without_an_end_are_files_that_others_can_read(client_of: Clients, bob: User) -> None:
    programme = made.programme()
    at = timezone.now() - timedelta(days=100)
    made.compared(programme, of=300, held_of=40, wins=(9, 0), hot=(0, 0), accepted=(30, 1), at=at)
    (found,) = json.loads(client_of(bob).get(f"{PAGE}figures.json").content, parse_constant=pytest.fail)["programmes"]
    assert found["outcomes"]["won"]["ratio"] is None
    assert found["outcomes"]["accepted"]["ratio"] == pytest.approx(4)


def test_names_are_no_html(client_of: Clients, bob: User) -> None:
    programme = made.programme("sly", name='"<b>Sly</b> =1+1"')
    at = timezone.now() - timedelta(days=100)
    made.compared(programme, of=300, held_of=40, wins=(9, 1), at=at)
    for address in ("/nurture/worth/", "/nurture/programmes/sly/worth/"):
        page = client_of(bob).get(address).content.decode()
        assert "<b>Sly" not in page
        assert "&lt;b&gt;Sly" in page


def test_only_those_inside_see_it(educate: made.Programme, client: Client, client_of: Clients, charlie: User) -> None:
    for address in (PAGE, "/nurture/worth/", f"{PAGE}figures.csv", "/nurture/worth/figures.json"):
        assert client.get(address).status_code == 302
        assert client_of(charlie).get(address).status_code in (302, 403)
