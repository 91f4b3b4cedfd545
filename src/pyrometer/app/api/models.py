"""What was answered to calls that carried an idempotency key."""

from __future__ import annotations

from django.db import models


class Answered(models.Model):
    """The answer to a call, to be given again to a repeat of it. Written in the transaction of what the call did."""

    caller = models.CharField(max_length=40)
    """`key:7` or `user:3`: keys of different callers never meet."""
    key = models.CharField(max_length=120)
    request = models.CharField(max_length=64)
    """SHA-256 over method, path, query and body."""
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(blank=True)
    sealed = models.BooleanField(default=False)
    """Whether the body is kept sealed, since it holds a secret."""
    at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["caller", "key"], name="answered_once")]


class Told(models.Model):
    """Of which leads an answer tells; it goes when one of them is erased.

    No foreign key: the rows that have one are exported with the lead, and an answer is no evidence of it.
    """

    answered = models.ForeignKey(Answered, models.CASCADE, related_name="told")
    lead = models.BigIntegerField(db_index=True)
