"""Every lead that changes temperature, as JSON Lines or CSV."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from pyrometer.cli.formats import guard
from pyrometer.cli.output import text_output
from pyrometer.definition.values import spell_points
from pyrometer.errors import UsageError

if TYPE_CHECKING:
    from pyrometer.simulation import Flip, ScoreChange

SUFFIXES = {".jsonl": "jsonl", ".ndjson": "jsonl", ".csv": "csv"}
HEADER = ("lead_id", "before", "after", "previous", "causes", "scores", "lines", "outcome", "decided")


def format_of(out: Path) -> str:
    """`jsonl` or `csv`, by the file's name. Raises UsageError."""
    suffix = Path(out.name.lower().removesuffix(".gz")).suffix
    if suffix not in SUFFIXES:
        raise UsageError(f"--out {out}: name it .jsonl or .csv, each also with .gz, for every lead that changes")
    return SUFFIXES[suffix]


@contextmanager
def flip_writer(out: Path | None, kind: str | None) -> Iterator[Callable[[Flip], None] | None]:
    """What writes a flip to a file, which appears whole or not at all; None without a file."""
    if out is None:
        yield None
        return
    with text_output(out) as stream:
        if kind == "jsonl":
            encode = json.JSONEncoder(ensure_ascii=False, separators=(", ", ": ")).encode

            def write(flip: Flip) -> None:
                stream.write(encode(flip.as_dict()) + "\n")

            yield write
            return
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(HEADER)

        def write_row(flip: Flip) -> None:
            writer.writerow(
                [
                    guard(flip.lead_id),
                    flip.before,
                    flip.after,
                    flip.previous or "",
                    guard("; ".join(cause.what for cause in flip.causes)),
                    guard("; ".join(_score(score) for score in flip.scores)),
                    guard("; ".join(_lines(score) for score in flip.scores if score.lines)),
                    flip.outcome or "",
                    "true" if flip.decided else "false",
                ]
            )

        yield write_row


def _score(score: ScoreChange) -> str:
    """`interest 32.5 to 41`; a score that only one definition has stands with a dash."""
    before, after = ("–" if units is None else spell_points(units) for units in (score.before, score.after))
    return f"{score.score} {before} to {after}"


def _lines(score: ScoreChange) -> str:
    return ", ".join(f"{score.score}: {line.rule} {signed_points(line.difference)}" for line in score.lines)


def signed_points(units: int) -> str:
    """Points with their sign.

    >>> signed_points(12_500), signed_points(-10_000)
    ('+1.25', '-1')
    """
    return f"+{spell_points(units)}" if units > 0 else spell_points(units)
