"""Why somebody leaves a programme before its end: the exits that are always there, and its own."""

from __future__ import annotations

from datetime import datetime

from pyrometer.lifecycle import WITH_SALES
from pyrometer.nurture.facts import Facts
from pyrometer.nurture.flow import Flow
from pyrometer.nurture.intents import Leave

_WITH_SALES = frozenset(str(stage) for stage in WITH_SALES)


def leaving(flow: Flow, facts: Facts, sent: dict[str, datetime], entered_at: datetime, now: datetime) -> Leave | None:
    """The exit that a lead takes now; None: none. Those that are always there come first."""
    if facts.suppressed:
        return Leave("nothing may be sent to it", "suppressed")
    if flow.purposes and _said_no(flow, facts):
        return Leave("unsubscribed", "unsubscribed")
    if facts.stage in _WITH_SALES:
        return Leave("sales has it", "handed_over")
    if facts.temperature == "hot":
        return Leave("turned hot", "hot")
    if facts.replied_at is not None and facts.replied_at > entered_at:
        return Leave("replied", "replied")
    for own in flow.exits:
        if own.truth(facts, sent, now):
            return Leave(own.because, "exit")
    return None


def _said_no(flow: Flow, facts: Facts) -> bool:
    given = [facts.consent.get(purpose) for purpose in flow.purposes]
    return True not in given and False in given
