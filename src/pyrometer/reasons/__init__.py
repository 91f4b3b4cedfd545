"""Why a lead is what it is, and what would change it: the missing, what closes it, and what to ask."""

from pyrometer.reasons.missing import MissingFinder
from pyrometer.reasons.questions import Questions

__all__ = ["MissingFinder", "Questions"]
