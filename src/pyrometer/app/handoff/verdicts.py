"""What sales may say of a lead, and why: one list for the pages, the API and reports."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from pyrometer.app.handoff.models import Verdict

VERDICTS = (
    (Verdict.Kind.ACCEPTED, gettext_lazy("Accepted"), gettext_lazy("I take it from here.")),
    (Verdict.Kind.NOT_NOW, gettext_lazy("Not now"), gettext_lazy("Interested, but later. It comes back by itself.")),
    (Verdict.Kind.NOT_A_FIT, gettext_lazy("Not a fit"), gettext_lazy("We aren't for them, or they aren't for us.")),
    (Verdict.Kind.UNREACHABLE, gettext_lazy("Unreachable"), gettext_lazy("Tried as often as we agreed.")),
    (Verdict.Kind.DUPLICATE, gettext_lazy("Duplicate"), gettext_lazy("We have them already.")),
    (Verdict.Kind.JUNK, gettext_lazy("Junk"), gettext_lazy("No real person, or no real interest.")),
)
"""Kind, name, and what it means."""

REASONS = (
    ("timing", gettext_lazy("Wrong moment")),
    ("no_budget", gettext_lazy("No budget")),
    ("no_need", gettext_lazy("No need")),
    ("no_say", gettext_lazy("Has no say")),
    ("competitor", gettext_lazy("Chose somebody else")),
    ("too_small", gettext_lazy("Too small")),
    ("outside_market", gettext_lazy("Outside our market")),
    ("wrong_contact", gettext_lazy("Wrong contact details")),
    ("spam", gettext_lazy("Spam, student, job seeker")),
)
"""Key and name of each."""
