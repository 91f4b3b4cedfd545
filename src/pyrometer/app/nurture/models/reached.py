"""What leads were asked and offered, until they answered, took it, or let it pass."""

from __future__ import annotations

from django.db import models

from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture.models.enrolments import Enrolment


class Asked(models.Model):
    """A question that a lead was asked: for a criterion of the definition, or in words of a programme's own."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="asked")
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, null=True, related_name="asked")
    act = models.PositiveIntegerField(default=0)
    """The act of the enrolment by which it was asked."""
    criterion = models.CharField(max_length=120, blank=True)
    question = models.JSONField(default=dict)
    """Own words by language; empty where the definition asks."""
    trait = models.CharField(max_length=120, blank=True)
    """Into which the answer to an own question goes; empty: it is kept as an event alone."""
    content = models.CharField(max_length=60, blank=True)
    """The mail that it was part of; empty where it is a mail of its own."""
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    ignored_at = models.DateTimeField(null=True)
    """When it was taken for ignored."""

    class Meta:
        verbose_name_plural = "questions asked"
        constraints = [models.UniqueConstraint(fields=["enrolment", "act"], name="asked_once")]
        indexes = [
            models.Index(
                fields=["at"],
                name="asked_open",
                condition=models.Q(answered_at__isnull=True, ignored_at__isnull=True),
            )
        ]


class Offered(models.Model):
    """A content that a programme shows a lead in a slot of the site, or a coupon that it gives."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="offered")
    enrolment = models.ForeignKey(Enrolment, models.CASCADE, null=True, related_name="offered")
    act = models.PositiveIntegerField(default=0)
    content = models.CharField(max_length=60, blank=True)
    slot = models.CharField(max_length=60, blank=True)
    coupon = models.CharField(max_length=60, blank=True)
    """The list that the code is from."""
    at = models.DateTimeField()
    until = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "offers"
        constraints = [models.UniqueConstraint(fields=["enrolment", "act"], name="offered_once")]
        indexes = [models.Index(fields=["lead", "slot"], name="offered_in_slot")]
