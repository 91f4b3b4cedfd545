"""Conditions, rules and coolings as people say them."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import TypeAdapter

from pyrometer.definition.conditions import Condition
from pyrometer.definition.cooling import Cooling
from pyrometer.definition.reading import load
from pyrometer.definition.source import from_mapping
from pyrometer.definition.words import cooling_phrase, event_phrase, rule_sentence, sentence

AGREED = load(Path(__file__).with_name("agreed.yaml"))
CONDITION: TypeAdapter[Condition] = TypeAdapter(Condition)

SENTENCES = [
    ({"trait": "staff", "at_least": 10}, "staff at least 10"),
    ({"trait": "staff", "above": 10, "below": 50}, "staff above 10 and below 50"),
    ({"trait": "sector", "is": "hotels"}, "line of business is hotels"),
    ({"trait": "sector", "is_not": "hotels"}, "line of business is not hotels"),
    ({"trait": "sector", "in": ["hotels", "clinics", "shops"]}, "line of business is hotels, clinics or shops"),
    ({"trait": "sector", "not_in": ["hotels", "shops"]}, "line of business is not hotels or shops"),
    ({"trait": "role", "matches": "vp|head"}, "role matches “vp|head”"),
    ({"trait": "role", "contains": "buy"}, "role contains “buy”"),
    ({"trait": "role", "known": True}, "role is known"),
    ({"trait": "role", "known": False}, "role is not known"),
    ({"trait": "renews_on", "within_last": "30d"}, "renews_on within the last 30 days"),
    ({"trait": "renews_on", "older_than": "1d"}, "renews_on 1 day ago or longer"),
    ({"trait": "renews_on", "within_next": "4w"}, "renews_on within the next 28 days"),
    ({"trait": "renews_on", "beyond": "365d"}, "renews_on more than 365 days ahead"),
    ({"trait": "staff", "at_least": 10, "label": "a larger house"}, "a larger house"),
    ({"event": "page_viewed"}, "page viewed"),
    ({"event": "any", "within": "60d", "at_most": 0}, "no event within 60 days"),
    ({"event": "any", "within": "14d"}, "any event within 14 days"),
    ({"event": "call_asked", "at_least": 3, "within": "1d"}, "at least 3 call asked within 1 day"),
    ({"event": "call_asked", "at_most": 3}, "at most 3 call asked"),
    ({"event": "call_asked", "at_least": 2, "at_most": 3}, "2 to 3 call asked"),
    ({"event": "call_asked", "at_least": 2, "at_most": 2}, "exactly 2 call asked"),
    ({"event": "trial_begun", "within": "30d"}, "a trial within 30 days"),
    ({"event": "trial_begun", "at_least": 2}, "at least 2 × a trial"),
    ({"event": "trial_begun", "at_most": 0}, "no trial"),
    ({"event": ["call_asked", "trial_begun"]}, "call asked or a trial"),
    (
        {
            "event": "page_viewed",
            "where": {"topic": "prices", "seconds": {"at_least": 5}},
            "at_least": 5,
            "within": "28d",
        },
        "at least 5 page viewed (topic prices, seconds at least 5) within 28 days",
    ),
    ({"event": "page_viewed", "where": {"topic": ["prices", "terms"]}}, "page viewed (topic prices or terms)"),
    (
        {"event": "page_viewed", "where": {"topic": {"not_in": ["jobs", "news"]}}},
        "page viewed (topic is not jobs or news)",
    ),
    ({"event": "page_viewed", "last": {"older_than": "60d"}}, "last page viewed 60 days ago or longer"),
    ({"event": "page_viewed", "last": {"within_last": "7d"}}, "last page viewed less than 7 days ago"),
    ({"score": "interest", "at_least": 40}, "interest at least 40"),
    ({"score": "interest", "above": 20.5, "at_most": 100}, "interest above 20.5 and at most 100"),
    ({"grade": "fit", "at_least": "B"}, "fit grade B or better"),
    ({"grade": "fit", "at_most": "B"}, "fit grade B or lower"),
    ({"grade": "fit", "is": "A"}, "fit grade A"),
    ({"grade": "fit", "is_not": "C"}, "fit grade not C"),
    ({"grade": "fit", "in": ["A", "B"]}, "fit grade A or B"),
    ({"criterion": "need"}, "need met"),
    ({"criterion": "budget", "is": "unknown"}, "money unknown"),
    ({"criterion": "pace", "is": "unmet"}, "pace unmet"),
    ({"framework": "bant", "is": "ready"}, "bant ready"),
    ({"framework": "ours", "met_at_least": 2}, "at least 2 of ours met"),
    ({"flag": "quiet"}, "quiet"),
    ({"flag": "senior"}, "decides alone"),
    ({"not": {"flag": "quiet"}}, "not (quiet)"),
    ({"all": [{"flag": "quiet"}, {"criterion": "need"}]}, "all of: quiet; need met"),
    (
        {"any": [{"flag": "quiet"}, {"all": [{"flag": "asked"}, {"criterion": "need"}]}]},
        "any of: quiet; (all of: asked; need met)",
    ),
    ({"any": [{"flag": "quiet"}]}, "quiet"),
    (
        {"some": 2, "of": [{"flag": "quiet"}, {"criterion": "need"}, {"flag": "gone"}]},
        "at least 2 of: quiet; need met; gone",
    ),
]


@pytest.mark.parametrize(("written", "said"), SENTENCES, ids=[said for _, said in SENTENCES])
def test_a_condition_is_a_sentence(written: dict[str, object], said: str) -> None:
    assert sentence(CONDITION.validate_python(from_mapping(written)), AGREED) == said


@pytest.mark.parametrize(
    ("name", "said"),
    [
        (
            "Sector",
            "+2.5 if line of business is not known; +30 if line of business is hotels; "
            "+20 if line of business is clinics or shops; -5 otherwise",
        ),
        (
            "Staff",
            "+1 if staff is not known; -10 if staff below 10; +15 if staff at least 10 and below 50; "
            "+30 if staff at least 50",
        ),
        ("Role", "+20 if decides alone"),
        ("Prices", "+8 for page viewed (topic prices), halves every 14 days, after 2 days in full, at most 24 in all"),
        ("Reading", "+0.5 for page viewed, for every 60 seconds, at most 5 times"),
        ("Files", "+5 for file opened (pages above 2), each file once, within 90 days"),
        ("Call", "+30 for call asked, once, at its freshest"),
        ("Trial", "+4 for a trial, at most once a day, 100% at first, 50% from day 14, nothing from day 30"),
        ("Vacancies", "-15 for page viewed (topic jobs), once, at its freshest, fades to nothing over 60 days"),
    ],
)
def test_a_rule_is_a_sentence(name: str, said: str) -> None:
    [rule] = [rule for score in AGREED.scores.values() for rule in score.rules if rule.name == name]
    assert rule_sentence(rule, AGREED) == said


def test_no_cooling_has_a_phrase_too() -> None:
    assert cooling_phrase(None) == "does not cool"
    assert cooling_phrase(Cooling.model_validate({"half_life": "1d"})) == "halves every 1 day"


def test_an_event_is_a_noun() -> None:
    assert event_phrase(("any",), {}, AGREED) == "event"
    assert event_phrase(("trial_begun",), {}, AGREED) == "a trial"


def test_every_condition_and_rule_of_a_definition_can_be_said() -> None:
    said = [rule_sentence(rule, AGREED) for score in AGREED.scores.values() for rule in score.rules]
    said += [sentence(criterion.met, AGREED) for criterion in AGREED.criteria.values()]
    assert all(said)
