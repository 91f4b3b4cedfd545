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

_LATER_OR_NEVER = (Verdict.Kind.NOT_NOW, Verdict.Kind.NOT_A_FIT)
_WHY = (
    ("timing", gettext_lazy("Wrong moment"), (Verdict.Kind.NOT_NOW,)),
    ("no_budget", gettext_lazy("No budget"), _LATER_OR_NEVER),
    ("no_need", gettext_lazy("No need"), _LATER_OR_NEVER),
    ("no_say", gettext_lazy("Has no say"), _LATER_OR_NEVER),
    ("competitor", gettext_lazy("Chose somebody else"), _LATER_OR_NEVER),
    ("too_small", gettext_lazy("Too small"), (Verdict.Kind.NOT_A_FIT,)),
    ("outside_market", gettext_lazy("Outside our market"), (Verdict.Kind.NOT_A_FIT,)),
    ("wrong_contact", gettext_lazy("Wrong contact details"), (Verdict.Kind.UNREACHABLE, Verdict.Kind.JUNK)),
    ("spam", gettext_lazy("Spam, student, job seeker"), (Verdict.Kind.JUNK,)),
)

REASONS = tuple((key, name) for key, name, _kinds in _WHY)
"""Key and name of each."""

KINDS_OF = {key: kinds for key, _name, kinds in _WHY}
"""The verdicts that each reason may stand with."""

NEEDS_REASON = (Verdict.Kind.NOT_A_FIT, Verdict.Kind.JUNK)
"""Verdicts that people say with a reason: whoever reads the reports is to learn from them what to change."""
