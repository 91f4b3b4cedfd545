"""Outcomes are read as whoever keeps a CRM would tell them: the latest counts, and what is odd is said."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pyrometer import archive
from pyrometer.engines import DuckDBEngine
from pyrometer.errors import EvidenceError, UsageError
from pyrometer.outcomes import Outcomes, read_outcomes

NOW = datetime(2026, 7, 1, tzinfo=UTC)


@pytest.fixture
def engine() -> Iterator[DuckDBEngine]:
    with DuckDBEngine() as engine:
        yield engine


def row(lead: str, outcome: str | None, decided: str | None = None, **more: Any) -> dict[str, Any]:
    return {"lead_id": lead, "outcome": outcome, "decided_at": decided, **more}


def decided(engine: DuckDBEngine) -> dict[str, bool]:
    return dict(engine.run("SELECT lead_id, won FROM outcomes ORDER BY lead_id"))


def said(found: Outcomes) -> str:
    return "\n".join(map(str, found.notes))


def test_the_relation_has_what_others_rely_on(engine: DuckDBEngine) -> None:
    read_outcomes(engine, [row("Ada", "won", "2026-05-02T10:00:00Z", amount="1200.5", received_at="2026-05-04")])
    columns = "SELECT column_name, data_type FROM duckdb_columns() WHERE table_name = 'outcomes' ORDER BY column_index"
    assert engine.run(columns) == [
        ("lead_id", "VARCHAR"),
        ("won", "BOOLEAN"),
        ("decided_at", "TIMESTAMP"),
        ("known_at", "TIMESTAMP"),
        ("amount", "DOUBLE"),
    ]
    assert engine.run(
        "SELECT lead_id, won, CAST(decided_at AS VARCHAR), CAST(known_at AS VARCHAR), amount FROM outcomes"
    ) == [("Ada", True, "2026-05-02 10:00:00", "2026-05-04 00:00:00", 1200.5)]


def test_what_was_not_said_to_be_received_was_known_when_decided(engine: DuckDBEngine) -> None:
    read_outcomes(engine, [row("Ada", "won", "2026-05-02")])
    assert engine.run("SELECT CAST(known_at AS DATE) = DATE '2026-05-02' FROM outcomes") == [(True,)]


@pytest.mark.parametrize("turn", [1, -1], ids=["in order", "in reverse"])
def test_the_latest_outcome_counts_wherever_it_stands(engine: DuckDBEngine, turn: int) -> None:
    rows = [row("Ada", "lost", "2026-01-10"), row("Ada", "won", "2026-05-02"), row("Bo", "won", "2026-05-02")]
    found = read_outcomes(engine, rows[::turn])
    assert decided(engine) == {"Ada": True, "Bo": True}
    assert "1 lead with more than one outcome; the latest counts" in said(found)


def test_a_lead_that_was_opened_again_is_open(engine: DuckDBEngine) -> None:
    found = read_outcomes(
        engine, [row("Ada", "lost", "2026-01-10"), row("Ada", "open", "2026-03-01"), row("Bo", "lost", "2026-02-01")]
    )
    assert decided(engine) == {"Bo": False}
    assert (found.won, found.lost, found.open) == (0, 1, 1)


@pytest.mark.parametrize("turn", [1, -1], ids=["in order", "in reverse"])
def test_what_was_received_last_counts_whatever_day_it_names(engine: DuckDBEngine, turn: int) -> None:
    """Ada was opened again without a day of it; Bo's win of May turned out to be a loss of April."""
    rows = [
        row("Ada", "lost", "2026-01-05", received_at="2026-01-05"),
        row("Ada", "open", received_at="2026-03-01"),
        row("Bo", "won", "2026-05-02", received_at="2026-05-02"),
        row("Bo", "lost", "2026-04-30", received_at="2026-05-10"),
    ]
    found = read_outcomes(engine, rows[::turn])
    assert decided(engine) == {"Bo": False}
    assert (found.won, found.lost, found.open) == (0, 1, 1)


def test_a_row_without_any_time_is_newer_than_those_above_it(engine: DuckDBEngine) -> None:
    rows = [
        row("Ada", "lost", "2026-01-05"),
        row("Ada", "reopened"),
        row("Bo", "won"),
        row("Bo", "lost", "2026-02-01"),
        row("Cem", "open"),
        row("Cem", "won", "2026-02-01"),
    ]
    read_outcomes(engine, rows)
    assert decided(engine) == {"Bo": False, "Cem": True}


def test_of_undated_rows_the_last_in_the_file_counts(engine: DuckDBEngine) -> None:
    found = read_outcomes(engine, [row("Ada", "won"), row("Ada", "lost"), row("Bo", "won")])
    assert decided(engine) == {"Ada": False, "Bo": True}
    assert found.undated == 2
    assert "2 decided leads without `decided_at`" in said(found)
    assert "1 lead both won and lost at the same time" in said(found)


def test_other_words_than_won_and_lost(engine: DuckDBEngine) -> None:
    rows = [row("Ada", " Closed Won ", "2026-05-02"), row("Bo", "Disqualified"), row("Cem", "Negotiation")]
    found = read_outcomes(engine, rows, won=["closed won"], lost=["Closed lost", "disqualified"])
    assert decided(engine) == {"Ada": True, "Bo": False}
    assert found.open == 1


def test_a_file_without_a_decided_lead_is_refused_with_its_own_words(engine: DuckDBEngine) -> None:
    with pytest.raises(EvidenceError, match="no outcome is `won` or `lost`; the column says `Closed Won`, `Open`"):
        read_outcomes(engine, [row("Ada", "Closed Won"), row("Bo", "Closed Won"), row("Cem", "Open")])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({}, "says `lost`, so no lead would be lost; the column says `won`, `Closed Lost`, `open`: --lost names"),
        ({"lost": ["churned"]}, "says `churned`, so no lead would be lost"),
        ({"won": ["signed", "paid"], "lost": ["closed lost"]}, "says `signed` or `paid`, so no lead would be won"),
    ],
)
def test_a_word_that_no_outcome_says_is_refused_where_another_could_be_meant(
    engine: DuckDBEngine, words: dict[str, list[str]], message: str
) -> None:
    rows = [row("Ada", "won"), row("Bo", "won"), row("Cem", "won"), row("Di", "Closed Lost"), row("Eve", "Closed Lost")]
    with pytest.raises(EvidenceError, match=message):
        read_outcomes(engine, [*rows, row("Flo", "open"), row("Gil", "")], **words)


def test_nobody_lost_yet_is_told(engine: DuckDBEngine) -> None:
    found = read_outcomes(engine, [row("Ada", "won", "2026-05-02"), row("Bo", "Open"), row("Cem", "")])
    assert (found.won, found.lost, found.open) == (1, 0, 2)
    assert "no lead is lost: no outcome says `lost`" in said(found)


@pytest.mark.parametrize(
    ("won", "lost", "message"),
    [
        (["won"], ["Won "], "`won` can't mean won and lost"),
        ([" "], ["lost"], "no word for won leads"),
        (["won"], [], "no word for lost leads"),
    ],
)
def test_words_that_make_no_sense(engine: DuckDBEngine, won: list[str], lost: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read_outcomes(engine, [row("Ada", "won")], won=won, lost=lost)


def test_what_is_odd_in_a_file_is_told_with_its_rows(engine: DuckDBEngine, tmp_path: Path) -> None:
    path = tmp_path / "outcomes.csv"
    path.write_text(
        "lead_id,outcome,decided_at,amount\n"
        "Ada,won,2026-05-02,many\n"
        "Ada,won,2026-05-02,many\n"
        ",won,2026-05-02,1\n"
        "Bo,lost,someday,1\n"
        "Zoë,lost,2026-09-01,1\n"
    )
    engine.run("CREATE TABLE known AS SELECT unnest(['Ada', 'Bo']) AS lead_id")
    found = read_outcomes(engine, path, leads="known", now=NOW)
    text = said(found)
    assert "2 values of `amount` unreadable (row 2: 'many', row 3: 'many')" in text
    assert "1 row without `lead_id` (row 4); left out" in text
    assert "1 value of `decided_at` unreadable (row 5: 'someday')" in text
    assert "1 row that says again what another says; counted once" in text
    assert "1 row of 1 lead not among the leads (row 6: 'Zoë')" in text
    assert "1 row decided in the future (row 6: '2026-09-01 00:00:00')" in text
    assert decided(engine) == {"Ada": True, "Bo": False, "Zoë": False}


def test_columns_by_other_names(engine: DuckDBEngine) -> None:
    rows = [{"Contact": "Ada", "Stage": "won", "Closed": "2026-05-02"}]
    names = {"outcome": "Stage", "decided_at": "Closed", "industry": "Branch"}
    read_outcomes(engine, rows, lead_id="Contact", columns=names)
    assert engine.run("SELECT lead_id, CAST(decided_at AS VARCHAR) FROM outcomes") == [("Ada", "2026-05-02 00:00:00")]


def test_a_file_without_the_column_says_how_to_name_it(engine: DuckDBEngine) -> None:
    with pytest.raises(EvidenceError, match="no column `outcome`; the columns are `lead_id`, `Stage`"):
        read_outcomes(engine, [{"lead_id": "Ada", "Stage": "won"}])


def test_an_archive_gives_what_stands(engine: DuckDBEngine, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    rows = [row("Ada", "won", "2026-05-02"), row("Bo", "lost", "2026-05-03"), row("Cem", "lost", "2026-05-04")]
    archive.append(folder, outcomes=rows, now=NOW, received="occurred")
    archive.append(folder, retract=rows[1:2], now=NOW)
    archive.append(folder, outcomes=[row("Cem", "won", "2026-06-01")], now=NOW)
    read_outcomes(engine, archive=folder)
    assert decided(engine) == {"Ada": True, "Cem": True}


def test_an_archive_without_outcomes_says_how_to_add_them(engine: DuckDBEngine, tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    archive.append(folder, events=[{"lead_id": "Ada", "event": "call", "occurred_at": "2026-05-01"}], now=NOW)
    with pytest.raises(UsageError, match="holds no outcomes: append some with `pyrometer archive append"):
        read_outcomes(engine, archive=folder)


def test_one_source_of_outcomes(engine: DuckDBEngine, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="give outcomes as a file, or an archive"):
        read_outcomes(engine)
    with pytest.raises(UsageError, match="give outcomes as a file, or an archive"):
        read_outcomes(engine, [row("Ada", "won")], archive=tmp_path)
