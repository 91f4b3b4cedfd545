"""What pages ask of deliveries."""

from __future__ import annotations

from django.db.models import OuterRef, QuerySet, Subquery

from pyrometer.app.delivery.models import Delivery, Outgoing, Webhook


def messages_of(webhook: Webhook) -> QuerySet[Outgoing]:
    """What a webhook was told or is to be told, the latest first, each with the `status` of its last try."""
    last = Delivery.objects.filter(outgoing=OuterRef("pk"), webhook=webhook).order_by("-pk")
    # A key of the outbox begins with the webhook it is for; the next one after all of them ends the stretch.
    mine = Outgoing.objects.filter(once__gte=f"hook:{webhook.pk}:", once__lt=f"hook:{webhook.pk};")
    return mine.order_by("-pk").annotate(
        status=Subquery(last.values("status")[:1]),
        milliseconds=Subquery(last.values("milliseconds")[:1]),
        tried_at=Subquery(last.values("at")[:1]),
    )
