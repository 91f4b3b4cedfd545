"""An archive read by other engines: what was taken back doesn't count, from when it was taken back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import pyrometer
from pyrometer import archive
from pyrometer.errors import EvidenceError, UsageError
from pyrometer.runs import inplace
from pyrometer.runs.tables import find_tables
from tests.servers.spark import spark_session

DEFINITION = """
format: 1
name: Archive
profile: {size: integer, need: text}
events: {visited: {properties: {seconds: integer, page: text}}}
scores:
  fit: {rules: [{name: Size, trait: size, bands: [{from: 10, points: 20}]}]}
  interest:
    cooling: {linear: 100d}
    rules:
      - {name: Minutes, points: 1, event: visited, per: {property: seconds, every: 60, up_to: 9}}
      - {name: Pages, points: 10, event: visited, distinct: page}
temperature: {hot: {when: {all: [{score: interest, at_least: 20}, {trait: need, is: urgent}]}}}
"""
EVENTS = [
    {"lead_id": "Ada", "event": "visited", "occurred_at": "2026-06-01", "seconds": 600, "page": "a", "message_id": "1"},
    {"lead_id": "Ada", "event": "visited", "occurred_at": "2026-06-02", "seconds": 90, "page": "b", "message_id": "2"},
    {"lead_id": "Bo", "event": "visited", "occurred_at": "2026-05-02", "seconds": 61, "page": "a", "message_id": "1"},
    {"lead_id": "Cem", "event": "visited", "occurred_at": "2026-06-09", "seconds": "many", "page": " "},
]
TRAITS = [
    {"lead_id": "Ada", "trait": "need", "value": "urgent", "occurred_at": "2026-06-01", "message_id": "n1"},
    {"lead_id": "Ada", "trait": "need", "value": "none", "occurred_at": "2026-06-03", "message_id": "n2"},
    {"lead_id": "Bo", "trait": "size", "value": "12", "occurred_at": "2026-06-03"},
    {"lead_id": "Cem", "trait": "size", "value": "a few", "occurred_at": "2026-06-03"},
]
TAKEN_BACK = datetime(2026, 6, 10, tzinfo=UTC)


@pytest.fixture
def place(tmp_path: Path) -> str:
    """An archive of which something was taken back on the 10th of June."""
    where = str(tmp_path / "evidence")
    now = datetime(2026, 6, 20, tzinfo=UTC)
    archive.append(where, events=EVENTS, traits=TRAITS, now=now, received="occurred")
    for row in (EVENTS[1], TRAITS[1]):
        archive.append(where, retract=[row], now=now, received=TAKEN_BACK)
    return where


@pytest.mark.parametrize("name", ["chdb", "spark"])
@pytest.mark.parametrize("as_of", ["2026-06-09T12:00Z", "2026-06-10T12:00Z", None])
def test_it_gives_what_we_read_ourselves(place: str, name: str, as_of: str | None) -> None:
    engine: Any = "chdb://" if name == "chdb" else spark_session()
    inputs = {"events": {"archive": place}, "traits": {"archive": place}}
    options: dict[str, Any] = {"as_of": as_of, "now": datetime(2026, 6, 20, tzinfo=UTC), "explain": True}
    with pyrometer.score(DEFINITION, archive=place, **options) as scoring:
        ours = [reading.as_dict(explain=True) for reading in scoring]
    with pyrometer.score(DEFINITION, engine=engine, inputs=inputs, **options) as scoring:
        theirs = [reading.as_dict(explain=True) for reading in scoring]
    assert theirs == ours
    needs = {reading["lead_id"]: reading["missing"] for reading in theirs}["Ada"]
    missing = ["need is urgent"] if as_of == "2026-06-09T12:00Z" else ["interest at least 20"]
    assert [item["what"] for item in needs] == missing


NOW = datetime(2026, 6, 20, tzinfo=UTC)


def readings(**options: Any) -> list[dict[str, Any]]:
    with pyrometer.score(DEFINITION, explain=True, now=NOW, **options) as scoring:
        return [reading.as_dict(explain=True) for reading in scoring]


def both(place: str, engine: Any = "chdb://") -> dict[str, Any]:
    """An engine and its inputs, which are in an archive."""
    return {"engine": engine, "inputs": {"events": {"archive": place}, "traits": {"archive": place}}}


def meanwhile(monkeypatch: pytest.MonkeyPatch, *others: Callable[[], object]) -> None:
    """Lets others do something when a run has found its tables and hasn't looked at what is in them: one each time."""
    waiting = list(others)

    def find(*arguments: Any) -> Any:
        found = find_tables(*arguments)
        if waiting:
            waiting.pop(0)()
        return found

    monkeypatch.setattr(inplace, "find_tables", find)


def test_what_is_appended_meanwhile_waits_for_the_next_run(place: str, monkeypatch: pytest.MonkeyPatch) -> None:
    before = readings(archive=place, direct=True)
    late = {"lead_id": "Bo", "event": "visited", "occurred_at": "2026-06-19", "seconds": 300, "page": "z"}
    meanwhile(monkeypatch, lambda: archive.append(place, events=[late], now=NOW, received="occurred"))
    assert readings(**both(place)) == before
    assert readings(**both(place)) == readings(archive=place, direct=True) != before


@pytest.mark.parametrize("as_of", [None, "2026-06-15"])
def test_the_first_answer_taken_back_meanwhile_waits_too(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, as_of: str | None
) -> None:
    where = str(tmp_path / "evidence")
    archive.append(where, events=EVENTS, traits=TRAITS, now=NOW, received="occurred")
    archive.append(where, retract=EVENTS[1:2], now=NOW, received=TAKEN_BACK)
    before = readings(archive=where, direct=True, as_of=as_of)
    then = datetime(2026, 6, 11, tzinfo=UTC)
    meanwhile(monkeypatch, lambda: archive.append(where, retract=TRAITS[1:2], now=NOW, received=then))
    assert readings(**both(where), as_of=as_of) == before
    assert readings(**both(where), as_of=as_of) == readings(archive=where, direct=True, as_of=as_of) != before


@pytest.fixture
def together(tmp_path: Path) -> str:
    """An archive in which everybody's events stand in the same files."""
    where = str(tmp_path / "together")
    more = [{"lead_id": "Dee", "event": "visited", "occurred_at": f"2026-06-0{day}"} for day in (1, 2, 3)]
    archive.append(where, events=[*EVENTS, *more], traits=TRAITS, now=NOW, received="occurred", buckets=1)
    return where


@pytest.mark.parametrize("name", ["chdb", "spark"])
def test_a_lead_erased_meanwhile_takes_nobody_along(together: str, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    meanwhile(monkeypatch, lambda: archive.erase(together, ["Dee"]))
    found = readings(**both(together, "chdb://" if name == "chdb" else spark_session()))
    assert found == readings(archive=together, direct=True)
    assert {reading["lead_id"]: reading["scores"]["interest"] for reading in found}["Ada"] > 0


def test_after_two_erasures_it_asks_to_be_run_again(together: str, monkeypatch: pytest.MonkeyPatch) -> None:
    meanwhile(monkeypatch, lambda: archive.erase(together, ["Dee"]), lambda: archive.erase(together, ["Cem"]))
    with pytest.raises(EvidenceError, match="erased a lead or cleaned up; run it again"):
        readings(**both(together))
    assert readings(**both(together)) == readings(archive=together, direct=True)


def test_a_lead_erased_meanwhile_is_asked_for_in_vain(together: str, monkeypatch: pytest.MonkeyPatch) -> None:
    meanwhile(monkeypatch, lambda: archive.erase(together, ["Dee"]))
    with pytest.raises(UsageError, match="there is no lead `Dee`"):
        pyrometer.explain(DEFINITION, "Dee", now=NOW, **both(together))


def test_earlier_temperatures_that_can_be_read_only_once_are_not_read_again(
    together: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    previous = [{"lead_id": "Ada", "temperature": "hot"}]
    meanwhile(monkeypatch, lambda: archive.erase(together, ["Dee"]), lambda: archive.erase(together, ["Cem"]))
    with pytest.raises(EvidenceError, match="run it again"):
        readings(**both(together), previous=iter(previous))
    monkeypatch.undo()
    meanwhile(monkeypatch, lambda: archive.erase(together, ["Bo"]))
    assert readings(**both(together), previous=previous) == readings(archive=together, direct=True, previous=previous)


def test_a_log_of_which_all_is_erased_names_no_leads(together: str) -> None:
    archive.erase(together, ["Ada", "Bo", "Cem"])  # they had answers
    found = readings(**both(together))
    assert [reading["lead_id"] for reading in found] == ["Dee"]
    assert found == readings(archive=together, direct=True)
    back = {"lead_id": "Ada", "trait": "size", "value": "10", "occurred_at": "2026-06-01", "received_at": "2026-06-02"}
    archive.append(together, retract=[back], now=NOW)
    assert readings(**both(together)) == readings(archive=together, direct=True)
    archive.erase(together, ["Ada", "Dee"])
    assert readings(**both(together)) == readings(archive=together, direct=True) == []


def test_a_log_that_was_never_begun_is_missing(tmp_path: Path) -> None:
    where = str(tmp_path / "evidence")
    archive.append(where, events=EVENTS, now=NOW, received="occurred")
    with pytest.raises(EvidenceError, match=r"traits: .* holds no archive with traits"):
        readings(**both(where))
