"""The pages of webhooks and of mails that are stuck."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from pyrometer.app.delivery import actions as delivery
from pyrometer.app.delivery import outbox, sending
from pyrometer.app.delivery.models import Outgoing, Webhook
from pyrometer.app.evidence import actions as evidence
from pyrometer.app.evidence import forgetting
from pyrometer.app.evidence.incoming import Incoming
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry, User

from .conftest import NOW, Receiver

pytestmark = pytest.mark.django_db
HOME = "/settings/webhooks/"


def run() -> None:
    from django.utils import timezone

    while sending.work(timezone.now()):
        pass


def test_a_webhook_from_its_making_to_its_end(
    dora: User, client_of: Callable[[User], Client], receiver: Receiver
) -> None:
    page = client_of(dora)
    assert "Nobody is told yet" in page.get(HOME).content.decode()
    made = page.post(f"{HOME}new/", {"url": receiver.url, "topics": ["verdict"]})
    webhook = Webhook.objects.get()
    own = f"{HOME}{webhook.pk}/"
    assert made["Location"] == own
    assert "whsec_" in page.get(own).content.decode()
    assert "whsec_" not in page.get(own).content.decode()

    receiver.status, receiver.body = 500, b"<script>oh</script>"
    page.post(f"{own}test/")
    run()
    shown = page.get(own).content.decode()
    assert "500 &lt;script&gt;oh&lt;/script&gt;" in shown
    assert "failing since" in shown

    row = Outgoing.objects.get(channel="hook")
    assert "waits" in page.post(f"{own}replay/{row.pk}/", follow=True).content.decode()
    receiver.status = 410
    Outgoing.objects.update(due_at=NOW)
    run()
    assert "It was switched off:" in page.get(own).content.decode()
    receiver.status = 200
    page.post(f"{own}switch/", {"active": "yes"})
    page.post(f"{own}replay/{row.pk}/")
    run()
    assert "arrived (200" in page.get(own, headers={"HX-Request": "true"}).content.decode()

    assert "For a day" in page.get(f"{own}secret/").content.decode()
    page.post(f"{own}secret/")
    assert "whsec_" in page.get(own).content.decode()
    assert page.post(f"{own}edit/", {"url": receiver.url + "?new", "topics": []}).status_code == 302
    assert Webhook.objects.get().url.endswith("?new")
    assert "can't be undone" in page.get(f"{own}delete/").content.decode()
    assert page.post(f"{own}delete/").status_code == 302
    assert not Webhook.objects.exists()
    assert set(AuditEntry.objects.filter(user=dora).values_list("action", flat=True)) >= {
        *"webhook.created webhook.tested webhook.changed webhook.secret_renewed webhook.deleted".split(),
        "delivery.replayed",
    }


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "https://169.254.169.254/latest", "ftp://a.example", "nonsense"])
def test_an_address_that_may_not_be_reached_is_said_beside_the_field(
    dora: User, client_of: Callable[[User], Client], url: str
) -> None:
    answer = client_of(dora).post(f"{HOME}new/", {"url": url})
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
    assert not Webhook.objects.exists()


def test_others_see_and_do_nothing(
    alice: User, carol: User, charlie: User, client_of: Callable[[User], Client], receiver: Receiver
) -> None:
    webhook = Webhook.objects.create(url=receiver.url, secret="x")
    own = f"{HOME}{webhook.pk}/"
    for address in (HOME, f"{HOME}new/", own, f"{own}edit/", f"{own}secret/", f"{own}delete/", "/settings/unsent/"):
        for user in (alice, carol):
            assert client_of(user).get(address).status_code == 403
            assert client_of(user).post(address).status_code == 403
        assert client_of(charlie).get(address).status_code == 302
        assert Client().post(address).status_code == 302
    assert Webhook.objects.get().secret == "x"


def test_a_stuck_mail_is_shown_and_sent_again(dora: User, client_of: Callable[[User], Client], settings: Any) -> None:
    settings.MAIL_SERVER = None
    outbox.post(channel="email", once="a", payload={"to": "x@example.com", "template": "no"}, now=NOW)
    sending.work(NOW)
    page = client_of(dora)
    assert "PYROMETER_SMTP" in page.get("/settings/unsent/").content.decode()
    row = Outgoing.objects.get()
    Outgoing.objects.update(held_at=NOW)
    assert "held until somebody lets it go" in page.get("/settings/unsent/").content.decode()
    Outgoing.objects.update(given_up_at=NOW, error="not sent: the lead was erased")
    assert "the lead was erased" in page.get("/settings/unsent/").content.decode(), "a server wouldn't help it"
    page.post(f"/settings/unsent/{row.pk}/replay/")
    assert Outgoing.objects.get().given_up_at is None


def test_an_erased_lead_is_in_no_message(receiver: Receiver) -> None:
    handles = (("email", "ada@acme.example"),)
    message = Incoming(once="a", occurred_at=NOW, received_at=NOW, source="api", handles=handles, event="x")
    lead = evidence.take(incoming=[message], now=NOW).lead_of["a"]
    Webhook.objects.create(url=receiver.url, secret="x")
    posts = {
        "told": ("webhook", {"topic": "verdict", "data": {"lead": lead}}),
        "other": ("webhook", {"topic": "verdict", "data": {"lead": lead + 1}}),
        "about": ("email", {"to": "bob@example.com", "template": "x", "context": {"link": f"/leads/{lead}/"}}),
        "to": ("email", {"to": "ada@acme.example", "subject": "x"}),
    }
    for once, (channel, payload) in posts.items():
        outbox.post(channel=channel, once=once, payload=payload, now=NOW)
    sending.work(NOW)
    assert Outgoing.objects.filter(channel="hook").count() == 2
    evidence.erase(lead=lead, actor=Actor("a test"), now=NOW)
    waiting = Outgoing.objects.filter(done_at=None, given_up_at=None)
    assert not [row.payload for row in waiting if row.payload.get("to")], "nothing of it is sent any more"
    told = Outgoing.objects.get(once="told")
    assert told.done_at is not None
    assert not delivery.replay(actor=Actor("a test"), outgoing=told, now=NOW), "nor sent again before it goes"
    assert delivery.replay(actor=Actor("a test"), outgoing=Outgoing.objects.get(once="other"), now=NOW)
    while forgetting.work(NOW):
        pass
    left = [row.payload for row in Outgoing.objects.all()]
    assert [row.get("data", row.get("body", {}).get("data")) for row in left] == [{"lead": lead + 1}] * 2
