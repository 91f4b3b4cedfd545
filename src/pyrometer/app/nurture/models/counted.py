"""What was counted for pages: what became of the mails of programmes."""

from __future__ import annotations

from django.db import models

from pyrometer.app.nurture.models.programmes import Programme


class Results(models.Model):
    """What became of what a programme sent lately, by step."""

    programme = models.OneToOneField(Programme, models.CASCADE, related_name="results", primary_key=True)
    at = models.DateTimeField()
    since = models.DateTimeField()
    steps = models.JSONField(default=dict)
    """`{step: {"sent": 3, "bounced": 0, "opened": 1, "clicked": 1, "skipped": 0}}`."""
