"""What is stored answers conditions as scoring does."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest

from pyrometer.app.agreement.queries import live
from pyrometer.app.evidence.queries import profile, rows_of, said
from pyrometer.app.nurture.slots.answering import Stored, answer, hard
from pyrometer.app.nurture.slots.choices import read_when
from pyrometer.app.temperature.models import Reading
from pyrometer.definition import load
from pyrometer.live import LiveScorer
from pyrometer.nurture import answers, asking
from pyrometer.nurture.truth import ready
from tests.app.nurture.slots.conftest import DEFINITION, NOW, lead_of

LEAVES = [
    "{trait: industry, is: care}",
    "{trait: industry, is_not: care}",
    "{trait: industry, in: [care, retail]}",
    "{trait: industry, not_in: [care]}",
    "{trait: industry, known: yes}",
    "{trait: industry, known: no}",
    "{trait: budget, at_least: 1000}",
    "{trait: budget, above: 1000, below: 5000}",
    "{trait: budget, at_most: 1000}",
    "{trait: staff, is: 12}",
    "{trait: staff, below: 12}",
    "{trait: open, is: yes}",
    "{trait: since, at_least: 2026-01-01}",
    "{trait: since, is: 2026-02-01}",
    "{flag: researcher}",
    "{criterion: budget}",
    "{criterion: budget, is: unknown}",
    "{missing: budget}",
    "{score: interest, at_least: 3}",
    "{score: fit, above: 20.4, at_most: 20.5}",
    "{grade: fit, is: A}",
    "{grade: fit, at_least: B}",
    "{grade: fit, in: [B, C]}",
    "{grade: fit, is_not: A}",
    "{framework: money, met_at_least: 1}",
    "{framework: money, is: ready}",
]
JOINED = [
    "all: [{trait: industry, is: care}, {trait: budget, at_least: 1000}]",
    "any: [{trait: industry, is: care}, {flag: researcher}]",
    "not: {trait: industry, is: care}",
    "{some: 2, of: [{trait: industry, is: care}, {flag: researcher}, {trait: open, is: yes}]}",
]
PEOPLE = [
    {},
    {"industry": "care", "budget": 1000, "staff": 12, "open": True, "since": "2026-02-01"},
    {"industry": "?", "budget": "1,000", "staff": "12.0", "open": "no", "since": "2026-02-01T23:30:00-05:00"},
    {"industry": " ", "budget": 4999.5, "staff": "11", "open": "1", "since": "yesterday"},
    {"industry": {"name": "care", "size": 3}, "budget": "+1e3", "staff": 12.5, "open": 0, "since": ""},
    {"industry": ["care"], "budget": True, "staff": "many", "open": "perhaps", "since": "2025-12-31"},
    {"industry": " care", "budget": " 1000 ", "staff": " 12 ", "open": " Yes ", "since": " 2026-02-01 "},
    {"industry": 17, "budget": "999.99", "staff": -1, "open": False, "since": 1},
]


@pytest.mark.parametrize(("traits", "pages"), list(product(PEOPLE, (0, 3))))
def test_it_is_what_scoring_says(world: None, traits: dict[str, object], pages: int) -> None:
    lead = lead_of("ada", pages=pages, **traits)
    reading = Reading.objects.get(pk=lead.pk)
    stored = Stored(
        reading.scores,
        reading.grades,
        reading.criteria,
        reading.frameworks,
        reading.flags,
        {trait: said(each.value) for trait, each in profile(lead.pk).items()},
    )
    version = live()
    assert version is not None
    definition = load(DEFINITION)
    questions = {text: ready(read_when(text))[1][0] for text in (*LEAVES, *JOINED)}
    rows = rows_of([lead.pk])
    with LiveScorer(asking(definition, questions.values())) as scorer:
        (scored,) = scorer.readings(rows.leads, rows.events, traits=rows.traits, as_of=NOW + timedelta(seconds=1))
    right = answers(scored.flags)
    told = {text: answer(asked.condition, stored, definition) for text, asked in questions.items()}
    assert told == {text: right[asked.key] for text, asked in questions.items()}


def test_what_it_cannot_answer_is_said() -> None:
    for text in (
        "{event: page_viewed}",
        "{trait: since, within_last: 30d}",
        "{trait: industry, matches: 'care*'}",
        "{trait: industry, contains: care}",
    ):
        assert list(hard(read_when(text)))  # type: ignore[arg-type]
    assert not [text for text in LEAVES if "missing" not in text and list(hard(read_when(text)))]  # type: ignore[arg-type]


def test_what_a_new_definition_has_not_got_is_unknown(world: None) -> None:
    definition = load(DEFINITION)
    for text in ("{flag: gone}", "{grade: gone, is: A}", "{grade: fit, is: Z}", "{trait: gone, known: yes}",
                 "{criterion: gone}", "{framework: gone, is: ready}", "{score: gone, at_least: 1}"):  # fmt: skip
        stored = Stored(grades={"fit": "A"})
        assert answer(ready(read_when(text))[1][0].condition, stored, definition) is None
