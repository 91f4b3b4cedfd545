"""A replay gives, at every time, what scoring at that time gave, by whatever way it gets at the evidence."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

import pyrometer
from pyrometer import archive, tally
from pyrometer.errors import EvidenceError, UsageError
from pyrometer.replay import Replay, replay
from tests.tally.test_tally import DEFINITION, START, rows, write

STAYING = DEFINITION.replace(
    "hot: {when: {all: [{flag: asked}, {score: interest, at_least: 20}]}}",
    "hot: {when: {all: [{flag: asked}, {score: interest, at_least: 20}]}, stay: {score: interest, at_least: 5}}",
).replace("rules:\n", "rules:\n      - {name: Large, trait: size, bands: [{from: 4, points: 6}]}\n", 1)
LEADS = [{"lead_id": f"L{number}", "size": number} for number in range(8)]
TIMES = [
    "2026-05-10",
    "2026-05-12T18:30:00Z",
    "2026-05-20T23:59:59.999999Z",
    "2026-06-01",
    "2026-07-20",
]
NOW = START + timedelta(days=100)


def readings(found: Replay) -> list[tuple[str, str, str, int]]:
    (column,) = found.columns.values()
    select = f'SELECT CAST("at" AS VARCHAR), lead_id, temperature, {column} FROM replayed ORDER BY 1, 2'
    return found.engine.run(select)


def replayed(
    times: Iterable[str] = TIMES, definition: str = STAYING, **options: Any
) -> list[tuple[str, str, str, int]]:
    with replay(definition, times, **options) as found:
        return readings(found)


def one_by_one(
    times: Iterable[str] = TIMES, definition: str = STAYING, known: Any = None, **options: Any
) -> list[tuple[str, str, str, int]]:
    """The same by scoring at each time, with the readings of the time before as the previous ones."""
    previous: list[dict[str, str]] = options.pop("previous", [])
    found = []
    for time in times:
        with pyrometer.score(definition, as_of=time, previous=previous, **options) as scoring:
            kept = [reading for reading in scoring if known is None or reading.lead_id in known(scoring.as_of)]
            at = scoring.as_of.replace(tzinfo=None).isoformat(" ")
            found += [(at, each.lead_id, each.temperature, each.scores["interest"]) for each in kept]
        previous = [{"lead_id": each.lead_id, "temperature": each.temperature} for each in kept]
    return found


def seen_by(log: Iterable[dict[str, Any]]) -> Any:
    """Which leads had an event that was known at a time."""
    known = [(max(map(_time, (row["occurred_at"], row["received_at"]))), row["lead_id"]) for row in log
             if row["event"] != "other"]  # fmt: skip
    return lambda as_of: {lead for at, lead in known if at <= as_of}


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


@pytest.fixture
def log() -> list[dict[str, Any]]:
    return rows(5, 220)


@pytest.fixture
def path(tmp_path: Path, log: list[dict[str, Any]]) -> Path:
    return write(tmp_path / "events.csv", log)


def test_every_time_is_what_scoring_then_gave(path: Path, log: list[dict[str, Any]]) -> None:
    found = replayed(leads=LEADS, events=path)
    assert found == one_by_one(leads=LEADS, events=path, known=seen_by(log))
    assert {temperature for _, _, temperature, _ in found} == {"cool", "warm", "hot"}


def test_a_tally_gives_the_same(path: Path, tmp_path: Path) -> None:
    tally.build(STAYING, path, tmp_path / "tally")
    direct = replayed(leads=LEADS, events=path)
    assert replayed(leads=LEADS, tally=tmp_path / "tally") == direct
    assert replayed(leads=LEADS, tally=tmp_path / "new", events=path) == direct


def test_a_tally_whose_files_are_gone_still_replays_what_came_after(path: Path, tmp_path: Path) -> None:
    tally.build(STAYING, path, tmp_path / "tally")
    late = ["2026-07-20", "2026-08-20"]
    expected = replayed(late, leads=LEADS, events=path)
    path.unlink()
    assert replayed(late, leads=LEADS, tally=tmp_path / "tally") == expected
    with pytest.raises(EvidenceError, match=r"events\.csv"):
        replayed(["2026-05-12"], leads=LEADS, tally=tmp_path / "tally")


def test_parquet_gives_the_same(path: Path, tmp_path: Path) -> None:
    import duckdb

    duckdb.sql(f"COPY (FROM read_csv('{path}', all_varchar = true)) TO '{tmp_path / 'e.parquet'}'")
    assert replayed(leads=LEADS, events=tmp_path / "e.parquet") == replayed(leads=LEADS, events=path)


def test_a_rule_that_counts_days_to_a_property_is_replayed_from_the_events(tmp_path: Path) -> None:
    definition = """
format: 1
name: Dated
events: {asked: {properties: {wanted: date}}}
scores: {interest: {rules: [{name: Soon, points: 5, event: asked, where: {wanted: {within_next: 10d}}}]}}
temperature: {hot: {when: {score: interest, at_least: 5}}}
"""
    events = [{"lead_id": "Ada", "event": "asked", "occurred_at": "2026-05-01", "wanted": "2026-05-20"}]
    times = ["2026-05-02", "2026-05-12", "2026-05-22"]
    assert [each[2] for each in replayed(times, definition, events=events)] == ["cool", "hot", "cool"]
    assert replayed(times, definition, events=events) == one_by_one(times, definition, events=events)


def test_stay_is_carried_in_the_order_of_time() -> None:
    """Above 4 opens hot, above 2 keeps it: the same score of 2.5 is hot after hot, and cool after nothing."""
    definition = """
format: 1
name: Tiny
events: {call: {}}
scores: {interest: {rules: [{name: Calls, points: 5, event: call, cooling: {half_life: 10d}}]}}
temperature: {hot: {when: {score: interest, at_least: 4}, stay: {score: interest, at_least: 2}}}
"""
    calls = [{"lead_id": "Ada", "event": "call", "occurred_at": "2026-06-01"}]
    both = replayed(["2026-06-02", "2026-06-11"], definition, events=calls)
    assert [each[2] for each in both] == ["hot", "hot"]
    assert [each[2] for each in replayed(["2026-06-11"], definition, events=calls)] == ["cool"]
    before = [{"lead_id": "Ada", "temperature": "hot"}]
    assert [each[2] for each in replayed(["2026-06-11"], definition, events=calls, previous=before)] == ["hot"]


def test_what_came_late_counts_only_from_then_on() -> None:
    log = [
        {"lead_id": "Ada", "event": "seen", "occurred_at": "2026-05-01", "received_at": "2026-05-01", "topic": "x"},
        {
            "lead_id": "Ada",
            "event": "seen",
            "occurred_at": "2026-05-02",
            "received_at": "2026-06-10",
            "topic": "pricing",
        },
    ]
    answers = [
        {"lead_id": "Ada", "trait": "size", "value": "1", "occurred_at": "2026-05-01", "received_at": "2026-05-01"},
        {"lead_id": "Ada", "trait": "size", "value": "9", "occurred_at": "2026-05-03", "received_at": "2026-06-20"},
    ]
    times = ["2026-05-15", "2026-06-15", "2026-06-25"]
    points = [each[3] for each in replayed(times, events=log, traits=answers)]
    assert points[0] == 0
    assert points[1] > 0
    assert points[2] > 60_000
    assert replayed(times, events=log, traits=answers) == one_by_one(times, events=log, traits=answers)


def test_leads_come_in_when_a_log_first_knew_of_them() -> None:
    leads = [{"lead_id": name, "size": 9} for name in ("Ada", "Bo", "Cem")]
    log = [
        {"lead_id": "Ada", "event": "seen", "occurred_at": "2026-05-03"},
        {"lead_id": "Bo", "event": "seen", "occurred_at": "2026-05-03", "received_at": "2026-05-20"},
    ]
    with replay(STAYING, ["2026-05-01", "2026-05-10", "2026-05-31"], leads=leads, events=log) as found:
        assert [(at[:10], lead) for at, lead, _, _ in readings(found)] == [
            ("2026-05-10", "Ada"),
            ("2026-05-31", "Ada"),
            ("2026-05-31", "Bo"),
        ]
        assert found.left_out == 1
        assert "1 listed lead has no event and no dated answer" in "\n".join(found.limits)


def test_without_a_log_all_leads_are_there_as_they_are_now() -> None:
    definition = """
format: 1
name: Flat
profile: {size: integer}
scores: {fit: {rules: [{name: Large, trait: size, bands: [{from: 4, points: 6}]}]}}
temperature: {hot: {when: {score: fit, at_least: 5}}}
"""
    with replay(definition, ["2026-05-01", "2026-06-01"], leads=LEADS) as found:
        assert len(readings(found)) == 16
        assert found.present == ("size",)
        assert "1 trait is known only as of today (`size`)" in found.limits[0]


def test_a_trait_that_the_log_dates_is_no_limit() -> None:
    answers = [{"lead_id": "L1", "trait": "size", "value": "9", "occurred_at": "2026-05-03"}]
    with replay(STAYING, ["2026-06-01"], leads=LEADS, traits=answers) as found:
        assert found.present == ()
        assert [each[1] for each in readings(found)] == ["L1"]
        assert found.left_out == 7


def test_only_events_name_leads(log: list[dict[str, Any]]) -> None:
    assert replayed(events=log) == one_by_one(events=log)


@pytest.fixture
def folder(tmp_path: Path, log: list[dict[str, Any]]) -> Path:
    answers = [
        {"lead_id": f"L{number}", "trait": "size", "value": str(number), "occurred_at": "2026-05-01T08:00:00Z"}
        for number in range(9)
    ]
    archive.append(tmp_path / "archive", events=log, traits=answers, now=NOW, received="occurred")
    return tmp_path / "archive"


def retract(folder: Path, log: list[dict[str, Any]]) -> None:
    """Take back events at three times, and an answer, and one of the events again."""
    for number, day in enumerate(("2026-05-11", "2026-05-19T10:00:00+00:00", "2026-06-20")):
        rows = log[number * 40 : number * 40 + 25]
        gone = [{name: value for name, value in row.items() if name != "received_at"} for row in rows]
        archive.append(folder, retract=gone, now=NOW, received=datetime.fromisoformat(day).replace(tzinfo=UTC))
    answer = {"lead_id": "L7", "trait": "size", "value": "7", "occurred_at": "2026-05-01T08:00:00Z"}
    archive.append(folder, retract=[answer], now=NOW, received=datetime(2026, 5, 31, tzinfo=UTC))


def test_an_archive_gives_the_same(folder: Path) -> None:
    expected = one_by_one(archive=folder, direct=True)
    assert replayed(archive=folder) == expected
    assert replayed(archive=folder, direct=True) == expected


def test_what_was_taken_back_counts_until_then(folder: Path, log: list[dict[str, Any]]) -> None:
    before = replayed(archive=folder)
    retract(folder, log)
    expected = one_by_one(archive=folder, direct=True)
    assert replayed(archive=folder) == expected
    assert replayed(archive=folder, direct=True) == expected
    assert expected != before
    assert expected[:9] == before[:9]  # the first time lies before all retractions


def test_an_archive_without_answers_names_leads_by_events(tmp_path: Path, log: list[dict[str, Any]]) -> None:
    archive.append(tmp_path / "archive", events=log, now=NOW, received="occurred")
    gone = [{name: value for name, value in row.items() if name != "received_at"} for row in log[:50]]
    archive.append(tmp_path / "archive", retract=gone, now=NOW, received=datetime(2026, 5, 15, tzinfo=UTC))
    found = replayed(archive=tmp_path / "archive", leads=LEADS)
    names = {each[1] for each in found}
    assert found == one_by_one(
        archive=tmp_path / "archive", leads=LEADS, known=lambda as_of: names & seen_by(log)(as_of)
    )


def test_progress_is_one_share_of_all_times(path: Path) -> None:
    shares: list[float] = []
    replayed(leads=LEADS, events=path, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert len(shares) > len(TIMES)


@pytest.mark.parametrize(
    ("times", "message"),
    [
        ([], "no time to replay"),
        (["2026-06-01", "2026-05-01"], "2026-05-01 00:00 comes after 2026-06-01 00:00"),
        (["2026-06-01", "2026-06-01T02:00+02:00"], "stands there twice"),
        (["soon"], "`soon` is not a time"),
    ],
)
def test_times_that_make_no_sense(times: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        replay(STAYING, times, leads=LEADS)


def test_no_evidence_and_too_much_of_it(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no leads to score"):
        replay(STAYING, TIMES)
    with pytest.raises(UsageError, match="append to it what isn't in it yet"):
        replay(STAYING, TIMES, archive=tmp_path, events=[])


def test_readings_can_be_given_to_another_engine(path: Path) -> None:
    with replay(STAYING, TIMES, leads=LEADS, events=path) as one, replay(STAYING, TIMES[:1], leads=LEADS) as other:
        one.give(other.engine, "others")
        assert other.engine.run("SELECT count(*) FROM others") == one.engine.run("SELECT count(*) FROM replayed")


def test_the_log_in_a_file_is_the_log_in_rows(path: Path) -> None:
    with path.open(encoding="utf-8") as stream:
        assert replayed(leads=LEADS, events=list(csv.DictReader(stream))) == replayed(leads=LEADS, events=path)
