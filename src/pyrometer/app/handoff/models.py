"""Who follows a lead up, by when, what came of it."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from pyrometer.app.evidence.models import Lead, Merge
from pyrometer.app.temperature.models import Stage


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

    def __str__(self) -> str:
        return self.name


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
    """A lead in a rep's hands, until sales gives it back, it is won or lost, or another rep gets it.

    An accepted lead stays with its rep: `accepted_at` takes it from the list of leads to call, not out of the hands.
    """

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="assignments")
    rep = models.ForeignKey(Rep, models.PROTECT, null=True, related_name="assignments")
    """NULL: nobody could take it; it waits on the page of leads that nobody owns."""
    because = models.CharField(max_length=200)
    at = models.DateTimeField()
    remind_at = models.DateTimeField(null=True)
    due_at = models.DateTimeField(null=True)
    """When the next attempt, or after enough of them the verdict, is promised; NULL: no clock runs."""
    escalate_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    wake_at = models.DateTimeField(null=True)
    """The earliest moment at which the clock wants something done."""
    claimed_until = models.DateTimeField(null=True)
    responded_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField(null=True)
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["lead"], condition=models.Q(ended_at__isnull=True), name="a_lead_is_assigned_once"
            )
        ]
        indexes = [
            models.Index(fields=["due_at"], name="assignment_due", condition=models.Q(ended_at__isnull=True)),
            models.Index(fields=["wake_at"], name="assignment_wakes", condition=models.Q(ended_at__isnull=True)),
            models.Index(fields=["rep"], name="assignment_of_rep", condition=models.Q(ended_at__isnull=True)),
        ]


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
    mark = models.CharField(max_length=12, blank=True)
    """What is to be seen of it: `no_attempt`, `few_attempts`; empty: nothing."""
    before = models.JSONField(default=dict)
    """Where the lead stood before it: what it gets back if the verdict is taken back. Empty: it can't be."""
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

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lead", "won", "decided_at", "source"], name="outcome_once")]


class Remembered(models.Model):
    """What is remembered of a lead that sales had to do with, beside its stage."""

    verdict = models.CharField(max_length=12, choices=Verdict.Kind, blank=True)
    """What sales said last, other than that it accepts."""
    recycle_on = models.DateField(null=True)
    """The day on which it is looked at again."""
    promised = models.BooleanField(default=False)
    """Whether the lead itself named that day."""
    parked = models.CharField(max_length=100, blank=True)
    """Why no effort is spent on it."""
    former = models.ForeignKey(Rep, models.SET_NULL, null=True, related_name="+")
    """The rep who had it last."""

    class Meta:
        abstract = True


class Standing(Remembered):
    """What is remembered of a lead now; one row a root."""

    lead = models.OneToOneField(Lead, models.CASCADE, primary_key=True, related_name="standing")
    updated_at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["recycle_on"], name="standing_recycles", condition=models.Q(recycle_on__isnull=False))
        ]


class Stood(Remembered):
    """Where one of two leads stood when they became one: what it gets back if they turn out to be two after all."""

    merge = models.ForeignKey(Merge, models.CASCADE, related_name="+")
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="+")
    stage = models.CharField(max_length=12, choices=Stage)
    stage_since = models.DateTimeField()
    assignment = models.ForeignKey(Assignment, models.SET_NULL, null=True, related_name="+")
    """The one it had then; it went on for both of them, or ended."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=["merge", "lead"], name="stood_once")]


class Terms(models.Model):
    """What both teams agreed for all hand-offs; one row. Lists that are empty follow from the live definition."""

    fit_score = models.CharField(max_length=60, default="fit")
    good_grades = models.JSONField(default=list)
    """Grades of that score that look like a customer; empty: the best two, or the best of two."""
    poor_grades = models.JSONField(default=list)
    """Grades that look like no customer; empty: the last one."""
    sales_events = models.JSONField(default=list)
    """Events that only a buyer does; empty: those of the flag `sales_action`."""
    markets = models.JSONField(default=list)
    """Countries of the target market, beside those of the flag `target_market`; who is in it is never unqualified."""
    recycle_after = models.PositiveSmallIntegerField(default=90)
    quiet_after = models.PositiveSmallIntegerField(default=60)
    let_go_after = models.PositiveSmallIntegerField(default=120)
    """Days, as `pyrometer.lifecycle.Policy` has them."""


class Walk(models.Model):
    """How far a walk over all leads is, which goes on where it stopped."""

    name = models.CharField(max_length=20, primary_key=True)
    position = models.BigIntegerField(default=0)


class Segment(models.Model):
    """Filters of the list of leads under a name; what is shared opens for everybody who may read leads."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="segments", db_index=False)
    name = models.CharField(max_length=80)
    filters = models.JSONField(default=dict)
    """As they stand in the list's address."""
    shared = models.BooleanField(default=False)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "name"], name="segment_once")]
        indexes = [models.Index(fields=["name"], name="segment_of_all", condition=models.Q(shared=True))]

    def __str__(self) -> str:
        return self.name


class Bulk(models.Model):
    """What somebody does to many leads: prepared, then confirmed, then done, each lead in a transaction of its own."""

    class Kind(models.TextChoices):
        ASSIGN = "assign"
        QUALIFY = "qualify"
        RECYCLE = "recycle"
        TRAIT = "trait"
        EXPORT = "export"

    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind)
    detail = models.JSONField(default=dict)
    """To whom, until when, what: as the kind needs it."""
    at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(
                fields=["confirmed_at"],
                name="bulk_waits",
                condition=models.Q(confirmed_at__isnull=False, ended_at__isnull=True),
            )
        ]


class Chosen(models.Model):
    """A lead of a bulk, and how it took it: "done", or "refused" and why; empty: it waits."""

    bulk = models.ForeignKey(Bulk, models.CASCADE, related_name="chosen", db_index=False)
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="+")
    outcome = models.CharField(max_length=8, blank=True)
    why = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bulk", "lead"], name="chosen_once")]
