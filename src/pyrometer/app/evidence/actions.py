"""What can be done with evidence. Keyword-only; each is one transaction, with its row in the audit log."""

from pyrometer.app.evidence.correcting import correct, mark_bot, retract_answers, retract_events
from pyrometer.app.evidence.erasing import erase
from pyrometer.app.evidence.exporting import export
from pyrometer.app.evidence.merging import merge, unmerge
from pyrometer.app.evidence.taking import Refused, Taken, take
from pyrometer.app.evidence.touching import touch

__all__ = [
    "Refused",
    "Taken",
    "correct",
    "erase",
    "export",
    "mark_bot",
    "merge",
    "retract_answers",
    "retract_events",
    "take",
    "touch",
    "unmerge",
]
