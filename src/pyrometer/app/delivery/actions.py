"""What people do with webhooks and deliveries. Each writes the audit log as it does it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from pyrometer.app.delivery.email.message import token
from pyrometer.app.delivery.erasing import is_to_go
from pyrometer.app.delivery.models import TOPICS, Mail, Outgoing, Webhook
from pyrometer.app.delivery.webhook import channel, secrets
from pyrometer.app.delivery.webhook.addresses import RefusedError, resolve, target, without_path
from pyrometer.app.people.audit import Actor, record

OVERLAP = timedelta(days=1)
"""For how long the former secret signs, too."""


class WrongError(Exception):
    """What was asked for can't be done; `field` is what to correct, the message says how."""

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(reason)
        self.field = field
        self.reason = reason


def create_webhook(*, actor: Actor, url: str, topics: Iterable[str], now: datetime) -> tuple[Webhook, str]:
    """A webhook, and its secret: the only time that anybody sees it. Raises WrongError."""
    topics = _known(topics)
    _reachable(url)
    secret = secrets.new_secret()
    with transaction.atomic():
        webhook = Webhook.objects.create(url=url, secret=secrets.seal(secret), topics=topics)
        _record(actor, "webhook.created", webhook, now, topics=topics)
    return webhook, secret


def change_webhook(
    *, actor: Actor, webhook: Webhook, url: str, topics: Iterable[str], active: bool, now: datetime
) -> None:
    """Change where it goes, what it is told, and whether it is on. Raises WrongError."""
    topics = _known(topics)
    if url != webhook.url:
        _reachable(url)
    with transaction.atomic():
        changed = {"url": url, "topics": topics, "active": active}
        before = {"url": without_path(webhook.url), "topics": webhook.topics, "active": webhook.active}
        moved = url != webhook.url
        if active and not webhook.active:
            changed |= {"failing_since": None, "off_because": ""}
        for name, value in changed.items():
            setattr(webhook, name, value)
        webhook.save(update_fields=list(changed))
        _record(actor, "webhook.changed", webhook, now, before=before, topics=topics, active=active, moved=moved)


def rotate_secret(*, actor: Actor, webhook: Webhook, now: datetime) -> str:
    """A new secret; the former one signs beside it for a day. The new one is shown only now."""
    secret = secrets.new_secret()
    with transaction.atomic():
        webhook.former_secret, webhook.former_until = webhook.secret, now + OVERLAP
        webhook.secret = secrets.seal(secret)
        webhook.save(update_fields=["secret", "former_secret", "former_until"])
        _record(actor, "webhook.secret_renewed", webhook, now)
    return secret


def delete_webhook(*, actor: Actor, webhook: Webhook, now: datetime) -> None:
    """Remove a webhook, its deliveries, and what waits for it."""
    with transaction.atomic():
        _record(actor, "webhook.deleted", webhook, now)
        waiting = Outgoing.objects.filter(channel="hook", once__startswith=f"hook:{webhook.pk}:")
        waiting.filter(done_at__isnull=True).delete()
        webhook.delete()


def test_webhook(*, actor: Actor, webhook: Webhook, now: datetime) -> str:
    """Send it a message of the topic `test`, whatever it listens to; the idempotency key."""
    with transaction.atomic():
        _record(actor, "webhook.tested", webhook, now)
        data = {"message": "This is a test of your webhook.", "by": actor.name}
        return channel.post(webhook, topic="test", data=data, event=f"test:{now.isoformat()}", at=now, now=now)


test_webhook.__test__ = False  # type: ignore[attr-defined]


def replay(*, actor: Actor, outgoing: Outgoing, now: datetime) -> bool:
    """Send something again that arrived or was given up, under the same key; False where it waits anyway.

    So it is where it is about a lead that was erased: it is about to go.
    """
    with transaction.atomic():
        if is_to_go(outgoing):
            return False
        settled = Outgoing.objects.filter(pk=outgoing.pk).exclude(done_at__isnull=True, given_up_at__isnull=True)
        if outgoing.channel == "email":
            settled = settled.filter(done_at__isnull=True)
            # Who sends again what was perhaps sent knows that it may arrive twice.
            Mail.objects.filter(token=token(outgoing.once), taken_at__isnull=True).delete()
        again = settled.update(
            done_at=None, given_up_at=None, attempts=0, error="", due_at=now, claimed_until=None, held_at=None
        )
        if again:
            record(actor=actor, action="delivery.replayed", subject=f"outgoing:{outgoing.pk}", at=now)
    return bool(again)


def _known(topics: Iterable[str]) -> list[str]:
    topics = list(dict.fromkeys(topics))
    for topic in topics:
        if topic not in TOPICS:
            raise WrongError("topics", f"unknown topic `{topic}`; there are {', '.join(TOPICS)}")
    return topics


def _reachable(url: str) -> None:
    """Say at once what would be refused later."""
    networks = settings.WEBHOOK_NETWORKS
    try:
        if len(url) > 500:
            raise RefusedError("a URL of more than 500 characters can't be kept")
        where = target(url)
        if not where.secure and not networks:
            raise RefusedError(
                "a webhook's URL begins with https://; plain http:// is only for networks that"
                " PYROMETER_WEBHOOK_NETWORKS names"
            )
        resolve(where, networks)
    except RefusedError as refused:
        raise WrongError("url", str(refused)) from None
    except (OSError, UnicodeError):
        raise WrongError("url", "the host's name can't be resolved; is it spelled right?") from None


def _record(actor: Actor, action: str, webhook: Webhook, now: datetime, **detail: object) -> None:
    detail = {"url": without_path(webhook.url), **detail}
    record(actor=actor, action=action, subject=f"webhook:{webhook.pk}", at=now, detail=detail)
