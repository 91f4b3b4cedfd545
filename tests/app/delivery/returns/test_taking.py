"""What follows from what comes back: suppressions, consent taken back, and evidence of who answered."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from pyrometer.app.consent import actions as consent
from pyrometer.app.consent.queries import may_mail
from pyrometer.app.delivery import actions, outbox, sending, suppressing
from pyrometer.app.delivery.email.message import token
from pyrometer.app.delivery.models import Mail, Outgoing, Reason, Returned, Suppression
from pyrometer.app.delivery.returns import secret, taking
from pyrometer.app.evidence import actions as evidence
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.evidence.models import Event, Lead
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry, User
from pyrometer.errors import UsageError
from tests.app.delivery.conftest import NOW, Mailbox

from .mails import complaint, plain, proper, reply

pytestmark = pytest.mark.django_db
ADA = "ada@acme.example"
LATER = NOW + timedelta(days=1)
KEY = "whsec_" + base64.b64encode(b"0123456789abcdef").decode()


@pytest.fixture
def lead() -> int:
    """Ada, who agreed to mail."""
    message = Incoming(once="ada", occurred_at=NOW, received_at=NOW, source="form", handles=(("email", ADA),))
    found = evidence.take(incoming=[message], now=NOW).lead_of["ada"]
    consent.record(lead=found, purpose="email", given=True, text="yes", at=NOW, now=NOW)
    return found


def send(once: str, to: str = ADA, **more: object) -> str:
    """Send marketing mail; its token."""
    news = {"to": to, "subject": "News", "text": "Hello", "marketing": {"unsubscribe": "https://x.example/u/"}, **more}
    outbox.post(channel="email", once=once, payload=news, now=NOW)
    sending.work(NOW)
    return token(once)


def suppressed(address: str = ADA) -> str:
    found = suppressing.found(address)
    return found.reason if found else ""


def test_a_hard_bounce_suppresses_at_once(mailbox: Mailbox, lead: int) -> None:
    mine = send("a", lead=lead)
    assert taking.take(raw=proper(token=mine), now=LATER) == "bounce"
    assert suppressed(" ADA@acme.example") == Reason.BOUNCE
    row = Suppression.objects.get()
    assert row.proof is not None
    assert (row.proof.status, row.proof.mail, row.note) == ("5.1.1", Mail.objects.get(), "550 5.1.1 no such user")
    entry = AuditEntry.objects.get(action="mail.suppressed")
    assert (entry.actor, entry.subject, entry.detail["address"]) == ("returned mail", f"lead:{lead}", ADA)
    send("b", lead=lead)
    assert len(mailbox.mails) == 1
    stopped = Outgoing.objects.get(once="b")
    assert stopped.given_up_at == NOW
    assert stopped.error == "not sent: the address is suppressed (it doesn't exist, since 2026-06-02)"
    assert may_mail([lead]) == {lead}, "a mailbox that is gone takes back no consent"


def test_soft_bounces_suppress_where_they_come_in_a_row(mailbox: Mailbox, settings: Any) -> None:
    settings.MAIL_SOFT_BOUNCES = 3
    mails = [send(f"m{number}") for number in range(6)]
    full = {"status": "5.2.2", "said": "mailbox full"}
    for number in (0, 1):
        taking.take(raw=proper(token=mails[number], **full), now=LATER)
    # The third arrived, as far as anybody knows.
    for number in (3, 4):
        taking.take(raw=proper(token=mails[number], **full), now=LATER)
    assert suppressed() == ""
    taking.take(raw=proper(token=mails[4], **full) + b"again\n", now=LATER)
    assert suppressed() == "", "one mail counts once, however often it comes back"
    taking.take(raw=proper(token=mails[5], **full), now=LATER)
    assert suppressed() == Reason.SOFT


def test_a_delay_is_no_bounce(mailbox: Mailbox, settings: Any) -> None:
    settings.MAIL_SOFT_BOUNCES = 1
    mine = send("a")
    assert taking.take(raw=proper(token=mine, action="delayed", status="4.4.1"), now=LATER) == "delay"
    assert suppressed() == ""


def test_what_comes_twice_counts_once(mailbox: Mailbox) -> None:
    mine = send("a")
    assert taking.take(raw=proper(token=mine), now=LATER) == "bounce"
    suppressing.lift(suppression=Suppression.objects.get(), actor=Actor("a test"), now=LATER)
    assert taking.take(raw=proper(token=mine), now=LATER) == taking.REPEATED
    assert suppressed() == ""
    assert Returned.objects.count() == 1


def test_a_bounce_of_a_mail_that_we_never_sent_suppresses_nobody(mailbox: Mailbox) -> None:
    send("a")
    assert taking.take(raw=proper(), now=LATER) == "bounce"
    row = Returned.objects.get()
    assert (row.mail, row.said) == (None, "")
    assert not Suppression.objects.exists()


def test_a_complaint_suppresses_and_takes_consent_back(mailbox: Mailbox, lead: int) -> None:
    mine = send("a", lead=lead)
    assert taking.take(raw=complaint(token=mine), now=LATER) == "complaint"
    assert suppressed() == Reason.COMPLAINT
    assert may_mail([lead]) == set()
    # Nobody takes that back for her by a form.
    after = LATER + timedelta(days=1)
    consent.record(lead=lead, purpose="email", given=True, text="yes", at=after, now=after, source="form:3")
    assert may_mail([lead]) == set()


def test_an_answer_is_evidence_of_the_lead_that_was_written_to(mailbox: Mailbox, lead: int) -> None:
    mine = send("a", lead=lead, about={"campaign": "spring", "step": 2, "more": ["no"]})
    assert taking.take(raw=reply(mine), now=LATER) == "reply"
    taking.take(raw=reply(mine), now=LATER)
    event = Event.objects.get()
    assert (event.name, event.lead_id, event.occurred_at, event.source) == ("email_replied", lead, LATER, "mail")
    assert event.properties == {"campaign": "spring", "step": 2, "mail": mine}
    assert event.bot == ""
    assert Lead.objects.get(pk=lead).touched_at is not None


def test_an_absence_note_is_none(mailbox: Mailbox, lead: int) -> None:
    mine = send("a", lead=lead)
    assert taking.take(raw=reply(mine, Auto_Submitted="auto-replied"), now=LATER) == "absence"
    assert not Event.objects.exists()
    assert Returned.objects.get().mail is not None


def test_an_answer_to_a_colleagues_notification_is_no_evidence(mailbox: Mailbox) -> None:
    outbox.post(channel="email", once="a", payload={"to": "bob@example.com", "subject": "s", "text": "t"}, now=NOW)
    sending.work(NOW)
    assert taking.take(raw=reply(token("a")), now=LATER) == "reply"
    assert not Event.objects.exists()
    assert not Lead.objects.exists()


def test_a_server_that_knows_no_such_user_says_as_much_as_a_bounce(mailbox: Mailbox) -> None:
    mailbox.says = lambda at, envelope: "550 5.1.1 no such user" if at == "RCPT" else None
    send("a")
    assert suppressed() == Reason.BOUNCE
    suppressing.lift(suppression=Suppression.objects.get(), actor=Actor("a test"), now=NOW)
    mailbox.says = lambda at, envelope: None
    assert actions.replay(actor=Actor("a test"), outgoing=Outgoing.objects.get(), now=NOW)
    sending.work(NOW)
    assert len(mailbox.mails) == 1


@pytest.mark.parametrize("said", ["550 5.7.1 blocked by policy", "552 5.2.2 mailbox full", "450 4.2.0 greylisted"])
def test_a_server_that_refuses_for_other_reasons_does_not(mailbox: Mailbox, said: str) -> None:
    mailbox.says = lambda at, envelope: said if at == "RCPT" else None
    send("a")
    assert suppressed() == ""


# Erasing


def test_of_an_erased_lead_only_the_digest_stays(mailbox: Mailbox, lead: int) -> None:
    mine = send("a", lead=lead)
    taking.take(raw=proper(token=mine), now=LATER)
    evidence.erase(lead=lead, actor=Actor("a test"), now=LATER)
    row = Suppression.objects.get()
    assert (row.address, row.note, row.proof) == ("", "", None)
    assert not Mail.objects.exists()
    assert not Returned.objects.exists()
    assert ADA not in str(list(AuditEntry.objects.values_list("detail", flat=True)))
    send("b")
    assert len(mailbox.mails) == 1


def test_who_unsubscribed_and_was_erased_is_not_written_to_when_imported_anew(mailbox: Mailbox, lead: int) -> None:
    consent.record(lead=lead, purpose="email", given=False, text="", at=LATER, now=LATER, source="unsubscribe")
    evidence.erase(lead=lead, actor=Actor("a test"), now=LATER)
    send("news")
    outbox.post(channel="email", once="asked", payload={"to": ADA, "subject": "s", "text": "t"}, now=NOW)
    sending.work(NOW)
    assert len(mailbox.mails) == 1, "only what she asked for herself"
    assert Outgoing.objects.get(once="news").error.startswith("not sent: the address is suppressed (unsubscribed")


def test_who_only_was_erased_may_come_again(mailbox: Mailbox, lead: int) -> None:
    evidence.erase(lead=lead, actor=Actor("a test"), now=LATER)
    assert not Suppression.objects.exists()


def test_a_new_secret_forgets_no_suppression(settings: Any) -> None:
    suppressing.suppress(address=ADA, reason=Reason.HAND, actor=Actor("a test"), now=NOW)
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another one"
    assert suppressed() == Reason.HAND


# The door


def post(body: bytes, **headers: str) -> Any:
    return Client().post("/mail/returned/", body, content_type="message/rfc822", headers=headers)


def test_a_returned_mail_is_posted_with_the_secret(mailbox: Mailbox, settings: Any) -> None:
    mine = send("a")
    settings.MAIL_SECRET = KEY
    assert post(proper(token=mine)).status_code == 401
    assert post(proper(token=mine), authorization="Bearer whsec_other").status_code == 401
    assert suppressed() == ""
    answer = post(proper(token=mine), authorization=f"Bearer {KEY}")
    assert (answer.status_code, answer.json()) == (200, {"kind": "bounce"})
    assert suppressed() == Reason.BOUNCE
    assert post(b" ", authorization=f"Bearer {KEY}").status_code == 400
    assert Client().get("/mail/returned/").status_code == 405
    settings.MAIL_SECRET = ""
    assert post(proper(), authorization="Bearer ").status_code == 401, "no secret, no door"


def test_a_returned_mail_is_signed(mailbox: Mailbox, settings: Any) -> None:
    mine = send("a")
    settings.MAIL_SECRET = KEY
    body = complaint(token=mine)

    def signed(at: int, of: bytes = body) -> dict[str, str]:
        right = hmac.digest(b"0123456789abcdef", f"msg_1.{at}.".encode() + of, "sha256")
        return {
            "webhook-id": "msg_1",
            "webhook-timestamp": str(at),
            "webhook-signature": f"v1,bm8= v1,{base64.b64encode(right).decode()}",
        }

    now = int(timezone.now().timestamp())
    assert post(body, **signed(now - 400)).status_code == 401, "overheard long ago"
    assert post(body, **signed(now, b"another")).status_code == 401
    assert post(body, **{**signed(now), "webhook-signature": "v1,"}).status_code == 401
    assert suppressed() == ""
    assert post(body, **signed(now)).json() == {"kind": "complaint"}


@pytest.mark.parametrize("text", ["secret", "whsec_", "whsec_c2hvcnQ=", "whsec_???"])
def test_a_secret_that_is_too_short_is_said(text: str) -> None:
    with pytest.raises(UsageError, match="PYROMETER_MAIL_SECRET"):
        secret.checked(text)
    assert secret.checked(KEY) == KEY


# The page


def test_the_page_adds_finds_and_lifts(alice: User, client_of: Callable[[User], Client]) -> None:
    page = client_of(alice)
    home = "/settings/suppressions/"
    assert "No address is suppressed" in page.get(home).content.decode()
    page.post(home, {"address": "Eve@Example.com", "note": "asked <by> phone"})
    shown = page.get(home).content.decode()
    assert "eve@example.com" in shown
    assert "asked &lt;by&gt; phone" in shown
    assert "gets no mail anyway" in page.post(home, {"address": "eve@example.com"}, follow=True).content.decode()
    row = Suppression.objects.get()
    Suppression.objects.update(address="")
    assert f"{home}{row.pk}/lift/" not in page.get(home).content.decode(), "who knows the address may lift it"
    assert f"{home}{row.pk}/lift/" in page.get(home, {"address": "EVE@example.com"}).content.decode()
    assert "It is not among them" in page.get(home, {"address": "x@example.com"}).content.decode()
    page.get(f"{home}{row.pk}/lift/")
    assert Suppression.objects.exists()
    page.post(f"{home}{row.pk}/lift/")
    assert not Suppression.objects.exists()
    log = list(AuditEntry.objects.order_by("pk").values_list("actor", "action"))
    assert log == [("alice@example.com", "mail.suppressed"), ("alice@example.com", "mail.suppression_lifted")]


def test_old_mails_and_what_came_back_are_forgotten(mailbox: Mailbox) -> None:
    mine = send("a")
    taking.take(raw=proper(token=mine), now=LATER)
    taking.take(raw=plain("a@b.example", "s", "t"), now=LATER)
    sending.prune(LATER + sending.KEEP_MAILS + timedelta(seconds=1))
    assert (Mail.objects.count(), Returned.objects.count()) == (0, 0)
    assert suppressed() == Reason.BOUNCE
