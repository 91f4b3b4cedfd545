"""A database of its own for a measurement, which is gone when it is over."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.servers.postgres import postgres

ROOT = Path(__file__).parents[2]
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@contextmanager
def fresh(kind: str) -> Iterator[dict[str, str]]:
    """The environment of processes that work on an empty database, `sqlite` or `postgresql`."""
    kept = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    with TemporaryDirectory(prefix="pyrometer-bench-") as folder:
        environment = {**kept, "PYROMETER_DATA": folder, "DJANGO_SETTINGS_MODULE": "pyrometer.app.settings"}
        if kind == "sqlite":
            yield environment
            return
        with postgres() as url:
            yield {**environment, "DATABASE_URL": url}


@contextmanager
def filled(kind: str, leads: int, events: int, say: Callable[..., Any]) -> Iterator[dict[str, str]]:
    """The same with invented leads and their events."""
    with fresh(kind) as environment:
        say(f"filling {NAMES[kind]}")
        seeding = [sys.executable, "-m", "benchmarks.app", "--seed", "--leads", str(leads), "--events", str(events)]
        subprocess.run(seeding, env=environment, check=True, cwd=ROOT)
        yield environment
