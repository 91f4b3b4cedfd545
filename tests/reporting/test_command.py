"""`--html` as somebody uses it: the file that it writes, and what it refuses before any work."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from tests.cli.command import Runner
from tests.learning.planted import leads, written
from tests.reporting.learnings import HOSTILE
from tests.reporting.opened import Opener

LEARN = ("learn", "--leads", "leads.csv", "--outcome-column", "ended", "--won", "won", "--lost", "lost")


@pytest.fixture
def run(tmp_path: Path) -> Runner:
    """Runs the command in a folder with leads.csv, in which names of columns and values are hostile."""
    names = {"size": HOSTILE[2], "channel": HOSTILE[1], "visits": "visits[0].a\\b"}
    values = {"Referral": HOSTILE[0], "Fair": HOSTILE[3]}
    rows = [{names.get(name, name): values.get(value, value) for name, value in row.items()} for row in leads(500)]
    written(tmp_path / "leads.csv", rows)
    return Runner(tmp_path)


def test_a_page_of_hostile_leads_is_quiet_and_says_all_of_it(run: Runner, opened: Opener) -> None:
    done = run(*LEARN, "--html", "report.html")
    assert done.code == 0, done.err
    found = opened(run.folder / "report.html")
    assert (found.asked, found.complaints) == ([], [])
    assert found.page.evaluate("document.body.id") == ""
    assert found.page.locator("img").count() == 0
    found.page.evaluate("document.querySelectorAll('details').forEach(each => each.open = true)")
    shown = found.page.locator("body").inner_text()
    assert "leads.csv" in found.page.title()
    for said in (HOSTILE[0], HOSTILE[1], HOSTILE[2], "visits[0].a\\b"):
        assert said in shown
    assert found.page.locator(".chart svg").count() >= 5
    assert sorted(path.name for path in run.folder.iterdir()) == ["leads.csv", "report.html"]


def test_a_profile_of_an_export_has_a_page(run: Runner, opened: Opener) -> None:
    options = ("--outcome-column", "ended", "--won", "won", "--lost", "lost")
    done = run("profile", "--leads", "leads.csv", *options, "--html", "profile.html")
    assert done.code == 0, done.err
    found = opened(run.folder / "profile.html")
    assert (found.asked, found.complaints) == ([], [])
    assert found.page.locator(".chart svg").count() >= 1


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ("leads.csv", "--html leads.csv would overwrite an input"),
        ("definition.yaml", "--html definition.yaml is the file of another output"),
        ("nowhere/report.html", "there is no folder nowhere"),
        (".", "is a folder"),
        ("-", "a page goes to a file"),
    ],
)
def test_what_could_not_be_written_is_refused_before_any_work(run: Runner, html: str, said: str) -> None:
    before = (run.folder / "leads.csv").read_bytes()
    done = run(*LEARN, "--out", "definition.yaml", "--html", html)
    assert done.code == 2
    assert said in done.err
    assert (run.folder / "leads.csv").read_bytes() == before
    assert [path.name for path in run.folder.iterdir()] == ["leads.csv"]


def test_a_page_is_written_whole_or_not_at_all(run: Runner) -> None:
    (run.folder / "report.html").write_text("the page of last month", encoding="utf-8")
    done = run(*LEARN, "--html", "report.html", shell="ulimit -f 8;")
    assert done.code == 2
    assert "report.html: File too large" in done.err
    assert (run.folder / "report.html").read_text(encoding="utf-8") == "the page of last month"
    assert sorted(path.name for path in run.folder.iterdir()) == ["leads.csv", "report.html"]


def test_the_packages_that_it_needs_are_named(run: Runner) -> None:
    (run.folder / "altair.py").write_text("raise ImportError('none')", encoding="utf-8")
    done = run(*LEARN, "--html", "report.html", env={"PYTHONPATH": str(run.folder)})
    assert done.code == 2
    assert 'altair): pip install "pyrometer[learn]"' in done.err
    assert sys.executable not in done.err
    assert not (run.folder / "report.html").exists()
