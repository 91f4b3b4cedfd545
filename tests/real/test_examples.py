"""The example workspaces as their README files tell to use them."""

import csv
import hashlib
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.real.command import pyrometer, residuals, score

EXAMPLES = Path(__file__).parents[2] / "examples"
WORKSPACES = ("b2b-saas", "e-commerce", "courses")
every_workspace = pytest.mark.parametrize("workspace", WORKSPACES)


def generate(out: Path, *options: object) -> Path:
    """Run the generator; returns the folder it wrote to."""
    subprocess.run([sys.executable, str(EXAMPLES / "generate.py"), "--out", str(out), *map(str, options)], check=True,
                   capture_output=True)  # fmt: skip
    return out


@pytest.fixture(scope="module")
def evidence(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All workspaces in their default size."""
    return generate(tmp_path_factory.mktemp("examples"))


def files(folder: Path) -> dict[str, str]:
    """Every file below a folder with a hash of its bytes."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def inputs(folder: Path) -> list[object]:
    """The options that give a workspace's evidence to the command line."""
    (events,) = folder.glob("events.*")
    return ["--events", events, "--traits", folder / "traits.csv"]


@every_workspace
def test_the_agreed_leads_come_out_as_agreed(workspace: str) -> None:
    definition = EXAMPLES / workspace / "definition.yaml"
    assert ": warning: " not in pyrometer("check", definition).stdout
    pyrometer("assure", definition)


def test_slips_of_the_finger_and_repeated_deliveries_are_reported(evidence: Path) -> None:
    folder = evidence / "b2b-saas"
    shown = pyrometer("check", EXAMPLES / "b2b-saas/definition.yaml", "--leads", folder / "leads.csv", *inputs(folder))
    assert "`Logistics` for `logistics` in `industry`" in shown.stdout
    assert "12 rows repeat a `message_id`" in shown.stdout


@every_workspace
def test_the_mix_is_a_few_hot_some_warm_and_most_cool(workspace: str, evidence: Path, tmp_path: Path) -> None:
    folder = evidence / workspace
    readings = score(EXAMPLES / workspace / "definition.yaml", folder / "leads.csv", tmp_path / "out.jsonl",
                     *inputs(folder), "--as-of", "2026-06-30")  # fmt: skip
    shares = {band: count / len(readings) for band, count in Counter(r["temperature"] for r in readings).items()}
    assert 0.015 <= shares["hot"] <= 0.06
    assert 0.15 <= shares["warm"] <= 0.30
    assert residuals(readings) == []


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(evidence: Path, tmp_path: Path) -> None:
    assert files(generate(tmp_path / "again")) == files(evidence)
    other = files(generate(tmp_path / "other", "--seed", 8))
    assert not set(other.values()) & set(files(evidence).values())


def test_more_leads_keep_the_journeys_of_fewer(evidence: Path, tmp_path: Path) -> None:
    few = generate(tmp_path / "few", "--workspace", "b2b-saas", "--leads", 20) / "b2b-saas/leads.csv"
    many = evidence / "b2b-saas/leads.csv"
    assert many.read_text(encoding="utf-8").startswith(few.read_text(encoding="utf-8"))


@every_workspace
def test_nothing_happens_at_the_last_midnight_or_later(workspace: str, tmp_path: Path) -> None:
    folder = generate(tmp_path, "--workspace", workspace, "--leads", 60, "--until", "2026-03-01") / workspace
    for name, column in {"traits.csv": "received_at", "outcomes.csv": "decided_at"}.items():
        with (folder / name).open(encoding="utf-8", newline="") as file:
            assert max(row[column] for row in csv.DictReader(file)) < "2026-03-01"
    (events,) = folder.glob("events.*")
    assert "2026-03-0" not in events.read_text(encoding="utf-8")
