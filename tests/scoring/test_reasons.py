"""What is said to be missing is missing, and what is said to close it does."""

from __future__ import annotations

from typing import Any

import pytest

import pyrometer

HEAD = """
format: 1
name: Reasons
profile: {size: {type: integer, label: company size}, budget: number}
events: {seen: {properties: {topic: text}}, asked: {label: a demo request}, mailed: {}}
"""
AS_OF = "2026-06-30T12:00:00Z"


def missing(definition: str, events: list[dict[str, Any]], lead: dict[str, Any] | None = None) -> list[dict[str, Any]]:
    rows = [{"lead_id": "Ada", "occurred_at": "2026-06-30", **event} for event in events]
    leads = [{"lead_id": "Ada", **(lead or {})}]
    with pyrometer.score(HEAD + definition, leads=leads, events=rows, as_of=AS_OF) as scoring:
        (reading,) = scoring
        return reading.as_dict()["missing"]  # type: ignore[no-any-return]


SEEN = {"event": "seen", "topic": "pricing"}
CASES = {
    "one action with the least overshoot": (
        """
scores:
  interest:
    rules:
      - {name: Asked, points: 30, event: asked}
      - {name: Mail, points: 12, event: mailed}
      - {name: Pricing, points: 8, event: seen, where: {topic: pricing}}
temperature: {hot: {when: {score: interest, at_least: 20}}}
""",
        [SEEN],
        "interest 8 of 20",
        "mailed: +12",
        [{"event": "mailed"}],
    ),
    "the same action several times": (
        """
scores: {interest: {rules: [{name: Pricing, points: 8, event: seen, where: {topic: pricing}}]}}
temperature: {hot: {when: {score: interest, above: 16}}}
""",
        [SEEN],
        "interest 8 of 16.0001",
        "2 × seen (topic pricing): +16",
        [SEEN, SEEN],
    ),
    "a cap leaves no room for more of the same": (
        """
scores:
  interest:
    rules:
      - {name: Pricing, points: 8, event: seen, where: {topic: pricing}, cap: 16}
      - {name: Mail, points: 5, event: mailed, count: latest}
temperature: {hot: {when: {score: interest, at_least: 21}}}
""",
        [SEEN, SEEN],
        "interest 16 of 21",
        "mailed: +5",
        [{"event": "mailed"}],
    ),
    "two different actions": (
        """
scores:
  interest:
    rules:
      - {name: Asked, points: 30, event: asked, count: latest}
      - {name: Mail, points: 12, event: mailed, count: latest}
temperature: {hot: {when: {score: interest, at_least: 40}}}
""",
        [],
        "interest 0 of 40",
        "a demo request: +30 and mailed: +12",
        [{"event": "asked"}, {"event": "mailed"}],
    ),
    "a score below its range must first come up to it": (
        """
scores:
  interest:
    rules:
      - {name: Jobs, points: -20, event: seen, count: latest}
      - {name: Mail, points: 12, event: mailed}
temperature: {hot: {when: {score: interest, at_least: 4}}}
""",
        [SEEN],
        "interest 0 of 4",
        "2 × mailed: +24",
        [{"event": "mailed"}] * 2,
    ),
    "so many events": (
        "temperature: {hot: {when: {event: seen, at_least: 3}}}",
        [SEEN],
        "seen 1 of 3",
        "2 × seen",
        [SEEN, SEEN],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_what_closes_a_gap_closes_it(name: str) -> None:
    definition, events, gap, closes, advice = CASES[name]
    (item,) = missing(definition, events)
    assert (item["status"], item["gap"], item["closes"]) == ("unmet", gap, closes)
    assert missing(definition, [*events, *advice]) == []


def test_nothing_can_close_what_is_out_of_reach_for_this_lead() -> None:
    definition = """
scores:
  fit: {rules: [{name: Size, trait: size, bands: [{from: 10, points: 50}]}]}
temperature: {hot: {when: {score: fit, at_least: 40}}}
"""
    (known,) = missing(definition, [], {"size": 5})
    (unknown,) = missing(definition, [], {})
    assert (known["gap"], known["closes"]) == ("fit 0 of 40", None)
    assert unknown["closes"] == "to learn company size: +50"


def test_a_criterion_says_its_own_state_and_question() -> None:
    definition = """
criteria: {budget: {met: {trait: budget, at_least: 10000}, ask: {en: How much is set aside?}}}
frameworks: {bant: {}}
temperature: {hot: {when: {all: [{criterion: budget, is: met}, {framework: bant, met_at_least: 1}]}}}
"""
    unknown = missing(definition, [])
    assert [item["status"] for item in unknown] == ["unknown", "unmet"]
    assert [item["closes"] for item in unknown] == ["How much is set aside?"] * 2
    assert unknown[1]["gap"] == "bant 0 of 1"
    (unmet, _) = missing(definition, [], {"budget": 4000})
    assert (unmet["status"], unmet["gap"]) == ("unmet", "budget 4000 of 10000")
    assert missing(definition, [], {"budget": 10000}) == []
