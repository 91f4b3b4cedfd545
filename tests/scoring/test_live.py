"""Scoring a few touched leads gives what scoring all of them gives."""

from __future__ import annotations

from typing import Any

import pytest

import pyrometer
from pyrometer.live import LiveScorer

DEFINITION = """
format: 1
name: Live
profile: {size: integer, need: text}
events: {seen: {properties: {topic: text, seconds: integer, asset: text}}, asked: {}}
scores:
  fit: {rules: [{name: Size, trait: size, bands: [{from: 10, points: 20}]}]}
  interest:
    cooling: {half_life: 10d}
    rules:
      - {name: Pricing, points: 8, event: seen, where: {topic: pricing}, cap: 12}
      - {name: Minutes, points: 1.5, event: seen, per: {property: seconds, every: 60, up_to: 5}, count: daily}
      - {name: Assets, points: 3, event: seen, distinct: asset}
criteria: {need: {met: {trait: need, is: confirmed}, stale_after: 30d}}
temperature:
  hot:
    when: {all: [{score: interest, at_least: 10}, {criterion: need, is: met}]}
    stay: {score: interest, at_least: 5}
  warm: {when: {score: fit, at_least: 10}}
"""
LEADS = [{"lead_id": f"L{number}", "size": number * 4} for number in range(6)]
EVENTS = [
    {
        "lead_id": f"L{number % 6}",
        "event": "seen" if number % 5 else "asked",
        "occurred_at": f"2026-06-{1 + number % 28:02}T{number % 24:02}:00:00Z",
        "topic": "pricing" if number % 3 else "blog",
        "seconds": number * 13,
        "asset": "abc"[number % 3],
    }
    for number in range(120)
]
TRAITS = [
    {"lead_id": "L1", "trait": "need", "value": "confirmed", "occurred_at": "2026-06-10"},
    {"lead_id": "L2", "trait": "need", "value": "confirmed", "occurred_at": "2026-05-01"},
]
PREVIOUS = [{"lead_id": "L3", "temperature": "hot"}]


def batch(as_of: str) -> list[dict[str, Any]]:
    with pyrometer.score(
        DEFINITION, leads=LEADS, events=EVENTS, traits=TRAITS, previous=PREVIOUS, as_of=as_of, explain=True
    ) as scoring:
        return [reading.as_dict(explain=True) for reading in scoring]


@pytest.mark.parametrize("as_of", ["2026-06-20T12:00:00Z", "2026-06-28T23:00:00Z", "2026-09-01"])
def test_live_and_batch_agree(as_of: str) -> None:
    with LiveScorer(DEFINITION, explain=True) as scorer:
        found = scorer.readings(LEADS, EVENTS, traits=TRAITS, previous=PREVIOUS, as_of=as_of)
        assert [reading.as_dict(explain=True) for reading in found] == batch(as_of)


def test_what_was_scored_before_leaves_no_trace() -> None:
    with LiveScorer(DEFINITION, explain=True) as scorer:
        scorer.readings(LEADS, EVENTS, traits=TRAITS, previous=PREVIOUS, as_of="2026-06-20")
        alone = scorer.readings([{"lead_id": "New"}], [], as_of="2030-01-01")
        assert [(reading.lead_id, reading.temperature, reading.scores["interest"]) for reading in alone] == [
            ("New", "cool", 0)
        ]
        again = scorer.readings(LEADS, EVENTS, traits=TRAITS, previous=PREVIOUS, as_of="2026-06-20")
        assert [reading.as_dict(explain=True) for reading in again] == batch("2026-06-20")


def test_one_lead_is_scored_as_among_many() -> None:
    with LiveScorer(DEFINITION, explain=True) as scorer:
        for expected in batch("2026-06-20"):
            lead = expected["lead_id"]
            own = [[row for row in rows if row["lead_id"] == lead] for rows in (LEADS, EVENTS, TRAITS, PREVIOUS)]
            (found,) = scorer.readings(own[0], own[1], traits=own[2], previous=own[3], as_of="2026-06-20")
            assert found.as_dict(explain=True) == expected


def test_rows_may_change_their_form_from_call_to_call() -> None:
    repeated = [{**row, "message_id": f"m{number}"} for number, row in enumerate(EVENTS)] * 2
    with LiveScorer(DEFINITION, explain=True) as scorer:
        for events in (EVENTS, repeated, EVENTS, [], repeated):
            found = scorer.readings(LEADS, events, traits=TRAITS, previous=PREVIOUS, as_of="2026-06-20")
            if events:
                assert [reading.as_dict(explain=True) for reading in found] == batch("2026-06-20")


def test_what_explaining_adds() -> None:
    with LiveScorer(DEFINITION) as plain, LiveScorer(DEFINITION, explain=True) as telling:
        short, long = (
            scorer.readings(LEADS, EVENTS, traits=TRAITS, previous=PREVIOUS, as_of="2026-06-20")
            for scorer in (plain, telling)
        )
    assert [reading.as_dict() for reading in short] == [reading.as_dict() for reading in long]
    for one, other in zip(short, long, strict=True):
        assert [line[:3] for line in one.contributions] == [line[:3] for line in other.contributions]
    lines = [line for reading in short for line in reading.contributions]
    assert {(line.cut, line.hits, line.last_at) for line in lines} == {(None, None, None)}
    assert any(line.hits for reading in long for line in reading.contributions)
    assert all(line.cut is not None for reading in long for line in reading.contributions)
