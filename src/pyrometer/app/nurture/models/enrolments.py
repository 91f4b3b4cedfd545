"""Who is in a programme and where, what was done for them, and who is to be looked at."""

from __future__ import annotations

from django.db import models

from pyrometer.app.evidence.models import Lead
from pyrometer.app.nurture.models.programmes import Programme, Version

OPEN = models.Q(ended_at__isnull=True)


class Standing(models.TextChoices):
    """How somebody stands to a programme that they entered, as `nurture.Standing` has it."""

    INSIDE = "inside"
    FINISHED = "finished"
    LEFT = "left"


class Enrolment(models.Model):
    """Somebody in a programme: the place where they stand, or how it ended.

    It belongs to the lead that entered; leads that turned out to be one share theirs, as they share their evidence.
    Who is held back enters too, and gets nothing.
    """

    programme = models.ForeignKey(Programme, models.CASCADE, related_name="enrolments", db_index=False)
    version = models.ForeignKey(Version, models.PROTECT, related_name="enrolments", db_index=False)
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="enrolments")
    held_back = models.BooleanField(default=False)
    """Of the control group."""
    spoiled = models.BooleanField(default=False)
    """Whether it can't be compared: merged with one of the other group, or put in by hand."""
    by = models.CharField(max_length=254, blank=True)
    """Who put it in by hand; empty: the programme's condition."""
    step = models.CharField(max_length=200)
    since = models.DateTimeField()
    entered_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    """When it has to be looked at again, at the latest; NULL once it ended."""
    waits_for = models.CharField(max_length=10, blank=True)
    """As `nurture.Wait.for_` has it."""
    acts = models.PositiveIntegerField(default=0)
    sent = models.JSONField(default=dict)
    """When each content was sent last in this enrolment."""
    ended_at = models.DateTimeField(null=True)
    standing = models.CharField(max_length=8, choices=Standing, default=Standing.INSIDE)
    why = models.CharField(max_length=12, blank=True)
    """Which end it was: `finished`, one of the exits (`nurture.intents.Why`), `recycled`, `let_go`, `held_back`,
    `merged`, `removed`."""
    because = models.CharField(max_length=200, blank=True)
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["lead", "programme"], condition=OPEN, name="in_a_programme_once"),
        ]
        indexes = [
            models.Index(fields=["programme", "due_at"], name="enrolment_due", condition=OPEN),
            models.Index(fields=["version", "step"], name="enrolment_at_step", condition=OPEN),
            models.Index(fields=["ended_at"], name="enrolment_ended", condition=models.Q(ended_at__isnull=False)),
            # With all by which those who got a programme are compared with those who were held back.
            models.Index(
                fields=["programme", "entered_at", "lead", "version", "held_back", "spoiled", "by"],
                name="enrolment_of_programme",
            ),
        ]


class Act(models.Model):
    """Something that was done in an enrolment. Append-only, but for `taken_at`."""

    class Kind(models.TextChoices):
        ENTERED = "entered"
        SENT = "sent"
        ASKED = "asked"
        OFFERED = "offered"
        TOLD = "told"
        SET = "set"
        SKIPPED = "skipped"
        MOVED = "moved"
        ENDED = "ended"

    enrolment = models.ForeignKey(Enrolment, models.CASCADE, related_name="done", db_index=False)
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind)
    number = models.PositiveIntegerField(default=0)
    """Of the mails, questions, offers and notices of an enrolment: its `act`; 0 of all else."""
    step = models.CharField(max_length=200, blank=True)
    what = models.CharField(max_length=200, blank=True)
    """The content, the criterion, the coupon, the team, the trait, or why."""
    detail = models.JSONField(default=dict)
    at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True)
    """Of a mail: when the mail server took it. Where it is missing the mail waits, was never sent, or nobody knows."""

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["enrolment", "number"], condition=models.Q(number__gt=0), name="act_is_done_once"
            )
        ]
        indexes = [
            models.Index(fields=["lead", "kind", "at"], name="act_of_lead"),
            models.Index(fields=["enrolment", "at"], name="act_of_enrolment"),
        ]


class Look(models.Model):
    """A root that was read, and hasn't been looked at since for who may enter what."""

    lead = models.OneToOneField(Lead, models.CASCADE, primary_key=True, related_name="+")
    at = models.DateTimeField(db_index=True)
    claimed_until = models.DateTimeField(null=True)


class Round(models.Model):
    """Something that goes over many rows again and again, and how far it is: over all roots, since time alone lets some
    enter; over the mails that were taken and the forms that were filled in since the last time."""

    name = models.CharField(max_length=40, unique=True)
    position = models.BigIntegerField(default=0)
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
