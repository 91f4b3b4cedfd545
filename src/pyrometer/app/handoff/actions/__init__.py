"""What people and programs do in hand-off. Each action is one transaction, with its audit row."""

from __future__ import annotations

from pyrometer.app.handoff.actions.assigning import assign, qualify_by_call, reassign
from pyrometer.app.handoff.actions.ending import open_opportunity, record_outcome
from pyrometer.app.handoff.actions.retracting import take_back
from pyrometer.app.handoff.actions.teams import save_rep, save_team, save_terms
from pyrometer.app.handoff.actions.working import give_verdict, log_attempt, mark_seen

__all__ = [
    "assign",
    "give_verdict",
    "log_attempt",
    "mark_seen",
    "open_opportunity",
    "qualify_by_call",
    "reassign",
    "record_outcome",
    "save_rep",
    "save_team",
    "save_terms",
    "take_back",
]
