"""A programme as a picture that is read from top to bottom: lines with a depth, for pages and for terminals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pyrometer.definition import Definition
from pyrometer.definition.problems import Path
from pyrometer.nurture.flow import lanes
from pyrometer.nurture.programme import Programme
from pyrometer.nurture.steps import BranchStep, Step
from pyrometer.nurture.words import NAMELESS, sentence, step_words, text

ALWAYS = "turned hot, replied, unsubscribed or suppressed, handed over to sales"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: how deep it stands, what it is, its words, and the id of its step (empty for what is none).

    `kind` is that of the step, or `enter`, `exit`, `case`, `else`, `came`, `limit`, `end`.
    """

    depth: int
    kind: str
    words: str
    step: str = ""


def drawn(programme: Programme, definition: Definition = NAMELESS, language: str = "en") -> tuple[Line, ...]:
    """The picture: who enters and leaves, then each step below the one before it, the ways of a branch deeper."""
    by_path = {node.path: node.id for node in programme.flow.nodes.values()}
    lines = [Line(0, "enter", sentence(programme.enter.when, definition)), Line(0, "exit", ALWAYS)]
    lines += [Line(0, "exit", f"{own.because}: {sentence(own.when, definition)}") for own in programme.exits]

    def draw(steps: Sequence[Step], path: Path, depth: int) -> None:
        for index, step in enumerate(steps):
            here, name = (*path, index), by_path[(*path, index)]
            below = depth + 1
            if isinstance(step, BranchStep):
                below = depth
            else:
                kind = programme.flow.nodes[name].kind
                lines.append(Line(depth, kind, step_words(step, definition, language), name))
            for inner, steps_inside in lanes(step):
                if steps_inside or (inner != ("else",) and isinstance(step, BranchStep)):
                    lines.append(_lane(step, inner, below, definition, language, name))
                    draw(steps_inside, (*here, *inner), below + 1)

    draw(programme.steps, ("steps",), 0)
    return (*lines, Line(0, "end", "finished"))


def _lane(step: Step, inner: Path, depth: int, definition: Definition, language: str, name: str) -> Line:
    if isinstance(step, BranchStep):
        if inner == ("else",):
            return Line(depth, "else", "else", name)
        case = step.branch[int(inner[1])]
        return Line(depth, "case", f"if {text(case.label, language) or sentence(case.when, definition)}", name)
    came = inner == ("then",)
    return Line(depth, "came" if came else "limit", "if it came" if came else "if it didn't come", name)


SIGNS = {
    "enter": "↓",
    "exit": "↗",
    "send": "✉",
    "ask": "?",
    "offer": "%",
    "wait": "…",
    "notify": "!",
    "set": "=",
    "leave": "■",
    "go": "↺",
    "case": "◇",
    "else": "◇",
    "came": "◇",
    "limit": "◇",
    "end": "■",
}
PLAIN = {ord(sign): plain for sign, plain in zip("↓↗✉…■↺◇│", "><@~#^-|", strict=True)}
_HEAD = {"enter": "enters: ", "exit": "leaves: "}


def spelled(lines: Sequence[Line], *, plain: bool = False) -> str:
    """The picture as text, a line each; `plain` keeps to ASCII."""
    found = "\n".join(
        f"{'│  ' * line.depth}{SIGNS[line.kind]} {_HEAD.get(line.kind, '')}{line.words}" for line in lines
    )
    return found.translate(PLAIN) if plain else found
