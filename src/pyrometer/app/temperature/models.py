"""A lead's reading, and every change of its temperature or stage."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import models

from pyrometer.app.evidence.models import Lead


class Temperature(models.TextChoices):
    """What the thermometer shows."""

    HOT = "hot"
    WARM = "warm"
    COOL = "cool"


WARMTH = (Temperature.HOT, Temperature.WARM, Temperature.COOL)
"""The warmest first, as lists have them."""


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


REACHED = (Temperature.HOT, Stage.ACCEPTED, Stage.OPPORTUNITY, Stage.CUSTOMER)
"""What leads are brought to: what becomes of them is asked by these, all other changes aside."""
FOLLOWED = ("country", "channel", "last_seen_at", "anonymous")
"""Columns of a lead that its reading repeats."""
GRADED = 1000
"""Bytes of grades that an index has room for."""
_LISTED = (
    "temperature", "missing_count", "-total", "lead", "stage", "country", "channel", "last_seen_at", "graded",
    "anonymous",
)  # fmt: skip
"""All that the list of leads sorts by and filters by, in the call order."""


def followed(lead: Lead) -> dict[str, Any]:
    """What a reading repeats of its lead."""
    return {name: getattr(lead, name) for name in FOLLOWED}


def graded(grades: Mapping[str, str]) -> str:
    r"""Grades as one text in which each is found: between line ends, which no grade contains.

    >>> graded({"fit": "A", "interest": "2"})
    '\nfit:A\ninterest:2\n'
    """
    text = "\n".join(["", *(f"{score}:{grade}" for score, grade in grades.items()), ""]) if grades else ""
    return text if len(text.encode()) <= GRADED else ""


def listed(first: str = "") -> list[str]:
    """The columns of an index that answers a list without its table, sorted by one column before the call order."""
    return [first, *(name for name in _LISTED if name != first)] if first else list(_LISTED)


class Reading(models.Model):
    """A lead as the live definition reads it; one row a root, replaced by each scoring.

    It repeats what lists filter the lead by, so that one index answers filters and order together. Whatever changes
    that has the lead read again.
    """

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
    country = models.CharField(max_length=2, default="")
    channel = models.CharField(max_length=60, default="")
    last_seen_at = models.DateTimeField()
    anonymous = models.BooleanField(default=True)
    graded = models.CharField(max_length=GRADED, default="")
    """The grades as `graded` writes them."""
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
            *(
                models.Index(fields=fields, name=f"reading_{name}", condition=models.Q(anonymous=False))
                for name, fields in (
                    ("call_order", listed()),
                    ("by_country", listed("country")),
                    ("by_channel", listed("channel")),
                    ("by_stage", listed("stage")),
                    ("by_seen", ["last_seen_at", "lead", *(n for n in listed() if n not in ("last_seen_at", "lead"))]),
                    ("by_lead", listed("lead")),
                )
            ),
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
        indexes = [
            models.Index(fields=["lead", "at"], name="transition_of_lead"),
            models.Index(
                fields=["lead", "at", "after"], name="transition_reached", condition=models.Q(after__in=REACHED)
            ),
        ]


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
