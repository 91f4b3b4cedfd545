"""Contents: the texts that programmes send and show."""

from __future__ import annotations

from django.db import models


class Content(models.Model):
    """A text that programmes name, as it is now: front matter, then Markdown or HTML with Liquid, by language."""

    name = models.SlugField(max_length=60, unique=True)
    kind = models.CharField(max_length=8, default="mail")
    """`mail`, `slot` or `survey`."""
    purpose = models.CharField(max_length=60, default="email")
    pitch = models.CharField(max_length=8, default="low")
    text = models.TextField()
    number = models.PositiveIntegerField(default=1)
    """Of its wording."""
    at = models.DateTimeField()
    by = models.CharField(max_length=254, blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Wording(models.Model):
    """A content as it was from a moment on. Never edited: mails refer to it by number."""

    content = models.ForeignKey(Content, models.CASCADE, related_name="wordings")
    number = models.PositiveIntegerField()
    text = models.TextField()
    at = models.DateTimeField()
    by = models.CharField(max_length=254, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["content", "number"], name="wording_once")]
