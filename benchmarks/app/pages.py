"""How quickly pages answer when the database is full: in a process of its own, server time only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.servers.postgres import postgres

ROOT = Path(__file__).parents[2]
BUDGET = 0.1


def measured(kind: str, leads: int, events: int, say: Callable[..., Any], *only: str) -> dict[str, float]:
    """The 95th percentile of each page (of those with a word of `only`), in seconds at the machine's full speed.

    PYROMETER_DATA or DATABASE_URL may name what is seeded already.
    """
    if kind == "sqlite" and "PYROMETER_DATA" in os.environ:
        return _asked({}, say, *only)
    if kind == "postgresql" and "DATABASE_URL" in os.environ:
        return _asked({}, say, *only)
    with TemporaryDirectory(prefix="pyrometer-bench-") as folder:
        if kind == "sqlite":
            return _filled({"PYROMETER_DATA": folder}, leads, events, say, *only)
        with postgres() as url:
            return _filled({"PYROMETER_DATA": folder, "DATABASE_URL": url}, leads, events, say, *only)


def _filled(more: dict[str, str], leads: int, events: int, say: Callable[..., Any], *only: str) -> dict[str, float]:
    say(f"filling {'PostgreSQL' if 'DATABASE_URL' in more else 'SQLite'}")
    seeding = [sys.executable, "-m", "benchmarks.app", "--seed", "--leads", str(leads), "--events", str(events)]
    subprocess.run(seeding, env={**os.environ, **more}, check=True, cwd=ROOT)
    return _asked(more, say, *only)


def _asked(more: dict[str, str], say: Callable[..., Any], *only: str) -> dict[str, float]:
    environment = {**os.environ, **more, "DJANGO_SETTINGS_MODULE": "pyrometer.app.settings"}
    say("asking for pages")
    asking = [sys.executable, "-m", "benchmarks.app.asking", *only]
    done = subprocess.run(asking, env=environment, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    found: dict[str, dict[str, float]] = json.loads(done.stdout)
    return {name: took["full95"] for name, took in found.items()}
