"""A year of leads whose fate is planted, so that every figure of a backtest is known beforehand."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any

NOW = datetime(2026, 1, 1, tzinfo=UTC)
DATES = [date(2025, month, 1) for month in range(2, 13)]

DEFINITION = """
format: 1
name: Planted
events: {call: {}, visit: {}}
scores: {interest: {range: [0, 100], rules: [{name: Calls, points: 10, event: call}]}}
temperature:
  hot: {when: {score: interest, at_least: 30}}
  warm: {when: {score: interest, at_least: 10}}
"""

Row = dict[str, Any]


def call(lead: str, when: str | datetime, times: int = 1) -> list[Row]:
    at = when if isinstance(when, str) else when.isoformat()
    return [{"lead_id": lead, "event": "call", "occurred_at": at} for _ in range(times)]


def ended(lead: str, outcome: str, when: str | datetime) -> Row:
    return {"lead_id": lead, "outcome": outcome, "decided_at": when if isinstance(when, str) else when.isoformat()}


def cohort(count: int, *, hot_wins: float = 0.8, cool_wins: float = 0.1, seed: int = 3) -> tuple[list[Row], list[Row]]:
    """Leads that come in through 2025, half of whom call thrice and are hot; all are decided 40 days after that."""
    random = Random(seed)
    events, outcomes = [], []
    for number in range(count):
        lead, hot = f"P{number:04}", number % 2 == 0
        came = datetime(2025, 1, 5, tzinfo=UTC) + timedelta(days=random.randrange(300))
        events += call(lead, came, 3 if hot else 1)
        won = random.random() < (hot_wins if hot else cool_wins)
        outcomes.append(ended(lead, "won" if won else "lost", came + timedelta(days=40)))
    return events, outcomes
