"""Programmes, contents, enrolments, and what was done for each."""

from __future__ import annotations

from pyrometer.app.nurture.models.contents import Content, Wording
from pyrometer.app.nurture.models.counted import Results
from pyrometer.app.nurture.models.enrolments import Act, Enrolment, Look, Round, Standing
from pyrometer.app.nurture.models.programmes import Programme, Reach, Terms, Version
from pyrometer.app.nurture.models.reached import Asked, Offered

__all__ = [
    "Act",
    "Asked",
    "Content",
    "Enrolment",
    "Look",
    "Offered",
    "Programme",
    "Reach",
    "Results",
    "Round",
    "Standing",
    "Terms",
    "Version",
    "Wording",
]
