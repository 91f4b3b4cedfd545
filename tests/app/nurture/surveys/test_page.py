"""The page on which a lead answers, by its link: for its lead, for scanners, and for who has made a link up."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from django.core import signing
from django.test import Client
from django.utils import timezone

from pyrometer.app.agreement.models import Version
from pyrometer.app.consent.views import public as consent_pages
from pyrometer.app.evidence.actions import erase, merge
from pyrometer.app.evidence.models import Event, Lead, TraitChange
from pyrometer.app.nurture.models import Asked
from pyrometer.app.nurture.surveys import tokens
from pyrometer.app.nurture.surveys.answering import answer
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.pace import Pace

from .conftest import Ask, NewLead

pytestmark = pytest.mark.django_db
DORA = Actor("dora@example.com")
SIGNER = signing.Signer(salt="pyrometer.nurture.survey")
PEOPLE = {"HTTP_USER_AGENT": "Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0"}


@pytest.fixture(autouse=True)
def unhurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test begins with nothing asked for."""
    monkeypatch.setattr(consent_pages, "pace", Pace())


@pytest.fixture
def now() -> datetime:
    """The pages look at the clock."""
    return timezone.now()


@pytest.fixture
def page() -> Client:
    """A browser that nobody is signed in with, where forged requests would be noticed."""
    return Client(enforce_csrf_checks=True, headers={"user-agent": PEOPLE["HTTP_USER_AGENT"]})


@pytest.fixture
def asked(new_lead: NewLead, ask: Ask, now: datetime) -> Asked:
    return ask(new_lead(), at=now)


def test_a_click_shows_the_question_and_a_button_answers_it(page: Client, asked: Asked, now: datetime) -> None:
    address = tokens.path(asked, now)
    looked = page.get(address + "?a=confirmed")
    text = looked.content.decode()
    assert looked.status_code == 200
    assert re.findall(r'value="(\w+)" checked', text) == ["confirmed"]
    assert "What goes wrong today?" in text
    assert not Event.objects.filter(name="survey_answered").exists()
    assert looked.headers["Referrer-Policy"] == "no-referrer"
    assert looked.headers["X-Robots-Tag"] == "noindex, nofollow"
    assert "no-store" in looked.headers["Cache-Control"]
    visit = re.findall(r'name="visit" value="(\w+)"', text)[0]
    for _ in range(2):
        sent = page.post(address, {"answer": "confirmed", "visit": visit})
        assert (sent.status_code, sent.headers["Location"]) == (303, f"{address}?done=1")
    assert TraitChange.objects.filter(trait="need").values_list("value", flat=True).get() == "confirmed"
    assert Event.objects.filter(name="survey_answered").count() == 1
    thanks = page.get(sent.headers["Location"]).content.decode()
    assert "We have your answer." in thanks
    assert "/choices/" in thanks


def test_scanners_that_follow_every_link_answer_nothing(page: Client, asked: Asked, now: datetime) -> None:
    address = tokens.path(asked, now)
    for value in ("confirmed", "possible", "none"):
        page.get(f"{address}?a={value}")
        page.head(f"{address}?a={value}")
    page.get(f"{address}?done=1")
    for agent in ("Barracuda Sentinel", "Googlebot/2.1", "Mozilla/5.0"):
        # Some even send what they find.
        assert page.post(address, {"answer": "none"}, headers={"user-agent": agent}).status_code == 422
    assert not Event.objects.filter(name="survey_answered").exists()
    assert not TraitChange.objects.filter(source="survey").exists()
    asked.refresh_from_db()
    assert asked.answered_at is None
    assert page.put(address).status_code == 405


def test_links_that_are_none(page: Client, asked: Asked, now: datetime) -> None:
    token = tokens.path(asked, now).split("/")[2]
    salted = signing.Signer(salt="pyrometer.consent.choices").sign_object([asked.pk, int(now.timestamp())])
    made = [
        "nonsense",
        "preview",
        token[:-1],
        token[:-3] + ("abc" if not token.endswith("abc") else "abd"),
        "X" + token,
        token.swapcase(),
        salted,
        "a" * 5_000,
        SIGNER.sign_object("text"),
        SIGNER.sign_object([1, 2, 3]),
        SIGNER.sign_object(["x", int(now.timestamp())]),
        SIGNER.sign_object([asked.pk, None]),
        tokens.path(asked, now - timedelta(days=181)).split("/")[2],
        tokens.path(asked, now + timedelta(days=1)).split("/")[2],
    ]
    for each in made:
        found = page.get(f"/survey/{each}/")
        assert found.status_code == 404, each
        assert page.post(f"/survey/{each}/", {"answer": "none"}).status_code == 404, each
    assert "kettles" not in page.get("/survey/nonsense/").content.decode()
    assert not Event.objects.filter(name="survey_answered").exists()
    assert page.get(tokens.path(asked, now - timedelta(days=179))).status_code == 200


def test_a_token_says_nothing_and_is_one_question_s_own(
    page: Client, new_lead: NewLead, ask: Ask, asked: Asked, now: datetime
) -> None:
    bea = ask(new_lead("bea"), "size", at=now)
    mine, hers = tokens.path(asked, now), tokens.path(bea, now)
    loaded = SIGNER.unsign_object(mine.split("/")[2])
    assert loaded == [asked.pk, int(now.timestamp())]
    # The body of one with the signature of another.
    head, _, tail = mine.split("/")[2].rpartition(":")
    other = hers.split("/")[2].rpartition(":")[2]
    assert page.get(f"/survey/{head}:{other}/").status_code == 404
    assert tail != other
    page.post(hers, {"answer": "12"})
    assert Event.objects.get(name="survey_answered").lead == bea.lead


def test_what_makes_no_sense_is_said_beside_the_question(
    page: Client, new_lead: NewLead, ask: Ask, now: datetime
) -> None:
    address = tokens.path(ask(new_lead(), "size", at=now), now)
    sent = page.post(address, {"answer": '"><script>x</script>'})
    text = sent.content.decode()
    assert sent.status_code == 422
    assert "Please write a number" in text
    assert "&quot;&gt;&lt;script&gt;" in text
    assert "<script" not in text
    assert 'aria-invalid="true"' in text
    assert page.post(address, {}).status_code == 422
    raw = page.post(address, b"answer=%ff%00%fe", content_type="application/x-www-form-urlencoded")
    assert raw.status_code == 422
    german = page.post(address + "?lang=de", {"answer": "viele"}).content.decode()
    assert "Bitte schreiben Sie eine Zahl" in german


def test_the_page_speaks_as_the_lead_does_and_as_it_is_asked_to(
    page: Client, new_lead: NewLead, ask: Ask, now: datetime
) -> None:
    address = tokens.path(ask(new_lead(language="sv"), at=now), now)
    swedish = page.get(address + "?a=none").content.decode()
    assert "Vad går fel i dag?" in swedish
    assert '<html lang="sv">' in swedish
    # What was chosen stays so in another language.
    (other,) = re.findall(r'href="(\?[^"]+lang=ja)"', swedish)
    japanese = page.get(address + other.replace("&amp;", "&")).content.decode()
    assert "お困りのことは何ですか" in japanese
    assert 'value="none" checked' in japanese
    sent = page.post(address + "?lang=ja", {"answer": "none"})
    assert "ありがとうございました" in page.get(sent.headers["Location"]).content.decode()


def test_who_comes_back_may_say_something_else_and_is_not_shown_what_was_said(
    page: Client, asked: Asked, now: datetime
) -> None:
    answer(asked=asked, value="confirmed", now=now)
    text = page.get(tokens.path(asked, now)).content.decode()
    assert "You answered on" in text
    assert "checked" not in text
    page.post(tokens.path(asked, now), {"answer": "none"})
    asked.refresh_from_db()
    assert (asked.answer, asked.changes) == ("none", 2)


def test_after_the_answer_two_more_questions_and_no_more(page: Client, asked: Asked, now: datetime) -> None:
    address = tokens.path(asked, now)
    page.post(address, {"answer": "none"})
    thanks = page.get(address + "?done=1").content.decode()
    assert 'name="next" value="budget"' in thanks
    wrong = page.post(address, {"next": "budget", "answer": "a lot"})
    assert wrong.status_code == 422
    assert "Please write a number" in wrong.content.decode()
    page.post(address, {"next": "budget", "answer": "2500"})
    thanks = page.get(address + "?done=1").content.decode()
    assert 'name="next" value="influence"' in thanks
    page.post(address, {"next": "influence", "answer": "yes"})
    assert 'name="next"' not in page.get(address + "?done=1").content.decode()
    # What isn't offered isn't taken, and breaks nothing.
    assert page.post(address, {"next": "timeline", "answer": "2030-01-01"}).status_code == 303
    assert set(TraitChange.objects.filter(source="survey").values_list("trait", flat=True)) == {
        "need", "budget_amount", "signs_alone"
    }  # fmt: skip


def test_after_an_erasure_the_link_says_so_kindly(page: Client, asked: Asked, now: datetime) -> None:
    address = tokens.path(asked, now)
    erase(lead=asked.lead_id, actor=DORA, now=now)
    for found in (page.get(address), page.post(address, {"answer": "none"})):
        assert found.status_code == 410
        assert "ada" not in found.content.decode()
    assert not Lead.objects.filter(erased_at__isnull=True).exists()


def test_after_a_merge_the_link_still_answers(page: Client, new_lead: NewLead, asked: Asked, now: datetime) -> None:
    winner = new_lead("countess")
    merge(winner=winner.pk, loser=asked.lead_id, reason="one", actor=DORA, now=now)
    assert page.post(tokens.path(asked, now), {"answer": "none"}).status_code == 303
    assert TraitChange.objects.get(trait="need").lead.root_id == winner.pk


def test_a_question_that_is_no_longer_asked(page: Client, asked: Asked, live: Version, now: datetime) -> None:
    address = tokens.path(asked, now)
    Version.objects.all().delete()
    for found in (page.get(address), page.post(address, {"answer": "none"})):
        assert found.status_code == 410
        assert "isn&#x27;t asked any more" in found.content.decode()


def test_who_asks_too_often_waits(page: Client, asked: Asked, now: datetime, monkeypatch: pytest.MonkeyPatch) -> None:
    # However long the machine takes, for the pace no time goes by.
    monkeypatch.setattr(consent_pages, "pace", Pace(clock=lambda: 0.0))
    address = tokens.path(asked, now)
    found = [page.get(address).status_code for _ in range(consent_pages.A_MINUTE + 1)]
    assert found[-1] == 429
    assert set(found[:-1]) == {200}
