"""Web and worker before the database is at their version."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.command import Runner

ENVIRONMENT = {"DATABASE_URL": "", "DJANGO_SETTINGS_MODULE": "pyrometer.app.settings"}


@pytest.mark.parametrize("command", ["web", "worker"])
def test_it_says_what_comes_first(tmp_path: Path, command: str) -> None:
    data = tmp_path / "data"
    data.mkdir()
    shown = Runner(tmp_path)(command, "--data", str(data), env=ENVIRONMENT)
    assert shown.code == 2
    assert "run `pyrometer migrate` first" in " ".join(shown.err.split())
    assert "Traceback" not in shown.err
