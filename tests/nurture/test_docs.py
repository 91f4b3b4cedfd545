"""What docs/programmes.md shows is real."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from pyrometer.definition import load as load_definition
from pyrometer.nurture import read
from pyrometer.nurture.conditions import KINDS
from pyrometer.nurture.steps import STEPS
from pyrometer.rehearsal import load_story
from tests.cli.command import Runner
from tests.test_readme import FILE, RUN

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs" / "programmes.md").read_text(encoding="utf-8")
FILES = dict(FILE.findall(TEXT))
DEFINITION = load_definition(ROOT / "examples" / "b2b-saas" / "definition.yaml")


@pytest.mark.parametrize("name", ["win-back.yaml", "plans.yaml", "letter.yaml"])
def test_the_programmes_are_sound(name: str) -> None:
    assert read(FILES[name], DEFINITION).problems == []


def test_the_story_can_be_told() -> None:
    assert load_story(FILES["story.yaml"], DEFINITION).lead == "A care home that reads and falls silent"


def test_the_shown_output_is_real(tmp_path: Path) -> None:
    for name, content in FILES.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    runs = RUN.findall(TEXT)
    assert len(runs) == 1
    for command, shown in runs:
        done = Runner(tmp_path)(*shlex.split(command))
        assert (done.code, done.err) == (0, "")
        assert done.out.rstrip() == shown.rstrip()


def test_every_step_and_every_leaf_is_told() -> None:
    assert all(re.search(rf"^\| `{kind}: ", TEXT, re.MULTILINE) for kind in STEPS)
    own = KINDS[KINDS.index("temperature") :]
    assert all(re.search(rf"^\| `{{{kind}: ", TEXT, re.MULTILINE) for kind in own)


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", TEXT):
        assert (ROOT / "docs" / target).exists(), target
