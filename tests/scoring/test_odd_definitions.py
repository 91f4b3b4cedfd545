"""Definitions at the edge of what people write are scored, or refused with a reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest

import pyrometer
from pyrometer.errors import DefinitionError, UsageError
from pyrometer.result import Reading

HEAD = "format: 1\nname: Odd\nprofile: {n: integer}\nevents: {a: {}, b: {}}\n"
LEADS = [{"lead_id": "Ada", "n": 3}, {"lead_id": "Bo"}]
EVENTS = [{"lead_id": "Ada", "event": "a", "occurred_at": "2026-06-01"}]


def scored(definition: str, **options: Any) -> dict[str, Reading]:
    sources: dict[str, Any] = {"leads": LEADS, "events": EVENTS, "as_of": "2026-06-02"} | options
    with pyrometer.score(HEAD + definition, **sources) as scoring:
        return {reading.lead_id: reading for reading in scoring}


def test_a_thousand_rules_and_a_condition_of_a_thousand_items() -> None:
    rules = "".join(
        f"      - {{name: r{number}, points: 0.01, when: {{trait: n, at_least: 1}}}}\n" for number in range(1_200)
    )
    items = ", ".join(["{trait: n, is: 3}"] * 1_100)
    found = scored(
        f"scores:\n  f:\n    rules:\n{rules}temperature:\n  hot: {{when: {{all: [{items}]}}}}\n"
        f"  warm: {{when: {{some: 600, of: [{items}]}}}}\n"
    )
    assert (found["Ada"].scores["f"], found["Ada"].temperature) == (120_000, "hot")
    assert (found["Bo"].scores["f"], found["Bo"].temperature) == (0, "cool")


def test_some_inside_some_inside_some() -> None:
    inner = "{trait: n, is: 3}"
    for _ in range(3):
        inner = f"{{some: 1, of: [{inner}, {{event: b}}]}}"
    assert scored(f"temperature: {{hot: {{when: {inner}}}}}\n")["Ada"].temperature == "hot"
    with pytest.raises(DefinitionError, match="name the inner condition under `flags`"):
        pyrometer.load(HEAD + f"temperature: {{hot: {{when: {{some: 1, of: [{inner}]}}}}}}\n")


@pytest.mark.parametrize(("band", "waiting"), [("hot", "cool"), ("warm", "cool")])
def test_one_temperature_alone(tmp_path: Path, band: str, waiting: str) -> None:
    definition = HEAD + f"temperature: {{{band}: {{when: {{all: [{{trait: n, above: 2}}, {{event: b}}]}}}}}}\n"
    with pyrometer.score(definition, leads=LEADS, events=EVENTS, as_of="2026-06-02") as scoring:
        rows = list(scoring.rows())
        scoring.write_parquet(tmp_path / "out.parquet")
    assert [(row.lead_id, row.temperature, len(row.missing)) for row in rows] == [
        ("Ada", waiting, 1),
        ("Bo", waiting, 2),
    ]
    written = duckdb.sql(f"SELECT missing FROM '{tmp_path / 'out.parquet'}'").fetchall()
    assert [text for (text,) in written] == ["b", "n above 2; b"]


def test_columns_of_the_export_are_told_apart(tmp_path: Path) -> None:
    definition = (
        HEAD
        + """
scores:
  i:
    rules:
      - {name: P, points: 5, event: a, cap: 3}
      - {name: P cut, points: 1, event: a}
      - {name: P hits, points: 2, event: a}
temperature: {hot: {when: {score: i, at_least: 1}}}
"""
    )
    with pyrometer.score(definition, leads=LEADS, events=EVENTS, as_of="2026-06-02", explain=True) as scoring:
        scoring.write_parquet(tmp_path / "out.parquet")
    names = [row[0] for row in duckdb.sql(f"DESCRIBE FROM '{tmp_path / 'out.parquet'}'").fetchall()]
    assert len(names) == len({name.lower() for name in names})


def test_an_earlier_temperature_counts_once() -> None:
    previous = [{"lead_id": "+4", "temperature": "hot"}, {"lead_id": "'+4", "temperature": "warm"}]
    found = scored(
        "temperature: {hot: {when: {event: b}, stay: {not: {event: b}}}}\n",
        leads=[{"lead_id": "+4"}],
        previous=previous,
    )
    assert list(found) == ["+4"]


@pytest.mark.parametrize("as_of", [20260630, "soon", "2026-13-01", "0001-01-01T00:00:00+05:00"])
def test_what_is_no_time_is_refused(as_of: Any) -> None:
    with pytest.raises(UsageError, match="is not a time"):
        scored("temperature: {hot: {when: {event: b}}}\n", as_of=as_of)


def test_a_closed_scoring_says_so() -> None:
    with pyrometer.score(HEAD + "temperature: {hot: {when: {event: b}}}\n", leads=LEADS, as_of="2026-06-02") as scoring:
        pass
    with pytest.raises(UsageError, match="closed"):
        list(scoring)


def test_events_of_leads_that_the_log_of_traits_lacks_are_reported() -> None:
    log = [{"lead_id": "Ada", "trait": "n", "value": "3", "occurred_at": "2026-05-01"}]
    events = [*EVENTS, {"lead_id": "Bo", "event": "a", "occurred_at": "2026-06-01"}]
    definition = HEAD + "temperature: {hot: {when: {event: b}}}\n"
    with pyrometer.score(definition, traits=log, events=events, as_of="2026-06-02") as scoring:
        assert [reading.lead_id for reading in scoring] == ["Ada"]
        assert any("not among the leads" in note.what for note in scoring.notes)


def test_a_half_life_of_a_century_is_refused() -> None:
    with pytest.raises(DefinitionError, match="3650 days"):
        pyrometer.load(
            HEAD
            + """
scores: {i: {cooling: {half_life: 36500d}, rules: [{name: r, points: 1, event: a}]}}
temperature: {hot: {when: {event: b}}}
"""
        )


@pytest.mark.parametrize(
    ("columns", "fix"),
    [
        ({"nn": "n"}, "did you mean `n`"),
        ({"n": "m"}, "no such column"),
        ({"event": "kind"}, "no such column"),
    ],
)
def test_a_mapping_to_nothing_is_refused(columns: dict[str, str], fix: str) -> None:
    with pytest.raises(UsageError, match=fix):
        scored("temperature: {hot: {when: {event: b}}}\n", columns=columns)
