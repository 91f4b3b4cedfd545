"""What is pasted into a warehouse gives the readings that `pyrometer score` gives."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import pyrometer
from tests.compiled.definitions import EXAMPLES, HOSTILE
from tests.compiled.warehouses import Warehouse
from tests.spec.case import Spec, Topic, prepare
from tests.spec.topics import TOPICS

AS_OF = datetime(2026, 6, 30, 12, tzinfo=UTC)
Rows = Sequence[Mapping[str, Any]]

HOSTILE_LEADS = [
    {"lead_id": "a", "Robert'); DROP TABLE profile;--": "it's \\", "back`tick": "3", 'quo"te': "0.5"},
    {"lead_id": "b", "Robert'); DROP TABLE profile;--": "{{ this }}", "back`tick": "", 'quo"te': "2"},
    {"lead_id": "c", "Robert'); DROP TABLE profile;--": '"`quoted`"', "back`tick": "1", 'quo"te': ""},
    {"lead_id": "d", "Robert'); DROP TABLE profile;--": "", "back`tick": "", 'quo"te': ""},
]
HOSTILE_EVENTS = [
    {"lead_id": "a", "event": "a\\' OR 1=1 --", "occurred_at": "2026-06-20", "co{{ lumn }}": "x \\ {% IF %} y"},
    {"lead_id": "b", "event": "a\\' OR 1=1 --", "occurred_at": "2026-06-20", "co{{ lumn }}": "something else"},
    {"lead_id": "c", "event": "a' OR 1=1 --", "occurred_at": "2026-06-20", "co{{ lumn }}": "x \\ {% IF %} y"},
]


@dataclass(frozen=True)
class Case:
    """Evidence as a warehouse has it (columns with DuckDB's types, rows), and the readings that it has to give."""

    definition: str
    as_of: datetime
    profile: tuple[dict[str, str], list[Any]]
    events: tuple[dict[str, str], list[Any]]
    expected: dict[str, dict[str, Any]]


def scored(definition: str, sources: Mapping[str, Any], as_of: datetime) -> Case:
    """The case of a definition and some evidence."""
    with pyrometer.score(definition, as_of=as_of, explain=True, **sources) as scoring:
        expected = {reading.lead_id: reading.as_dict(explain=True) for reading in scoring}
        relations = []
        for relation in ("profile", "events"):
            found = scoring.engine.connection.execute(f"SELECT * FROM {relation}")
            columns = {name: str(type_) for name, type_, *_ in found.description}
            relations.append((columns, found.fetchall()))
    return Case(definition, as_of, *relations, expected)


def compare(warehouse: Warehouse, case: Case) -> None:
    """Put the evidence into the warehouse, paste, and check what comes out."""
    warehouse.put("profile", *case.profile)
    warehouse.put("events", *case.events)
    check(case, warehouse.run(pyrometer.compile_sql(case.definition, warehouse.dialect, as_of=case.as_of)))


def check(case: Case, rows: list[dict[str, Any]]) -> None:
    """The readings of a case, in rows: temperature, scores that add up, grades, criteria and flags."""
    compiled = {row["lead_id"]: row for row in rows}
    assert len(rows) == len(case.expected)
    assert set(compiled) == set(case.expected)
    for lead, reading in case.expected.items():
        row = compiled[lead]
        assert row["temperature"] == reading["temperature"], lead
        for name, points in reading["scores"].items():
            score = units(row[f"score_{slug(name)}"])
            assert score == units(points), (lead, name)
            assert score == sum(lines_of(row, name)), (lead, name, "residual")
        for kind, section in (("grade", "grades"), ("criterion", "criteria"), ("flag", "flags")):
            for name, value in reading[section].items():
                assert row[f"{kind}_{slug(name)}"] == value, (lead, kind, name)


def given(leads: Rows, events: Rows | Path) -> dict[str, Any]:
    """Evidence as `score` takes it."""
    return {"leads": leads} | ({"events": events} if events else {})


def lines_of(row: Mapping[str, Any], score: str) -> list[int]:
    """The lines that make a score up."""
    heads = (f"points_{slug(score)}_", f"score_{slug(score)}_group_", f"score_{slug(score)}_range")
    return [units(value) for name, value in row.items() if name.startswith(heads)]


def slug(name: str) -> str:
    return name.lower().replace(" ", "_").replace("-", "_")


def units(points: Any) -> int:
    return round(float(points) * 10_000)


def pasteable(spec: Spec) -> bool:
    """Whether a case needs no more than a flat profile and a log without repeats, which is what is pasted upon."""
    return not (
        spec.traits or "previous" in spec.leads or "stale_after" in spec.definition or "received_at" in spec.events
    )


@pytest.fixture(params=["duckdb", "postgres", "clickhouse", "spark"])
def warehouse(request: pytest.FixtureRequest) -> Warehouse:
    return request.getfixturevalue(f"{request.param}_warehouse")


@pytest.fixture(params=["duckdb", "postgres", "clickhouse"])
def quick_warehouse(request: pytest.FixtureRequest) -> Warehouse:
    """Those that answer a small question at once."""
    return request.getfixturevalue(f"{request.param}_warehouse")


@cache
def cases(topic: Topic) -> list[Case]:
    """Every fifth case of a topic; that dialects say all of them rightly is the specs' own test."""
    prepared = [prepare(topic, spec) for spec in filter(pasteable, topic)][::5]
    return [scored(case.definition, given(case.leads, case.events), case.as_of) for case in prepared if case.leads]


@pytest.mark.parametrize("topic", TOPICS, ids=lambda topic: topic.slug)
def test_cases_of_the_language(quick_warehouse: Warehouse, topic: Topic) -> None:
    for case in cases(topic):
        compare(quick_warehouse, case)


def test_names_that_mean_harm(warehouse: Warehouse) -> None:
    compare(warehouse, scored(HOSTILE, given(HOSTILE_LEADS, HOSTILE_EVENTS), AS_OF))


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_examples(warehouse: Warehouse, evidence: Path, example: str) -> None:
    compare(warehouse, example_case(evidence, example))


def example_case(evidence: Path, example: str) -> Case:
    """An example with the profiles that its log of answers comes to: a flat one, whose answers have no date."""
    files = {path.stem: path for path in (evidence / example).iterdir()}
    listed, answers = (
        list(csv.DictReader(files[name].read_text(encoding="utf-8").splitlines())) for name in ("leads", "traits")
    )
    leads = {row["lead_id"]: row for row in listed}
    for answer in sorted(answers, key=lambda row: row["occurred_at"]):
        leads[answer["lead_id"]][answer["trait"]] = answer["value"]
    heads = {name: "" for row in leads.values() for name in row}
    return scored(EXAMPLES[example], given([heads | row for row in leads.values()], files["events"]), AS_OF)


def test_as_of_now(warehouse: Warehouse) -> None:
    events = [{"lead_id": "Ada", "event": "called", "occurred_at": "2026-01-01T00:00:00Z"}]
    definition = (
        "format: 1\nname: Now\nevents: {called: {}}\nscores: {interest: {rules: [{name: Called, event: called,"
        " points: 7}]}}\ntemperature: {warm: {when: {score: interest, at_least: 5}}}\n"
    )
    compare(warehouse, scored(definition, given([{"lead_id": "Ada"}, {"lead_id": "Bo"}], events), AS_OF))
    rows = warehouse.run(pyrometer.compile_sql(definition, warehouse.dialect))
    assert {row["lead_id"]: row["temperature"] for row in rows} == {"Ada": "warm", "Bo": "cool"}
