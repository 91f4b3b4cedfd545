"""Leads, the handles by which they are reached, and everything known of them with its time and source."""

from __future__ import annotations

from django.db import models


class Company(models.Model):
    """An organisation, known by the domain of its people's addresses."""

    domain = models.CharField(max_length=253, unique=True)
    name = models.CharField(max_length=200, blank=True)
    """As the first of its people said; who came later and says otherwise speaks of themselves."""

    def __str__(self) -> str:
        return self.name or self.domain


class Lead(models.Model):
    """A person or an organisation that showed interest.

    Evidence stays with the lead that it came in for. Leads that turned out to be one share a `root`, whose page and
    reading they share; a lead on its own is its own root. So a merge moves a pointer, and can be undone.
    """

    root = models.ForeignKey("self", models.PROTECT, null=True, related_name="members")
    """Itself, unless it was merged; NULL only between its INSERT and the end of that transaction."""
    company = models.ForeignKey(Company, models.SET_NULL, null=True, related_name="leads", db_index=False)
    company_name = models.CharField(max_length=200, blank=True, default="", db_default="")
    """What was said of this lead itself; others of the same domain may work elsewhere."""
    name = models.CharField(max_length=200, blank=True)
    email = models.CharField(max_length=254, blank=True)
    phone = models.CharField(max_length=40, blank=True)
    language = models.CharField(max_length=8, blank=True)
    country = models.CharField(max_length=2, blank=True)
    channel = models.CharField(max_length=60, blank=True)
    """The channel that produced it."""
    anonymous = models.BooleanField(default=True)
    """No handle yet by which it can be reached."""
    created_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(db_index=True)
    erased_at = models.DateTimeField(null=True)
    touched_at = models.DateTimeField(null=True)
    """When evidence came that no reading knows yet; NULL where all is read."""
    claimed_until = models.DateTimeField(null=True)
    """A worker is reading it, until then at the latest."""

    class Meta:
        indexes = [
            models.Index(fields=["touched_at"], name="lead_touched", condition=models.Q(touched_at__isnull=False)),
            models.Index(fields=["company"], name="lead_company"),
            models.Index(fields=["channel"], name="lead_channel"),
            models.Index(fields=["country", "channel"], name="lead_country"),
        ]

    def __str__(self) -> str:
        return self.name or self.email or self.phone or f"visitor {self.pk}"

    @property
    def works_for(self) -> str:
        """The company as it is known of this lead, else as it is known of its domain, else the domain."""
        return self.company_name or (str(self.company) if self.company else "")


class LeadWord(models.Model):
    """A word by which a root is found, as `words` spells it: of its name, or a handle. It follows from the evidence."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="words", db_index=False)
    word = models.CharField(max_length=80)

    class Meta:
        indexes = [
            models.Index(fields=["word", "lead"], name="lead_word", opclasses=["varchar_pattern_ops", "int8_ops"]),
            models.Index(fields=["lead", "word"], name="word_of_lead", opclasses=["int8_ops", "varchar_pattern_ops"]),
        ]


class CompanyWord(models.Model):
    """A word of a company's name."""

    company = models.ForeignKey(Company, models.CASCADE, related_name="words")
    word = models.CharField(max_length=80)

    class Meta:
        indexes = [models.Index(fields=["word"], name="company_word", opclasses=["varchar_pattern_ops"])]


class HandleKind(models.TextChoices):
    """Of which kind a handle is; the first three reach somebody."""

    EMAIL = "email"
    PHONE = "phone"
    SOCIAL = "social"
    USER = "user"
    ANONYMOUS = "anonymous"


class Handle(models.Model):
    """What a lead is known by. `value` is normalised: one spelling for one mailbox, E.164 for phones."""

    kind = models.CharField(max_length=10, choices=HandleKind)
    value = models.CharField(max_length=254)
    lead = models.ForeignKey(Lead, models.CASCADE, related_name="handles")
    first_seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "value"], name="handle_once")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"


class Source(models.TextChoices):
    """Where evidence came from."""

    WIRE = "wire"
    FORM = "form"
    SURVEY = "survey"
    IMPORT = "import"
    CALL = "call"
    CHAT = "chat"
    MAIL = "mail"
    HAND = "hand"
    API = "api"
    INFERENCE = "inference"


class Event(models.Model):
    """Something that a lead did. A bot's events are kept and don't count; so are those taken back."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="events", db_index=False)
    name = models.CharField(max_length=120)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    message_id = models.CharField(max_length=120)
    properties = models.JSONField(default=dict)
    source = models.CharField(max_length=10, choices=Source)
    bot = models.CharField(max_length=60, blank=True)
    """Why it is taken for a machine's; empty where it isn't."""
    retracted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["lead", "occurred_at"], name="event_of_lead"),
            # Rare, and asked for before every step of a programme.
            models.Index(fields=["lead", "occurred_at"], name="event_reply", condition=models.Q(name="email_replied")),
        ]
        constraints = [models.UniqueConstraint(fields=["lead", "message_id"], name="event_once")]


class TraitChange(models.Model):
    """One answer to one question about a lead: its value, who said it, and when. Null: no longer known."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="trait_changes", db_index=False)
    trait = models.CharField(max_length=120)
    value = models.JSONField(null=True)
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    message_id = models.CharField(max_length=120)
    source = models.CharField(max_length=10, choices=Source)
    author = models.CharField(max_length=254, blank=True)
    retracted_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["lead", "trait", "occurred_at"], name="trait_of_lead")]
        constraints = [models.UniqueConstraint(fields=["lead", "message_id", "trait"], name="answer_once")]


class Merge(models.Model):
    """Two leads that turned out to be one. `moved` are the ids of the leads whose root it changed."""

    winner = models.ForeignKey(Lead, models.CASCADE, related_name="+")
    loser = models.ForeignKey(Lead, models.CASCADE, related_name="+")
    moved = models.JSONField()
    reason = models.CharField(max_length=200)
    actor = models.CharField(max_length=254)
    at = models.DateTimeField()
    undone_at = models.DateTimeField(null=True)


class Seen(models.Model):
    """A message that was digested, so that a retry of it does nothing."""

    digest = models.BinaryField(max_length=16, primary_key=True)
    """The first half of SHA-256 over the key and the message id."""
    at = models.DateTimeField(db_index=True)


class Retraction(models.Model):
    """Evidence that was taken back, or turned out to be a machine's: what the archive has to be told."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="retractions")
    kind = models.CharField(max_length=6, choices=[("event", "event"), ("answer", "answer")])
    message_id = models.CharField(max_length=120)
    trait = models.CharField(max_length=120, blank=True)
    """Of an answer; a message may bring several."""
    reason = models.CharField(max_length=200)
    at = models.DateTimeField()


class Cursor(models.Model):
    """How far something that follows a table has come: the id up to which all is done."""

    name = models.CharField(max_length=40, primary_key=True)
    upto = models.BigIntegerField(default=0)
    columns = models.JSONField(default=list)
    """Of the archive's events: the properties that have a column there."""


class ToErase(models.Model):
    """A lead that is erased here and still has to be erased from the archive; nothing of it is left but its number."""

    lead_number = models.BigIntegerField(primary_key=True)
    since = models.DateTimeField()


class ToForget(models.Model):
    """An erased lead, and a table where rows that name it still have to be found; it goes when all were read."""

    place = models.CharField(max_length=20)
    """What its room calls the table."""
    leads = models.JSONField()
    handles = models.TextField()
    """Sealed: by them the rows are known, and nobody else should be."""
    last = models.BigIntegerField()
    """The last row that there was. What comes after it is of somebody who came again."""
    upto = models.BigIntegerField(default=0)
    """The row up to which all were read."""
    since = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)
