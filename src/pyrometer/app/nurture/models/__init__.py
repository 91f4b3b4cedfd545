"""Programmes, contents, enrolments, and what was done for each."""

from __future__ import annotations

from pyrometer.app.nurture.models.contents import Content, Wording
from pyrometer.app.nurture.models.counted import Reached, Results
from pyrometer.app.nurture.models.enrolments import Act, Enrolment, Look, Round, Standing
from pyrometer.app.nurture.models.programmes import Programme, Terms, Version
from pyrometer.app.nurture.models.reached import Asked, Offered

__all__ = [
    "Act",
    "Asked",
    "Content",
    "Enrolment",
    "Look",
    "Offered",
    "Programme",
    "Reached",
    "Results",
    "Round",
    "Standing",
    "Terms",
    "Version",
    "Wording",
]
