"""What was counted for pages: how many a programme would reach, and what became of its mails."""

from __future__ import annotations

from django.db import models

from pyrometer.app.nurture.models.programmes import Programme


class Reached(models.Model):
    """How many would enter a programme, as it was written at a moment, if it were published then."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="reached")
    digest = models.CharField(max_length=64)
    """Of the text: a draft may be another by now."""
    text = models.TextField()
    as_of = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    found = models.JSONField(default=dict)
    trouble = models.CharField(max_length=400, blank=True)
    """Why it can't be said."""
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], name="reached_due", condition=models.Q(done_at__isnull=True))]


class Results(models.Model):
    """What became of what a programme sent lately, by step."""

    programme = models.OneToOneField(Programme, models.CASCADE, related_name="results", primary_key=True)
    at = models.DateTimeField()
    since = models.DateTimeField()
    steps = models.JSONField(default=dict)
    """`{step: {"sent": 3, "bounced": 0, "opened": 1, "clicked": 1, "skipped": 0}}`."""
