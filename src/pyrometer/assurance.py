"""Scores the leads that both teams agreed on, and compares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from pyrometer.definition import Definition, load
from pyrometer.definition.examples import Bounds, Example
from pyrometer.definition.values import spell_points
from pyrometer.result import Reading
from pyrometer.runs import parse_as_of
from pyrometer.scoring import score

DEFAULT_AS_OF = "2026-01-01"
"""When examples that name no time are scored; ages count back from it."""

Row = dict[str, str | None]


@dataclass(frozen=True)
class Finding:
    """One expectation: of what, what was expected and found, and why it came out so where it failed."""

    what: str
    expected: str
    actual: str
    passed: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExampleResult:
    """An example's findings and its reading."""

    name: str
    findings: tuple[Finding, ...]
    reading: Reading

    @property
    def passed(self) -> bool:
        """Whether every expectation held."""
        return all(finding.passed for finding in self.findings)


def assure(definition: Definition | str | Path | Mapping[str, Any]) -> tuple[ExampleResult, ...]:
    """Score every example of a definition and compare with what it expects; one result an example, in file order.

    Raises DefinitionError.

    >>> [result.passed for result in assure('''format: 1
    ... name: Tiny
    ... events: {call: {}}
    ... temperature: {hot: {when: {event: call, within: 7d}}}
    ... examples: [{name: Called, events: [{event: call, age: 6d}], expect: {temperature: hot}}]
    ... ''')]
    [True]
    """
    if not isinstance(definition, Definition):
        definition = load(definition)
    readings: dict[int, Reading] = {}
    for as_of, numbers in _by_time(definition).items():
        readings |= _score(definition, numbers, as_of)
    return tuple(
        ExampleResult(example.name, tuple(_compare(example, readings[number])), readings[number])
        for number, example in enumerate(definition.examples)
    )


def _by_time(definition: Definition) -> dict[datetime, list[int]]:
    found: dict[datetime, list[int]] = {}
    for number, example in enumerate(definition.examples):
        found.setdefault(parse_as_of(example.as_of or DEFAULT_AS_OF), []).append(number)
    return found


def _score(definition: Definition, numbers: list[int], as_of: datetime) -> dict[int, Reading]:
    leads: list[Row] = []
    events: list[Row] = []
    traits: list[Row] = []
    previous: list[Row] = []
    for number in numbers:
        example = definition.examples[number]
        lead: Row = {"lead_id": str(number)}
        profile, log = _answers(example, as_of)
        leads.append(lead | profile)
        traits += [lead | entry for entry in log]
        for event in example.events:
            row = {"event": event.event, "occurred_at": (as_of - timedelta(days=event.age)).isoformat()}
            events += [{**lead, **event.properties, **row}] * event.times
        if example.previous is not None:
            previous.append(lead | {"temperature": example.previous})
    with score(
        definition,
        leads=leads,
        events=events,
        traits=traits or None,
        previous=previous or None,
        as_of=as_of,
        explain=True,
    ) as scoring:
        return {int(reading.lead_id): reading for reading in scoring}


def _answers(example: Example, as_of: datetime) -> tuple[Row, list[Row]]:
    """The example's profile: flat values, and those with an age as log entries."""
    flat: Row = {}
    log: list[Row] = []
    for trait, answer in example.profile.items():
        if answer is None:
            continue
        value = answer.value
        if answer.ago is not None or answer.ahead is not None:
            value = (as_of.date() + timedelta(days=(answer.ahead or 0) - (answer.ago or 0))).isoformat()
        if answer.age is None:
            flat[trait] = value
        else:
            log.append(
                {"trait": trait, "value": value, "occurred_at": (as_of - timedelta(days=answer.age)).isoformat()}
            )
    return flat, log


def _compare(example: Example, reading: Reading) -> Iterator[Finding]:
    expected = example.expect
    if expected.temperature is not None:
        missing = tuple(f"missing: {item.what} ({item.gap or item.status})" for item in reading.missing)
        yield _finding("temperature", expected.temperature, reading.temperature, missing)
    for name, bounds in expected.scores.items():
        units = reading.scores[name]
        passed = all(_HOLDS[operator](units, bound) for operator, bound in bounds.given().items())
        yield Finding(name, _spell(bounds), spell_points(units), passed, () if passed else tuple(_lines(reading, name)))
    for name, grade in expected.grades.items():
        yield _finding(f"grade of {name}", grade, reading.grades[name], tuple(_lines(reading, name)))
    for name, state in expected.criteria.items():
        yield _finding(f"criterion {name}", state, reading.criteria[name])
    for name, ready in expected.frameworks.items():
        found = reading.frameworks[name]
        counts = f"{found.met} met, {found.unmet} unmet, {found.unknown} unknown"
        yield _finding(f"framework {name}", ready, "ready" if found.ready else "not ready", (counts,))
    for name, truth in expected.flags.items():
        flag = reading.flags[name]
        yield _finding(f"flag {name}", truth, "unknown" if flag is None else str(flag).lower())


def _finding(what: str, expected: str, actual: str, reasons: tuple[str, ...] = ()) -> Finding:
    return Finding(what, expected, actual, expected == actual, () if expected == actual else reasons)


_HOLDS = {
    "is": int.__eq__,
    "at_least": int.__ge__,
    "above": int.__gt__,
    "at_most": int.__le__,
    "below": int.__lt__,
}
_WORDS = {"is": "", "at_least": "at least ", "above": "above ", "at_most": "at most ", "below": "below "}


def _spell(bounds: Bounds) -> str:
    return ", ".join(f"{_WORDS[operator]}{spell_points(bound)}" for operator, bound in bounds.given().items())


def _lines(reading: Reading, score: str) -> Iterator[str]:
    for line in reading.contributions:
        if line.score == score and (line.units or line.cut):
            yield f"{line.rule}: {spell_points(line.units)}"
