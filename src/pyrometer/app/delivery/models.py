"""The outbox, the mails that left it, and who is told by webhook."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pyrometer.app.evidence.models import Lead

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
    marketing = models.BooleanField(default=False, db_default=False)
    """A mail to a lead that nobody waits for: it gives way to all else, and is never sent twice."""
    domain = models.CharField(max_length=253, blank=True, default="", db_default="")
    """Of such a mail: the domain that receives it."""
    turn_at = models.DateTimeField(null=True)
    """Of such a mail: the turn that it got among those to its domain."""
    group = models.CharField(max_length=80, blank=True, default="", db_default="")
    """What it is held, released and dropped together with: a campaign."""
    held_at = models.DateTimeField(null=True)
    """Since when it isn't to go, until somebody releases it."""

    class Meta:
        indexes = [
            models.Index(
                fields=["marketing", "due_at"],
                name="outgoing_due",
                condition=models.Q(done_at__isnull=True, given_up_at__isnull=True, held_at__isnull=True),
            ),
            models.Index(
                fields=["group"],
                name="outgoing_of_group",
                condition=models.Q(done_at__isnull=True, given_up_at__isnull=True) & ~models.Q(group=""),
            ),
        ]


class Mail(models.Model):
    """A mail that was handed to the mail server, or was about to be: written down before the server can take it.

    Where `taken_at` is missing nobody knows whether it was: its worker was killed, or the server never answered.
    """

    token = models.CharField(max_length=40, unique=True)
    """What its Message-ID begins with, and what stands in the address that bounces return to."""
    lead = models.ForeignKey(Lead, models.CASCADE, null=True, related_name="mails")
    to = models.CharField(max_length=254)
    digest = models.CharField(max_length=64, db_index=True)
    """Of the address, by `addresses.digest`."""
    marketing = models.BooleanField()
    about = models.JSONField(default=dict)
    """What its writer wants to find again beside an answer: the campaign, the step."""
    handed_at = models.DateTimeField(db_index=True)
    taken_at = models.DateTimeField(null=True)
    bounced = models.CharField(max_length=4, blank=True)
    """`hard` or `soft`, where it came back."""


class Returned(models.Model):
    """Something that came back, or that the mail server said at once: the proof of a suppression."""

    digest = models.CharField(max_length=64, unique=True)
    """Of the whole of it, so that what comes in twice counts once."""
    mail = models.ForeignKey(Mail, models.CASCADE, null=True, related_name="returned")
    kind = models.CharField(max_length=10)
    """As `returns.reading` has them."""
    severity = models.CharField(max_length=4, blank=True)
    status = models.CharField(max_length=12, blank=True)
    said = models.CharField(max_length=300, blank=True)
    at = models.DateTimeField(db_index=True)


class Reason(models.TextChoices):
    """Why an address gets no mail."""

    BOUNCE = "bounce", _("it doesn't exist")
    SOFT = "soft", _("mails came back, several in a row")
    COMPLAINT = "complaint", _("complained")
    UNSUBSCRIBED = "unsubscribed", _("unsubscribed, and was erased since")
    HAND = "hand", _("by hand")


class Suppression(models.Model):
    """An address that gets no mail. Where its lead was erased only the digest is left."""

    digest = models.CharField(max_length=64, unique=True)
    """By `addresses.digest`."""
    address = models.CharField(max_length=254, blank=True)
    reason = models.CharField(max_length=12, choices=Reason)
    since = models.DateTimeField()
    by = models.CharField(max_length=254)
    note = models.CharField(max_length=300, blank=True)
    proof = models.ForeignKey(Returned, models.SET_NULL, null=True, related_name="+")
    purposes = models.JSONField(default=list)
    """What the lead said no to before it was erased: for these purposes an unsubscribed address gets no mail."""

    class Meta:
        indexes = [models.Index(fields=["-since"], name="suppression_since")]


class ReceivingDomain(models.Model):
    """A domain that gets marketing mail at a pace, or that asked for time; all workers share it."""

    name = models.CharField(max_length=253, unique=True)
    per_minute = models.PositiveIntegerField(null=True)
    """Mails a minute; NULL: as the settings have it."""
    next_at = models.DateTimeField(null=True)
    """The next turn that is free."""
    deferrals = models.PositiveIntegerField(default=0)
    """How many mails it put off in a row."""
    paused_until = models.DateTimeField(null=True)
    said = models.CharField(max_length=300, blank=True)


class BoxState(models.Model):
    """A mailbox that is looked at, and how far: the last message of its folder that was read."""

    name = models.CharField(max_length=300, unique=True)
    validity = models.BigIntegerField(default=0)
    """What the server says of its numbers; where that changes they begin anew."""
    last = models.BigIntegerField(default=0)
    looked_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=400, blank=True)


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
