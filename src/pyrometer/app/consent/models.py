"""Purposes, what each lead agreed to, and what it asked for."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from pyrometer.app.evidence.models import Lead


class Basis(models.TextChoices):
    """What makes it lawful to use data for a purpose."""

    CONSENT = "consent", _("Consent: only of who said yes, until they take it back")
    INTEREST = "interest", _("Legitimate interest: of everybody who didn't object")
    CONTRACT = "contract", _("Contract: needed for what was agreed with the lead")
    DUTY = "duty", _("Legal obligation: a law demands it")


class Kept(models.Model):
    """What a purpose says: its name and the text that asks for it by language, its lawful basis, what belongs to it."""

    names = models.JSONField(default=dict)
    texts = models.JSONField(default=dict)
    basis = models.CharField(max_length=10, choices=Basis, default=Basis.CONSENT)
    reason = models.TextField(blank=True)
    """Of a basis other than consent: why it holds."""
    covers = models.JSONField(default=dict)
    """The evidence that belongs to it: `events`, `traits` by name, `sources`, and `kinds` (event, answer)."""
    active = models.BooleanField(default=True)

    class Meta:
        abstract = True


class Purpose(Kept):
    """What data may be used for: profiling, email, sharing …; as it stands now."""

    slug = models.SlugField(unique=True)
    position = models.PositiveSmallIntegerField(default=100)
    """Its place on pages: the smallest first."""
    number = models.PositiveIntegerField(default=1)
    """Of its edition."""


class Edition(Kept):
    """A purpose as it was from a moment on. Never edited: proofs refer to it."""

    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="editions")
    number = models.PositiveIntegerField()
    at = models.DateTimeField(null=True)
    """NULL: since the installation began."""
    by = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["purpose", "number"], name="edition_once")]


class Consent(models.Model):
    """A lead's yes or no to a purpose, with its proof. Append-only: the latest counts."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="consents")
    purpose = models.ForeignKey(Purpose, models.PROTECT, related_name="+")
    given = models.BooleanField()
    asked_at = models.DateTimeField(null=True)
    """Of a double opt-in: when the lead was asked by mail; NULL: nobody asked it."""
    confirmed_at = models.DateTimeField(null=True)
    """Of a double opt-in: when the mail was answered."""
    basis = models.CharField(max_length=40, default="consent")
    text = models.TextField(blank=True)
    """What was shown."""
    edition = models.ForeignKey(Edition, models.PROTECT, null=True, related_name="+")
    """The edition of the purpose whose text was shown; none where a form or a person had words of their own."""
    at = models.DateTimeField()
    recorded_at = models.DateTimeField(null=True)
    """When we learned of it; NULL of what was kept before that was written down."""
    address = models.GenericIPAddressField(null=True)
    source = models.CharField(max_length=60, blank=True)
    page = models.CharField(max_length=300, blank=True)
    """Where it was said: the address of the page."""

    class Meta:
        indexes = [models.Index(fields=["asked_at"], name="consent_asked", condition=models.Q(asked_at__isnull=False))]


class Stance(models.Model):
    """What a lead says to the purposes from a moment on, with all that share its root. Append-only.

    It follows from consents and merges, and is written with each change of them: by it the archive tells what counted
    at what time.
    """

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="stances", db_index=False)
    at = models.DateTimeField()
    said = models.JSONField(default=dict)
    """A yes or no by purpose."""
    archived = models.BooleanField(default=False)

    class Meta:
        indexes = [
            models.Index(fields=["lead", "at"], name="stance_of_lead"),
            models.Index(fields=["id"], name="stance_to_archive", condition=models.Q(archived=False)),
        ]


class MailWish(models.Model):
    """How a lead wants to be written to: not before a day, and not more often than it likes."""

    class Often(models.TextChoices):
        """At most how often."""

        ANY = "any"
        WEEK = "week"
        MONTH = "month"

    lead = models.OneToOneField(Lead, models.CASCADE, related_name="mail_wish")
    paused_until = models.DateTimeField(null=True)
    often = models.CharField(max_length=5, choices=Often, default=Often.ANY)
    at = models.DateTimeField()


class Wanted(models.Model):
    """What a lead asked for: all that is known of it, or to be erased.

    It counts once it was confirmed from the lead's mailbox, or where somebody who works here asked in its name.
    """

    class Kind(models.TextChoices):
        """What is asked for."""

        EXPORT = "export"
        ERASE = "erase"

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="wanted")
    kind = models.CharField(max_length=6, choices=Kind)
    asked_at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    """From where it was asked."""
    language = models.CharField(max_length=8, default="en")
    by = models.CharField(max_length=254, blank=True)
    """Who asked for it in the lead's name; empty: the lead itself."""
    confirmed_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    refused_why = models.CharField(max_length=300, blank=True)
    expires_at = models.DateTimeField()
    """Until when it can be confirmed; of a confirmed export, until when it can be fetched."""
    uses = models.PositiveIntegerField(default=0)
    used_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["lead", "kind"], name="wanted_of_lead")]
        verbose_name_plural = "requests"


class House(models.Model):
    """What the installation decided about leads' own pages; one row."""

    name = models.CharField(max_length=120, blank=True)
    """Who the lead deals with, as its pages say it."""
    contact = models.CharField(max_length=200, blank=True)
    """Whom to ask: an address, or a page."""
    erase_at_once = models.BooleanField(default=False)
    """Whether a confirmed wish to be erased is carried out without an administrator."""
