"""The machine-readable formats of `score`: JSON lines and CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, TextIO

from pyrometer.definition.values import spell_points

if TYPE_CHECKING:
    from pyrometer.definition import Definition
    from pyrometer.result import FrameworkReading, Reading

FRAMEWORK_PARTS = ("met", "unmet", "unknown", "ready")
TRUTH = {True: "true", False: "false", None: "unknown"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_jsonl(readings: Iterable[Reading], stream: TextIO, *, explain: bool) -> None:
    """One JSON object a line; text stays as it is."""
    encode = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": ")).encode
    for reading in readings:
        stream.write(encode(reading.as_dict(explain=explain)) + "\n")


def write_csv(readings: Iterable[Reading], definition: Definition, stream: TextIO, *, explain: bool) -> None:
    """A flat table with a header, safe to open in a spreadsheet; with `explain`, a column of points per line."""
    lines = list(_lines(definition)) if explain else []
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow(
        map(
            guard,
            [
                "lead_id",
                "temperature",
                *(f"score_{name}" for name in definition.scores),
                *(f"grade_{name}" for name, score in definition.scores.items() if score.grades),
                *(f"criterion_{name}" for name in definition.all_criteria),
                *(f"framework_{name}_{part}" for name in definition.frameworks for part in FRAMEWORK_PARTS),
                *(f"flag_{name}" for name in definition.flags),
                "missing",
                *(f"points_{score}_{rule}" for score, rule in lines),
                "as_of",
                "definition",
            ],
        )
    )
    for reading in readings:
        flat = reading.as_dict()
        points = {(line.score, line.rule): line.units for line in reading.contributions} if explain else {}
        writer.writerow(
            [
                guard(reading.lead_id),
                reading.temperature,
                *(spell_points(reading.scores[name]) for name in definition.scores),
                *(guard(reading.grades[name]) for name, score in definition.scores.items() if score.grades),
                *(reading.criteria[name] for name in definition.all_criteria),
                *chain.from_iterable(_framework(reading.frameworks[name]) for name in definition.frameworks),
                *(TRUTH[reading.flags[name]] for name in definition.flags),
                guard("; ".join(f"{item.what} ({item.gap or item.status})" for item in reading.missing)),
                *(spell_points(points.get(line, 0)) for line in lines),
                flat["as_of"],
                reading.definition,
            ]
        )


def guard(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> guard("=HYPERLINK(1)"), guard("L-17")
    ("'=HYPERLINK(1)", 'L-17')
    """
    return f"'{text}" if text.startswith(FORMULA) else text


def _framework(reading: FrameworkReading) -> tuple[int | str, ...]:
    return reading.met, reading.unmet, reading.unknown, TRUTH[reading.ready]


def _lines(definition: Definition) -> Iterator[tuple[str, str]]:
    for name, score in definition.scores.items():
        yield from ((name, rule.name) for rule in score.rules)
        yield from ((name, f"group {group}") for group in score.groups)
        yield name, "range"
