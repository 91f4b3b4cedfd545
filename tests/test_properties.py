"""What must hold of every definition and all evidence, on every engine.

`HYPOTHESIS_PROFILE=thorough` tries many more examples, and new ones each time.
"""

from __future__ import annotations

import csv
import json
import math
import os
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, timedelta
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, reject, settings
from hypothesis import strategies as st

import pyrometer
from pyrometer.definition.problems import Problem
from pyrometer.errors import DefinitionError, UsageError
from pyrometer.tally import build, refresh
from tests.engines import ENGINES, SHARES, Engine, Readings, duckdb
from tests.oracle import Reading, moment, read
from tests.strategies import Case, cases

THOROUGH = os.environ.get("HYPOTHESIS_PROFILE", "ci") == "thorough"
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture]


def refusal(case: Case) -> list[Problem]:
    """The errors for which a definition is refused: random ones are in order, but may ask for the impossible."""
    try:
        pyrometer.load(case.definition)
    except DefinitionError as error:
        return [problem for problem in error.problems if problem.level == "error"]
    return []


CASES = cases().filter(lambda case: not refusal(case))


def examples(number: int) -> Callable[[Any], Any]:
    """How many examples a property is tried on in CI; thirty times as many when thorough."""
    return settings(max_examples=number * 30 if THOROUGH else number, suppress_health_check=SLOW)


def everywhere(number: int, **strategies: Any) -> Callable[[Callable[..., None]], Callable[[str], None]]:
    """A property of every engine in turn, each with its share of the examples."""

    def of(test: Callable[..., None]) -> Callable[[str], None]:
        @pytest.mark.parametrize("name", ENGINES)
        def on_engine(name: str) -> None:
            @examples(math.ceil(number * SHARES[name]))
            @given(**strategies)
            def holds(**drawn: Any) -> None:
                test(ENGINES[name], **drawn)

            holds.__qualname__ = f"{test.__qualname__}[{name}]"
            holds()

        on_engine.__doc__ = test.__doc__
        return on_engine

    return of


def run(engine: Engine, case: Case) -> Readings:
    """The readings of a case's leads."""
    return engine(
        case.definition,
        leads=case.leads,
        events=case.events,
        traits=case.traits,
        previous=case.previous,
        as_of=case.as_of,
    )


def only(case: Case, leads: list[str]) -> Case:
    """The case as if there were just these leads, and evidence of them alone."""
    parts = ("leads", "events", "traits", "previous")
    return replace(case, **{part: [row for row in getattr(case, part) if row["lead_id"] in leads] for part in parts})


def names(case: Case) -> list[str]:
    return [row["lead_id"] for row in case.leads]


def of_oracle(case: Case, ask: Callable[..., Any] = read) -> Readings:
    """What the oracle says of the same leads."""
    was = {row["lead_id"]: row["temperature"] for row in case.previous}
    found = {}
    for row in case.leads:
        lead = row["lead_id"]
        events = [event for event in case.events if event["lead_id"] == lead]
        log = [entry for entry in case.traits if entry["lead_id"] == lead]
        found[lead] = ask(case.definition, row, events, case.as_of, was.get(lead), log)
    return found


def wordless(readings: Readings) -> Readings:
    """The readings with the statuses of what is missing in place of its words."""
    return {
        lead: reading | {"missing": [item["status"] for item in reading["missing"]]}
        for lead, reading in readings.items()
    }


@everywhere(400, case=CASES)
def test_engine_and_oracle_agree(engine: Engine, case: Case) -> None:
    readings = run(engine, case)
    add_up(readings)
    have_one_shape(readings, case)
    found = wordless(readings)
    said = of_oracle(case)
    assert {lead: {part: found[lead][part] for part in said[lead]} for lead in found} == said


def add_up(readings: Readings) -> None:
    """Every score is exactly the sum of its lines."""
    for reading in readings.values():
        lines = reading["contributions"]
        for name, total in reading["scores"].items():
            points = [Decimal(str(line["points"])) for line in lines if line["score"] == name]
            assert sum(points) == Decimal(str(total))
        for line in lines:
            if line["cut"]:  # a cap moves a line towards zero, and never past it
                assert line["points"] * line["cut"] >= 0


def have_one_shape(readings: Readings, case: Case) -> None:
    """Readings say everything, always in the same order."""
    definition = case.definition
    for lead, reading in readings.items():
        assert list(reading) == [
            *("lead_id", "as_of", "definition", "temperature", "scores", "grades", "criteria", "frameworks"),
            *("flags", "missing", "contributions"),
        ]
        assert reading["lead_id"] == lead
        assert moment(reading["as_of"]) == case.as_of
        assert list(reading["scores"]) == list(definition["scores"])
        assert list(reading["flags"]) == list(definition["flags"])
        assert list(reading["frameworks"]) == list(definition["frameworks"])
        assert list(reading["criteria"])[: len(definition["criteria"])] == list(definition["criteria"])
        assert all(list(item) == ["what", "status", "gap", "closes"] for item in reading["missing"])
        assert all(item["what"] for item in reading["missing"])
        shape = ["score", "rule", "points", "hits", "last_at", "cut"]
        assert all(list(line) == shape for line in reading["contributions"])
        assert json.loads(json.dumps(reading)) == reading


@everywhere(60, case=CASES.filter(lambda case: len(case.leads) > 1), data=st.data())
def test_what_says_the_same_gives_the_same_readings(engine: Engine, case: Case, data: st.DataObject) -> None:
    """One case said in several ways, so that it is scored as it stands once and not once for each of them."""
    found = run(engine, case)
    assert run(engine, shuffled(case, data)) == found, "the rows in another order"
    assert run(engine, by_now(case)) == found, "without what is not known yet"
    assert in_two_parts(engine, case, data) == found, "the leads in two parts"
    text = json.dumps(case.definition, ensure_ascii=False, indent=1)  # JSON is YAML
    as_text = replace(case, definition=text)  # type: ignore[arg-type]
    # the words repeat a number as it is written, 1e-09 or 0.000000001
    assert wordless(run(engine, as_text)) == wordless(found), "the definition as a text"
    assert from_files(engine, case) == found, "the rows in files"
    assert undated(at_the_end_of_the_day(engine, case)) == undated(found), "later on the same day"


def shuffled(case: Case, data: st.DataObject) -> Case:
    """The case with its rows in another order."""
    parts = ("leads", "events", "traits", "previous")
    return replace(case, **{part: data.draw(st.permutations(getattr(case, part))) for part in parts})


def by_now(case: Case) -> Case:
    """The case without what became known after its time."""

    def known_then(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [row for row in rows if known(row) <= case.as_of]

    return replace(case, events=known_then(case.events), traits=known_then(case.traits))


def in_two_parts(engine: Engine, case: Case, data: st.DataObject) -> Readings:
    """The readings of some of the leads and those of the others, each as if there were no more."""
    left = data.draw(st.lists(st.sampled_from(names(case)), min_size=1, max_size=len(case.leads) - 1, unique=True))
    right = [lead for lead in names(case) if lead not in left]
    return run(engine, only(case, left)) | run(engine, only(case, right))


def from_files(engine: Engine, case: Case) -> Readings:
    """The readings of the case with its rows in CSV files."""
    with TemporaryDirectory() as folder:
        parts = {part: getattr(case, part) for part in ("leads", "events", "traits", "previous")}
        files = {part: written(rows, Path(folder, f"{part}.csv")) for part, rows in parts.items() if rows}
        return engine(case.definition, **files, as_of=case.as_of)


def at_the_end_of_the_day(engine: Engine, case: Case) -> Readings:
    """The readings at the end of the case's day, without what comes in until then: scores move only with days."""
    end = case.as_of.astimezone(UTC).replace(hour=23, minute=59, second=59, microsecond=999_999)
    return run(engine, replace(by_now(case), as_of=end))


def undated(readings: Readings) -> Readings:
    """The readings without the time that they were asked for."""
    return {lead: {part: said for part, said in each.items() if part != "as_of"} for lead, each in readings.items()}


def written(rows: list[dict[str, Any]], path: Path) -> Path:
    """Rows as a CSV file."""
    heads = list(dict.fromkeys(head for row in rows for head in row))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, heads)
        writer.writeheader()
        writer.writerows(rows)
    return path


@everywhere(60, case=CASES, data=st.data())
def test_repeated_messages_change_nothing(engine: Engine, case: Case, data: st.DataObject) -> None:
    named = [row | {"message_id": row["message_id"] or f"m{number}"} for number, row in enumerate(case.events)]
    assume(named)
    repeats = data.draw(st.lists(st.sampled_from(named), min_size=1, max_size=6))
    later = data.draw(st.sampled_from([timedelta(0), timedelta(days=1), timedelta(days=400)]))
    again = [row | {"received_at": (known(row) + later).isoformat()} if later else row for row in repeats]
    repeated = data.draw(st.permutations(named + again))
    assert run(engine, replace(case, events=repeated)) == run(engine, replace(case, events=named))


def known(row: dict[str, Any]) -> Any:
    """When a row became known: never before it happened."""
    occurred = moment(row["occurred_at"])
    return max(occurred, moment(row["received_at"]) or occurred)


@everywhere(40, case=CASES)
def test_without_stay_the_past_does_not_matter(engine: Engine, case: Case) -> None:
    gates = {name: {"when": gate["when"]} for name, gate in case.definition["temperature"].items()}
    settled = replace(case, definition=case.definition | {"temperature": gates})
    assert run(engine, settled) == run(engine, replace(settled, previous=[]))


def scored_from_tally(case: Case, events: list[Path], folder: Path) -> Readings:
    """The readings from a tally; a tally is the engine's own, so there is no other to choose."""
    sources = {"leads": case.leads, "traits": case.traits, "previous": case.previous}
    given = {name: rows for name, rows in sources.items() if rows}
    given |= {"events": events, "tally": folder}
    with pyrometer.score(case.definition, as_of=case.as_of, explain=True, **given) as scoring:
        return {reading.lead_id: reading.as_dict(explain=True) for reading in scoring}


@examples(60)
@given(case=CASES, data=st.data())
def test_tallied_and_direct_scoring_are_equal(case: Case, data: st.DataObject) -> None:
    assume(case.events)
    if data.draw(st.booleans()):  # as of a time before the latest event, a tally has to go back to the events
        case = replace(case, as_of=max(case.as_of, *(known(row) for row in case.events)))
    middle = data.draw(st.integers(1, len(case.events)))
    with TemporaryDirectory() as name:
        folder = Path(name)
        files = [
            written(rows, folder / f"{number}.csv")
            for number, rows in enumerate([case.events[:middle], case.events[middle:]])
            if rows
        ]
        try:
            build(case.definition, files[0], folder / "tally")
            refresh(case.definition, files, folder / "tally")
            tallied = scored_from_tally(case, files, folder / "tally")
        except UsageError as refused:
            reject_unless("can't be scored from a tally" in str(refused), refused)
        direct = run(duckdb, case)
    assert tallied == direct


def reject_unless(expected: bool, error: Exception) -> None:
    """Leaves an example alone for a good reason."""
    if not expected:
        raise error
    reject()


@examples(300)
@given(case=cases(careful=False))
def test_what_is_refused_as_impossible_never_happens(case: Case) -> None:
    for problem in refusal(case):
        asked = condition_at(case.definition, problem.path)
        for lead in of_oracle(case, Reading).values():
            if asked is not None:
                assert lead.answer(asked) is not True, problem
            else:
                _, score, _, grade = problem.path
                assert lead.grade(score) != grade, problem


def condition_at(definition: dict[str, Any], path: tuple[str | int, ...]) -> dict[str, Any] | None:
    """The innermost condition on the way to what was refused; for an event rule, that there is such an event."""
    found, here = None, definition
    for step in path:
        here = here[step]  # type: ignore[index]
        if isinstance(here, dict) and here.keys() & CONDITIONS:
            found = here
    return found if found is None or "event" not in found else {k: found[k] for k in found if k not in RULE}


CONDITIONS = {"all", "any", "not", "some", "trait", "event", "score", "grade", "criterion", "framework", "flag"}
RULE = {"name", "points", "cooling", "cap", "group", "per", "count", "distinct"}


def test_the_examples_are_worth_trying() -> None:
    """A guard on the strategies: if most are refused, or all leads are alike, the properties prove little."""
    tried: list[bool] = []
    seen: set[object] = set()

    @settings(max_examples=250, derandomize=True, suppress_health_check=SLOW, database=None)
    @given(case=cases())
    def look(case: Case) -> None:
        tried.append(not refusal(case))
        for reading in of_oracle(case).values():
            seen.update([reading["temperature"], *reading["missing"], *reading["criteria"].values()])
            seen.update(f"flag {answer}" for answer in reading["flags"].values())
            seen.update(line["rule"].split()[0] for line in reading["contributions"])
            seen.update("cut" for line in reading["contributions"] if line["cut"])

    look()
    assert sum(tried) > 0.8 * len(tried)
    assert seen >= {"cool", "warm", "hot", "met", "unmet", "unknown", "flag True", "flag False", "flag None"}
    assert seen >= {"Rule", "group", "range", "cut"}
