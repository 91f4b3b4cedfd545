"""The one decision: what is to be done when something happens to a lead."""

from __future__ import annotations

from datetime import datetime

from pyrometer.lifecycle.facts import Policy, State
from pyrometer.lifecycle.happenings import (
    DateReached,
    Happening,
    Judged,
    Lost,
    Opened,
    Qualified,
    Read,
    Silent,
    Won,
)
from pyrometer.lifecycle.intents import Intent
from pyrometer.lifecycle.judging import when_judged, when_lost, when_opened, when_qualified, when_won
from pyrometer.lifecycle.reading import when_date_reached, when_read, when_silent


def decide(state: State, happening: Happening, now: datetime, policy: Policy) -> tuple[Intent, ...]:
    """What is to be done, in order; empty where all stays as it is. Days are those of the zone in which `now` is given.

    >>> from datetime import UTC, datetime
    >>> from pyrometer.lifecycle import Facts, Policy, Read, Stage, State
    >>> now = datetime(2026, 6, 1, tzinfo=UTC)
    >>> hot = State(Stage.MQL, since=now, facts=Facts(temperature="hot", hot_since=now))
    >>> [type(intent).__name__ for intent in decide(hot, Read(was="warm"), now, Policy())]
    ['ChangeStage', 'Assign', 'Notify']
    """
    match happening:
        case Read(was):
            return when_read(state, was, policy)
        case Qualified():
            return when_qualified(state)
        case Judged():
            return when_judged(state, happening, now.date(), policy)
        case Opened():
            return when_opened(state)
        case Won():
            return when_won(state)
        case Lost():
            return when_lost(state, now.date(), policy)
        case DateReached():
            return when_date_reached(state, policy)
        case Silent(days):
            return when_silent(state, days, policy)
