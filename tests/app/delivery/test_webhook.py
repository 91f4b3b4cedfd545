"""Webhooks: signed so that receivers' libraries verify them, tried again, switched off where nobody listens."""

from __future__ import annotations

import json
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import standardwebhooks

from pyrometer.app.delivery import actions, outbox, sending
from pyrometer.app.delivery.models import Delivery, Outgoing, Webhook
from pyrometer.app.delivery.webhook import secrets, standing
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.models import AuditEntry, User
from tests.servers import lacking

from .conftest import NOW, Heard, Receiver

pytestmark = pytest.mark.django_db
ACTOR = Actor("a test")
CLIENT = Path(__file__).parent / "client"


def create(url: str, *topics: str) -> tuple[Webhook, str]:
    return actions.create_webhook(actor=ACTOR, url=url, topics=topics, now=NOW)


def tell(once: str = "transition:1", topic: str = "transition", now: datetime = NOW) -> None:
    outbox.post(channel="webhook", once=once, payload={"topic": topic, "data": {"lead": 7, "name": "Åsa"}}, now=now)


def run(now: datetime = NOW) -> None:
    while sending.work(now):
        pass


def verified(heard: Heard, secret: str) -> object:
    return standardwebhooks.Webhook(secret).verify(heard.body, heard.headers)


def test_a_receiver_can_verify_what_it_hears(receiver: Receiver) -> None:
    _, secret = create(receiver.url)
    now = datetime.now(UTC)  # the library looks at its clock
    tell(now=now)
    run(now)
    (heard,) = receiver.heard
    assert heard.path == "/hook"
    assert verified(heard, secret) == {
        "type": "transition",
        "timestamp": now.isoformat().replace("+00:00", "Z"),
        "data": {"lead": 7, "name": "Åsa"},
    }
    assert heard.headers["Content-Type"] == "application/json"


def verified_by_node(heard: Heard, secret: str) -> dict[str, Any]:
    """What the library for JavaScript says."""
    node = shutil.which("node")
    if node is None:
        lacking("Node (Debian: apt-get install nodejs)")
    if not (CLIENT / "node_modules").is_dir():
        lacking("standardwebhooks for Node (npm ci --ignore-scripts --prefix tests/app/delivery/client)")
    given = {
        "secret": secret,
        "headers": {name.lower(): value for name, value in heard.headers.items()},
        "body": heard.body.decode(),
    }
    done = subprocess.run(
        [node, "verify.mjs"], cwd=CLIENT, input=json.dumps(given), capture_output=True, text=True, check=True
    )
    return json.loads(done.stdout)


def test_a_receiver_in_javascript_can_verify_it_too(receiver: Receiver) -> None:
    webhook, old = create(receiver.url)
    now = datetime.now(UTC)
    new = actions.rotate_secret(actor=ACTOR, webhook=webhook, now=now)
    tell(now=now)
    run(now)
    (heard,) = receiver.heard
    assert verified_by_node(heard, old)["payload"] == verified_by_node(heard, new)["payload"] == json.loads(heard.body)
    forged = Heard(heard.path, heard.headers, heard.body.replace(b"7", b"8"))
    assert "refused" in verified_by_node(forged, new)
    assert "refused" in verified_by_node(heard, secrets.new_secret())


def test_after_a_rotation_both_secrets_verify_for_a_day(receiver: Receiver) -> None:
    webhook, old = create(receiver.url)
    now = datetime.now(UTC)
    new = actions.rotate_secret(actor=ACTOR, webhook=webhook, now=now - timedelta(hours=1))
    tell("1", now=now)
    run(now)
    assert verified(receiver.heard[0], old) == verified(receiver.heard[0], new)
    Webhook.objects.update(former_until=now)
    tell("2", now=now)
    run(now)
    assert verified(receiver.heard[1], new)
    with pytest.raises(standardwebhooks.WebhookVerificationError):
        verified(receiver.heard[1], old)


def test_the_secret_is_kept_sealed(receiver: Receiver) -> None:
    webhook, secret = create(receiver.url)
    assert secret.startswith("whsec_")
    assert secret not in json.dumps(list(Webhook.objects.values_list("secret")))
    assert not AuditEntry.objects.filter(detail__icontains=secret).exists()
    assert webhook.secret != actions.create_webhook(actor=ACTOR, url=receiver.url, topics=[], now=NOW)[0].secret


def test_webhooks_hear_the_topics_they_listen_to(receiver: Receiver) -> None:
    create(receiver.url + "?all")
    create(receiver.url + "?verdicts", "verdict")
    tell("a", "transition")
    tell("b", "verdict")
    run()
    assert sorted(heard.path for heard in receiver.heard) == ["/hook?all", "/hook?all", "/hook?verdicts"]


def test_fanned_out_twice_a_message_is_told_once(receiver: Receiver) -> None:
    create(receiver.url)
    tell()
    run()
    # The worker was killed after it fanned out, before it wrote that down.
    Outgoing.objects.filter(channel="webhook").update(done_at=None)
    run(NOW + timedelta(hours=1))
    assert len(receiver.heard) == 1


def test_a_message_keeps_its_id_at_each_try(receiver: Receiver) -> None:
    create(receiver.url)
    receiver.status, receiver.body = 503, b"at lunch"
    tell()
    run()
    row = Outgoing.objects.get(channel="hook")
    assert (row.error, row.given_up_at) == ("503 at lunch", None)
    receiver.status = 200
    run(row.due_at)
    first, second = receiver.heard
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.headers["webhook-timestamp"] != second.headers["webhook-timestamp"]
    assert [(d.status, d.error) for d in Delivery.objects.order_by("pk")] == [(503, "503 at lunch"), (200, "")]
    assert Webhook.objects.get().failing_since is None


def test_a_receiver_that_asks_for_time_gets_it(receiver: Receiver) -> None:
    create(receiver.url)
    receiver.status, receiver.headers = 429, {"Retry-After": "3600"}
    tell()
    run()
    assert Outgoing.objects.get(channel="hook").due_at == NOW + timedelta(hours=1)


def test_redirects_are_not_followed(receiver: Receiver) -> None:
    create(receiver.url)
    receiver.status, receiver.headers = 302, {"Location": receiver.url + "/elsewhere"}
    tell()
    run()
    assert [heard.path for heard in receiver.heard] == ["/hook"]
    assert "isn't followed" in Outgoing.objects.get(channel="hook").error


def test_410_switches_it_off_and_tells_the_administrators(receiver: Receiver, dora: User, charlie: User) -> None:
    create(receiver.url)
    receiver.status = 410
    tell("1")
    tell("2")
    run()
    webhook = Webhook.objects.get()
    assert (webhook.active, "410" in webhook.off_because) == (False, True)
    assert len(receiver.heard) == 1
    assert [mail.payload["to"] for mail in Outgoing.objects.filter(channel="email")] == [dora.email]
    assert AuditEntry.objects.filter(action="webhook.switched_off").count() == 1


def test_neither_the_log_nor_a_mail_says_more_than_scheme_and_host(receiver: Receiver, dora: User) -> None:
    """What follows may be the receiver's password; managers read the log, and mails lie in mailboxes."""
    webhook, _secret = create(f"{receiver.url}/services/T0/hookPassword")
    elsewhere = f"{receiver.url}/services/T0/otherPassword"
    actions.change_webhook(actor=ACTOR, webhook=webhook, url=elsewhere, topics=[], active=True, now=NOW)
    actions.rotate_secret(actor=ACTOR, webhook=webhook, now=NOW)
    actions.test_webhook(actor=ACTOR, webhook=webhook, now=NOW)
    receiver.status = 410
    tell("1")
    run()
    actions.delete_webhook(actor=ACTOR, webhook=webhook, now=NOW)
    written = [str(row) for row in (*AuditEntry.objects.values(), *Outgoing.objects.filter(channel="email").values())]
    assert len(written) == 7
    assert all(receiver.url.removesuffix("/hook") in row for row in written)
    assert not [row for row in written if "Password" in row]
    changed = AuditEntry.objects.get(action="webhook.changed").detail
    assert changed["moved"] is True


def test_after_days_of_failures_it_is_switched_off(receiver: Receiver, dora: User) -> None:
    create(receiver.url)
    receiver.status = 500
    for day in range(standing.PATIENCE.days):
        now = NOW + timedelta(days=day)
        tell(str(day), now=now)
        run(now)
        assert Webhook.objects.get().active
    now = NOW + standing.PATIENCE
    tell("last", now=now)
    run(now)
    assert not Webhook.objects.get().active
    assert Outgoing.objects.filter(channel="email", payload__to=dora.email).count() == 1


def test_one_success_begins_the_count_anew(receiver: Receiver) -> None:
    create(receiver.url)
    receiver.status = 500
    tell("1")
    run()
    assert Webhook.objects.get().failing_since == NOW
    receiver.status = 204
    tell("2")
    run()
    assert Webhook.objects.get().failing_since is None


def test_what_was_given_up_can_be_replayed_with_its_id(receiver: Receiver, dora: User) -> None:
    webhook, _ = create(receiver.url)
    receiver.status = 410
    tell()
    run()
    row = Outgoing.objects.get(channel="hook")
    assert row.given_up_at == NOW
    receiver.status = 200
    actions.change_webhook(actor=ACTOR, webhook=webhook, url=webhook.url, topics=[], active=True, now=NOW)
    assert actions.replay(actor=Actor.of(dora), outgoing=row, now=NOW)
    run()
    first, second = receiver.heard
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert Outgoing.objects.get(pk=row.pk).done_at == NOW
    assert AuditEntry.objects.filter(action="delivery.replayed", user=dora).exists()


def test_a_deleted_webhook_hears_no_more(receiver: Receiver) -> None:
    webhook, _ = create(receiver.url)
    receiver.status = 500
    tell()
    run()
    actions.delete_webhook(actor=ACTOR, webhook=webhook, now=NOW)
    run(NOW + timedelta(days=1))
    assert len(receiver.heard) == 1
    assert not Outgoing.objects.filter(channel="hook").exists()


def test_the_test_message_goes_whatever_it_listens_to(receiver: Receiver) -> None:
    webhook, _ = create(receiver.url, "verdict")
    actions.test_webhook(actor=ACTOR, webhook=webhook, now=NOW)
    run()
    assert json.loads(receiver.heard[0].body)["type"] == "test"


def test_a_topic_that_does_not_exist_is_refused(receiver: Receiver) -> None:
    with pytest.raises(actions.WrongError, match="unknown topic `transitions`"):
        create(receiver.url, "transitions")
