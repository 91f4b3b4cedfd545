"""What came in and isn't digested yet, what couldn't be, and the ways in."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from pyrometer.app.evidence.models import Lead
from pyrometer.app.people.models import ApiKey


class Accepted(models.Model):
    """One request's messages as they came, kept until they are digested; its row is gone in the same transaction."""

    key = models.ForeignKey(ApiKey, models.PROTECT, related_name="+")
    body = models.BinaryField()
    """JSON of the batch, as UTF-8."""
    messages = models.PositiveIntegerField()
    received_at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    agent = models.CharField(max_length=400, blank=True)
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = "accepted"


class DeadLetter(models.Model):
    """A message that can't be digested, with the reason in words; it can be tried again."""

    key = models.ForeignKey(ApiKey, models.SET_NULL, null=True, related_name="+")
    body = models.JSONField()
    reason = models.CharField(max_length=400)
    received_at = models.DateTimeField(db_index=True)
    retried_at = models.DateTimeField(null=True)


class Form(models.Model):
    """A form or pop-up. `fields` is a list of {trait, label, type, options, required}; not all are shown at once."""

    class Kind(models.TextChoices):
        FORM = "form"
        POPUP = "popup"

    kind = models.CharField(max_length=8, choices=Kind)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=100)
    fields = models.JSONField(default=list)
    shown = models.PositiveSmallIntegerField(default=3)
    """How many questions at a time; those whose answers are known are left out."""
    texts = models.JSONField(default=dict)
    """By language, and then `title`, `intro`, `button`, `thanks`, `consent`."""
    language = models.CharField(max_length=2, blank=True, default="")
    """The first of these languages, which is for all others. PostgreSQL keeps JSON in an order of its own."""
    purposes = models.JSONField(default=list)
    event = models.CharField(max_length=120, default="form_submitted")
    """What a submission is recorded as: `demo_requested`, for example."""
    offer = models.JSONField(default=dict)
    """Of a pop-up: `codes`, `limit` (for one code that many get), `after_seconds`, `after_scroll`, `on_leave`."""
    redirect = models.URLField(blank=True)
    """Where to go afterwards; on one of `sites`."""
    sites = models.JSONField(default=list)
    """Origins (`https://example.org`) whose pages may show it; empty: only its own page does."""
    submissions = models.PositiveIntegerField(default=0)
    active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)


class Coupon(models.Model):
    """A code that a visitor got by a pop-up; each visitor gets one, however often they ask."""

    form = models.ForeignKey(Form, models.CASCADE, related_name="coupons")
    code = models.CharField(max_length=60)
    visitor = models.CharField(max_length=64)
    """SHA-256 of the form and the handle by which the visitor is known."""
    nonce = models.CharField(max_length=24, blank=True, default="")
    """Of the page by which it was given; sent again, that page shows it again."""
    given_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["form", "visitor"], name="coupon_once")]


class Import(models.Model):
    """A file of leads or events: how its columns are meant, how far it is, and what became of its rows."""

    class State(models.TextChoices):
        UPLOADED = "uploaded"
        RUNNING = "running"
        PAUSED = "paused"
        DONE = "done"
        FAILED = "failed"

    name = models.CharField(max_length=200)
    file = models.FileField(upload_to="imports/")
    kind = models.CharField(max_length=8, default="leads")
    mapping = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.UPLOADED)
    dry = models.BooleanField(default=False)
    rows = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    """Rows that are through."""
    position = models.PositiveBigIntegerField(default=0)
    """The byte of the file at which it goes on after a break; moved in the transaction of the rows before it."""
    line = models.PositiveIntegerField(default=0)
    """How many lines of the file end there; 0 where that has to be counted."""
    created = models.PositiveIntegerField(default=0)
    updated = models.PositiveIntegerField(default=0)
    untouched = models.PositiveIntegerField(default=0)
    """Rows of known leads that say nothing new."""
    duplicates = models.PositiveIntegerField(default=0)
    """Rows that say what a row before them said, here or in another file."""
    rejected = models.PositiveIntegerField(default=0)
    remarks = models.JSONField(default=list)
    """What a trial found odd: by column and kind the `note`, an `example` with its `line`, and in how many `rows`."""
    error = models.CharField(max_length=400, blank=True)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)


class Rejected(models.Model):
    """A row that an import couldn't take."""

    source = models.ForeignKey(Import, models.CASCADE, related_name="rejects")
    number = models.PositiveIntegerField()
    """The line of the file that it begins on."""
    row = models.JSONField()
    reason = models.CharField(max_length=400)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "number"], name="reject_once")]


class Brought(models.Model):
    """A lead that rows of an import are about, and what these did: made it, told something new of it, or nothing."""

    class What(models.TextChoices):
        NEW = "new"
        CHANGED = "changed"
        UNTOUCHED = "untouched"

    source = models.ForeignKey(Import, models.CASCADE, related_name="brought")
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="+")
    what = models.CharField(max_length=10, choices=What)

    class Meta:
        verbose_name_plural = "brought by imports"
        constraints = [models.UniqueConstraint(fields=["source", "lead"], name="brought_once")]
        indexes = [models.Index(fields=["source", "what", "id"], name="brought_by_import")]
