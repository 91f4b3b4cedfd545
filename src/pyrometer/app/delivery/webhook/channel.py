"""How webhooks are told: one row of the outbox is fanned out to a row for each of them, and each goes its own pace."""

from __future__ import annotations

import hashlib
import json
import time
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from django.conf import settings
from django.db import transaction

from pyrometer.app.delivery import outbox
from pyrometer.app.delivery.backoff import backoff
from pyrometer.app.delivery.models import Delivery, Outgoing, Webhook
from pyrometer.app.delivery.outbox import Sent
from pyrometer.app.delivery.webhook import secrets, standing
from pyrometer.app.delivery.webhook.call import Answer, call
from pyrometer.app.people.sealed import BrokenSealError

GONE = 410


def fan_out(row: Outgoing, now: datetime) -> Sent:
    """Write a row for each webhook that listens to the topic. Doing it twice writes nothing twice."""
    topic = row.payload["topic"]
    with transaction.atomic():
        for webhook in Webhook.objects.filter(active=True).order_by("pk"):
            if not webhook.topics or topic in webhook.topics:
                post(webhook, topic=topic, data=row.payload["data"], event=row.once, at=row.created_at, now=now)
    return Sent()


def post(webhook: Webhook, *, topic: str, data: object, event: str, at: datetime, now: datetime) -> str:
    """Put a message to one webhook into the outbox; its idempotency key."""
    once = f"hook:{webhook.pk}:{hashlib.sha256(event.encode()).hexdigest()[:32]}"
    body = {"type": topic, "timestamp": at.astimezone(UTC).isoformat().replace("+00:00", "Z"), "data": data}
    outbox.post(channel="hook", once=once, payload={"webhook": webhook.pk, "body": body}, now=now)
    return once


def message_id(once: str) -> str:
    """What receivers know a message by: the same at each try and replay, another for each webhook."""
    return "msg_" + hashlib.sha256(once.encode()).hexdigest()[:32]


def send(row: Outgoing, now: datetime) -> Sent:
    """Tell one webhook, note the try for its page, and switch it off where it is gone or fails for days."""
    webhook = Webhook.objects.filter(pk=row.payload["webhook"]).first()
    if webhook is None:
        return Sent("the webhook was deleted")
    if not webhook.active:
        return Sent("the webhook is switched off; replay this once it is on again")
    body = json.dumps(row.payload["body"], ensure_ascii=False, separators=(",", ":")).encode()
    try:
        headers = secrets.headers(secrets.valid(webhook, now), message_id(row.once), now, body)
    except BrokenSealError as error:
        return Sent(str(error))
    begun = time.monotonic()
    answer = call(webhook.url, headers, body, networks=settings.WEBHOOK_NETWORKS)
    sent = _judged(answer, row, now)
    with transaction.atomic():
        # The webhook may have been deleted while it was called.
        if Webhook.objects.filter(pk=webhook.pk).exists():
            Delivery.objects.create(
                webhook=webhook,
                outgoing=row,
                at=now,
                status=answer.status,
                error=sent.error[:400],
                milliseconds=round((time.monotonic() - begun) * 1000),
            )
            standing.note(webhook, sent.done, gone=answer.status == GONE, error=sent.error, now=now)
    return sent


def _judged(answer: Answer, row: Outgoing, now: datetime) -> Sent:
    if answer.status is None:
        return Sent(answer.error, None if answer.refused else backoff(row.once, row.attempts))
    if 200 <= answer.status < 300:
        return Sent()
    if answer.status == GONE:
        return Sent("410: the receiver wants no more; the webhook was switched off")
    if 300 <= answer.status < 400:
        said = f"{answer.status}: it redirects, which isn't followed; write the final address into the webhook"
    else:
        said = " ".join(f"{answer.status} {answer.body}".split())
    return Sent(said[:400], backoff(row.once, row.attempts, at_least=_retry_after(answer, now)))


def _retry_after(answer: Answer, now: datetime) -> timedelta | None:
    """What the receiver asks for: seconds, or a date."""
    text = answer.headers.get("retry-after", "")
    if text.isascii() and text.isdigit() and len(text) < 8:
        return timedelta(seconds=int(text))
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    return (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
