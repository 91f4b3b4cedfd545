"""A form as visitors meet it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django.fixtures import Settings

from pyrometer.app.capture.forms.tickets import Ticket, link_for
from pyrometer.app.capture.models import Coupon, Form
from pyrometer.app.consent.models import Consent, Purpose
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Event, Handle, Lead, TraitChange
from tests.app.capture.forms.conftest import Visitor

pytestmark = pytest.mark.django_db
Make = Callable[..., Form]
ADA = {"email": "Ada@acme.example", "industry": "care", "employees": "1200"}


def test_a_submission_is_an_event_with_answers_and_a_consent_with_its_proof(form: Make, visitor: Visitor) -> None:
    form()
    visitor.open("/f/demo?page=https%3A%2F%2Facme.example%2Fprices")
    assert visitor.send(**ADA, **{"consent-email": "yes"}).status_code == 200
    assert "We call you." in visitor.sent
    (event,) = Event.objects.all()
    assert (event.name, event.source) == ("demo_requested", "form")
    assert event.properties == {"form": "demo", "page": "https://acme.example/prices", "language": "en"}
    said = dict(TraitChange.objects.filter(source="form").values_list("trait", "value"))
    assert said == {"email": "ada@acme.example", "industry": "care", "employees": 1200}
    (consent,) = Consent.objects.all()
    assert (consent.lead_id, consent.purpose.slug, consent.given) == (event.lead_id, "email", True)
    assert (consent.text, consent.source, consent.address) == ("You may write to me.", "form:demo", "127.0.0.1")
    # That the address wants mail counts once its owner has said so.
    assert (consent.basis, consent.confirmed_at) == ("double opt-in", None)
    (letter,) = Outgoing.objects.all()
    assert (letter.channel, letter.payload["to"]) == ("email", "ada@acme.example")
    assert Form.objects.get().submissions == 1


def test_each_purpose_has_a_tick_of_its_own(form: Make, visitor: Visitor) -> None:
    Purpose.objects.update_or_create(slug="profiling", defaults={"texts": {"en": "Look at what I read."}})
    form(purposes=["email", "profiling"])
    assert "Look at what I read." in visitor.open()
    visitor.send(**ADA, **{"consent-profiling": "yes", "consent-sharing": "yes"})
    (consent,) = Consent.objects.all()
    assert (consent.purpose.slug, consent.text, consent.basis) == ("profiling", "Look at what I read.", "consent")


def test_no_tick_is_no_consent_and_no_refusal(form: Make, visitor: Visitor) -> None:
    form()
    visitor.open()
    visitor.send(**ADA)
    assert Event.objects.count() == 1
    assert not Consent.objects.exists()


def test_the_proof_is_what_was_shown_even_if_the_form_changed_meanwhile(form: Make, visitor: Visitor) -> None:
    made = form()
    visitor.open()
    made.texts = {"en": {"consent": "You may call me at night."}}
    made.save()
    visitor.send(**ADA, **{"consent-email": "yes"})
    assert Consent.objects.get().text == "You may write to me."


def test_sent_twice_it_counts_once_corrected_it_counts_again(form: Make, visitor: Visitor) -> None:
    form()
    visitor.open()
    for _ in range(2):
        assert "We call you." in visitor.send(**ADA).content.decode()
    assert Event.objects.count() == 1
    visitor.send(**ADA | {"employees": "1300"})
    assert TraitChange.objects.filter(trait="employees").order_by("-pk").first().value == 1300


def test_what_is_wrong_is_said_beside_it_and_what_was_written_stays(form: Make, visitor: Visitor) -> None:
    form()
    visitor.open()
    answer = visitor.send(email="ada@", industry="steel", employees="", **{"consent-email": "yes"})
    assert answer.status_code == 422
    assert "Please write an email address" in visitor.sent
    assert "Please choose one of the answers" in visitor.sent
    assert "Please fill this in" in visitor.sent
    assert 'value="ada@"' in visitor.sent
    assert not Lead.objects.exists()


@pytest.mark.parametrize(
    ("address", "accepted", "said", "language"),
    [
        ("/f/demo", "de-AT,en;q=0.5", "Vorführung anfragen", "de"),
        ("/f/demo?lang=en", "de", "Ask for a demo", "en"),
        # There are no Japanese texts in this form: it isn't shown half in Japanese.
        ("/f/demo", "ja", "Ask for a demo", "en"),
    ],
)
def test_a_visitor_reads_their_language(
    form: Make, visitor: Visitor, address: str, accepted: str, said: str, language: str
) -> None:
    form()
    page = visitor.open(address, **{"accept-language": accepted})
    assert said in page
    assert f'<html lang="{language}">' in page


def test_others_read_the_first_language_of_a_form(form: Make, visitor: Visitor) -> None:
    form(language="de")
    assert "Vorführung anfragen" in visitor.open(**{"accept-language": "fr"})
    assert "Ask for a demo" in visitor.open(**{"accept-language": "en"})


# Progressive: what is known isn't asked.


def known(visitor: str, **traits: str) -> int:
    """Somebody who was here before, in this browser."""
    now = timezone.now() - timedelta(days=1)
    handles = (("anonymous", visitor), ("email", "ada@acme.example"))
    return take(incoming=[Incoming("m1", now, now, "form", handles, traits=traits)], now=now).lead_of["m1"]


def test_a_few_questions_now_the_next_ones_another_day(form: Make, visitor: Visitor) -> None:
    form()
    visitor.open("/f/demo?a=browser-0001")
    assert visitor.asked() == ["email", "industry", "employees"]
    visitor.send(**ADA)
    visitor.open("/f/demo?a=browser-0001")
    assert visitor.asked() == ["email", "budget"]


def test_the_browser_joins_the_lead(form: Make, visitor: Visitor) -> None:
    form()
    visitor.open("/f/demo?a=browser-0001")
    visitor.send(**ADA)
    assert Handle.objects.get(kind="anonymous").lead.root_id == Handle.objects.get(kind="email").lead.root_id


def test_a_shared_browser_never_shows_answers_and_asks_who_it_is(form: Make, visitor: Visitor) -> None:
    known("browser-0001", industry="care")
    form()
    page = visitor.open("/f/demo?a=browser-0001")
    assert visitor.asked() == ["email", "employees", "budget"]
    assert "ada@" not in page
    assert "care" not in page


def test_a_personal_link_asks_only_what_is_not_known(form: Make, visitor: Visitor) -> None:
    lead = known("browser-0001", industry="care", employees="7")
    form()
    visitor.open(f"/f/demo?k={link_for(lead, timezone.now())}")
    assert visitor.asked() == ["budget"]
    visitor.send(budget="yes")
    assert TraitChange.objects.get(trait="budget").lead.root_id == lead


def test_a_link_that_is_forged_or_old_is_nobodys(form: Make, visitor: Visitor) -> None:
    lead = known("browser-0001", industry="care")
    form()
    old = link_for(lead, timezone.now() - timedelta(days=91))
    for link in (old, old[:-2] + "xx", "nonsense"):
        visitor.open(f"/f/demo?k={link}")
        assert visitor.asked() == ["email", "industry", "employees"]


def test_who_was_erased_is_asked_as_anybody(form: Make, visitor: Visitor) -> None:
    lead = known("browser-0001", industry="care")
    form()
    Lead.objects.filter(pk=lead).update(erased_at=timezone.now())
    visitor.open(f"/f/demo?k={link_for(lead, timezone.now())}")
    assert visitor.asked() == ["email", "industry", "employees"]


# Against programs, without losing people.


def test_a_filled_trap_is_shown_to_whoever_filled_it(form: Make, visitor: Visitor) -> None:
    form()
    visitor.open()
    assert visitor.send(**ADA, fax_number_2="123").status_code == 422
    assert "Please leave this field empty." in visitor.sent
    assert not Lead.objects.exists()
    visitor.page = visitor.sent
    assert visitor.send(**ADA, fax_number_2="").status_code == 200
    assert Lead.objects.count() == 1


def test_too_quick_is_asked_to_send_again(form: Make, visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pyrometer.app.capture.forms.public.QUICK", timedelta(hours=1))
    form()
    visitor.open()
    assert visitor.send(**ADA).status_code == 422
    assert 'value="1200"' in visitor.sent


def test_an_address_may_send_so_many_and_then_has_to_wait(form: Make, visitor: Visitor) -> None:
    form()
    codes = []
    for number in range(12):
        visitor.open()
        codes.append(visitor.send(**ADA | {"email": f"p{number}@acme.example"}).status_code)
    assert codes == [200] * 10 + [429] * 2
    answer = visitor.send(**ADA)
    assert int(answer.headers["Retry-After"]) > 0
    # What was written is still there.
    assert 'value="1200"' in visitor.sent


@pytest.mark.parametrize("broken", ["nonsense", "", None])
def test_a_page_without_its_ticket_is_asked_to_send_again(form: Make, visitor: Visitor, broken: str | None) -> None:
    made = form()
    if broken is None:
        old = timezone.now() - timedelta(hours=25)
        broken = Ticket(made.pk, old.timestamp(), "en", ("email",)).signed()
    answer = visitor.client.post("/f/demo", {"ticket": broken, **ADA})
    assert answer.status_code == 422
    visitor.page, visitor.address = answer.content.decode(), "/f/demo"
    assert 'value="1200"' in visitor.page
    assert visitor.send(**ADA).status_code == 200


def test_a_ticket_of_another_form_does_not_do(form: Make, visitor: Visitor) -> None:
    form()
    form(slug="other")
    visitor.open("/f/other")
    visitor.address = "/f/demo"
    assert visitor.send(**ADA).status_code == 422
    assert not Lead.objects.exists()


def test_answers_that_were_not_asked_are_not_taken(form: Make, visitor: Visitor) -> None:
    form()
    visitor.open()
    visitor.send(**ADA, budget="all of it", stage="customer")
    assert not TraitChange.objects.filter(trait__in=["budget", "stage"]).exists()


# Where it may stand, and where it leads.


def test_only_its_sites_may_frame_it(form: Make, visitor: Visitor) -> None:
    form(sites=["https://acme.example"])
    policy = visitor.client.get("/f/demo").headers["Content-Security-Policy"]
    assert "frame-ancestors 'self' https://acme.example;" in policy
    Form.objects.update(sites=["https://evil.example; script-src *"])
    assert "evil" not in visitor.client.get("/f/demo").headers["Content-Security-Policy"]


def test_it_leads_on_to_its_site_and_to_no_other(form: Make, visitor: Visitor) -> None:
    made = form(sites=["https://acme.example"], redirect="https://acme.example/thanks")
    visitor.open()
    answer = visitor.send(**ADA)
    assert (answer.status_code, answer.headers["Location"]) == (303, "https://acme.example/thanks")
    visitor.open("/f/demo?frame=1")
    assert 'data-go="https://acme.example/thanks"' in visitor.send(**ADA).content.decode()
    Form.objects.filter(pk=made.pk).update(redirect="https://evil.example/")
    visitor.open()
    assert visitor.send(**ADA | {"employees": "9"}).status_code == 200
    assert "evil" not in visitor.sent


@pytest.mark.parametrize("slug", ["demo", "none"])
def test_a_closed_form_says_so(form: Make, visitor: Visitor, slug: str) -> None:
    form(active=False)
    answer = visitor.client.get(f"/f/{slug}", headers={"accept-language": "sv"})
    assert answer.status_code == 404
    # Its script does nothing, and breaks nothing.
    assert visitor.client.get(f"/f/{slug}.js").content == b""


def test_what_the_team_calls_it_is_read_nowhere(form: Make, visitor: Visitor) -> None:
    form(name="Project Falcon", kind="popup", texts={"en": {"button": "Go"}})
    assert "Falcon" not in visitor.open()
    assert b"Falcon" not in visitor.client.get("/f/demo.js").content


def test_a_line_may_send_so_many_however_many_addresses_it_has(form: Make, visitor: Visitor) -> None:
    form()
    visitor.open()
    codes = []
    for number in range(12):
        visitor.client.defaults["REMOTE_ADDR"] = f"2001:db8:9::{number:x}"
        codes.append(visitor.send(**ADA | {"email": f"p{number}@acme.example"}).status_code)
    assert codes == [200] * 10 + [429] * 2
    assert Lead.objects.count() == 10


def test_it_sets_no_cookie_and_is_kept_nowhere(form: Make, visitor: Visitor) -> None:
    form()
    answer = visitor.client.get("/f/demo")
    assert not answer.cookies
    assert answer.headers["Cache-Control"] == "no-store"


def test_a_form_without_a_way_to_be_reached_asks_for_an_email(form: Make, visitor: Visitor) -> None:
    form(fields=[{"trait": "need", "label": {"en": "What do you use today?"}}])
    visitor.open()
    assert visitor.asked() == ["email", "need"]


# Codes.


def test_each_visitor_gets_a_code_once_until_they_are_taken(form: Make, visitor: Visitor) -> None:
    form(kind="popup", offer={"codes": ["ONE", "TWO"], "after_seconds": 1})
    given = []
    for name in ("ada", "bob", "ada", "eve"):
        visitor.open()
        page = visitor.send(**ADA | {"email": f"{name}@acme.example"}).content.decode()
        given.append(next((code for code in ("ONE", "TWO") if code in page), None))
    # Whoever writes Ada's address a second time may not be Ada.
    assert given == ["ONE", "TWO", None, None]
    assert "All codes are taken" in page
    assert Coupon.objects.count() == 2
    # Who got none is a lead all the same.
    assert Lead.objects.count() == 3


def test_a_code_is_shown_once_and_mailed_to_whom_it_was_given(form: Make, visitor: Visitor, settings: Settings) -> None:
    settings.MAIL_SERVER = object()
    form(kind="popup", purposes=[], offer={"codes": ["ONE", "TWO"], "after_seconds": 1})
    visitor.open()
    for _ in range(2):
        # The button pressed twice.
        assert "ONE" in visitor.send(**ADA).content.decode()
    for _ in range(2):
        visitor.open()
        for _ in range(2):
            page = visitor.send(**ADA).content.decode()
            assert "ONE" not in page
            assert "We are mailing yours to you." in page
    (letter,) = Outgoing.objects.all()
    assert (letter.payload["to"], letter.payload["text"]) == ("ada@acme.example", "Your code: ONE\n")
    settings.MAIL_SERVER = None
    visitor.open()
    page = visitor.send(**ADA).content.decode()
    assert "You got a code before; there is one for everybody." in page
    assert "mailing" not in page


def test_who_follows_a_personal_link_sees_the_code_again(form: Make, visitor: Visitor) -> None:
    form(kind="popup", offer={"codes": ["ONE", "TWO"], "after_seconds": 1})
    visitor.open()
    visitor.send(**ADA)
    visitor.open(f"/f/demo?k={link_for(Lead.objects.get().pk, timezone.now())}")
    assert "ONE" in visitor.send(budget="yes").content.decode()


def test_one_code_for_many_ends_at_its_limit(form: Make, visitor: Visitor) -> None:
    form(kind="popup", offer={"codes": ["SPRING"], "limit": 1})
    visitor.open()
    assert "SPRING" in visitor.send(**ADA).content.decode()
    visitor.open()
    assert "SPRING" not in visitor.send(**ADA | {"email": "bob@acme.example"}).content.decode()
