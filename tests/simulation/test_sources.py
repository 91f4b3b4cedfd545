"""The same comparison from wherever the evidence is: an archive, a tally, another engine."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest

import pyrometer
from pyrometer.archive import append
from pyrometer.errors import UsageError
from pyrometer.simulation import Simulation
from pyrometer.tally import build
from tests.simulation.agreed import RICH, crowd

AS_OF = "2026-06-30"


def milder() -> dict[str, Any]:
    band = RICH["temperature"]["hot"]
    first = {"score": "interest", "at_least": 12}
    hot = band | {"when": {"all": [first, *band["when"]["all"][1:]]}}
    return RICH | {"temperature": RICH["temperature"] | {"hot": hot}}


def alike(found: Simulation) -> Simulation:
    """A simulation without what tells where its evidence was."""
    return replace(found, notes=(), queue=None, first=None, latest=None)


@pytest.fixture
def evidence() -> dict[str, list[dict[str, Any]]]:
    return crowd(1, 40)


@pytest.fixture
def plain(evidence: dict[str, Any]) -> Simulation:
    """From rows; it has something to compare."""
    found = pyrometer.simulate(RICH, milder(), as_of=AS_OF, weeks=0, **evidence)
    assert {cause.cause.what for group in found.groups for cause in group.causes} == {"interest at least 12, was 20"}
    return found


def test_from_an_archive_with_its_outcomes(plain: Simulation, evidence: dict[str, Any], tmp_path: Path) -> None:
    outcomes = [
        {"lead_id": flip.lead_id, "outcome": "won", "decided_at": "2026-07-01", "received_at": "2026-07-01"}
        for flip in plain.shown
    ]
    now = datetime(2026, 7, 2, tzinfo=UTC)
    append(tmp_path / "kept", events=evidence["events"], outcomes=outcomes, received="occurred", now=now)
    given = {"leads": evidence["leads"], "previous": evidence["previous"], "archive": tmp_path / "kept"}
    found = pyrometer.simulate(RICH, milder(), as_of=AS_OF, weeks=2, **given)
    assert found.matrix == plain.matrix
    (group,) = found.groups
    assert group.ended is not None
    assert (group.ended.won, group.ended.lost, group.ended.open) == (plain.flips, 0, 0)
    assert found.queue is not None
    assert len(found.queue.weeks) == 2
    assert {flip.outcome for flip in found.shown} == {"won"}


def test_from_an_archive_without_outcomes(plain: Simulation, evidence: dict[str, Any], tmp_path: Path) -> None:
    open_ = [{"lead_id": "L001", "outcome": "open", "decided_at": "2026-06-01"}]
    now = datetime(2026, 7, 2, tzinfo=UTC)
    append(tmp_path / "kept", events=evidence["events"], outcomes=open_, received="occurred", now=now)
    given = {"leads": evidence["leads"], "previous": evidence["previous"], "archive": tmp_path / "kept"}
    found = pyrometer.simulate(RICH, milder(), as_of=AS_OF, weeks=0, **given)
    assert alike(found) == alike(plain)
    assert found.ended is None
    with pytest.raises(UsageError, match="give outcomes"):
        pyrometer.simulate(RICH, milder(), as_of=AS_OF, weeks=0, won=("yes",), **evidence)


def test_from_a_tally(plain: Simulation, evidence: dict[str, Any], tmp_path: Path) -> None:
    events = tmp_path / "events.parquet"
    _write(evidence["events"], events, "CAST(occurred_at AS TIMESTAMP) AS occurred_at")
    build(RICH, events, tmp_path / "tally")
    given = {"leads": evidence["leads"], "previous": evidence["previous"], "tally": tmp_path / "tally"}
    assert alike(pyrometer.simulate(RICH, milder(), as_of=AS_OF, weeks=0, **given)) == alike(plain)


def test_in_another_engine(plain: Simulation, evidence: dict[str, Any], tmp_path: Path) -> None:
    leads, events = tmp_path / "leads.parquet", tmp_path / "events.parquet"
    numbers = "TRY_CAST(size AS BIGINT) AS size, TRY_CAST(budget AS DOUBLE) AS budget"
    _write(evidence["leads"], leads, numbers)
    _write(evidence["events"], events, "CAST(occurred_at AS TIMESTAMP) AS occurred_at")
    inputs = {"leads": {"files": str(leads)}, "events": {"files": str(events)}}
    given = {"engine": "chdb://", "inputs": inputs, "previous": evidence["previous"], "as_of": AS_OF}
    found = pyrometer.simulate(RICH, milder(), weeks=3, **given)
    assert alike(found) == alike(plain)
    assert found.queue is not None
    assert found.queue.limits == ("weeks aren't replayed in another engine; export the evidence to see the queue",)


def test_inputs_without_an_engine() -> None:
    with pytest.raises(UsageError, match="say which engine"):
        pyrometer.simulate(RICH, milder(), inputs={"events": "events"})


def _write(rows: list[dict[str, Any]], path: Path, replaced: str) -> None:
    """Rows as a Parquet file; `replaced` are columns with a type."""
    names = list(rows[0])
    values = [[row[name] for name in names] for row in rows]
    with duckdb.connect() as con:
        con.execute(f"CREATE TABLE held ({', '.join(f'{name} VARCHAR' for name in names)})")
        con.executemany(f"INSERT INTO held VALUES ({', '.join('?' for _ in names)})", values)
        con.execute(f"COPY (SELECT * REPLACE ({replaced}) FROM held) TO '{path}' (FORMAT parquet)")
