"""Which names a template uses: variables and filters that there aren't, and values that may be missing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from liquid import RenderContext
from liquid.builtin.expressions import FilteredExpression, Path
from liquid.builtin.tags.assign_tag import AssignNode
from liquid.builtin.tags.case_tag import CaseNode
from liquid.builtin.tags.if_tag import IfNode
from liquid.builtin.tags.unless_tag import UnlessNode

from pyrometer.app.delivery.email.content.contents import Piece, likely
from pyrometer.app.delivery.email.content.filters import FILTERS
from pyrometer.app.delivery.email.content.liquid import OutputNode, parsed
from pyrometer.app.delivery.email.content.variables import Known, spelled, variables
from pyrometer.definition.problems import Level, Problem

_TAILS = ("size", "first", "last")
_OF_MAIL = "a lead of which it isn't known doesn't get the mail"
_OF_SLOT = "a visitor for whom there is none sees the slot's next choice"
_GUARDS = (IfNode, UnlessNode, CaseNode)


@dataclass(frozen=True)
class Used:
    """A variable that a template names: its path, the place, and whether a lead without it is provided for."""

    path: tuple[str, ...]
    index: int
    shown: bool = False
    provided: bool = False


def names(piece: Piece, known: Known, file: str | None = None, kind: str = "mail") -> Iterator[Problem]:
    """The problems of a piece's variables and filters, in a content of a kind.

    Raises TemplateError where it can't be parsed.
    """
    walker = _Walker(piece, known, file)
    walker.without = _OF_SLOT if kind == "slot" else _OF_MAIL
    template = parsed(piece, file)
    walker.look(template.nodes, RenderContext(template), frozenset(), frozenset())
    seen = set()
    for problem in sorted(walker.problems, key=lambda each: (each.line or 0, each.column or 0)):
        if problem not in seen:
            seen.add(problem)
            yield problem


def used(piece: Piece, file: str | None = None) -> set[str]:
    """The variables that a piece names. Raises TemplateError."""
    walker = _Walker(piece, Known(), file)
    template = parsed(piece, file)
    walker.look(template.nodes, RenderContext(template), frozenset(), frozenset())
    return {".".join(path) for path in walker.named}


class _Walker:
    def __init__(self, piece: Piece, known: Known, file: str | None) -> None:
        self.piece, self.file = piece, file
        self.open = known.traits is None
        self.variables = {each.path: each for each in variables(known)}
        self.groups = {path[:length] for path in self.variables for length in range(1, len(path))}
        self.groups |= {("lead", "traits"), ("links", "forms")}
        self.problems: list[Problem] = []
        self.named: set[tuple[str, ...]] = set()
        self.without = _OF_MAIL

    def look(
        self, nodes: Iterable[Any], context: RenderContext, own: frozenset[str], guarded: frozenset[tuple[str, ...]]
    ) -> frozenset[str]:
        """Look at nodes in their order; the names that the template has given itself by then."""
        for node in nodes:
            tested: set[tuple[str, ...]] = set()
            for expression in node.expressions():
                found = self._expression(expression, own, guarded, shown=isinstance(node, OutputNode))
                if isinstance(node, _GUARDS):
                    tested |= found
            if isinstance(node, AssignNode):
                own |= {str(each) for each in node.template_scope()}
            inside = own | {str(each) for each in node.block_scope()}
            after = self.look(node.children(context), context, inside, guarded | tested)
            own |= after - inside
        return own

    def _expression(
        self, expression: Any, own: frozenset[str], guarded: frozenset[tuple[str, ...]], *, shown: bool
    ) -> set[tuple[str, ...]]:
        """Look at an expression; the paths that it names."""
        provided = False
        if isinstance(expression, FilteredExpression):
            filters = expression.filters or []
            provided = bool(filters) and filters[0].name == "default"
            for each in filters:
                self._filter(each)
        if isinstance(expression, Path):
            return self._path(expression, own, guarded, shown=shown, provided=False)
        found: set[tuple[str, ...]] = set()
        for at, child in enumerate(expression.children()):
            if at == 0 and isinstance(expression, FilteredExpression) and isinstance(child, Path):
                found |= self._path(child, own, guarded, shown=shown, provided=provided)
            else:
                found |= self._expression(child, own, guarded, shown=False)
        return found

    def _filter(self, each: Any) -> None:
        if each.name not in FILTERS:
            fix = _NOT_NEEDED.get(each.name) or likely(each.name, FILTERS, "filter")
            self._problem("error", each.token.start_index, f"unknown filter `{each.name}`", fix=fix)
            return
        known = FILTERS[each.name]
        if not known.least <= len(each.args) <= known.most:
            some = f"{known.least}" if known.least == known.most else f"{known.least} to {known.most}"
            what = f"`{each.name}` takes {some} values, and has {len(each.args)}"
            self._problem("error", each.token.start_index, what)

    def _path(
        self, path: Path, own: frozenset[str], guarded: frozenset[tuple[str, ...]], *, shown: bool, provided: bool
    ) -> set[tuple[str, ...]]:
        index = path.token.start_index
        if path.path and str(path.path[0]) in own:
            return set()
        if not all(isinstance(each, str) for each in path.path):
            self._problem("error", index, f"`{path}`: a name in brackets is written out", fix="`lead.traits['…']`")
            return set()
        parts = tuple(map(str, path.path))
        if parts not in self.variables and len(parts) > 1 and parts[-1] in _TAILS and parts[:-1] in self.variables:
            parts = parts[:-1]
        if self.open and parts[:2] == ("lead", "traits") and len(parts) == 3:
            self.named.add(parts)
            self._missing(parts, index, guarded, shown=shown, provided=provided)
            return {parts}
        if parts in self.groups:
            if shown:
                fix = likely("", self._below(parts), "variable")
                self._problem("error", index, f"`{spelled(parts)}` is several things", "a mail shows one", fix)
            return {parts}
        self.named.add(parts)
        if parts not in self.variables:
            self._problem("error", index, f"unknown variable `{spelled(parts)}`", fix=self._likely(parts))
            return set()
        if not self.variables[parts].sure:
            self._missing(parts, index, guarded, shown=shown, provided=provided)
        return {parts}

    def _missing(
        self, parts: tuple[str, ...], index: int, guarded: frozenset[tuple[str, ...]], *, shown: bool, provided: bool
    ) -> None:
        if shown and not provided and parts not in guarded:
            name = spelled(parts)
            why = self.without
            fix = f'write `{{{{ {name} | default: "…" }}}}`, or put it between `{{% if {name} %}}` and `{{% endif %}}`'
            self._problem("warning", index, f"`{name}` may be missing", why, fix)

    def _below(self, group: tuple[str, ...]) -> list[str]:
        return [spelled(path) for path in self.variables if path[: len(group)] == group]

    def _likely(self, parts: tuple[str, ...]) -> str:
        """The variable that was probably meant: by its whole name, or by its last part."""
        every = [spelled(path) for path in self.variables]
        by_last = {path[-1]: spelled(path) for path in reversed(self.variables)}
        if len(parts) == 1 and parts[0] in by_last:
            return f"did you mean `{by_last[parts[0]]}`?"
        near = self._below(parts[:-1])
        return likely(spelled(parts), near or every, "variable")

    def _problem(self, level: Level, index: int, what: str, why: str = "", fix: str = "") -> None:
        line, column = self.piece.place(max(0, index))
        self.problems.append(Problem(level, (), what, why, fix, self.file, line, column))


_NOT_NEEDED = dict.fromkeys(
    ("escape", "escape_once", "safe", "strip_html", "url_encode", "newline_to_br"),
    "leave it out: a value is always written as what it is, wherever it stands",
)
