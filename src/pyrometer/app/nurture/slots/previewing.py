"""Who sees what: a small table of temperatures and stages, as the choices have it before anybody has come."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from pyrometer.app.nurture.slots.checking import bears
from pyrometer.app.nurture.slots.choices import STAGES, TEMPERATURES, Choice, Rule, made_ready
from pyrometer.nurture.conditions import StageLeaf, walk
from pyrometer.nurture.contents import PITCHES
from pyrometer.nurture.facts import Facts

ANY = ""
"""In the place of a stage: one that no choice asks about."""
_LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Cell:
    """What somebody gets: the contents that they may get if more is known of them, and the one that they surely get."""

    perhaps: tuple[str, ...] = ()
    surely: str = ""


@dataclass(frozen=True)
class Line:
    """A temperature (empty: a visitor of whom nothing is known), and what it gets by stage."""

    temperature: str
    cells: tuple[Cell, ...]


@dataclass(frozen=True)
class Table:
    """All of it; `stages` are the columns, `ANY` the last where there are others."""

    stages: tuple[str, ...]
    lines: tuple[Line, ...]


def table(choices: Sequence[Choice], pitches: Mapping[str, str]) -> Table:
    """The table of some choices; `pitches` of the contents that there are."""
    rules = made_ready(choices)
    asked = {stage for rule in rules for stage in _stages(rule)}
    stages = (*(stage for stage in STAGES if stage in asked), ANY)
    other = next((stage for stage in STAGES if stage not in asked), STAGES[0])
    lines = [Line("", tuple(_cell([rule for rule in rules if rule.choice.open], None, other, pitches) for _ in stages))]
    for temperature in TEMPERATURES:
        cells = tuple(_cell(rules, temperature, stage or other, pitches) for stage in stages)
        lines.append(Line(temperature, cells))
    return Table(stages, tuple(lines))


def _stages(rule: Rule) -> Iterable[str]:
    if rule.truth is None or rule.choice.condition is None:
        return
    for _, part in walk(rule.choice.condition):
        if isinstance(part, StageLeaf):
            yield from map(str, part.stage)


def _cell(rules: Sequence[Rule], temperature: str | None, stage: str, pitches: Mapping[str, str]) -> Cell:
    perhaps: list[str] = []
    for rule in rules:
        content = rule.choice.content
        if content not in pitches or PITCHES.index(pitches[content]) > bears(temperature):
            continue
        answers = dict.fromkeys((asked.key for asked in rule.questions), None)
        facts = Facts(temperature=temperature, stage=stage, answers=answers)
        found = None if rule.truth is None else rule.truth(facts, {}, _LONG_AGO)
        if found is True and not rule.needs & {"sent", "programme"}:
            return Cell(tuple(dict.fromkeys(perhaps)), content)
        if rule.truth is not None and (found is not False or rule.needs & {"sent", "programme"}):
            perhaps.append(content)
    return Cell(tuple(dict.fromkeys(perhaps)))
