"""Templates: parsed once, run for each lead with so much work at most, and with stand-ins in the place of values.

A stand-in is a word of letters and digits that stands nowhere else in the template. Whoever reads Markdown or HTML sees
only words; the values are put into what has been read (`parts.fill`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any, TextIO

from liquid import BoundTemplate, Environment, RenderContext
from liquid.builtin import content, illegal, output
from liquid.builtin.tags import assign_tag, case_tag, comment_tag, for_tag, if_tag, inline_comment_tag, unless_tag
from liquid.exceptions import LiquidError
from liquid.undefined import Undefined
from liquid.utils import ReadOnlyChainMap

from pyrometer.app.delivery.email.content.contents import Piece
from pyrometer.app.delivery.email.content.filters import FILTERS, MOST_ITEMS, MissingError, letters, missing, speaking
from pyrometer.app.delivery.email.content.scanning import scan
from pyrometer.definition.problems import Problem

WORK = 2_000_000
"""What one template may cost: a node costs NODE, a letter that a filter reads or writes 1."""
NODE = 10
LARGEST = 200_000
"""Bytes that a template may write."""


class TemplateError(ValueError):
    """A template that can't be parsed or run. `problem` says where and why."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(str(problem))
        self.problem = problem


class _Context(RenderContext):
    """Where a template runs: what it has paid for, and the values that it wrote stand-ins for."""

    __slots__ = ("left", "places", "stem", "values")

    def __init__(self, template: BoundTemplate, names: Mapping[str, object], stem: str) -> None:
        super().__init__(template, globals=names)
        # Without the engine's own `now` and `today`: what a mail says follows from what it is given.
        self.scope = ReadOnlyChainMap(self.locals, self.globals)
        self.left = WORK
        self.stem = stem
        self.values: list[object] = []
        self.places: list[int] = []

    def pay(self, cost: int) -> None:
        """Take work off what is left. Raises LiquidError."""
        self.left -= cost
        if self.left < 0:
            raise LiquidError("it is too much work: fewer loops, or shorter ones", token=None)

    def assign(self, key: str, val: Any) -> None:
        """Keep a value under a name."""
        self.pay(NODE + letters(val))
        self.locals[key] = val

    def put(self, value: object, index: int) -> str:
        """The stand-in for a value, which the template shows at a place of its own."""
        self.pay(NODE + letters(value))
        self.values.append(value)
        self.places.append(index)
        return f"{self.stem}{len(self.values) - 1}z"


class OutputNode(output.OutputNode):
    """Shows a value: by its stand-in."""

    __slots__ = ()

    def render_to_output(self, context: _Context, buffer: TextIO) -> int:  # type: ignore[override]
        """Write it; how many letters. Raises MissingError where it isn't known, LiquidError where it is no text."""
        value = self.expression.evaluate(context)
        if isinstance(value, Undefined):
            raise missing(value)
        if isinstance(value, Mapping | range):
            raise LiquidError(f"`{self.expression}` is no text", token=self.token)
        return buffer.write(context.put(value, self.token.start_index))


class _Output(output.Output):
    node_class = OutputNode


class _ForNode(for_tag.ForNode):
    __slots__ = ()

    def render_to_output(self, context: _Context, buffer: TextIO) -> int:  # type: ignore[override]
        over = self.expression.iterable.evaluate(context)
        try:
            length = len(over) if isinstance(over, list | tuple | range) else 1
        except OverflowError:
            length = MOST_ITEMS + 1
        if length > MOST_ITEMS:
            raise LiquidError(f"a loop goes round {MOST_ITEMS:,} times at most", token=self.token)
        context.pay(NODE * length * _nodes(self.block, context))
        return super().render_to_output(context, buffer)


class _ForTag(for_tag.ForTag):
    node_class = _ForNode


def _nodes(node: Any, context: RenderContext) -> int:
    return 1 + sum(_nodes(child, context) for child in node.children(context))


class _Environment(Environment):
    output_stream_limit = LARGEST

    def setup_tags_and_filters(self, *, extra: bool = False) -> None:
        """Of Liquid what a mail needs."""
        for tag in (
            content.Literal,
            illegal.Illegal,
            _Output,
            _ForTag,
            for_tag.BreakTag,
            for_tag.ContinueTag,
            if_tag.IfTag,
            unless_tag.UnlessTag,
            case_tag.CaseTag,
            assign_tag.AssignTag,
            comment_tag.CommentTag,
            inline_comment_tag.InlineCommentTag,
        ):
            self.add_tag(tag)
        for name, each in FILTERS.items():
            self.add_filter(name, each.call)


@cache
def _environment() -> _Environment:
    return _Environment()


@lru_cache(maxsize=256)
def _parsed(text: str) -> BoundTemplate:
    return _environment().from_string(text)


def parsed(piece: Piece, file: str | None = None) -> BoundTemplate:
    """The template of a piece. Raises TemplateError with the first mistake."""
    for mistake in scan(piece.text):
        line, column = piece.place(mistake.index)
        raise TemplateError(Problem("error", (), mistake.what, mistake.why, mistake.fix, file, line, column))
    try:
        return _parsed(piece.text)
    except LiquidError as error:
        raise TemplateError(_problem(error, piece, file)) from None


@dataclass(frozen=True)
class Written:
    """What a template wrote, with stand-ins; and the values for them."""

    text: str
    stem: str
    values: tuple[object, ...]
    places: tuple[int, ...]
    """Where in the template each value is shown."""

    def filled(self, spell: Callable[[object], str]) -> str:
        """The text with its values in it, each as `spell` writes it; nothing of a value is read again."""
        return self.fill(self.text, spell)

    def fill(self, text: str, spell: Callable[[object], str]) -> str:
        """A part of the text with its values in it."""
        return self.stand_ins.sub(lambda found: spell(self.values[int(found[1])]), text)

    @property
    def stand_ins(self) -> re.Pattern[str]:
        """What stand-ins look like."""
        return re.compile(f"{self.stem}([0-9]+)z")


def run(piece: Piece, names: Mapping[str, object], language: str, file: str | None = None) -> Written:
    """Run a piece with values by name. Raises TemplateError, and MissingError for a value that there isn't."""
    template = parsed(piece, file)
    stem = _stem(piece.text)
    context = _Context(template, names, stem)
    buffer = context.get_buffer()
    try:
        with speaking(language):
            template.render_with_context(context, buffer)
    except MissingError:
        raise
    except LiquidError as error:
        raise TemplateError(_problem(error, piece, file)) from None
    except (ArithmeticError, RecursionError, TypeError, ValueError) as error:
        # What a value is, nobody checked; that it doesn't fit is the template's problem, not the worker's.
        what = f"it can't be made with these values: {error}"
        raise TemplateError(Problem("error", (), what, file=file, line=piece.line, column=piece.column)) from None
    return Written(buffer.getvalue(), stem, tuple(context.values), tuple(context.places))


def _stem(text: str) -> str:
    """The beginning of a word that isn't in a text."""
    number = 0
    while (stem := f"qv{number}x") in text:
        number += 1
    return stem


def _problem(error: LiquidError, piece: Piece, file: str | None) -> Problem:
    token = error.token
    index = token.start_index if token is not None and token.start_index >= 0 else 0
    line, column = piece.place(min(index, len(piece.text)))
    what = str(error.args[0] if error.args else "it can't be read").replace("'", "`")
    return Problem("error", (), what, file=file, line=line, column=column)
