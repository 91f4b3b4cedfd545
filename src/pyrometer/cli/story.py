"""A lead's story as text."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from rich.console import Console, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from pyrometer.cli.summary import spell_as_of
from pyrometer.cli.sums import sum_lines
from pyrometer.cli.terminal import mark, show, speaks_unicode, visible
from pyrometer.cli.thermometer import COLOURS, thermometer

if TYPE_CHECKING:
    from pyrometer.explanation import Gate, Story
    from pyrometer.result import Missing

WARMTH = {"cool": 0, "warm": 1, "hot": 2}
_COMBINED = re.compile(r"(?P<kind>(unmet if )?(all of|any of|at least \d+ of)): ")


def print_story(story: Story, screen: Console, language: str) -> None:
    """Print the thermometer, the sums, the gates, the criteria, what is missing and what to ask."""
    plain = not speaks_unicode(screen)
    reading = story.reading
    head = Text.assemble((visible(reading.lead_id), "bold"), "  ", thermometer(reading.temperature, plain=plain))
    if story.previous is not None and story.previous != reading.temperature:
        head.append(f"  (was {story.previous})")
    parts: list[RenderableType] = [head, Text(spell_as_of(reading.as_of, story.basis), style="dim"), Text()]
    parts += [sum_lines(reading, plain=plain, indent=0, rules=story.rules, below=screen.width < 110), Text()]
    for temperature in _asked(story):
        parts += _gate_parts(story, temperature, screen)
    if story.criteria:
        parts.append(Text("criteria", style="bold"))
        parts += [row for gate in story.criteria.values() for row in _tree(gate, screen, 1)]
        parts.append(Text())
    parts += _missing_parts(reading.missing, reading.temperature, screen)
    if story.question is not None:
        parts.append(Text.assemble(("ask next", "bold"), f", for {visible(story.question.criterion)}"))
        parts.append(Padding(Text(visible(story.question.text(language)), style="italic"), (0, 0, 0, 2)))
    while parts and isinstance(parts[-1], Text) and not parts[-1]:
        parts.pop()
    for part in parts:
        show(screen, part)


def _asked(story: Story) -> Iterator[str]:
    """The temperatures whose gates decided: the lead's own and those above it."""
    for temperature in story.gates:
        if WARMTH[temperature] >= WARMTH[story.reading.temperature]:
            yield temperature


def _gate_parts(story: Story, temperature: str, screen: Console) -> Iterator[RenderableType]:
    """The gate that opens a temperature and, for a lead that had it, the one that keeps it."""
    for kind, gate in story.gates[temperature].items():
        if kind == "stay" and WARMTH.get(story.previous or "cool", 0) < WARMTH[temperature]:
            continue
        title = Text.assemble(
            mark(gate.truth, screen), " ", (temperature, COLOURS[temperature]), " stays if" if kind == "stay" else " if"
        )
        combined = _COMBINED.match(gate.sentence)
        if combined and gate.parts:
            title.append(f" {combined['kind']}")
        yield title
        for part in gate.parts if combined else (gate,):
            yield from _tree(part, screen, 1)
        yield Text()


def _tree(gate: Gate, screen: Console, depth: int) -> Iterator[RenderableType]:
    """A gate and what stands behind it, a line each, with what was found."""
    sentence, actual, parts = gate.sentence, gate.actual, gate.parts
    combined = _COMBINED.match(sentence) if parts else None
    if combined:
        sentence = combined["kind"]
    elif len(parts) == 1 and actual is None and parts[0].truth == gate.truth:
        behind = parts[0]
        inner = _COMBINED.match(behind.sentence) if behind.parts else None
        sentence = f"{sentence}: {inner['kind'] if inner else behind.sentence}"
        actual, parts = behind.actual, behind.parts
    text = Text(visible(sentence))
    if actual is not None:
        text.append(f" {_dot(screen)} {visible(actual)}", style="dim")
    line = Table.grid(padding=(0, 1, 0, 0))
    line.add_row(Text(*mark(gate.truth, screen)), text)
    yield Padding(line, (0, 0, 0, 2 * depth))
    for part in parts:
        yield from _tree(part, screen, depth + 1)


def _dot(screen: Console) -> str:
    return "·" if speaks_unicode(screen) else "-"


def _missing_parts(missing: Iterable[Missing], temperature: str, screen: Console) -> Iterator[RenderableType]:
    missing = list(missing)
    if not missing:
        return
    yield Text.assemble(("missing", "bold"), f" for {'warm' if temperature == 'cool' else 'hot'}")
    arrow = "→" if speaks_unicode(screen) else "->"
    for item in missing:
        text = Text(visible(item.what))
        if item.gap is not None and item.gap != item.what:
            text.append(f" {_dot(screen)} {visible(item.gap)}", style="dim")
        if item.closes is not None:
            text.append(f"\n{arrow} {visible(item.closes)}", style="green")
        line = Table.grid(padding=(0, 1, 0, 0))
        line.add_row(Text(*mark(None if item.status == "unknown" else False, screen)), text)
        yield Padding(line, (0, 0, 0, 2))
    yield Text()
