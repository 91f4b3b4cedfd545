"""Whatever people call things, their scores don't get in each other's way."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from ruamel.yaml import YAML

import pyrometer
from pyrometer.errors import DefinitionError
from pyrometer.live import LiveScorer
from tests.oracle import read

AS_OF = datetime(2026, 6, 30, 12, tzinfo=UTC)
LEADS = [
    {
        "lead_id": "Ada",
        "n": 7,
        "occurred_at": 5,
        "received_at": 6,
        "need": "yes",
        "need answered": "x",
        "temperature": "cold",
        "Select": "a",
    },
    {"lead_id": "Bo"},
]
EVENTS = [
    {
        "lead_id": lead,
        "event": "a",
        "occurred_at": f"2026-06-{day:02}",
        "day": day % 9,
        "value": "v",
        "age": day,
        "known_day": "k",
        "s1": day,
        'say "x"; --': "q",
    }
    for lead, day in (("Ada", 3), ("Ada", 14), ("Bo", 8), ("Ada", 30))
]
HEAD = """
format: 1
name: Names
profile:
  n: {type: integer}
  occurred_at: {type: integer}
  received_at: {type: integer}
  need: {type: text}
  need answered: {type: text}
  temperature: {type: text}
  Select: {type: text}
events: {a: {properties: {day: integer, value: text, age: integer, known_day: text, s1: integer, 'say "x"; --': text}}}
"""
CASES = {
    "scores named like what scores are made of": """
scores:
  fit: {groups: {g: {cap: 1}}, rules: [{name: r, points: 5, when: {trait: n, above: 1}, group: g}]}
  fit total: {rules: [{name: r, points: 7, when: {trait: n, above: 1}}]}
  fit range: {range: [0, 2], rules: [{name: r, points: 3, when: {trait: n, above: 1}}]}
  fit group g: {rules: [{name: r, points: 4, when: {trait: n, above: 1}}]}
  年: {rules: [{name: 点, points: 1, when: {trait: n, above: 1}}]}
  total: {rules: [{name: 点, points: 2, when: {trait: n, above: 1}}]}
temperature: {hot: {when: {all: [{score: fit total, at_least: 7}, {score: 年, at_least: 1}]}}}
""",
    "properties named like steps of the query": """
scores:
  i:
    cooling: {half_life: 7d}
    rules:
      - {name: day, points: 1, event: a, where: {day: {at_least: 5}}}
      - {name: per day, points: 1, event: a, per: {property: day, every: 2}, count: daily}
      - {name: days, points: 2, event: a, distinct: day}
      - {name: values, points: 3, event: a, distinct: value}
      - {name: ages, points: 1, event: a, where: {age: {below: 10}, known_day: k, s1: {above: 2}}}
      - {name: quoted, points: 1, event: a, where: {'say "x"; --': q}, count: latest}
temperature: {hot: {when: {score: i, at_least: 1}}}
""",
    "traits named like columns of the evidence": """
scores:
  f:
    rules:
      - {name: at, points: 2, when: {trait: occurred_at, is: 5}}
      - {name: got, points: 3, when: {trait: received_at, is: 6}}
      - {name: t, points: 4, when: {trait: temperature, is: cold}}
      - {name: s, points: 5, when: {trait: Select, is: a}}
criteria:
  need: {met: {trait: need, is: "yes"}, stale_after: 30d}
  other: {met: {trait: need answered, is: x}}
temperature: {hot: {when: {criterion: need, is: met}, stay: {criterion: other, is: met}}}
""",
    "nothing but a profile": """
scores: {f: {rules: [{name: n, points: 2, when: {trait: n, above: 3}}]}}
temperature: {hot: {when: {score: f, at_least: 1}}}
""",
}


def of_oracle(definition: str) -> dict[str, Any]:
    parsed = YAML(typ="safe", pure=True).load(definition)
    found = {}
    for lead in LEADS:
        name = str(lead["lead_id"])
        found[name] = read(parsed, lead, [row for row in EVENTS if row["lead_id"] == name], AS_OF, "hot")
    return found


@pytest.mark.parametrize("name", CASES)
def test_every_way_agrees_with_the_oracle(name: str) -> None:
    definition = HEAD + CASES[name]
    expected = of_oracle(definition)
    previous = [{"lead_id": lead["lead_id"], "temperature": "hot"} for lead in LEADS]
    parts = ("scores", "temperature", "criteria", "contributions")
    with pyrometer.score(
        definition, leads=LEADS, events=EVENTS, previous=previous, as_of=AS_OF, explain=True
    ) as scoring:
        readings = [reading.as_dict(explain=True) for reading in scoring]
    with LiveScorer(definition, explain=True) as scorer:
        live = scorer.readings(LEADS, EVENTS, previous=previous, as_of=AS_OF)
        assert [reading.as_dict(explain=True) for reading in live] == readings
    for reading in readings:
        said = expected[reading["lead_id"]]
        assert {part: reading[part] for part in parts} == {part: said[part] for part in parts}


def test_sums_that_could_overflow_are_refused() -> None:
    definition = (
        HEAD
        + """
scores: {i: {rules: [{name: p, points: 1000000, event: a, per: {property: day, every: 1, up_to: 999999999}}]}}
temperature: {hot: {when: {score: i, at_least: 1}}}
"""
    )
    with pytest.raises(DefinitionError, match="can't be added up"):
        pyrometer.load(definition)
