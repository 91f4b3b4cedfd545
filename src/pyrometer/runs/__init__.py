"""Runs: evidence and a plan brought together, over files in our own engine or in the engine where evidence lies."""

from pyrometer.runs.again import cleared, rereadable
from pyrometer.runs.anywhere import run
from pyrometer.runs.moments import choose_as_of, day_number, moment_of, parse_as_of
from pyrometer.runs.run import DUCKDB, Run

__all__ = [
    "DUCKDB",
    "Run",
    "choose_as_of",
    "cleared",
    "day_number",
    "moment_of",
    "parse_as_of",
    "rereadable",
    "run",
]
