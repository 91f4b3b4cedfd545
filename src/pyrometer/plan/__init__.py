"""From a definition to what an engine must measure and compute; knows no SQL."""

from pyrometer.plan.build import build_plan
from pyrometer.plan.calendar import Calendar, build_calendar
from pyrometer.plan.model import Plan

__all__ = ["Calendar", "Plan", "build_calendar", "build_plan"]
