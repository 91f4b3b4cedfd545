"""Who follows a lead up, by when, what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from pyrometer.app.evidence.models import Lead


class Team(models.Model):
    """Reps who share leads, and the clocks that they agreed to."""

    name = models.CharField(max_length=100, unique=True)
    first_response_minutes = models.PositiveIntegerField(default=60)
    """Business minutes until the first attempt is due."""
    attempts = models.PositiveSmallIntegerField(default=6)
    """How many attempts a lead deserves before it is called unreachable."""
    between_minutes = models.PositiveIntegerField(default=480)
    """Business minutes from one attempt to the next."""
    escalate_minutes = models.PositiveIntegerField(default=240)


class Rep(models.Model):
    """A salesperson: what may be assigned, and when clocks run."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, models.CASCADE, related_name="rep")
    team = models.ForeignKey(Team, models.PROTECT, related_name="reps")
    capacity = models.PositiveSmallIntegerField(default=40)
    """How many leads may be open at once."""
    territories = models.JSONField(default=list)
    """Countries (DE) or postal prefixes (DE-80); empty: everywhere."""
    products = models.JSONField(default=list)
    time_zone = models.CharField(max_length=64, default="UTC")
    hours = models.JSONField(default=dict)
    """`{"mon": ["09:00", "17:00"], …}`; a day that isn't there is free."""
    holidays = models.CharField(max_length=12, blank=True)
    """A country (DE) or a part of it (DE-BY) whose public holidays are free."""
    away_until = models.DateField(null=True)
    active = models.BooleanField(default=True)
    last_assigned_at = models.DateTimeField(null=True)


class Assignment(models.Model):
    """A lead in a rep's hands; it ends with a verdict, or goes to another rep."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="assignments")
    rep = models.ForeignKey(Rep, models.PROTECT, null=True, related_name="assignments")
    """NULL: nobody could take it; it waits on the page of leads that nobody owns."""
    because = models.CharField(max_length=200)
    at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    responded_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lead"], condition=models.Q(ended_at__isnull=True), name="a_lead_is_assigned_once"
            )
        ]
        indexes = [models.Index(fields=["due_at"], name="assignment_due", condition=models.Q(ended_at__isnull=True))]


class Attempt(models.Model):
    """A try to reach a lead."""

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="attempts")
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    channel = models.CharField(max_length=12, choices=[(c, c) for c in ("call", "email", "social", "meeting")])
    reached = models.BooleanField()
    note = models.TextField(blank=True)
    at = models.DateTimeField()


class Verdict(models.Model):
    """What sales says of a lead, with a reason from the list; `attempted` is whether anybody had tried."""

    class Kind(models.TextChoices):
        ACCEPTED = "accepted"
        NOT_NOW = "not_now"
        NOT_A_FIT = "not_a_fit"
        UNREACHABLE = "unreachable"
        DUPLICATE = "duplicate"
        JUNK = "junk"

    assignment = models.ForeignKey(Assignment, models.CASCADE, related_name="verdicts")
    kind = models.CharField(max_length=12, choices=Kind)
    reason = models.CharField(max_length=60, blank=True)
    note = models.TextField(blank=True)
    until = models.DateField(null=True)
    attempted = models.BooleanField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    at = models.DateTimeField()


class Outcome(models.Model):
    """How a lead really ended: won (with its revenue) or lost. What `learn` and `backtest` read."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="outcomes")
    won = models.BooleanField()
    revenue = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    currency = models.CharField(max_length=3, blank=True)
    decided_at = models.DateTimeField()
    source = models.CharField(max_length=60)
