"""docs/archive.md shows what really comes out."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

from tests.cli.command import Runner
from tests.test_readme import FILE, RUN

PAGE = Path(__file__).resolve().parents[2] / "docs" / "archive.md"


def test_the_shown_output_is_real(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    for name, content in FILE.findall(text):
        (tmp_path / name).write_text(content, encoding="utf-8")
    runs = RUN.findall(text)
    assert len(runs) == 8
    for command, shown in runs:
        done = Runner(tmp_path)(*shlex.split(command))
        assert (command, done.code, done.err) == (command, 0, "")
        assert done.out.rstrip() == shown.rstrip()


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)[)#]", PAGE.read_text(encoding="utf-8")):
        assert (PAGE.parent / target).exists(), target
