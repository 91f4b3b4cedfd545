"""Programmes with their versions, and what all of them keep to."""

from __future__ import annotations

from decimal import Decimal

from django.db import models

OFFICE_HOURS = {day: ["08:00", "18:00"] for day in ("mon", "tue", "wed", "thu", "fri")}


def office_hours() -> dict[str, list[str]]:
    """Monday to Friday, eight to six."""
    return {day: list(span) for day, span in OFFICE_HOURS.items()}


class Programme(models.Model):
    """A programme: the text that is being worked on, and the version by which people enter."""

    key = models.SlugField(max_length=60, unique=True)
    draft = models.TextField()
    drafted_at = models.DateTimeField()
    drafted_by = models.CharField(max_length=254, blank=True)
    live = models.ForeignKey("Version", models.SET_NULL, null=True, related_name="+")
    """By which people enter; NULL: nobody does, since it was never published or was ended."""
    paused_at = models.DateTimeField(null=True)
    """Since when nobody enters, nothing is stepped, and no mail of it leaves."""
    paused_by = models.CharField(max_length=254, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("key",)

    def __str__(self) -> str:
        return self.key

    @property
    def group(self) -> str:
        """What its mails are called in the outbox."""
        return f"nurture:{self.pk}"


class Version(models.Model):
    """A programme as it was published. Never edited: people inside finish the version that they began."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    """What it does, as `nurture.Programme.version` has it; two versions that differ in words share it."""
    text = models.TextField()
    reach = models.JSONField(default=dict)
    """How many it would have reached, as it was shown to who published it."""
    published_at = models.DateTimeField()
    published_by = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["programme", "number"], name="programme_version_once")]

    def __str__(self) -> str:
        return f"{self.programme.key} {self.number}"


class Terms(models.Model):
    """What all programmes keep to: when mails go out, how many a lead gets, and what they cost. One row."""

    hours = models.JSONField(default=office_hours)
    """`{"mon": ["08:00", "18:00"], …}` in the lead's time; on a day that isn't there no mail goes out."""
    holidays = models.CharField(max_length=12, blank=True)
    """A country (DE) or a part of it (DE-BY) on whose public holidays no mail goes out."""
    time_zone = models.CharField(max_length=64, default="UTC")
    """Of leads whose own isn't known."""
    per_day = models.PositiveSmallIntegerField(null=True, default=1)
    per_week = models.PositiveSmallIntegerField(null=True, default=3)
    mail_cost = models.DecimalField(max_digits=10, decimal_places=4, default=Decimal("0.01"))
    rep_hour_cost = models.DecimalField(max_digits=10, decimal_places=2, default=Decimal(60))
    attempt_minutes = models.PositiveSmallIntegerField(default=15)
    """What an attempt to reach somebody takes a rep, with all around it."""
    currency = models.CharField(max_length=3, default="EUR")


class Reach(models.Model):
    """How many a text of a programme would reach, counted lead by lead before it is published."""

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="reaches")
    text = models.TextField()
    asked_at = models.DateTimeField()
    position = models.BigIntegerField(default=0)
    """The last root that was looked at."""
    of_all = models.PositiveIntegerField(default=0)
    """The leads who may enter anything (neither hot, nor with sales, nor let go), when it was asked."""
    looked_at = models.PositiveIntegerField(default=0)
    would_enter = models.PositiveIntegerField(default=0)
    held_back = models.PositiveIntegerField(default=0)
    """Of those who would enter."""
    reasons = models.JSONField(default=dict)
    """Why the others wouldn't: how many by reason."""
    ended_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=400, blank=True)
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["asked_at"], name="reach_open", condition=models.Q(ended_at__isnull=True)),
        ]

    @property
    def share(self) -> float:
        """The part of all who can be reached, from 0 to 1."""
        return self.would_enter / self.of_all if self.of_all else 0.0
