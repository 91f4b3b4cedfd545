"""Versions of the definition, and who signed them."""

from __future__ import annotations

from django.conf import settings
from django.db import models


class State(models.TextChoices):
    """How far a version is."""

    DRAFT = "draft"
    PROPOSED = "proposed"
    SIGNED = "signed"
    LIVE = "live"
    RETIRED = "retired"


class Version(models.Model):
    """One definition, as YAML. Its text never changes once it was proposed; one version at most is live."""

    number = models.PositiveIntegerField(unique=True)
    text = models.TextField()
    fingerprint = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    note = models.CharField(max_length=400, blank=True)
    state = models.CharField(max_length=10, choices=State, default=State.DRAFT)
    created_at = models.DateTimeField()
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)
    live_at = models.DateTimeField(null=True)
    retired_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["state"], condition=models.Q(state="live"), name="one_version_is_live")
        ]

    def __str__(self) -> str:
        return f"version {self.number}"


class Signature(models.Model):
    """A team's yes to a version."""

    version = models.ForeignKey(Version, models.CASCADE, related_name="signatures")
    team = models.CharField(max_length=10, choices=[("marketing", "marketing"), ("sales", "sales")])
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    name = models.CharField(max_length=254)
    """Who signed, in words: it outlives the user."""
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["version", "team"], name="a_team_signs_once")]
