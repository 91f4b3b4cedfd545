"""The steps of a draft one below the other, as the list of forms shows them: in words, each with its own problems."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from pydantic import TypeAdapter, ValidationError

from pyrometer.app.nurture import rewriting
from pyrometer.app.nurture.forms.steps import FORMS, KINDS
from pyrometer.app.nurture.views.reviewing import definition
from pyrometer.definition import Definition
from pyrometer.definition.problems import Path, Problem
from pyrometer.nurture.conditions import Condition
from pyrometer.nurture.picture import SIGNS
from pyrometer.nurture.steps import STEPS, step_of
from pyrometer.nurture.words import NAMELESS, sentence, step_words, text

WORDS = 90
"""Letters that a row shows of what can't be said in words."""

_CONDITION: TypeAdapter[Any] = TypeAdapter(Condition)


@dataclass
class Row:
    """A step in the list of forms, or the head of a way: how deep, what it says, and its place."""

    depth: int
    path: Path
    kind: str
    words: str = ""
    written: str = ""
    """What stands in the text, where it can't be said in words."""
    first: bool = False
    last: bool = False
    head: bool = False
    """Whether it is a way of a branch: steps can be added to it."""
    about: Path = ()
    """Where in the text it begins; for a way of a branch that is its case."""
    problems: tuple[Problem, ...] = ()

    @property
    def place(self) -> str:
        """Its path, as addresses have it."""
        return ".".join(map(str, self.path))

    @property
    def indent(self) -> range:
        """How deep it stands, to be counted by a template."""
        return range(self.depth)

    @property
    def spoken(self) -> str:
        """What it says, in words or as it is written."""
        return self.words or self.written

    @property
    def sign(self) -> str:
        """For the eye."""
        return SIGNS["case" if self.head or self.kind == "branch" else self.kind] if self.kind else "✗"

    @property
    def said(self) -> Any:
        """What kind of step it is."""
        return KINDS.get(self.kind, _("Unknown step"))


def listed(tree: dict[str, Any], problems: Iterable[Problem], language: str) -> list[Row]:
    """The rows of a draft as it was written, in the words of the live definition; each problem at the row it is in."""
    rows = _rows(tree.get("steps"), ("steps",), 0, definition() or NAMELESS, language)
    for problem in problems:
        around = [row for row in rows if row.about and problem.path[: len(row.about)] == row.about]
        if around:
            row = max(around, key=lambda row: len(row.about))
            row.problems = (*row.problems, problem)
    return rows


def kind_of(step: Any) -> str:
    """Which kind of step it is, such as `send`; empty where it is none."""
    return (step_of(step) or "").strip("<>")


def form_of(step: Any) -> str:
    """Which form it has: that of its kind, or the one that shows it as text."""
    kind = kind_of(step)
    return kind if kind in FORMS else "branch"


def lanes(step: dict[str, Any]) -> list[tuple[Path, Any]]:
    """The lists of steps inside one as written, with their places in it; a way that isn't there yet has None."""
    found: list[tuple[Path, Any]] = []
    cases = step.get("branch")
    if isinstance(cases, list):
        found += [
            (("branch", index, "then"), case.get("then")) for index, case in enumerate(cases) if isinstance(case, dict)
        ]
        found.append((("else",), step.get("else")))
    wait = step.get("wait")
    if isinstance(wait, dict) and ("until" in wait or "date" in wait):
        found += [(("then",), step.get("then")), (("else",), step.get("else"))]
    return found


def _rows(steps: Any, path: Path, depth: int, by: Definition, language: str) -> list[Row]:
    found: list[Row] = []
    inside = steps if isinstance(steps, list) else []
    for index, each in enumerate(inside):
        here = (*path, index)
        step = each if isinstance(each, dict) else {}
        kind = kind_of(step)
        words = _words(step, kind, by, language)
        ends = {"first": index == 0, "last": index == len(inside) - 1}
        found.append(Row(depth, here, kind, words, "" if words else _written(step or each), about=here, **ends))
        for inner, below in lanes(step):
            way = _way(step, inner, by, language)
            about = (*here, *inner[:2]) if inner[0] == "branch" else (*here, *inner)
            found.append(Row(depth + 1, (*here, *inner), "way", way, head=True, about=about))
            found += _rows(below, (*here, *inner), depth + 2, by, language)
    return found


def _words(step: dict[str, Any], kind: str, by: Definition, language: str) -> str:
    """What a step does; empty where it can't be read. What stands inside it is read by itself."""
    model = STEPS.get(kind)
    if model is None:
        return ""
    if kind == "branch":
        return _("branch: the first way that holds") if isinstance(step["branch"], list) else ""
    outside = {name: value for name, value in step.items() if name not in ("then", "else")}
    try:
        return step_words(model.model_validate(outside), by, language)
    except ValidationError:
        return ""


def _way(step: dict[str, Any], inner: Path, by: Definition, language: str) -> str:
    if inner[0] != "branch":
        if "branch" in step:
            return _("else")
        return _("if it came") if inner == ("then",) else _("if it didn't come")
    case = step["branch"][int(inner[1])]
    label = case.get("label")
    said = label if isinstance(label, str) else text(label, language) if isinstance(label, dict) else ""
    try:
        said = said or sentence(_CONDITION.validate_python(case.get("when")), by)
    except ValidationError:
        said = _written(case.get("when"))
    return _("if %(when)s") % {"when": said}


def _written(piece: Any) -> str:
    found = rewriting.spelled(piece, flow=True).strip()
    return found if len(found) <= WORDS else found[: WORDS - 1] + "…"
