"""How a webhook stands: fine, failing since, or switched off, and who is told of that."""

from __future__ import annotations

from datetime import datetime, timedelta

from pyrometer.app.delivery import outbox
from pyrometer.app.delivery.models import Webhook
from pyrometer.app.delivery.webhook.addresses import without_path
from pyrometer.app.people.audit import Actor, record
from pyrometer.app.people.models import Role, User

PATIENCE = timedelta(days=5)
"""For how long a webhook may fail, without one success, before it is switched off."""
SYSTEM = Actor("delivery")


def note(webhook: Webhook, done: bool, *, gone: bool, error: str, now: datetime) -> None:
    """Take what came of a try into the webhook's standing; the caller has a transaction open."""
    rows = Webhook.objects.filter(pk=webhook.pk)
    if done:
        rows.filter(failing_since__isnull=False).update(failing_since=None)
        return
    rows.filter(failing_since__isnull=True).update(failing_since=now)
    since = rows.values_list("failing_since", flat=True).first()
    if gone:
        _switch_off(webhook, "The receiver answered 410: it wants no more messages.", now)
    elif since is not None and now - since >= PATIENCE:
        _switch_off(webhook, f"Every delivery of {PATIENCE.days} days failed. The last one: {error}", now)


def _switch_off(webhook: Webhook, because: str, now: datetime) -> None:
    if not Webhook.objects.filter(pk=webhook.pk, active=True).update(active=False, off_because=because[:400]):
        return
    record(
        actor=SYSTEM,
        action="webhook.switched_off",
        subject=f"webhook:{webhook.pk}",
        at=now,
        detail={"url": without_path(webhook.url), "because": because},
    )
    for admin in User.objects.filter(role=Role.ADMIN, is_active=True).order_by("pk")[:50]:
        outbox.post(
            channel="email",
            once=f"webhook_off:{webhook.pk}:{now.isoformat()}:{admin.pk}",
            payload={
                "to": admin.email,
                "template": "webhook_off",
                "language": admin.language,
                "context": {
                    "name": admin.name,
                    "url": without_path(webhook.url),
                    "because": because,
                    "link": f"/settings/webhooks/{webhook.pk}/",
                },
            },
            now=now,
        )
