"""A query laid out for people: a step, a rule, a condition a line, and comments where the eye needs them.

Only white space and comments differ from what sqlglot writes in one line: every piece is written by sqlglot, and this
module breaks the lines.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from sqlglot import exp

WIDTH = 120
"""Where lines are broken; names that are longer, and comments, may go beyond."""

INDENT = "  "
ROOM = WIDTH - 2 * len(INDENT) - 1
"""What is left of a line within a step's list, before its comma."""

_HOLE = "pyrometer_hole"


@dataclass(frozen=True)
class Layout:
    """Lays out queries of one of sqlglot's dialects; `notes` tell what steps are, by their names."""

    dialect: str
    notes: Mapping[str, str] = field(default_factory=dict)

    def steps(self, select: exp.Select) -> list[tuple[str, str]]:
        """The steps of a query by name, each after a line that says what it is."""
        found = []
        for step in select.ctes:
            marker = "NOT MATERIALIZED " if step.args.get("materialized") is False else ""
            lines = comment(self.notes.get(step.alias, ""))
            lines += [f"{self.flat(step.args['alias'])} AS {marker}(", *_indented(self._select(step.this)), ")"]
            found.append((step.alias, "\n".join(lines)))
        return found

    def body(self, select: exp.Select) -> str:
        """The SELECT after the steps."""
        return "\n".join(self._select(select)) + "\n"

    def flat(self, expression: exp.Expr) -> str:
        """An expression in one line, without comments."""
        return expression.sql(dialect=self.dialect, comments=False)

    def _select(self, select: exp.Query) -> Iterator[str]:
        if len(select.selects) == 1 and isinstance(select.selects[0], exp.Star):
            yield "SELECT *"
        else:
            yield from ["SELECT", *self._columns(select)]
        yield from self._source(select.args["from_"])
        for join in select.args.get("joins") or ():
            yield self.flat(join).strip()
        where = select.args.get("where")
        if where is not None:
            first, *rest = self._chain("WHERE ", where.this, exp.And, "AND", ROOM)
            yield from [first, *_indented(rest)]
        group = select.args.get("group")
        if group is not None:
            yield self.flat(group).strip()
        offset = select.args.get("offset")
        if offset is not None:
            # PostgreSQL then computes the step once a row, instead of wherever a later one reads it.
            yield self.flat(offset).strip()
        settings = select.args.get("settings")
        if settings:
            yield "SETTINGS " + ", ".join(map(self.flat, settings))

    def _columns(self, select: exp.Query) -> Iterator[str]:
        """What is selected, each with its comment beside it, or above where there is no room."""
        for item in select.selects:
            last = "" if item is select.selects[-1] else ","
            note = " ".join(" ".join(item.comments or ()).split())
            lines = list(self._broken(item, ROOM))
            lines[-1] += last
            if note and len(lines) == 1 and len(lines[0]) + len(note) + 4 <= ROOM:
                lines[0] += f" -- {note}"
            else:
                lines = [*comment(note), *lines]
            yield from _indented(lines)

    def _source(self, source: exp.Expr) -> Iterator[str]:
        """FROM; a table of literals has a line for each of its rows."""
        flat = self.flat(source).strip()
        rows = list(source.find_all(exp.Tuple, exp.Struct)) if len(flat) > WIDTH else []
        if not rows:
            yield flat
            return
        texts = [self.flat(row) for row in rows]
        at = flat.index(texts[0])
        yield flat[:at].rstrip()
        for text, following in pairwise([*texts, ""]):
            assert flat.startswith(text, at), "rows of literals stand in a row"
            at += len(text) + (2 if following else 0)
            yield f"{INDENT}{text}{',' if following else ''}"
        yield flat[at:]

    def _broken(self, expression: exp.Expr, room: int) -> Iterator[str]:
        """An expression in as few lines as fit the room, broken where it reads best."""
        flat = self.flat(expression)
        if len(flat) <= room:
            yield flat
        elif isinstance(expression, exp.And | exp.Or):
            kind = type(expression)
            yield from self._chain("", expression, kind, kind.__name__.upper(), room)
        elif isinstance(expression, exp.Add):
            yield from self._chain("", expression, exp.Add, "+", room)
        elif isinstance(expression, exp.Case) and expression.this is None:
            yield from self._case(expression, room)
        elif isinstance(expression, exp.In) and len(expression.expressions) > 1:
            yield f"{self.flat(expression.this)} IN ("
            yield from _filled(map(self.flat, expression.expressions), room)
            yield ")"
        else:
            yield from self._around(expression, flat, room)

    def _chain(self, head: str, expression: exp.Expr, kind: type[exp.Expr], word: str, room: int) -> Iterator[str]:
        """The parts of a chain of one operator, a line each, all but the first after the operator."""
        for number, part in enumerate(_parts(expression, kind)):
            before = head if number == 0 else f"{word} "
            lines = list(self._broken(part, room - len(before)))
            yield before + lines[0]
            yield from lines[1:]

    def _case(self, expression: exp.Case, room: int) -> Iterator[str]:
        yield "CASE"
        for branch in expression.args["ifs"]:
            condition, value = self.flat(branch.this), self.flat(branch.args["true"])
            if len(condition) + len(value) + 12 <= room:
                yield f"{INDENT}WHEN {condition} THEN {value}"
            else:
                lines = list(self._broken(branch.this, room - len(INDENT) - 5))
                yield f"{INDENT}WHEN {lines[0]}"
                yield from _indented(lines[1:])
                yield from _indented(self._headed("THEN ", branch.args["true"], room - len(INDENT)))
        default = expression.args.get("default")
        if default is not None:
            yield from _indented(self._headed("ELSE ", default, room - len(INDENT)))
        yield "END"

    def _headed(self, head: str, expression: exp.Expr, room: int) -> Iterator[str]:
        lines = list(self._broken(expression, room - len(head)))
        yield head + lines[0]
        yield from lines[1:]

    def _around(self, expression: exp.Expr, flat: str, room: int) -> Iterator[str]:
        """What surrounds the longest part that can be broken, with that part on lines of its own."""
        parts = [part for part in expression.iter_expressions() if _can_be_broken(part)]
        longest = max(parts, key=lambda part: len(self.flat(part)), default=None)
        if longest is None:
            yield flat
            return
        copy = expression.copy()
        twin = next(part for part in copy.iter_expressions() if part == longest)
        twin.replace(exp.Var(this=_HOLE))
        before, hole, after = self.flat(copy).partition(_HOLE)
        assert hole, flat
        if before:
            inner = _indented(self._broken(longest, room - len(INDENT)))
            yield from [before.rstrip(), *inner, *([after.lstrip()] if after else [])]
        else:
            inner = list(self._broken(longest, room - len(after)))
            yield from [*inner[:-1], inner[-1] + after]


def assembled(steps: Sequence[str], body: str) -> str:
    """Steps and SELECT as one statement."""
    return ("WITH\n" + ",\n\n".join(steps) + "\n\n" if steps else "") + body


def comment(text: str) -> list[str]:
    """A text as lines of comment, with nothing in it that could end one."""
    plain = "".join(char if char.isprintable() else " " for char in text)
    lines: list[str] = []
    for word in plain.split():
        if lines and len(lines[-1]) + len(word) < WIDTH:
            lines[-1] += f" {word}"
        else:
            lines.append(f"-- {word}")
    return lines


def _parts(expression: exp.Expr, kind: type[exp.Expr]) -> Iterator[exp.Expr]:
    """The operands of a chain of one operator, in order."""
    parts = []
    while isinstance(expression, kind):
        parts.append(expression.args["expression"])
        expression = expression.this
    yield from [expression, *reversed(parts)]


def _can_be_broken(part: exp.Expr) -> bool:
    return not isinstance(part, exp.Column | exp.Literal | exp.Identifier | exp.DataType | exp.Var | exp.Boolean)


def _indented(lines: Iterable[str]) -> list[str]:
    return [f"{INDENT}{line}" if line else line for line in lines]


def _filled(items: Iterable[str], room: int) -> list[str]:
    """Items with commas between, as many to a line as fit."""
    lines = [""]
    for item in items:
        if lines[-1] and len(lines[-1]) + len(item) > room - len(INDENT) - 2:
            lines.append("")
        lines[-1] += f"{item}, "
    return _indented([*(line.rstrip() for line in lines[:-1]), lines[-1].removesuffix(", ")])
