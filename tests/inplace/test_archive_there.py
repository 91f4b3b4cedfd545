"""An archive read by other engines: what was taken back doesn't count, from when it was taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import pyrometer
from pyrometer import archive
from tests.servers.spark import spark_session

DEFINITION = """
format: 1
name: Archive
profile: {size: integer, need: text}
events: {visited: {properties: {seconds: integer, page: text}}}
scores:
  fit: {rules: [{name: Size, trait: size, bands: [{from: 10, points: 20}]}]}
  interest:
    cooling: {linear: 100d}
    rules:
      - {name: Minutes, points: 1, event: visited, per: {property: seconds, every: 60, up_to: 9}}
      - {name: Pages, points: 10, event: visited, distinct: page}
temperature: {hot: {when: {all: [{score: interest, at_least: 20}, {trait: need, is: urgent}]}}}
"""
EVENTS = [
    {"lead_id": "Ada", "event": "visited", "occurred_at": "2026-06-01", "seconds": 600, "page": "a", "message_id": "1"},
    {"lead_id": "Ada", "event": "visited", "occurred_at": "2026-06-02", "seconds": 90, "page": "b", "message_id": "2"},
    {"lead_id": "Bo", "event": "visited", "occurred_at": "2026-05-02", "seconds": 61, "page": "a", "message_id": "1"},
    {"lead_id": "Cem", "event": "visited", "occurred_at": "2026-06-09", "seconds": "many", "page": " "},
]
TRAITS = [
    {"lead_id": "Ada", "trait": "need", "value": "urgent", "occurred_at": "2026-06-01", "message_id": "n1"},
    {"lead_id": "Ada", "trait": "need", "value": "none", "occurred_at": "2026-06-03", "message_id": "n2"},
    {"lead_id": "Bo", "trait": "size", "value": "12", "occurred_at": "2026-06-03"},
    {"lead_id": "Cem", "trait": "size", "value": "a few", "occurred_at": "2026-06-03"},
]
TAKEN_BACK = datetime(2026, 6, 10, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> str:
    """An archive of which something was taken back on the 10th of June."""
    where = str(tmp_path / "evidence")
    now = datetime(2026, 6, 20, tzinfo=UTC)
    archive.append(where, events=EVENTS, traits=TRAITS, now=now, received="occurred")
    for row in (EVENTS[1], TRAITS[1]):
        archive.append(where, retract=[row], now=now, received=TAKEN_BACK)
    return where


@pytest.mark.parametrize("name", ["chdb", "spark"])
@pytest.mark.parametrize("as_of", ["2026-06-09T12:00Z", "2026-06-10T12:00Z", None])
def test_it_gives_what_we_read_ourselves(place: str, name: str, as_of: str | None) -> None:
    engine: Any = "chdb://" if name == "chdb" else spark_session()
    inputs = {"events": {"archive": place}, "traits": {"archive": place}}
    options: dict[str, Any] = {"as_of": as_of, "now": datetime(2026, 6, 20, tzinfo=UTC), "explain": True}
    with pyrometer.score(DEFINITION, archive=place, **options) as scoring:
        ours = [reading.as_dict(explain=True) for reading in scoring]
    with pyrometer.score(DEFINITION, engine=engine, inputs=inputs, **options) as scoring:
        theirs = [reading.as_dict(explain=True) for reading in scoring]
    assert theirs == ours
    needs = {reading["lead_id"]: reading["missing"] for reading in theirs}["Ada"]
    missing = ["need is urgent"] if as_of == "2026-06-09T12:00Z" else ["interest at least 20"]
    assert [item["what"] for item in needs] == missing
