"""Decisions about leads as pure functions: stages, hand-over, routing, clocks."""

from __future__ import annotations

from pyrometer.lifecycle.business import (
    DAYS,
    STANDARD,
    Hours,
    add_business_minutes,
    business_minutes_between,
    read_hours,
)
from pyrometer.lifecycle.deciding import decide
from pyrometer.lifecycle.facts import Facts, Fit, Policy, Said, State
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
from pyrometer.lifecycle.intents import (
    Assign,
    ChangeStage,
    EndAssignment,
    Intent,
    Mark,
    Notify,
    Park,
    Recycle,
    Refuse,
)
from pyrometer.lifecycle.judging import latest_day
from pyrometer.lifecycle.merging import furthest
from pyrometer.lifecycle.routing import LeadFacts, RepFacts, Routed, route
from pyrometer.lifecycle.stages import WITH_SALES, Stage
from pyrometer.lifecycle.watching import Alarm, Escalate, Remind, WorkingTime, alarm, rings, wakes_at

__all__ = [
    "DAYS",
    "STANDARD",
    "WITH_SALES",
    "Alarm",
    "Assign",
    "ChangeStage",
    "DateReached",
    "EndAssignment",
    "Escalate",
    "Facts",
    "Fit",
    "Happening",
    "Hours",
    "Intent",
    "Judged",
    "LeadFacts",
    "Lost",
    "Mark",
    "Notify",
    "Opened",
    "Park",
    "Policy",
    "Qualified",
    "Read",
    "Recycle",
    "Refuse",
    "Remind",
    "RepFacts",
    "Routed",
    "Said",
    "Silent",
    "Stage",
    "State",
    "Won",
    "WorkingTime",
    "add_business_minutes",
    "alarm",
    "business_minutes_between",
    "decide",
    "furthest",
    "latest_day",
    "read_hours",
    "rings",
    "route",
    "wakes_at",
]
