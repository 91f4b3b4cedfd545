"""The last lines of `score`: how many are hot, warm and cool, and as of when."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text

from pyrometer.cli.terminal import visible
from pyrometer.cli.thermometer import COLOURS

if TYPE_CHECKING:
    from pyrometer.scoring import Scoring


def summary_lines(scoring: Scoring, shown: int, out: Path | None) -> Iterator[Text]:
    """`12 hot, 85 warm, 903 cool of 1,000 leads`, the moment they were scored for, and the file they went to."""
    line = Text(", ").join(
        Text.assemble((f"{scoring.counts.get(temperature, 0):,} {temperature}", colour))
        for temperature, colour in COLOURS.items()
    )
    line.append(f" of {scoring.total:,} lead{'' if scoring.total == 1 else 's'}")
    yield line
    yield Text(spell_as_of(scoring.as_of, scoring.basis))
    if out is not None:
        yield Text(f"{shown:,} written to {visible(str(out))}")


BASES = {"evidence": ", the latest evidence", "today": ", today: no evidence has a time"}


def spell_as_of(as_of: datetime, basis: str) -> str:
    """The moment of a scoring, and where it comes from if nobody asked for it."""
    return f"as of {spell_moment(as_of)}{BASES.get(basis, '')}"


def spell_moment(moment: datetime) -> str:
    """A UTC time for people.

    >>> from datetime import UTC
    >>> spell_moment(datetime(2026, 6, 30, 17, 4, tzinfo=UTC))
    '2026-06-30 17:04 UTC'
    """
    return f"{moment.replace(tzinfo=None).isoformat(' ', 'seconds' if moment.second else 'minutes')} UTC"
