"""How quickly pages answer when the database is full: in a process of its own, server time only."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from benchmarks.app.fresh import ROOT, filled

BUDGET = 0.1


def measured(kind: str, leads: int, events: int, say: Callable[..., Any], *only: str) -> dict[str, float]:
    """The 95th percentile of each page (of those with a word of `only`), in seconds at the machine's full speed.

    PYROMETER_DATA or DATABASE_URL may name what is seeded already.
    """
    if {"sqlite": "PYROMETER_DATA", "postgresql": "DATABASE_URL"}[kind] in os.environ:
        return _asked({**os.environ, "DJANGO_SETTINGS_MODULE": "pyrometer.app.settings"}, say, *only)
    with filled(kind, leads, events, say) as environment:
        return _asked(environment, say, *only)


def _asked(environment: dict[str, str], say: Callable[..., Any], *only: str) -> dict[str, float]:
    say("asking for pages")
    asking = [sys.executable, "-m", "benchmarks.app.asking", *only]
    done = subprocess.run(asking, env=environment, check=True, cwd=ROOT, stdout=subprocess.PIPE, text=True)
    found: dict[str, dict[str, float]] = json.loads(done.stdout)
    return {name: took["full95"] for name, took in found.items()}
