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
    frameworks = models.JSONField(default=dict)
    """By framework: {met, unmet, unknown, ready}."""
    flags = models.JSONField(default=dict)
    """True, false or null (unknown) by flag."""
    missing = models.JSONField(default=list)
    """What is missing for the next temperature, in the definition's words."""
    strongest = models.JSONField(default=list)
    """The three strongest reasons: {score, rule, points}."""
    lines = models.JSONField(default=list)
    """Every line that isn't nothing: [score, rule, units]. They add up to the scores, and the next reading is compared
    with them."""
    total = models.BigIntegerField(default=0)
    """All scores together, in units: the call order within a temperature."""
    missing_count = models.PositiveSmallIntegerField(default=0)
    fingerprint = models.CharField(max_length=80)
    mark = models.CharField(max_length=32, default="")
    """A digest of what the query said: where it says the same again, the reading is the same. Empty: it isn't known."""
    as_of = models.DateTimeField()
    recheck_on = models.DateField(null=True)
    """The first day on which cooling alone may change the temperature; NULL: never."""
    rough = models.BooleanField(default=False)
    """Whether `recheck_on` is just the next day, because nobody has looked further yet."""
    wakes_at = models.DateTimeField(null=True)
    """When evidence that lies ahead comes to exist; NULL where none does."""
    hot_since = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["temperature", "missing_count", "-total", "lead"], name="reading_call_order"),
            models.Index(fields=["recheck_on"], name="reading_recheck"),
            models.Index(fields=["as_of"], name="reading_rough", condition=models.Q(rough=True)),
            models.Index(fields=["wakes_at"], name="reading_wakes", condition=models.Q(wakes_at__isnull=False)),
            models.Index(fields=["stage", "stage_since", "lead"], name="reading_stage"),
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
    """What made the difference: {score, rule, points, before} (points now, and before), or words."""
    fingerprint = models.CharField(max_length=80, blank=True)
    at = models.DateTimeField(db_index=True)

    class Meta:
        indexes = [models.Index(fields=["lead", "at"], name="transition_of_lead")]


class Sweep(models.Model):
    """One pass over all readings, page by page: the safety net, which should find nothing to correct."""

    started_at = models.DateTimeField(db_index=True)
    ended_at = models.DateTimeField(null=True)
    reached = models.BigIntegerField(default=0)
    """The last lead that a worker took."""
    again = models.BooleanField(default=False)
    """Whether it goes round once more, over what killed workers left."""
    read = models.PositiveIntegerField(default=0)
    corrected = models.PositiveIntegerField(default=0)
    leads = models.JSONField(default=list)
    """The first of those whose temperature it had to correct: {lead, before, after}."""
    claimed_until = models.DateTimeField(null=True)
