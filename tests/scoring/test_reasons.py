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
    assert unknown["closes"] == "to learn company size: up to +50"


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


HONEST = {
    "all of what is needed": (
        """
flags: {acted: {all: [{event: asked}, {event: mailed}]}}
temperature: {hot: {when: {flag: acted}}}
""",
        [],
        "a demo request and mailed",
        [{"event": "asked"}, {"event": "mailed"}],
    ),
    "so many of several": (
        "temperature: {hot: {when: {some: 2, of: [{event: asked}, {event: mailed}, {event: seen}]}}}",
        [{"event": "mailed"}],
        "a demo request",
        [{"event": "asked"}],
    ),
    "not over an upper bound": (
        """
scores:
  i: {rules: [{name: A, points: 60, event: asked}, {name: M, points: 32, event: mailed}]}
temperature: {hot: {when: {score: i, at_least: 30, below: 50}}}
""",
        [],
        "mailed: +32",
        [{"event": "mailed"}],
    ),
    "not into a better grade than asked": (
        """
scores:
  i:
    rules: [{name: A, points: 60, event: asked}, {name: M, points: 32, event: mailed}]
    grades: {A: 50, B: 30, C: 0}
temperature: {hot: {when: {grade: i, is: B}}}
""",
        [],
        "mailed: +32",
        [{"event": "mailed"}],
    ),
    "never what also takes points": (
        """
scores:
  i:
    rules:
      - {name: Pricing, points: 10, event: seen, where: {topic: pricing}}
      - {name: Any page, points: -8, event: seen}
      - {name: Mail, points: 4, event: mailed}
temperature: {hot: {when: {score: i, at_least: 8}}}
""",
        [],
        "2 × mailed: +8",
        [{"event": "mailed"}] * 2,
    ),
    "never what ends a condition that gives points": (
        """
scores:
  i:
    rules:
      - {name: Quiet, points: 10, when: {event: asked, at_most: 0}}
      - {name: Asked, points: 8, event: asked}
      - {name: Mail, points: 3, event: mailed}
temperature: {hot: {when: {score: i, at_least: 15}}}
""",
        [],
        "2 × mailed: +6",
        [{"event": "mailed"}] * 2,
    ),
    "what a group's cap still leaves": (
        """
scores:
  i:
    groups: {g: {cap: 12}}
    rules:
      - {name: A, points: 10, event: asked, count: latest, group: g}
      - {name: M, points: 10, event: mailed, count: latest, group: g}
temperature: {hot: {when: {score: i, at_least: 12}}}
""",
        [],
        "a demo request: +10 and mailed: +2",
        [{"event": "asked"}, {"event": "mailed"}],
    ),
}


@pytest.mark.parametrize("name", HONEST)
def test_advice_is_honest(name: str) -> None:
    definition, events, closes, advice = HONEST[name]
    (item,) = missing(definition, events)
    assert item["closes"] == closes
    assert missing(definition, [*events, *advice]) == []


def test_a_quantity_is_advised_as_large_as_it_must_be() -> None:
    definition = """
scores: {i: {rules: [{name: Read, points: 1, event: seen, per: {property: seconds, every: 60}}]}}
temperature: {hot: {when: {score: i, at_least: 40}}}
"""
    definition = definition.replace("seen", "read")
    head = HEAD.replace("mailed: {}", "mailed: {}, read: {properties: {seconds: integer}}")

    def item(events: list[dict[str, Any]]) -> list[dict[str, Any]]:
        rows = [{"lead_id": "Ada", "occurred_at": "2026-06-30", "event": "read", **event} for event in events]
        with pyrometer.score(head + definition, leads=[{"lead_id": "Ada"}], events=rows, as_of=AS_OF) as scoring:
            (reading,) = scoring
            return reading.as_dict()["missing"]  # type: ignore[no-any-return]

    assert item([])[0]["closes"] == "read (seconds 2400 or more): +40"
    assert item([{"seconds": 2400}]) == []


def test_what_is_known_is_not_to_be_learned() -> None:
    definition = """
scores: {f: {rules: [{name: Big, points: 20, when: {trait: size, at_least: 10}}]}}
temperature: {hot: {when: {score: f, at_least: 20}}}
"""
    assert missing(definition, [], {"size": 5})[0]["closes"] is None
    assert missing(definition, [], {})[0]["closes"] == "company size at least 10: +20"
