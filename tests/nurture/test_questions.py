"""What programmes ask, answered by the same scoring as everything else."""

from __future__ import annotations

from pyrometer.definition import load as load_definition
from pyrometer.live import LiveScorer
from pyrometer.nurture import Facts, answers, asking, begin, enters, entry_needs, needs, next_question
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
