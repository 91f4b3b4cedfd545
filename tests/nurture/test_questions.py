"""What programmes ask, answered by the same scoring as everything else."""

from __future__ import annotations

import pytest

from pyrometer.definition import load as load_definition
from pyrometer.live import LiveScorer
from pyrometer.nurture import Facts, Needs, answers, asking, begin, enters, entry_needs, narrowed, needs, next_question
from tests.nurture.made import BERLIN, EMAIL, MONDAY, programme

DEFINITION = load_definition(
    """
format: 1
name: Tiny
profile: {staff: integer}
events: {call: {}, visit: {}}
flags: {called: {event: call, within: 30d}}
criteria:
  size: {met: {trait: staff, at_least: 10}}
  talk: {met: {flag: called}}
frameworks: {ours: {letters: [size, talk], ready: {some: 2}}}
temperature: {hot: {when: {framework: ours, is: ready}}, warm: {when: {event: visit}}}
"""
)
MADE = programme(
    [
        {
            "branch": [{"when": {"trait": "staff", "below": "50"}, "then": [{"send": "small"}]}],
            "else": [{"send": "large"}],
        }
    ],
    enter={
        "when": {"all": [{"temperature": "warm"}, {"any": [{"missing": "talk"}, {"event": "visit", "at_least": "9"}]}]}
    },
    exits=[{"when": {"not": {"event": "visit", "within": "30d"}}, "because": "silent"}],
)


def test_scoring_answers_what_programmes_ask() -> None:
    asked = entry_needs(MADE) | needs(MADE, begin(MADE, MONDAY))
    assert len(asked.questions) == 3  # the largest parts that the definition language can say
    leads = [{"lead_id": "a", "staff": 12}, {"lead_id": "b", "staff": None}, {"lead_id": "c", "staff": 200}]
    events = [{"lead_id": lead, "event": "visit", "occurred_at": "2026-05-20"} for lead in "ab"]
    events += [{"lead_id": "c", "event": "visit", "occurred_at": "2026-03-01"}]
    with LiveScorer(asking(DEFINITION, asked.questions)) as scorer:
        readings = scorer.readings(leads, events, as_of=MONDAY)
    with LiveScorer(DEFINITION) as scorer:
        plain = scorer.readings(leads, events, as_of=MONDAY)
    assert [reading.temperature for reading in readings] == [reading.temperature for reading in plain]
    why = {}
    for reading in readings:
        facts = Facts(reading.temperature, answers=answers(reading.flags), consent=EMAIL, zone=BERLIN)
        why[reading.lead_id] = enters(MADE, facts, [], MONDAY).because
        assert set(facts.answers) == {question.key for question in asked.questions}
    assert why == {"a": "fits", "b": "fits", "c": "would leave at once: silent"}
    below_50 = next(question.key for question in asked.questions if "trait" in type(question.condition).model_fields)
    assert [answers(reading.flags)[below_50] for reading in readings] == [True, None, False]


def test_the_next_question_is_the_first_unknown_then_the_first_unmet() -> None:
    def asks(size: str, talk: str) -> str | None:
        return next_question(DEFINITION, "ours", {"size": size, "talk": talk})

    assert asks("unknown", "unknown") == "size"
    assert asks("met", "unknown") == "talk"
    assert asks("unmet", "unknown") == "talk"
    assert asks("unmet", "unmet") == "size"
    assert asks("met", "met") is None


WHOLE = load_definition(
    """
format: 1
name: Whole
profile: {staff: integer, seats: integer, need: {type: text, values: [met, unmet]}}
events: {call: {}, visit: {properties: {topic: text}}, trade_fair: {}}
flags:
  called: {event: call, within: 30d}
  keen: {all: [{flag: called}, {event: visit, at_least: 2}]}
scores: {interest: {rules: [{name: Fair, points: 5, event: trade_fair}], grades: {A: 4, B: 0}}}
criteria:
  size: {met: {trait: staff, at_least: 10}, stale_after: 90d}
frameworks: {ours: {letters: [size, need], ready: {some: 2}}}
temperature: {hot: {when: {score: interest, at_least: 4}}}
"""
)
PLAIN = [
    {"flag": "keen"},
    {"missing": "need"},
    {"criterion": "size", "is": "met"},
    {"framework": "ours", "is": "ready"},
    {"event": "any", "within": "20d"},
    {"trait": "seats", "known": "yes"},
]
SCORED = [{"score": "interest", "at_least": "4"}, {"grade": "interest", "is": "A"}]


def _asked(*conditions: dict[str, str]) -> Needs:
    cases = [{"when": condition, "then": [{"send": "hello"}]} for condition in conditions]
    made = programme([{"branch": cases}])
    return needs(made, begin(made, MONDAY))


@pytest.mark.parametrize("conditions", [*([each] for each in (*PLAIN, *SCORED)), PLAIN, [*PLAIN, *SCORED]])
def test_the_needed_part_of_a_definition_answers_as_the_whole_does(conditions: list[dict[str, str]]) -> None:
    asked = _asked(*conditions)
    leads = [
        {"lead_id": "a", "staff": 12, "seats": None, "need": "met"},
        {"lead_id": "b", "staff": 3, "seats": 5, "need": None},
        {"lead_id": "c", "staff": None, "seats": None, "need": "unmet"},
    ]
    events = [
        {"lead_id": lead, "event": name, "occurred_at": day}
        for lead, name, day in [
            ("a", "call", "2026-05-20"),
            ("a", "visit", "2026-05-20"),
            ("a", "visit", "2026-05-21"),
            ("b", "visit", "2026-01-01"),
            ("c", "trade_fair", "2026-05-30"),
        ]
    ]
    said = []
    small = narrowed(WHOLE, asked)
    known = [event for event in events if event["event"] in small.events]
    for definition, happened in ((asking(WHOLE, asked.questions), events), (small.definition, known)):
        traits = ("lead_id", *definition.profile)
        with LiveScorer(definition) as scorer:
            rows = scorer.rows([{name: lead[name] for name in traits} for lead in leads], happened, as_of=MONDAY)
            said.append([answers(scorer.flags(row)) for row in rows])
            assert [scorer.flags(row) for row in rows] == [scorer.reading(row, MONDAY).flags for row in rows]
            assert [scorer.criteria(row) for row in rows] == [scorer.reading(row, MONDAY).criteria for row in rows]
    assert said[0] == said[1]
    assert {key for answer in said[0] for key in answer} == {question.key for question in asked.questions}


def test_only_scores_need_the_whole_definition() -> None:
    small = narrowed(WHOLE, _asked({"criterion": "size", "is": "met"}))
    assert (small.events, small.traits) == ((), ("staff",))
    assert narrowed(WHOLE, _asked({"flag": "keen"})).events == ("call", "visit")
    assert narrowed(WHOLE, _asked(SCORED[0])).definition.scores


def test_the_next_question_of_a_framework_needs_its_criteria_alone() -> None:
    small = narrowed(WHOLE, Needs(frameworks=("ours",)))
    assert (small.events, sorted(small.traits)) == ((), ["need", "staff"])
    with LiveScorer(small.definition) as scorer:
        (row,) = scorer.rows([{"lead_id": "a", "staff": 12, "need": None}], [], as_of=MONDAY)
        assert next_question(WHOLE, "ours", scorer.criteria(row)) == "need"
