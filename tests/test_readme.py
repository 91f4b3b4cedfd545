"""The README shows what really comes out."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

README = Path(__file__).resolve().parents[1] / "README.md"
FILE = re.compile(r"<!-- (\S+\.\w+) -->\n```\w*\n(.*?)```", re.DOTALL)
RUN = re.compile(r"<!-- run -->\n```\n\$ pyrometer ([^\n]*)\n(.*?)```", re.DOTALL)
PLAIN = {name: value for name, value in os.environ.items() if name not in ("COLUMNS", "FORCE_COLOR")}


def test_the_shown_output_is_real(tmp_path: Path) -> None:
    text = README.read_text(encoding="utf-8")
    for name, content in FILE.findall(text):
        (tmp_path / name).write_text(content, encoding="utf-8")
    runs = RUN.findall(text)
    assert len(runs) == 2
    for command, shown in runs:
        done = subprocess.run(
            [sys.executable, "-m", "pyrometer.cli", *shlex.split(command)],
            cwd=tmp_path,
            capture_output=True,
            text=True,
            encoding="utf-8",
            check=False,
            env=PLAIN,
        )
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout.rstrip() == shown.rstrip()


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README.read_text(encoding="utf-8")):
        assert (README.parent / target).exists(), target


def test_the_shown_definition_is_assured(tmp_path: Path) -> None:
    import pyrometer

    files = dict(FILE.findall(README.read_text(encoding="utf-8")))
    results = pyrometer.assure(files["definition.yaml"])
    assert [result.passed for result in results] == [True]
