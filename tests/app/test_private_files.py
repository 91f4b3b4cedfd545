"""What an installation keeps is for its own user only."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

DEPLOY = Path(__file__).parents[2] / "deploy"


def test_no_other_user_of_the_machine_reads_what_is_kept(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYROMETER_", "DJANGO_"))}
    command = [sys.executable, "-m", "pyrometer.cli", "migrate", "--data", str(folder)]
    subprocess.run(command, check=True, umask=0o022, env=environment, capture_output=True)
    kept = [folder, *folder.rglob("*")]
    assert {"secret", "pyrometer.db"} <= {each.name for each in kept}
    assert [each.name for each in kept if stat.S_IMODE(each.stat().st_mode) & 0o077] == []


def test_services_keep_it_so() -> None:
    units = list(DEPLOY.glob("*.service"))
    assert len(units) == 2
    for unit in units:
        assert {"UMask=0077", "StateDirectoryMode=0700"} <= set(unit.read_text().splitlines())
