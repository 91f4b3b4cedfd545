"""What is remembered of an address whose lead was erased: what it unsubscribed from, until it says otherwise itself."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta

import pytest

from pyrometer.app.consent import actions as consent
from pyrometer.app.consent.models import Purpose
from pyrometer.app.delivery import addresses, outbox, sending, suppressing
from pyrometer.app.delivery.models import Outgoing, Reason, Suppression
from pyrometer.app.evidence.actions import take
from pyrometer.app.evidence.erasing import erase
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Handle
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry
from tests.app.delivery.conftest import NOW, Mailbox
from tests.app.delivery.content.leads import lead, says

pytestmark = pytest.mark.django_db
ADA = "ada@acme.example"
BY = Actor("a test")
LATER = NOW + timedelta(days=1)


@pytest.fixture(autouse=True)
def events(request: pytest.FixtureRequest) -> None:
    """A purpose beside those that there are."""
    request.getfixturevalue("db")
    Purpose.objects.create(slug="events", names={"en": "Events"}, texts={"en": "Yes."})


def unsubscribed(*purposes: str) -> None:
    """Ada said no, and was erased since."""
    ada = lead(ADA)
    for purpose in purposes:
        says(ada, False, purpose)
    erase(lead=ada, actor=BY, now=NOW)


def anew() -> int:
    """Ada, who is a lead again."""
    message = Incoming(once="anew", occurred_at=LATER, received_at=LATER, source="form", handles=(("email", ADA),))
    take(incoming=[message], now=LATER)
    return Handle.objects.get(kind="email", value=ADA).lead_id


def agrees(purpose: str, *, confirmed: bool = True, basis: str = "double opt-in") -> int:
    """Ada is a lead anew, and says yes."""
    ada = anew()
    said = consent.record(lead=ada, purpose=purpose, given=True, text="Yes.", at=LATER, now=LATER, basis=basis)
    if confirmed:
        consent.confirm(consent=said, now=LATER)
    return ada


def sent(mailbox: Mailbox, ada: int, purpose: str) -> str:
    """Post a mail for a purpose; why it wasn't sent."""
    once = f"{purpose}:{len(mailbox.mails)}:{Outgoing.objects.count()}"
    news = {"unsubscribe": "https://leads.example/u/", "purpose": purpose}
    payload = {"to": ADA, "subject": "s", "text": "t", "lead": ada, "marketing": news}
    outbox.post(channel="email", once=once, payload=payload, now=LATER)
    sending.work(LATER)
    return Outgoing.objects.get(once=once).error


def test_a_no_to_any_mail_is_remembered_and_to_profiling_is_none(mailbox: Mailbox) -> None:
    unsubscribed("events", "profiling")
    row = Suppression.objects.get()
    assert (row.reason, row.purposes, row.address) == (Reason.UNSUBSCRIBED, ["events"], "")
    ada = anew()
    for purpose in ("email", "events"):
        says(ada, True, purpose, LATER)
    assert sent(mailbox, ada, "email") == ""
    assert "suppressed" in sent(mailbox, ada, "events")
    assert "suppressed" in sent(mailbox, ada, ""), "for what it is isn't known"


def test_who_said_no_only_to_profiling_is_not_remembered() -> None:
    unsubscribed("profiling")
    assert not Suppression.objects.exists()


def test_a_confirmed_yes_lifts_it_for_that_purpose(mailbox: Mailbox) -> None:
    unsubscribed("email", "events")
    ada = agrees("email")
    assert Suppression.objects.get().purposes == ["events"]
    assert sent(mailbox, ada, "email") == ""
    entry = AuditEntry.objects.get(action="mail.suppression_lifted")
    assert (entry.actor, entry.subject) == ("the lead itself", f"lead:{ada}")
    assert (entry.detail["purpose"], entry.detail["reason"]) == ("email", "unsubscribed")
    agrees("events")
    assert not Suppression.objects.exists()
    assert sent(mailbox, ada, "events") == ""


@pytest.mark.parametrize(("confirmed", "basis"), [(False, "double opt-in"), (True, "consent")])
def test_a_yes_that_nobody_confirmed_lifts_nothing(confirmed: bool, basis: str) -> None:
    unsubscribed("email")
    agrees("email", confirmed=confirmed, basis=basis)
    assert Suppression.objects.get().purposes == ["email"]


def test_a_bounce_or_complaint_weighs_more_and_the_no_stays_known(mailbox: Mailbox) -> None:
    unsubscribed("email")
    assert suppressing.suppress(address=ADA, reason=Reason.COMPLAINT, actor=BY, now=LATER, note="abuse")
    row = Suppression.objects.get()
    assert (row.reason, row.since, row.address, row.purposes) == (Reason.COMPLAINT, LATER, ADA, ["email"])
    assert not suppressing.suppress(address=ADA, reason=Reason.BOUNCE, actor=BY, now=LATER), "it gets none anyway"
    outbox.post(channel="email", once="note", payload={"to": ADA, "subject": "s", "text": "t"}, now=LATER)
    sending.work(LATER)
    assert "complained" in Outgoing.objects.get(once="note").error
    suppressing.lift(suppression=row, actor=BY, now=LATER)
    row = Suppression.objects.get()
    assert (row.reason, row.address, row.note) == (Reason.UNSUBSCRIBED, "", "")
    suppressing.lift(suppression=row, actor=BY, now=LATER)
    assert not Suppression.objects.exists()
    assert AuditEntry.objects.filter(action="mail.suppression_lifted").count() == 2


def test_a_yes_leaves_a_bounce_as_it_is() -> None:
    unsubscribed("email")
    suppressing.suppress(address=ADA, reason=Reason.BOUNCE, actor=BY, now=LATER)
    agrees("email")
    row = Suppression.objects.get()
    assert (row.reason, row.purposes) == (Reason.BOUNCE, [])


def test_an_address_of_another_lead_is_lifted_for_nobody() -> None:
    unsubscribed("email")
    ben = lead("ben@acme.example")
    said = consent.record(
        lead=ben, purpose="email", given=True, text="Yes.", at=LATER, now=LATER, basis="double opt-in"
    )
    consent.confirm(consent=said, now=LATER)
    assert Suppression.objects.get().digest == addresses.digest(ADA)


# Who hears of it


@pytest.fixture
def heard() -> Iterator[list[tuple[set[int], datetime]]]:
    """What a listener is told."""
    found: list[tuple[set[int], datetime]] = []

    def listen(roots: Collection[int], now: datetime) -> None:
        found.append((set(roots), now))

    suppressing.on_suppressed(listen)
    yield found
    suppressing._listeners.remove(listen)


def test_rooms_hear_whose_address_gets_no_more_mail(heard: list[tuple[set[int], datetime]]) -> None:
    ada = lead(ADA)
    for reason in (Reason.HAND, Reason.BOUNCE):
        suppressing.suppress(address=" ADA@acme.example", reason=reason, actor=BY, now=LATER)
    suppressing.suppress(address="nobody@acme.example", reason=Reason.BOUNCE, actor=BY, now=LATER)
    assert heard == [({ada}, LATER), (set(), LATER)]


def test_where_a_listener_fails_nothing_is_suppressed(heard: list[tuple[set[int], datetime]]) -> None:
    def broken(roots: Collection[int], now: datetime) -> None:
        raise LookupError

    suppressing.on_suppressed(broken)
    try:
        with pytest.raises(LookupError):
            suppressing.suppress(address=ADA, reason=Reason.HAND, actor=BY, now=LATER)
    finally:
        suppressing._listeners.remove(broken)
    assert not Suppression.objects.exists()
