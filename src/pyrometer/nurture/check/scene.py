"""What the checks look at: the programme, what it may refer to, and where each of its conditions stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from pyrometer.definition import Definition
from pyrometer.definition.check.possible import Possible
from pyrometer.definition.check.scene import Root, Scene
from pyrometer.definition.problems import Path
from pyrometer.definition.rules import Rule
from pyrometer.nurture.conditions import All, AnyOf, Condition, MissingLeaf, Not, Some, in_language, walk
from pyrometer.nurture.contents import Content
from pyrometer.nurture.flow import each_step
from pyrometer.nurture.programme import Programme
from pyrometer.nurture.steps import BranchStep, Step, WaitStep
from pyrometer.nurture.words import NAMELESS


@dataclass(frozen=True)
class Borrowed(Scene):
    """A definition under check with the conditions of a programme in the place of its own."""

    own: tuple[Root, ...] = ()

    @cached_property
    def roots(self) -> tuple[Root, ...]:
        """The leaves that the programme takes from the language."""
        return self.own

    @cached_property
    def rules(self) -> tuple[tuple[Path, str, Rule], ...]:
        """None: the definition's rules were checked with it."""
        return ()


@dataclass(frozen=True)
class Stage:
    """A programme under check, and what it may refer to; None: isn't known, and so isn't checked."""

    programme: Programme
    definition: Definition | None = None
    contents: Mapping[str, Content] | None = None
    programmes: frozenset[str] | None = None

    @property
    def speaking(self) -> Definition:
        """The definition for making words."""
        return self.definition or NAMELESS

    @cached_property
    def steps(self) -> tuple[tuple[Path, Step], ...]:
        """Every step with its path, in file order."""
        return tuple(each_step(self.programme.steps, ("steps",)))

    @cached_property
    def conditions(self) -> tuple[tuple[Path, Condition], ...]:
        """Every condition as a whole, with its path."""
        return tuple(self._conditions())

    def _conditions(self) -> Iterator[tuple[Path, Condition]]:
        yield ("enter", "when"), self.programme.enter.when
        for index, own in enumerate(self.programme.exits):
            yield ("exits", index, "when"), own.when
        for path, step in self.steps:
            if isinstance(step, BranchStep):
                for index, case in enumerate(step.branch):
                    yield (*path, "branch", index, "when"), case.when
            elif isinstance(step, WaitStep) and step.wait.until is not None:
                yield (*path, "wait", "until"), step.wait.until

    @cached_property
    def leaves(self) -> tuple[tuple[Path, Condition], ...]:
        """Every leaf with its path."""
        return tuple(
            found
            for path, condition in self.conditions
            for found in walk(condition, path)
            if not isinstance(found[1], All | AnyOf | Some | Not)
        )

    @cached_property
    def scene(self) -> Borrowed:
        """The leaves that the definition's own checks can look at."""
        assert self.definition is not None
        roots = tuple(
            Root(path, ("programme", self.programme.programme), asked)
            for path, leaf in self.leaves
            if not isinstance(leaf, MissingLeaf) and (asked := in_language(leaf)) is not None
        )
        return Borrowed(self.definition, own=roots)

    @cached_property
    def possible(self) -> Possible | None:
        """What each part of the definition can come to."""
        return None if self.definition is None else Possible(Scene(self.definition))
