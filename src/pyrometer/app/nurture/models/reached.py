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
    form = models.SlugField(max_length=60, blank=True)
    """The form that the mail leads to, where that asks; then there is neither criterion nor question."""
    follows = models.ForeignKey("self", models.CASCADE, null=True, related_name="followed_by")
    """The question of the mail after whose answer this one was answered on the page; empty: the mail asks it."""
    at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    """When it was answered last."""
    answer = models.JSONField(null=True)
    """What was answered last; NULL too where a form was filled in, which has many answers."""
    message = models.CharField(max_length=120, blank=True)
    """The id of the event that counts for the answer."""
    changes = models.PositiveSmallIntegerField(default=0)
    """How many answers there were."""
    ignored_at = models.DateTimeField(null=True)
    """When it was taken for ignored; an answer that comes later leaves it as it is."""
    lapsed_at = models.DateTimeField(null=True)
    """When it was found that the mail didn't arrive, so that nobody ignored anything."""

    class Meta:
        verbose_name_plural = "questions asked"
        constraints = [models.UniqueConstraint(fields=["enrolment", "act"], name="asked_once")]
        indexes = [
            models.Index(
                fields=["at", "id"],
                name="asked_open",
                condition=models.Q(answered_at__isnull=True, ignored_at__isnull=True, lapsed_at__isnull=True),
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
