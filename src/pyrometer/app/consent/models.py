"""Purposes, and what each lead agreed to."""

from __future__ import annotations

from django.db import models

from pyrometer.app.evidence.models import Lead


class Purpose(models.Model):
    """What data may be used for: profiling, email, sharing …; `texts` by language."""

    slug = models.SlugField(unique=True)
    texts = models.JSONField(default=dict)
    active = models.BooleanField(default=True)


class Consent(models.Model):
    """A lead's yes or no to a purpose, with its proof. Append-only: the latest counts."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="consents")
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+")
    given = models.BooleanField()
    confirmed_at = models.DateTimeField(null=True)
    """Of a double opt-in: when the mail was answered."""
    basis = models.CharField(max_length=40, default="consent")
    text = models.TextField(blank=True)
    """What was shown."""
    at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    source = models.CharField(max_length=60, blank=True)
