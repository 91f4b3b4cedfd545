"""An erased lead is nowhere: not in a data file, not in the log, not in the tally, not in what was left lying about."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as parquet
import pytest
from deltalake import DeltaTable

import pyrometer
from pyrometer import archive
from tests.archive.holding import holders
from tests.archive.test_scoring import NOW, readings
from tests.cli.command import Runner
from tests.tally.test_tally import DEFINITION, LEADS, rows

LEAD = "zq-Ada-7f3"
LETTER = "ada.zq@example.org"


def evidence(lead: str, letter: str) -> dict[str, list[dict[str, object]]]:
    """A lead's evidence, with a letter in a property, in an answer and in a message's id."""
    return {
        "events": [
            {
                "lead_id": lead,
                "event": "seen",
                "occurred_at": f"2026-0{month}-03",
                "asset": letter,
                "message_id": letter + str(month),
            }
            for month in (4, 5, 6)
        ],
        "traits": [{"lead_id": lead, "trait": "email", "value": letter, "occurred_at": "2026-05-01"}],
        "outcomes": [{"lead_id": lead, "outcome": "won", "decided_at": "2026-06-09", "amount": 10}],
        "retract": [{"lead_id": lead, "message_id": letter + "4", "received_at": "2026-06-02"}],
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """An archive with others and the lead, in several files, one of which was replaced; scored, so there's a tally."""
    place = tmp_path / "archive"
    archive.append(place, events=rows(1, 60), now=NOW)
    archive.append(place, **evidence("L2", "other@example.org"), now=NOW)
    archive.append(place, **evidence(LEAD, LETTER), now=NOW)
    archive.compact(place)
    archive.append(place, events=[{"lead_id": LEAD, "event": "asked", "occurred_at": "2026-06-20"}], now=NOW)
    readings(archive=place, now=NOW, leads=[*LEADS, {"lead_id": LEAD}])
    return place


def test_nothing_of_an_erased_lead_is_left_in_any_byte(folder: Path) -> None:
    named, lettered = holders(folder, LEAD), holders(folder, LETTER)
    for part in ("events/", "traits/", "outcomes/", "retractions/", "tally/"):
        assert any(file.startswith(part) for file in named), part  # else the search would find nothing anywhere
    assert len([file for file in named if file.startswith("events/")]) > 3  # the replaced files, too
    assert lettered
    kept = holders(folder, "other@example.org")
    done = archive.erase(folder, [LEAD])
    assert done.rows == {"events": 4, "traits": 1, "outcomes": 1, "retractions": 1}
    assert holders(folder, LEAD) == holders(folder, LETTER) == []
    assert kept
    assert holders(folder, "other@example.org")


def test_others_score_as_before(folder: Path) -> None:
    before = {row["lead_id"]: row for row in readings(archive=folder, now=NOW)}
    archive.erase(folder, [LEAD])
    assert {row["lead_id"]: row for row in readings(archive=folder, now=NOW)} == before
    assert {row["lead_id"]: row for row in readings(archive=folder, now=NOW, direct=True)} == before


def test_what_a_killed_writer_left_goes_too(folder: Path) -> None:
    stray = next((folder / "events").rglob("*.parquet"))
    left = stray.with_name("part-left-by-a-killed-writer.parquet")
    left.write_bytes(b"PAR1" + LEAD.encode())
    archive.erase(folder, [LEAD])
    assert holders(folder, LEAD) == []
    assert not left.exists()


def test_only_files_that_name_the_lead_are_written_again(folder: Path) -> None:
    def live() -> set[str]:
        return set(DeltaTable(folder / "events").file_uris())

    others = {path for path in live() if LEAD not in str(parquet.read_table(path, partitioning=None))}
    assert live() - others
    archive.erase(folder, [LEAD])
    assert others <= live()


def test_a_second_run_finds_nothing(folder: Path) -> None:
    archive.erase(folder, [LEAD])
    version = archive.info(folder).tables["events"].version
    done = archive.erase(folder, [LEAD, "nobody"])
    assert done.rewritten == 0
    assert set(done.rows.values()) == {0}
    assert archive.info(folder).tables["events"].version == version


def test_an_erased_lead_may_come_back(folder: Path) -> None:
    archive.erase(folder, [LEAD])
    again = [{"lead_id": LEAD, "event": "asked", "occurred_at": "2026-07-20"}]
    archive.append(folder, events=again, now=NOW)
    found = readings(archive=folder, as_of="2026-08-10", leads=[{"lead_id": LEAD}])
    assert found == readings(events=again, as_of="2026-08-10", leads=[{"lead_id": LEAD}])


def test_the_command_asks_first(folder: Path) -> None:
    run = Runner(folder.parent)
    silent = run("archive", "erase", "archive", LEAD)
    assert silent.code == 2
    assert "--yes" in silent.err
    kept = run.on_terminal("archive", "erase", "archive", LEAD, until="[y/N]", press=b"\n")
    assert kept.code == 2
    assert "nothing was erased" in kept.seen
    assert holders(folder, LEAD)
    done = run.on_terminal("archive", "erase", "archive", LEAD, until="[y/N]", press=b"y\n")
    assert done.code == 0
    assert f"erased {LEAD}: 4 events, 1 answer, 1 outcome, 1 retraction" in " ".join(done.seen.split())
    assert holders(folder, LEAD) == []
    none = run("archive", "erase", "archive", LEAD, "--yes")
    assert none.code == 0
    assert f"nothing about {LEAD}" in none.out
    assert json.loads(run("archive", "info", "archive", "--format", "json").out)["tables"]["events"]["rows"] == 63


def test_scoring_says_so_where_files_went_meanwhile(folder: Path) -> None:
    for path in (folder / "events").rglob("*.parquet"):
        path.unlink()
    with pytest.raises(pyrometer.errors.EvidenceError, match="run it again"):
        pyrometer.score(DEFINITION, leads=LEADS, archive=folder, direct=True, now=NOW)


KILLED = """
import os, signal, sys
from pyrometer.archive import erasing
from pyrometer.tally import Erasing
def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)
if sys.argv[3] == "with its files there":
    erasing.clean = lambda table: die() if table.kind.name == "traits" else []
else:
    Erasing.finish = die
erasing.erase(sys.argv[1], [sys.argv[2]])
"""


@pytest.mark.parametrize("point", ["with its files there", "with its tally there"])
def test_the_run_that_completes_a_killed_one_says_what_it_did(tmp_path: Path, point: str) -> None:
    run, folder = Runner(tmp_path), tmp_path / "archive"
    events = [{"lead_id": LEAD, "event": "seen", "occurred_at": "2026-06-20"}, *rows(1, 20)]
    answer = {"lead_id": LEAD, "trait": "email", "value": LETTER, "occurred_at": "2026-05-01"}
    archive.append(folder, events=events, now=NOW)
    if point == "with its files there":
        archive.append(folder, traits=[answer], now=NOW)
    else:
        readings(archive=folder, now=NOW, leads=[{"lead_id": LEAD}])
    killed = subprocess.run([sys.executable, "-c", KILLED, folder, LEAD, point], check=False, capture_output=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert set(archive.info(folder).tables) >= {"events"}
    assert holders(folder, LEAD)
    done = run("archive", "erase", "archive", LEAD, "--yes")
    assert done.code == 0, done.err
    assert holders(folder, LEAD) == []
    assert done.out.startswith(f"archive: nothing about {LEAD} was left; removed ")
    assert "old file" in done.out
    again = run("archive", "erase", "archive", LEAD, "--yes")
    assert again.out == f"archive: nothing about {LEAD}; what was there is unchanged\n"
