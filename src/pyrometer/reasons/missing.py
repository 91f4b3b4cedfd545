"""What keeps a lead from the next warmer temperature, how far it is, and the cheapest evidence that would close it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from pyrometer.definition.conditions import (
    All,
    AnyOf,
    Condition,
    CriterionLeaf,
    EventLeaf,
    FlagLeaf,
    FrameworkLeaf,
    GradeLeaf,
    Not,
    ScoreLeaf,
    Some,
    TraitLeaf,
    children,
    walk,
)
from pyrometer.definition.document import Definition
from pyrometer.definition.problems import Path
from pyrometer.definition.values import spell_points
from pyrometer.definition.words import event_phrase, sentence
from pyrometer.plan import Plan
from pyrometer.plan.build import top_items
from pyrometer.plan.lower import grade_ranks
from pyrometer.plan.model import CountTest
from pyrometer.reasons.closing import Closer
from pyrometer.reasons.questions import Questions
from pyrometer.result import Missing
from pyrometer.sql import Layout

Row = Mapping[str, Any]

Bounds = tuple[int | None, int | None]
"""The least and the most that a score may be, in units."""


@dataclass(frozen=True)
class MissingFinder:
    """Reads from a result row what is missing; the row's columns are named by the plan and layout."""

    definition: Definition
    plan: Plan
    layout: Layout
    _found: dict[Path, Bounds] = field(default_factory=dict, init=False, repr=False, compare=False)

    @cached_property
    def closer(self) -> Closer:
        """What evidence would add how many points."""
        return Closer(self.definition, self.plan, self.layout)

    @cached_property
    def questions(self) -> Questions:
        """What to ask for a criterion."""
        return Questions(self.definition)

    @cached_property
    def bands(self) -> dict[str, list[tuple[str, Path, Condition]]]:
        """For each band its top-level items: result column, path and condition."""
        found = {}
        for name in ("hot", "warm"):
            band = getattr(self.definition.temperature, name)
            if band is None:
                continue
            base: Path = ("temperature", name, "when")
            step: Path = ("all",) if isinstance(band.when, All) else ()
            found[name] = [
                (self.layout.items[name, number], (*base, *step, number) if step else base, item)
                for number, item in enumerate(top_items(band.when))
            ]
        return found

    def missing(self, row: Row, temperature: str) -> tuple[Missing, ...]:
        """The items of the next warmer temperature's `when` that are not true, in file order."""
        target = self.plan.awaits.get(temperature)
        found = []
        for column, path, condition in self.bands.get(target or "", []):
            truth = row[column]
            if truth is not True:
                status = self._status(condition, truth, row)
                gap, closes = self._gap(condition, path, row)
                found.append(Missing(self.sentences[column], status, gap, closes))
        return tuple(found)

    @cached_property
    def sentences(self) -> dict[str, str]:
        """Each top-level item in words, by its result column."""
        return {
            column: sentence(condition, self.definition)
            for items in self.bands.values()
            for column, _, condition in items
        }

    def _status(self, condition: Condition, truth: bool | None, row: Row) -> str:
        if isinstance(condition, CriterionLeaf) and condition.is_ == "met":
            return str(row[self.plan.columns["criterion", condition.criterion]])
        return "unknown" if truth is None else "unmet"

    def _gap(self, condition: Condition, path: Path, row: Row) -> tuple[str | None, str | None]:
        """(how far it is, what would close it) for a condition that isn't true."""
        match condition:
            case ScoreLeaf():
                return self._bound_gap(condition.score, self._bounds(condition, path), row)
            case GradeLeaf():
                return self._bound_gap(condition.grade, self._bounds(condition, path), row)
            case FrameworkLeaf():
                return self._framework_gap(condition, row)
            case CriterionLeaf():
                return self._criterion_gap(condition, row)
            case FlagLeaf():
                return self._gap(self.definition.flags[condition.flag], ("flags", condition.flag), row)
            case EventLeaf():
                return self._event_gap(condition, path, row)
            case TraitLeaf():
                return self._trait_gap(condition, row), None
            case All() | AnyOf() | Some():
                return self._nested_gap(condition, path, row)
            case Not():
                return None, None

    def _bounds(self, leaf: ScoreLeaf | GradeLeaf, path: Path) -> Bounds:
        """What the score must reach and not exceed, in units; worked out once for each condition."""
        if path not in self._found:
            self._found[path] = _score_bounds(leaf) if isinstance(leaf, ScoreLeaf) else self._grade_bounds(leaf)
        return self._found[path]

    def _grade_bounds(self, leaf: GradeLeaf) -> Bounds:
        """The lowest grade that would do, and the bound that it must stay under."""
        ladder = self.definition.scores[leaf.grade].ladder
        ranks = grade_ranks(leaf, [name for name, _ in ladder])
        if not ranks:
            return None, None
        rank = max(ranks)
        return ladder[rank][1], None if rank == 0 or rank - 1 in ranks else ladder[rank - 1][1] - 1

    def _bound_gap(self, score: str, bounds: Bounds, row: Row) -> tuple[str | None, str | None]:
        floor, ceiling = bounds
        now = row[self.plan.columns["score", score]]
        if floor is None or now >= floor:
            return None, None
        gap = f"{score} {spell_points(now)} of {spell_points(floor)}"
        return gap, self.closer.closes(score, floor, row, ceiling)

    def _framework_gap(self, leaf: FrameworkLeaf, row: Row) -> tuple[str | None, str | None]:
        framework = self.definition.used_frameworks[leaf.framework]
        needed = framework.some if leaf.met_at_least is None else leaf.met_at_least
        met = row[self.plan.columns["met", leaf.framework]]
        gap = f"{leaf.framework} {met} of {needed}" if met < needed else None
        if gap is None:
            lacking = [
                letter
                for letter in framework.required
                if row[self.plan.columns["criterion", dict(framework.letters)[letter]]] != "met"
            ]
            gap = f"{leaf.framework} lacks {', '.join(lacking)}" if lacking else None
        letters = dict(framework.letters)
        order = [letters[letter] for letter in framework.required] + list(letters.values())
        states = {name: row[self.plan.columns["criterion", name]] for name in order}
        for state in ("unknown", "unmet"):
            for criterion, found in states.items():
                if found == state:
                    return gap, self.questions.ask(criterion)
        return gap, None

    def _criterion_gap(self, leaf: CriterionLeaf, row: Row) -> tuple[str | None, str | None]:
        """A question, unless no answer can meet the criterion because events or scores alone do."""
        if leaf.is_ != "met":
            return None, None
        criterion = self.definition.all_criteria[leaf.criterion]
        if criterion is None:
            return None, self.questions.ask(leaf.criterion)
        gap, closes = self._gap(criterion.met, ("criteria", leaf.criterion, "met"), row)
        if self._asks_traits(criterion.met):
            closes = self.questions.ask(leaf.criterion)
        return gap, closes

    def _asks_traits(self, condition: Condition) -> bool:
        """Whether a trait is looked at anywhere in a condition or in the flags that it names."""
        for _, item in walk(condition):
            if isinstance(item, TraitLeaf):
                return True
            if isinstance(item, FlagLeaf) and self._asks_traits(self.definition.flags[item.flag]):
                return True
        return False

    def _event_gap(self, leaf: EventLeaf, path: Path, row: Row) -> tuple[str | None, str | None]:
        if leaf.last is not None or leaf.minimum is None:
            return None, None
        gate = self.plan.gates.get(path)
        count = row.get(f"m{gate.measure}") if isinstance(gate, CountTest) else None
        phrase = event_phrase(leaf.event, leaf.where, self.definition)
        if count is None or count >= leaf.minimum:
            return None, None
        rest = leaf.minimum - count
        gap = f"{phrase} {count} of {leaf.minimum}" if leaf.minimum > 1 else None
        return gap, phrase if rest == 1 else f"{rest} × {phrase}"

    def _trait_gap(self, leaf: TraitLeaf, row: Row) -> str | None:
        value = row.get(self.plan.columns["trait", leaf.trait])
        if not isinstance(value, int | float):
            return None
        bounds = [bound for bound in (leaf.at_least, leaf.above) if bound is not None]
        if not bounds:
            return None
        shown = f"{value:.15g}" if isinstance(value, float) else str(value)
        return f"{leaf.trait} {shown} of {bounds[0]}"

    def _nested_gap(self, condition: Condition, path: Path, row: Row) -> tuple[str | None, str | None]:
        """The first gap, and what closes as many of the open items as are needed, in file order."""
        open_items = [
            (item, path + step)
            for step, item in children(condition)
            if row.get(self.layout.gates.get(path + step, "")) is not True
        ]
        answers = [self._gap(item, place, row) for item, place in open_items]
        gap = next((answer[0] for answer in answers if answer[0] is not None), None)
        needed = len(answers)
        if isinstance(condition, AnyOf):
            needed = 1
        elif isinstance(condition, Some):
            needed = condition.some - (len(condition.of) - len(answers))
        closing = list(dict.fromkeys(answer[1] for answer in answers if answer[1] is not None))
        if needed < 1 or len(closing) < needed:
            return gap, None
        return gap, " and ".join(closing[:needed])


def _score_bounds(leaf: ScoreLeaf) -> Bounds:
    lower = {"at_least": 0, "above": 1}
    upper = {"at_most": 0, "below": -1}
    bounds = leaf.given().items()
    floor = max((units + lower[name] for name, units in bounds if name in lower), default=None)
    ceiling = min((units + upper[name] for name, units in bounds if name in upper), default=None)
    return floor, ceiling
