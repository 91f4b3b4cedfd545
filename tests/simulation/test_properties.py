"""What must hold of every two definitions over all evidence."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import pyrometer
from pyrometer.simulation import Flip, Simulation
from tests.simulation.agreed import RICH, crowd
from tests.simulation.edits import changed, in_order
from tests.strategies import cases, definitions
from tests.strategies.evidence import Case

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]


Given = dict[str, Any]


def given_by(case: Case) -> Given:
    """The evidence of a case as arguments."""
    found: dict[str, Any] = {"leads": case.leads, "events": case.events or None, "traits": case.traits or None}
    return found | {"previous": case.previous or None, "as_of": case.as_of}


def readings(definition: Any, evidence: Given) -> dict[str, Any]:
    with pyrometer.score(definition, explain=True, **evidence) as scoring:
        return {reading.lead_id: reading for reading in scoring}


def check(found: Simulation, evidence: Given, old: Any, new: Any) -> list[Flip]:
    """The simulation against both scorings, which know nothing of it."""
    before, after = readings(old, evidence), readings(new, evidence)
    counted = {(one, other): number for one, row in found.matrix.items() for other, number in row.items() if number}
    expected: dict[tuple[str, str], int] = {}
    for lead, reading in before.items():
        pair = reading.temperature, after[lead].temperature
        expected[pair] = expected.get(pair, 0) + 1
    assert counted == expected
    flips = {flip.lead_id: flip for flip in found.shown}
    assert set(flips) == {lead for lead in before if before[lead].temperature != after[lead].temperature}
    assert sum(group.leads for group in found.groups) == len(flips)
    for lead, flip in flips.items():
        assert (flip.before, flip.after) == (before[lead].temperature, after[lead].temperature)
        assert flip.causes, flip
        for score in flip.scores:
            assert score.before == before[lead].scores.get(score.score)
            assert score.after == after[lead].scores.get(score.score)
            if score.difference is None:
                assert not score.lines
                continue
            assert sum(line.difference for line in score.lines) == score.difference
            for line in score.lines:
                assert line.difference
        moved = {score.score: score.difference for score in flip.scores}
        for cause in flip.causes:
            if cause.kind == "points":
                assert moved[cause.score or ""], cause
    return list(flips.values())


@settings(max_examples=5, deadline=None, suppress_health_check=SLOW)
@given(new=changed(RICH), seed=st.integers(0, 9))
def test_every_flip_has_causes_and_its_lines_add_up(new: dict[str, Any], seed: int) -> None:
    assume(new != RICH and in_order(RICH, new))
    evidence = crowd(seed) | {"as_of": "2026-06-30"}
    check(pyrometer.simulate(RICH, new, top=1000, weeks=0, **evidence), evidence, RICH, new)


@settings(max_examples=3, deadline=None, suppress_health_check=SLOW)
@given(case=cases(), other=definitions())
def test_definitions_that_have_little_in_common(case: Case, other: dict[str, Any]) -> None:
    assume(in_order(case.definition, other))
    evidence = given_by(case)
    found = pyrometer.simulate(case.definition, other, top=100, weeks=0, **evidence)
    check(found, evidence, case.definition, other)


@settings(max_examples=1, deadline=None, suppress_health_check=SLOW)
@given(case=cases(), name=st.text(min_size=1, max_size=5).filter(str.strip))
def test_the_same_meaning_changes_nobody(case: Case, name: str) -> None:
    assume(in_order(case.definition))
    renamed = case.definition | {"description": name}
    found = pyrometer.simulate(case.definition, renamed, weeks=0, **given_by(case))
    assert found.same_meaning
    assert not found.flips
    assert not found.changes
