"""Slots of the site: what may stand in them, what was seen there, and the codes that are given away."""

from __future__ import annotations

from django.db import models

from pyrometer.app.evidence.models import Lead


class Slot(models.Model):
    """A place on the site, and what is shown there: the first of its choices that fits a visitor."""

    name = models.SlugField(max_length=60, unique=True)
    about = models.CharField(max_length=200, blank=True)
    """What it is for, in words."""
    active = models.BooleanField(default=True)
    choices = models.JSONField(default=list)
    """In order: `{content, temperature: […], stage: […], when, coupon}`; `when` is a condition as YAML, `coupon` the
    list that `{{ coupon }}` is from. What is empty asks for nothing."""
    most_seen = models.PositiveSmallIntegerField(null=True)
    """How often a visitor sees a content before the next choice is taken; NULL: as often as it fits."""
    revision = models.PositiveIntegerField(default=1)
    """Counted up with every change: what is kept ready of it is known by that."""
    at = models.DateTimeField()
    by = models.CharField(max_length=254, blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Seen(models.Model):
    """What a lead saw in a slot, and what it did with it. It follows from the events of the tracker."""

    lead = models.ForeignKey(Lead, models.CASCADE, related_name="seen_in_slots", db_index=False)
    slot = models.ForeignKey(Slot, models.CASCADE, related_name="seen")
    content = models.CharField(max_length=60)
    count = models.PositiveIntegerField(default=0)
    last_at = models.DateTimeField(null=True)
    """When it was seen last."""
    clicked_at = models.DateTimeField(null=True)
    dismissed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["lead", "slot", "content"], name="seen_in_slot_once")]


class Shown(models.Model):
    """How often a content was seen in a slot, clicked and closed, and by how many leads. Of erased ones, too."""

    slot = models.ForeignKey(Slot, models.CASCADE, related_name="shown", db_index=False)
    content = models.CharField(max_length=60)
    seen = models.PositiveBigIntegerField(default=0)
    clicked = models.PositiveBigIntegerField(default=0)
    dismissed = models.PositiveBigIntegerField(default=0)
    seen_by = models.PositiveBigIntegerField(default=0)
    clicked_by = models.PositiveBigIntegerField(default=0)
    dismissed_by = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["slot", "content"], name="shown_once")]


class CouponList(models.Model):
    """Codes to give away: one for everybody, or a list of which each is given once."""

    name = models.SlugField(max_length=60, unique=True)
    shared = models.CharField(max_length=60, blank=True)
    """The code that everybody gets; empty: each gets one of `codes`."""
    limit = models.PositiveIntegerField(null=True)
    """How many are given at most; NULL: as many as there are."""
    per_lead = models.PositiveSmallIntegerField(default=1)
    valid_from = models.DateTimeField(null=True)
    valid_until = models.DateTimeField(null=True)
    note = models.CharField(max_length=300, blank=True)
    given = models.PositiveIntegerField(default=0)
    """How many were given; counted under the lock of the row."""
    at = models.DateTimeField()
    by = models.CharField(max_length=254, blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class CouponCode(models.Model):
    """A code that is good for one."""

    list = models.ForeignKey(CouponList, models.CASCADE, related_name="codes", db_index=False)
    code = models.CharField(max_length=60)
    number = models.PositiveIntegerField()
    """Its place: they are given in this order."""
    taken = models.BooleanField(default=False)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "code"], name="coupon_code_once")]
        indexes = [
            models.Index(fields=["list", "number"], name="coupon_code_left", condition=models.Q(taken=False)),
        ]


class CouponGiven(models.Model):
    """A code that a lead got. That it was given stays known when the lead is erased, or somebody would get it again."""

    list = models.ForeignKey(CouponList, models.CASCADE, related_name="gifts", db_index=False)
    lead = models.ForeignKey(Lead, models.SET_NULL, null=True, related_name="coupons")
    unit = models.OneToOneField(CouponCode, models.CASCADE, null=True, related_name="gift")
    """The code, where it is good for one."""
    code = models.CharField(max_length=60)
    once = models.CharField(max_length=120)
    """What it was given for: asked for the same again, the same code is given."""
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["list", "once"], name="coupon_given_once")]
        indexes = [models.Index(fields=["list", "at"], name="coupon_given_of_list")]
