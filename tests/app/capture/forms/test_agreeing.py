"""What a yes on a form is worth, which anybody can send for anybody."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone

from pyrometer.app.capture.forms.tickets import link_for
from pyrometer.app.capture.models import Form
from pyrometer.app.consent.actions import confirm, record
from pyrometer.app.consent.models import Consent, Purpose
from pyrometer.app.consent.queries import may_mail, may_profile
from pyrometer.app.delivery.models import Outgoing
from pyrometer.app.evidence.actions import merge, take
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.sealed import MAILED_LINK, unseal
from tests.app.capture.forms.conftest import Visitor

pytestmark = pytest.mark.django_db
Make = Callable[..., Form]
PHONE = "+493012345678"
FIELDS = [
    {"trait": "email", "label": {"en": "Email"}, "type": "email"},
    {"trait": "phone", "label": {"en": "Phone"}, "type": "phone"},
]
YES = {"consent-email": "yes", "consent-profiling": "yes"}


@pytest.fixture
def open_form(form: Make) -> Form:
    """A form that asks for an address or a number, and for two purposes."""
    Purpose.objects.update_or_create(slug="profiling", defaults={"texts": {"en": "Look at what I read."}})
    return form(fields=FIELDS, purposes=["email", "profiling"])


def victim(*handles: tuple[str, str], says: bool | None = False) -> int:
    """Somebody who was here before, and said something to mails and to profiling by a link and on the phone."""
    at = timezone.now() - timedelta(days=2)
    handles = handles or (("email", "ada@acme.example"), ("phone", PHONE))
    lead = take(incoming=[Incoming("m1", at, at, "form", handles, event="x")], now=at).lead_of["m1"]
    if says is not None:
        for purpose, source in (("email", "unsubscribe"), ("profiling", "hand")):
            record(lead=lead, purpose=purpose, given=says, text="", at=at, now=at, source=source)
    return lead


def asked() -> list[str]:
    """Who is asked by mail to confirm."""
    return sorted(row.payload["to"] for row in Outgoing.objects.all())


@pytest.mark.parametrize(
    "answers",
    [{"phone": PHONE}, {"email": "ada@acme.example"}],
)
def test_a_stranger_agrees_to_nothing_for_who_said_no(
    open_form: Form, visitor: Visitor, answers: dict[str, str]
) -> None:
    lead = victim()
    visitor.open()
    assert visitor.send(**answers, **YES).status_code == 200
    assert may_mail([lead]) == set()
    assert may_profile([lead]) == set()
    # Nobody but the lead can confirm it.
    assert set(asked()) == {"ada@acme.example"}
    for consent in Consent.objects.filter(source="form:demo"):
        assert confirm(consent=consent, now=timezone.now())
    assert may_mail([lead]) == may_profile([lead]) == {lead}


@pytest.mark.parametrize("handles", [(), (("phone", PHONE),)])
def test_a_strangers_own_address_beside_a_number_confirms_nothing_for_its_owner(
    open_form: Form, visitor: Visitor, handles: tuple[tuple[str, str], ...]
) -> None:
    lead = victim(*handles)
    visitor.open()
    visitor.send(phone=PHONE, email="stranger@evil.example", **YES)
    for row in Outgoing.objects.all():
        visitor.client.post(unseal(row.payload["sealed_link"], purpose=MAILED_LINK))
    assert may_mail([lead]) == set()
    assert may_profile([lead]) == set()


def test_who_has_no_address_stays_unconfirmed(open_form: Form, visitor: Visitor) -> None:
    lead = victim(("phone", PHONE), says=None)
    visitor.open()
    visitor.send(phone=PHONE, **YES)
    assert asked() == []
    assert may_mail([lead]) == set()
    assert set(Consent.objects.values_list("basis", flat=True)) == {"double opt-in"}


def test_who_is_new_agrees_to_be_looked_at_and_confirms_the_rest(open_form: Form, visitor: Visitor) -> None:
    visitor.open()
    visitor.send(email="bo@acme.example", **YES)
    assert dict(Consent.objects.values_list("purpose__slug", "basis")) == {
        "email": "double opt-in",
        "profiling": "consent",
    }
    assert asked() == ["bo@acme.example"]


def test_a_new_lead_that_joins_another_takes_back_no_no_of_it(open_form: Form, visitor: Visitor) -> None:
    lead = victim(("email", "ada@acme.example"))
    visitor.open()
    visitor.send(phone="+493087654321", **YES)
    other = Consent.objects.get(source="form:demo", purpose__slug="profiling").lead_id
    assert may_profile([other]) == {other}
    merge(winner=lead, loser=other, reason="the same", actor=Actor("a test"), now=timezone.now())
    assert may_profile([lead]) == set()


def test_a_personal_link_says_who_agrees(open_form: Form, visitor: Visitor) -> None:
    lead = victim(says=None)
    visitor.open(f"/f/demo?k={link_for(lead, timezone.now())}")
    visitor.send(**YES)
    assert set(Consent.objects.values_list("basis", flat=True)) == {"personal link"}
    assert may_mail([lead]) == {lead}
    assert asked() == []


def test_to_fill_in_a_form_again_unsubscribes_nobody(open_form: Form, visitor: Visitor) -> None:
    visitor.open()
    visitor.send(email="bo@acme.example", **{"consent-email": "yes"})
    consent = Consent.objects.get()
    assert may_mail([consent.lead_id]) == set()
    confirm(consent=consent, now=timezone.now())
    Outgoing.objects.all().delete()
    visitor.open()
    visitor.send(email="bo@acme.example", **{"consent-email": "yes"})
    # There is a second proof; nobody is asked anew.
    assert Consent.objects.count() == 2
    assert may_mail([consent.lead_id]) == {consent.lead_id}
    assert asked() == []


def test_one_mailbox_gets_one_question_a_day(open_form: Form, visitor: Visitor) -> None:
    for _ in range(3):
        visitor.open()
        visitor.send(email="bo@acme.example", **{"consent-email": "yes"})
    assert asked() == ["bo@acme.example"]
    # To answer the first question is enough, however often it was said since.
    first = Consent.objects.order_by("pk")[0]
    confirm(consent=first, now=timezone.now())
    assert may_mail([first.lead_id]) == {first.lead_id}
    assert "bo@" not in Outgoing.objects.get().once
