"""Runs: evidence and a plan brought together, over files in our own engine or in the engine where evidence lies."""

from pyrometer.runs.inplace import opened, run_in_place
from pyrometer.runs.loaded import run_loaded
from pyrometer.runs.moments import choose_as_of, day_number, moment_of, parse_as_of
from pyrometer.runs.run import DUCKDB, Run

__all__ = [
    "DUCKDB",
    "Run",
    "choose_as_of",
    "day_number",
    "moment_of",
    "opened",
    "parse_as_of",
    "run_in_place",
    "run_loaded",
]
