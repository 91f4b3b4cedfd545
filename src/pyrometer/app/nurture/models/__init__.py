"""Programmes, contents, enrolments, and what was done for each."""

from __future__ import annotations

from pyrometer.app.nurture.models.contents import Content, Wording
from pyrometer.app.nurture.models.counted import Results
from pyrometer.app.nurture.models.enrolments import Act, Enrolment, Look, Round, Standing
from pyrometer.app.nurture.models.programmes import Programme, Reach, Terms, Version
from pyrometer.app.nurture.models.reached import Asked, Offered
from pyrometer.app.nurture.models.slots import CouponCode, CouponGiven, CouponList, Seen, Shown, Slot

__all__ = [
    "Act",
    "Asked",
    "Content",
    "CouponCode",
    "CouponGiven",
    "CouponList",
    "Enrolment",
    "Look",
    "Offered",
    "Programme",
    "Reach",
    "Results",
    "Round",
    "Seen",
    "Shown",
    "Slot",
    "Standing",
    "Terms",
    "Version",
    "Wording",
]
