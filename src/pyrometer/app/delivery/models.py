"""The outbox, and who is told by webhook."""

from __future__ import annotations

from django.db import models

TOPICS = ("transition", "assignment", "verdict", "outcome", "consent.changed")
"""What webhooks are told of."""


class Outgoing(models.Model):
    """Something that has to leave the house, at least once; `once` keeps a second of the same from being written."""

    channel = models.CharField(max_length=12)
    once = models.CharField(max_length=120, unique=True)
    """The idempotency key; receivers get one that follows from it."""
    payload = models.JSONField()
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    error = models.CharField(max_length=400, blank=True)
    done_at = models.DateTimeField(null=True)
    given_up_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["due_at"],
                name="outgoing_due",
                condition=models.Q(done_at__isnull=True, given_up_at__isnull=True),
            )
        ]


class Webhook(models.Model):
    """An address that is told of what happens, as Standard Webhooks has it. The secrets are sealed."""

    url = models.URLField(max_length=500)
    secret = models.CharField(max_length=400)
    former_secret = models.CharField(max_length=400, blank=True)
    """The one before, which signs too until `former_until`, so that the receiver can change over in its own time."""
    former_until = models.DateTimeField(null=True)
    topics = models.JSONField(default=list)
    """Some of TOPICS; empty: all."""
    active = models.BooleanField(default=True)
    off_because = models.CharField(max_length=400, blank=True)
    """Why it was switched off, where nobody did it by hand."""
    created_at = models.DateTimeField(auto_now_add=True)
    failing_since = models.DateTimeField(null=True)


class Delivery(models.Model):
    """One try to tell a webhook, for the page that shows them."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    outgoing = models.ForeignKey(Outgoing, models.CASCADE, related_name="deliveries")
    at = models.DateTimeField()
    status = models.PositiveSmallIntegerField(null=True)
    error = models.CharField(max_length=400, blank=True)
    milliseconds = models.PositiveIntegerField()

    class Meta:
        indexes = [models.Index(fields=["webhook", "-at"], name="delivery_of_webhook")]
