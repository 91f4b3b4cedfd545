"""The command line as somebody at a terminal uses it, and its output as Python values."""

import json
import os
import subprocess
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

Reading = dict[str, Any]


def pyrometer(*arguments: object, exit_code: int = 0) -> subprocess.CompletedProcess[str]:
    """Run the command; it must end with that exit code and never with a traceback."""
    done = subprocess.run(
        [sys.executable, "-m", "pyrometer.cli", *map(str, arguments)],
        capture_output=True, text=True, encoding="utf-8", timeout=300, env={**os.environ, "COLUMNS": "160"},
    )  # fmt: skip
    assert done.returncode == exit_code, f"exit code {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"
    assert "Traceback" not in done.stderr
    return done


def score(definition: Path, leads: Path, out: Path, *options: object) -> list[Reading]:
    """The readings of `pyrometer score --explain`, through a JSONL file."""
    pyrometer("score", definition, "--leads", leads, *options, "--format", "jsonl", "--explain", "--out", out)
    with out.open(encoding="utf-8") as lines:
        return [json.loads(line, parse_float=Decimal) for line in lines]


def residuals(readings: list[Reading]) -> list[str]:
    """The leads whose contributions don't add up to their scores to the last of four decimals."""
    off = []
    for reading in readings:
        sums: dict[str, Decimal] = defaultdict(Decimal)
        for line in reading["contributions"]:
            sums[line["score"]] += line["points"]
        off += [reading["lead_id"] for name, points in reading["scores"].items() if sums[name] != points]
    return off
