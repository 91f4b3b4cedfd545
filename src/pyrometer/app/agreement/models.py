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


class Simulation(models.Model):
    """Who would change temperature if `after` took the place of `before` (NULL: nothing was live). Counted in pages."""

    before = models.ForeignKey(Version, models.CASCADE, null=True, related_name="+")
    after = models.ForeignKey(Version, models.CASCADE, related_name="simulations")
    fingerprint = models.CharField(max_length=80)
    """Of `after` when it was asked for: a draft may be another by now."""
    as_of = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    of = models.PositiveIntegerField(default=0)
    """How many leads there are."""
    step = models.PositiveIntegerField(default=1)
    """1: all of them are looked at; else about one in so many."""
    leads = models.PositiveIntegerField(default=0)
    """How many were looked at so far."""
    reached = models.BigIntegerField(default=0)
    """The last lead that was."""
    matrix = models.JSONField(default=dict)
    """Counts by temperature before (empty: not read) and after, of all that were looked at."""
    to_sales = models.PositiveIntegerField(default=0)
    """How many would be handed over."""
    shown = models.JSONField(default=list)
    """Some of those that change: {lead, before, after, sales}, those that concern sales first."""
    trouble = models.CharField(max_length=400, blank=True)
    """Why it can't be said."""
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["id"], name="simulation_due", condition=models.Q(done_at__isnull=True))]

    @property
    def flips(self) -> list[tuple[str, str, int]]:
        """Temperature before, after, and how many: those to and from hot first."""
        found = [(old, new, n) for old, row in self.matrix.items() for new, n in row.items() if old != new]
        return sorted(found, key=lambda flip: (flip[1] != "hot", flip[0] != "hot", -flip[2], flip[:2]))

    @property
    def changed(self) -> int:
        """How many change temperature."""
        return sum(number for _, _, number in self.flips)

    @property
    def percent(self) -> int:
        """How far it is."""
        wanted = self.of / self.step
        return min(99, int(100 * self.leads / wanted)) if wanted and self.done_at is None else 100
