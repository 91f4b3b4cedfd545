"""docs/simulate.md shows what really comes out."""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

from tests.cli.command import Runner
from tests.test_readme import RUN

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "simulate.md"
CHANGE = re.compile(r"<!-- change -->\n```\n(.*?)```", re.DOTALL)


def test_the_shown_output_is_real(tmp_path: Path) -> None:
    text = PAGE.read_text(encoding="utf-8")
    generate = [sys.executable, str(ROOT / "examples" / "generate.py"), "--out", str(tmp_path)]
    subprocess.run(generate, check=True, capture_output=True)
    folder = tmp_path / "b2b-saas"
    shutil.copy(ROOT / "examples" / "b2b-saas" / "definition.yaml", folder)
    (change,) = CHANGE.findall(text)
    subprocess.run(["sh", "-ec", change], cwd=folder, check=True)
    ((command, shown),) = RUN.findall(text)
    done = Runner(folder)(*shlex.split(command))
    assert done.code == 0
    assert done.out.rstrip() == shown.rstrip()


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)[)#]", PAGE.read_text(encoding="utf-8")):
        assert (PAGE.parent / target).exists(), target
