"""A rule counts to the last day of its cooling and not on the day after, also where it counts once a day or a value."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from pyrometer import score

NOW = date(2026, 6, 30)
DEFINITION = """format: 1
name: To the last day
events: {{chat: {{properties: {{topic: text}}}}}}
scores:
  interest:
    rules:
      - {{name: Chats, points: 8, event: chat, {count}, cooling: {{steps: {{0d: 100, 14d: 50, 30d: 0}}}}}}
temperature: {{hot: {{when: {{score: interest, at_least: 1}}}}}}
"""


@pytest.mark.parametrize(("age", "points"), [(0, 8), (13, 8), (14, 4), (29, 4), (30, 0), (400, 0)])
@pytest.mark.parametrize("count", ["count: every", "count: daily", "distinct: topic"])
def test_points_end_with_their_last_day(count: str, age: int, points: int) -> None:
    chats = [{"lead_id": "Ada", "event": "chat", "topic": "price", "occurred_at": str(NOW - timedelta(days=age))}]
    with score(DEFINITION.format(count=count), leads=[{"lead_id": "Ada"}], events=chats, as_of=NOW) as found:
        ((units,),) = found.engine.run("SELECT score_interest FROM readings")
    assert units == 10_000 * points
