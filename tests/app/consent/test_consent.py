"""Consent is kept with its proof, counts as it was said last, and is taken back with one click."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.template import Context, Template
from django.test import Client, RequestFactory

from pyrometer.app.consent import actions, links, queries
from pyrometer.app.consent.models import Consent, Purpose
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.evidence import actions as evidence
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Lead
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry, User
from pyrometer.app.people.sealed import MAILED_LINK, unseal
from pyrometer.errors import UsageError

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 6, 1, 12, 0, tzinfo=UTC)


def lead(address: str = "ada@acme.example") -> int:
    message = Incoming(
        once=address, occurred_at=NOW, received_at=NOW, source="form", handles=(("email", address),), event="subscribed"
    )
    return evidence.take(incoming=[message], now=NOW).lead_of[address]


def say(who: int, given: bool, days: int = 0, purpose: str = "profiling", **more: object) -> Consent:
    at = NOW + timedelta(days=days)
    words = {"lead": who, "purpose": purpose, "given": given, "text": "I agree.", "at": at, "now": at, **more}
    return actions.record(**words)  # type: ignore[arg-type]


def test_the_purposes_of_every_installation_have_words_in_four_languages(db: None) -> None:
    found = {purpose.slug: set(purpose.texts) for purpose in Purpose.objects.all()}
    assert found == {"profiling": {"en", "de", "sv", "ja"}, "email": {"en", "de", "sv", "ja"}}


def test_the_last_word_counts_and_all_of_them_are_kept() -> None:
    ada = lead()
    say(ada, True, address="203.0.113.7", source="form:demo")
    say(ada, False, days=1)
    say(ada, True, days=2, purpose="email")
    assert [(each.purpose.slug, each.given) for each in queries.current(ada)] == [("email", True), ("profiling", False)]
    first = queries.said(ada)[-1]
    assert (first.text, first.address, first.source, first.at) == ("I agree.", "203.0.113.7", "form:demo", NOW)


def test_who_took_back_profiling_is_not_to_be_scored_and_is_read_again() -> None:
    ada, bo, cy = lead(), lead("bo@acme.example"), lead("cy@acme.example")
    say(ada, True)
    say(bo, True)
    Lead.objects.update(touched_at=None)
    say(bo, False, days=1)
    assert queries.may_profile([ada, bo, cy]) == {ada, cy}
    assert list(Lead.objects.filter(touched_at__isnull=False).values_list("pk", flat=True)) == [bo]
    say(bo, True, days=2)
    assert queries.may_profile([ada, bo, cy]) == {ada, bo, cy}


def test_a_no_of_any_member_counts_for_all_that_are_one() -> None:
    ada, other = lead(), lead("ada@home.example")
    say(other, False)
    evidence.merge(winner=ada, loser=other, reason="the same", actor=Actor("a test"), now=NOW)
    assert queries.may_profile([ada]) == set()


def test_mail_needs_a_yes_and_by_double_opt_in_a_confirmed_one() -> None:
    ada, bo, cy = lead(), lead("bo@acme.example"), lead("cy@acme.example")
    say(ada, True, purpose="email")
    asked = say(bo, True, purpose="email", basis=queries.DOUBLE)
    assert queries.may_mail([ada, bo, cy]) == {ada}
    assert actions.confirm(consent=asked, now=NOW)
    assert not actions.confirm(consent=asked, now=NOW)
    assert queries.may_mail([ada, bo, cy]) == {ada, bo}
    say(ada, False, days=1, purpose="email")
    assert queries.may_mail([ada, bo, cy]) == {bo}


def test_what_makes_no_sense_is_refused() -> None:
    ada = lead()
    with pytest.raises(UsageError, match="there is no purpose `pigeons`; there are email, profiling"):
        say(ada, True, purpose="pigeons")
    with pytest.raises(UsageError, match="there is no lead"):
        say(ada + 1, True)
    with pytest.raises(UsageError, match="future"):
        say(ada, True, now=NOW - timedelta(days=1))
    Purpose.objects.filter(slug="email").update(active=False)
    with pytest.raises(UsageError, match="put away"):
        say(ada, True, purpose="email")
    assert not say(ada, False, purpose="email").given


def test_a_yes_is_confirmed_by_the_mailed_link_and_not_by_looking_at_it(client: Client) -> None:
    asked = say(lead(), True, purpose="email", basis=queries.DOUBLE)
    actions.ask_to_confirm(consent=asked, to="ada@acme.example", language="en", now=NOW)
    mail = Outgoing.objects.get().payload
    assert (mail["to"], mail["template"]) == ("ada@acme.example", "to_lead")
    assert "/confirm/" not in json.dumps(mail)
    link = unseal(mail["sealed_link"], purpose=MAILED_LINK)
    assert "I agree." in client.get(link).content.decode()
    assert Consent.objects.get().confirmed_at is None
    assert client.post(link).status_code == 200
    assert Consent.objects.get().confirmed_at is not None
    assert client.get(link[:-2] + "x/").status_code == 404


def test_a_mail_program_unsubscribes_with_one_click() -> None:
    ada = lead()
    say(ada, True, purpose="email")
    address = links.unsubscribe(ada, "email")
    client = Client(enforce_csrf_checks=True)
    assert client.get(address).status_code == 200
    assert queries.may_mail([ada]) == {ada}
    assert client.post(address, {"List-Unsubscribe": "One-Click"}).status_code == 200
    assert queries.may_mail([ada]) == set()
    assert queries.current(ada)[0].source == "unsubscribe"


def test_links_of_one_kind_open_nothing_of_another(client: Client) -> None:
    ada = lead()
    asked = say(ada, True, purpose="email", basis=queries.DOUBLE)
    token = links.confirm(asked).split("/")[2]
    assert client.post(f"/unsubscribe/{token}/").status_code == 404
    token = links.unsubscribe(ada, "email").split("/")[2]
    assert client.post(f"/confirm/{token}/").status_code == 404
    assert client.post("/unsubscribe/nonsense/").status_code == 404


def test_an_erased_lead_can_still_click(client: Client) -> None:
    ada = lead()
    link = links.unsubscribe(ada, "email")
    evidence.erase(lead=ada, actor=Actor("a test"), now=NOW)
    assert client.post(link).status_code == 200


def test_purposes_are_edited_by_who_may(
    alice: User, bob: User, charlie: User, client_of: Callable[[User], Client]
) -> None:
    assert client_of(bob).get("/settings/consent/").status_code == 403
    assert client_of(charlie).get("/settings/consent/").status_code == 302
    page = client_of(alice)
    assert "profiling" in page.get("/settings/consent/").content.decode()
    words = {"slug": "sharing", "active": "on", "position": "3", "name_en": "Sharing", "name_de": "Weitergabe",
             "text_en": "You may share it.", "text_de": "Ihr dürft es teilen."}  # fmt: skip
    assert page.post("/settings/consent/new/", words).status_code == 302
    assert Purpose.objects.get(slug="sharing").texts == {"en": "You may share it.", "de": "Ihr dürft es teilen."}
    again = page.post("/settings/consent/new/", words)
    assert "There is a purpose of that name." in again.content.decode()
    assert page.get("/settings/consent/sharing/").status_code == 200
    words = {"name_en": "Sharing", "text_en": "Share it.", "position": "3"}
    assert page.post("/settings/consent/sharing/", words).status_code == 302
    purpose = Purpose.objects.get(slug="sharing")
    assert (purpose.texts, purpose.active) == ({"en": "Share it."}, False)
    assert AuditEntry.objects.filter(user=alice, subject="purpose:sharing").count() == 2


def test_a_word_given_on_the_phone_is_noted_and_shown(bob: User, client_of: Callable[[User], Client]) -> None:
    ada = lead()
    page = client_of(bob)
    said = {"purpose": "email", "given": "no", "text": "Please <b>stop</b>."}
    assert page.post(f"/leads/{ada}/consent/", said).status_code == 302
    assert queries.may_mail([ada]) == set()
    assert AuditEntry.objects.filter(user=bob, action="consent.recorded", subject=f"lead:{ada}").exists()
    request = RequestFactory().get("/")
    request.user = bob
    shown = Template("{% load consents %}{% consents lead %}").render(
        Context({"request": request, "lead": Lead.objects.get(pk=ada)})
    )
    assert "Please &lt;b&gt;stop&lt;/b&gt;." in shown
    assert 'action="/leads/' in shown


def test_the_page_of_a_lead_has_one_truth_about_consent(bob: User, client_of: Callable[[User], Client]) -> None:
    ada, other = lead(), lead("ada@home.example")
    page = client_of(bob)
    assert "Nothing was asked or said yet." in page.get(f"/leads/{ada}/").content.decode()
    evidence.merge(winner=ada, loser=other, reason="the same", actor=Actor("a test"), now=NOW)
    say(other, True, source="wire")
    asked = say(ada, True, purpose="email", basis=queries.DOUBLE)
    shown = page.get(f"/leads/{ada}/").content.decode()
    assert "Nothing was asked or said yet." not in shown
    assert "<b>Profiling</b> yes" in shown
    assert "<b>Email</b> said yes, not confirmed yet" in shown, "what doesn't count isn't shown as a yes"
    actions.confirm(consent=asked, now=NOW)
    assert "<b>Email</b> yes" in page.get(f"/leads/{ada}/").content.decode()


def test_whatever_a_lead_says_has_it_read_again() -> None:
    ada = lead()
    later = NOW + timedelta(days=1)
    Lead.objects.update(touched_at=None)
    asked = say(ada, True, purpose="email", basis=queries.DOUBLE)
    assert Lead.objects.get(pk=ada).touched_at == NOW
    Lead.objects.update(touched_at=None)
    actions.confirm(consent=asked, now=later)
    assert Lead.objects.get(pk=ada).touched_at == later
