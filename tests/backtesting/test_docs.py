"""docs/backtest.md shows what really comes out."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from pathlib import Path

from tests.cli.command import Runner

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "backtest.md"
BLOCK = re.compile(r"<!-- (run|more) -->\n```\n(.*?)```", re.DOTALL)


def test_the_shown_output_is_real(tmp_path: Path) -> None:
    generate = (sys.executable, ROOT / "examples" / "generate.py", "--workspace", "b2b-saas", "--leads", "3000")
    subprocess.run([*generate, "--out", tmp_path], check=True, capture_output=True)
    (tmp_path / "b2b-saas").rename(tmp_path / "evidence")
    definition = (ROOT / "examples" / "b2b-saas" / "definition.yaml").read_text(encoding="utf-8")
    asked = "- {score: interest, at_least: 40}"
    assert definition.count(asked) == 1
    (tmp_path / "definition.yaml").write_text(definition, encoding="utf-8")
    (tmp_path / "eager.yaml").write_text(definition.replace(asked, asked.replace("40", "10")), encoding="utf-8")
    blocks = BLOCK.findall(PAGE.read_text(encoding="utf-8"))
    assert [kind for kind, _ in blocks].count("run") == 2
    out = ""
    for kind, text in blocks:
        shown = text
        if kind == "run":
            command, _, shown = text.partition("\n")
            done = Runner(tmp_path)(*shlex.split(command.removeprefix("$ pyrometer ")))
            assert (done.code, done.err) == (0, "")
            out = done.out
        assert shown.strip() in out


def test_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\(([^)#:]+)[)#]", PAGE.read_text(encoding="utf-8")):
        assert (PAGE.parent / target).exists(), target
