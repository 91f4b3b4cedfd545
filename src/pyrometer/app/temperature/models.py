"""A lead's reading, and every change of its temperature or stage."""

from __future__ import annotations

from django.db import models

from pyrometer.app.evidence.models import Lead


class Temperature(models.TextChoices):
    """What the thermometer shows."""

    HOT = "hot"
    WARM = "warm"
    COOL = "cool"


class Stage(models.TextChoices):
    """Where a lead stands between the teams."""

    LEAD = "lead"
    MQL = "mql"
    SQL = "sql"
    ACCEPTED = "accepted"
    OPPORTUNITY = "opportunity"
    CUSTOMER = "customer"
    RECYCLED = "recycled"
    UNQUALIFIED = "unqualified"
    QUIET = "quiet"
    LET_GO = "let_go"


class Reading(models.Model):
    """A lead as the live definition reads it; one row a root, replaced by each scoring."""

    lead = models.OneToOneField(Lead, models.CASCADE, primary_key=True, related_name="reading")
    temperature = models.CharField(max_length=4, choices=Temperature)
    stage = models.CharField(max_length=12, choices=Stage, default=Stage.LEAD)
    stage_since = models.DateTimeField()
    scores = models.JSONField(default=dict)
    """Points by score."""
    grades = models.JSONField(default=dict)
    criteria = models.JSONField(default=dict)
    missing = models.JSONField(default=list)
    """What is missing for the next temperature, in the definition's words."""
    strongest = models.JSONField(default=list)
    """The three strongest reasons: {score, rule, points}."""
    total = models.BigIntegerField(default=0)
    """All scores together, in units: the call order within a temperature."""
    missing_count = models.PositiveSmallIntegerField(default=0)
    fingerprint = models.CharField(max_length=80)
    as_of = models.DateTimeField()
    recheck_on = models.DateField(null=True)
    """The first day on which cooling alone may change the temperature; NULL: never."""
    hot_since = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["temperature", "missing_count", "-total"], name="reading_call_order"),
            models.Index(fields=["recheck_on"], name="reading_recheck"),
            models.Index(fields=["stage", "stage_since"], name="reading_stage"),
        ]


class Transition(models.Model):
    """A change of temperature or stage, with its reasons. Append-only."""

    class Kind(models.TextChoices):
        TEMPERATURE = "temperature"
        STAGE = "stage"

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="transitions")
    kind = models.CharField(max_length=12, choices=Kind)
    before = models.CharField(max_length=12, blank=True)
    after = models.CharField(max_length=12)
    cause = models.CharField(max_length=20)
    """`evidence`, `cooling`, `definition`, `merge`, `verdict`, `sweep` …"""
    reasons = models.JSONField(default=list)
    """What made the difference: {score, rule, points before, points after} or words."""
    fingerprint = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["lead", "at"], name="transition_of_lead")]
