"""What `check` calls impossible never happens: whatever a lead comes to was held possible.

The oracle reads random leads; every one of its results has to lie within what the analysis did not exclude.
"""

from __future__ import annotations

from datetime import UTC
from typing import Any

from hypothesis import HealthCheck, given, settings

from pyrometer.definition.check.possible import Possible
from pyrometer.definition.check.scene import Scene
from pyrometer.definition.problems import spell
from pyrometer.definition.reading import read as read_definition
from tests.oracle import read
from tests.strategies import Case, cases

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]


@given(cases())
@settings(max_examples=150, suppress_health_check=SLOW)
def test_every_reading_was_held_possible(case: Case) -> None:
    draft = read_definition(case.definition)
    assert draft.definition is not None
    possible = Possible(Scene(draft.definition))
    refused = {spell(problem.path) for problem in draft.errors}
    for reading in readings(case):
        for name, points in reading["scores"].items():
            least, most = possible.scores[name]
            assert least <= round(points * 10_000) <= most
        for name, grade in reading["grades"].items():
            assert grade in (possible.grades(name) or [grade])
            assert f"scores.{name}.grades.{grade}" not in refused
        for name, outcome in reading["flags"].items():
            assert outcome in possible.flags[name]
        for name, state in reading["criteria"].items():
            assert state in possible.criteria[name]
        for name, letters in reading["frameworks"].items():
            assert possible.frameworks[name].least <= letters["met"] <= possible.frameworks[name].most
            assert letters["ready"] in possible.frameworks[name].ready
        if not case.previous:
            assert f"temperature.{reading['temperature']}.when" not in refused


def readings(case: Case) -> list[dict[str, Any]]:
    """What the oracle makes of each lead."""
    return [
        read(case.definition, lead, of(case.events, lead), case.as_of.astimezone(UTC), None, of(case.traits, lead))
        for lead in case.leads
    ]


def of(rows: list[dict[str, Any]], lead: dict[str, Any]) -> list[dict[str, Any]]:
    """A lead's own rows."""
    return [row for row in rows if row["lead_id"] == lead["lead_id"]]
