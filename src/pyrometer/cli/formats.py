"""The machine-readable formats of `score`: JSON lines and CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING, TextIO

from pyrometer.definition.values import spell_points
from pyrometer.plan.build import group_key
from pyrometer.plan.model import CountedPoints
from pyrometer.result import spell_time

if TYPE_CHECKING:
    from pyrometer.plan import Plan
    from pyrometer.result import Contribution, FrameworkReading, Reading

FRAMEWORK_PARTS = ("met", "unmet", "unknown", "ready")
TRUTH = {True: "true", False: "false", None: "unknown"}
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_jsonl(readings: Iterable[Reading], stream: TextIO, *, explain: bool) -> None:
    """One JSON object a line; text stays as it is."""
    encode = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": ")).encode
    for reading in readings:
        stream.write(encode(reading.as_dict(explain=explain)) + "\n")


def write_csv(readings: Iterable[Reading], plan: Plan, stream: TextIO, *, explain: bool) -> None:
    """A flat table with a header, safe to open in a spreadsheet; with `explain`, columns for every line of every sum.

    Columns have the names and the order that they have in Parquet.
    """
    named = plan.columns
    header = ["lead_id", "temperature", *(named["score", name] for name in plan.scores)]
    header += [named["grade", name] for name, score in plan.scores.items() if score.ladder]
    header += [named["criterion", name] for name in plan.criteria]
    header += [named[part, name] for name in plan.frameworks for part in FRAMEWORK_PARTS]
    header += [named["flag", name] for name in plan.flags]
    header.append("missing")
    header += list(_line_columns(plan)) if explain else []
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([*header, "as_of", "definition"])
    for reading in readings:
        writer.writerow(
            [
                guard(reading.lead_id),
                reading.temperature,
                *map(spell_points, reading.scores.values()),
                *map(guard, reading.grades.values()),
                *reading.criteria.values(),
                *chain.from_iterable(map(_framework, reading.frameworks.values())),
                *(TRUTH[truth] for truth in reading.flags.values()),
                guard("; ".join(f"{item.what} ({item.gap or item.status})" for item in reading.missing)),
                *(_line_values(plan, reading) if explain else ()),
                spell_time(reading.as_of),
                reading.definition,
            ]
        )


def _line_columns(plan: Plan) -> Iterator[str]:
    for score in plan.scores.values():
        for rule in score.rules:
            yield rule.column
            if isinstance(rule.points, CountedPoints):
                yield from (plan.columns[part, rule.column] for part in ("cut", "hits", "days since"))
    for score in plan.scores.values():
        yield from (plan.columns["group", group_key(score.name, group)] for group, _ in score.groups)
    yield from (plan.columns["range", name] for name in plan.scores)


def _line_values(plan: Plan, reading: Reading) -> Iterator[str | int]:
    lines = {(line.score, line.rule): line for line in reading.contributions}
    for score in plan.scores.values():
        for rule in score.rules:
            line = lines[score.name, rule.name]
            yield spell_points(line.units)
            if isinstance(rule.points, CountedPoints):
                yield spell_points(line.cut or 0)
                yield "" if line.hits is None else line.hits
                yield "" if line.last_at is None else (reading.as_of.date() - line.last_at).days
    for score in plan.scores.values():
        for group, _ in score.groups:
            yield _units(lines.get((score.name, f"group {group}")))
    for name in plan.scores:
        yield _units(lines.get((name, "range")))


def _units(line: Contribution | None) -> str:
    return spell_points(0 if line is None else line.units)


def guard(text: str) -> str:
    """A text that no spreadsheet takes for a formula.

    >>> guard("=HYPERLINK(1)"), guard("L-17")
    ("'=HYPERLINK(1)", 'L-17')
    """
    return f"'{text}" if text.startswith(FORMULA) else text


def _framework(reading: FrameworkReading) -> tuple[int | str, ...]:
    return reading.met, reading.unmet, reading.unknown, TRUTH[reading.ready]
