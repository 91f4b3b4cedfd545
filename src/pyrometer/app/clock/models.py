"""When what runs at intervals ran last."""

from __future__ import annotations

from django.db import models


class Beat(models.Model):
    """One job that runs at intervals; claimed by a conditional UPDATE, so that of many workers one runs it."""

    job = models.CharField(max_length=60, primary_key=True)
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
    ran_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=400, blank=True)
