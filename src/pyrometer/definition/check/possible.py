"""What each part of a definition can come to at all, whatever the evidence: nothing is excluded without proof."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from pyrometer.definition.check import truths as logic
from pyrometer.definition.check.circles import references, trace
from pyrometer.definition.check.conflicts import Pair, conflict
from pyrometer.definition.check.domains import can_hold
from pyrometer.definition.check.scene import Node, Scene
from pyrometer.definition.check.spans import (
    NOTHING,
    UNBOUNDED,
    Span,
    bounded,
    cases_span,
    counted_span,
    score_bounds,
    score_span,
)
from pyrometer.definition.check.truths import ALWAYS, ANY, DECIDED, NEVER, Truths, compared
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
    Where,
)
from pyrometer.definition.rules import Cases, Counted, Rule

States = frozenset[str]
ANY_STATE: States = frozenset({"met", "unmet", "unknown"})


@dataclass(frozen=True)
class Letters:
    """How many letters of a framework are met at least and at most, and whether it can be ready."""

    least: int
    most: int
    ready: Truths


@dataclass
class Possible:
    """The outcomes of everything in a scene, worked out once in the order of references.

    `raw` and `scores` are the spans of scores before and after `range`; a part that is broken, unknown or in a circle
    can come to anything.
    """

    scene: Scene
    raw: dict[str, Span] = field(default_factory=dict)
    scores: dict[str, Span] = field(default_factory=dict)
    rules: dict[tuple[str, int], Span] = field(default_factory=dict)
    flags: dict[str, Truths] = field(default_factory=dict)
    criteria: dict[str, States] = field(default_factory=dict)
    frameworks: dict[str, Letters] = field(default_factory=dict)
    _combined: dict[int, Truths] = field(default_factory=dict)
    _excluded: dict[int, Pair | None] = field(default_factory=dict)

    def __post_init__(self) -> None:
        asked = dict(references(self.scene))
        definition = self.scene.definition
        nodes: list[Node] = [("flag", name) for name in definition.flags]
        nodes += [("score", name) for name in definition.scores]
        nodes += [("criterion", name) for name in definition.all_criteria]
        nodes += [("framework", name) for name in definition.used_frameworks]
        for node in nodes:
            asked.setdefault(node, ())
        for kind, name in trace(asked)[0]:
            self._settle(kind, name)

    def _settle(self, kind: str, name: str) -> None:
        definition = self.scene.definition
        if kind == "flag" and name in definition.flags:
            self.flags[name] = self.truths(definition.flags[name])
        elif kind == "score" and name in definition.scores:
            self._score(name)
        elif kind == "criterion" and name in definition.all_criteria:
            self.criteria[name] = self._criterion(name)
        elif kind == "framework" and name in definition.used_frameworks:
            self.frameworks[name] = self._framework(name)

    # -------------------------------------------------------------------------------------------------- conditions

    def truths(self, condition: Condition) -> Truths:
        """What a condition can come to."""
        if not isinstance(condition, All | AnyOf | Some | Not):
            return self._truths(condition)
        # Combined conditions are the definition's own, so that none takes over the identity of another.
        if id(condition) not in self._combined:
            self._combined[id(condition)] = self._truths(condition)
        return self._combined[id(condition)]

    def excluded(self, condition: All) -> Pair | None:
        """Two parts of a condition that can't both be true."""
        if id(condition) not in self._excluded:
            self._excluded[id(condition)] = conflict(self.scene, condition)
        return self._excluded[id(condition)]

    def _truths(self, condition: Condition) -> Truths:
        match condition:
            case All(all=items):
                found = logic.every([self.truths(item) for item in items])
                return (found - ALWAYS) | NEVER if True in found and self.excluded(condition) else found
            case AnyOf(any=items):
                return logic.either([self.truths(item) for item in items])
            case Some(some=count, of=items):
                return logic.at_least(count, [self.truths(item) for item in items])
            case Not(not_=item):
                return logic.negation(self.truths(item))
            case TraitLeaf():
                return self._trait(condition)
            case EventLeaf():
                return self._event(condition)
            case ScoreLeaf():
                return self._score_leaf(condition)
            case GradeLeaf():
                return self._grade_leaf(condition)
            case CriterionLeaf(criterion=name, is_=state):
                return self._one_of(self.criteria.get(name, ANY_STATE), state)
            case FrameworkLeaf():
                return self._framework_leaf(condition)
            case FlagLeaf(flag=name):
                return self.flags.get(name, ANY)

    @staticmethod
    def _one_of(states: States, state: str) -> Truths:
        return frozenset(found == state for found in states)

    def _trait(self, leaf: TraitLeaf) -> Truths:
        trait = self.scene.definition.profile.get(leaf.trait)
        if trait is None:
            return ANY
        outcomes = DECIDED if set(leaf.given()) == {"known"} else ANY
        return outcomes if can_hold([leaf], trait) else outcomes - ALWAYS

    def _event(self, leaf: EventLeaf) -> Truths:
        least = leaf.minimum or 0
        if leaf.last is not None:
            newer, older = leaf.last.within_last or math.inf, leaf.last.older_than or 0
            possible = older < newer and self.can_happen(leaf.event, leaf.where)
            return DECIDED if possible else NEVER
        if not self.can_happen(leaf.event, leaf.where):
            return ALWAYS if least == 0 else NEVER
        return compared(0, math.inf, least, math.inf if leaf.at_most is None else leaf.at_most)

    def can_happen(self, events: tuple[str, ...], where: Where) -> bool:
        """Whether such an event can exist; True where that can't be told."""
        known = self.scene.known_events(events)
        if known is None:
            return True
        properties = self.scene.definition.properties
        return bool(known) and all(
            can_hold([operators], properties[name]) for name, operators in where.items() if name in properties
        )

    def _score_leaf(self, leaf: ScoreLeaf) -> Truths:
        low, high = self.scores.get(leaf.score, UNBOUNDED)
        return compared(low, high, *score_bounds(leaf))

    def _grade_leaf(self, leaf: GradeLeaf) -> Truths:
        wanted = self.chosen(leaf)
        reachable = self.grades(leaf.grade)
        if wanted is None or reachable is None:
            return DECIDED
        return frozenset(grade in wanted for grade in reachable) or DECIDED

    def _framework_leaf(self, leaf: FrameworkLeaf) -> Truths:
        letters = self.frameworks.get(leaf.framework)
        if letters is None:
            return DECIDED
        if leaf.met_at_least is None:
            return letters.ready
        return compared(letters.least, letters.most, leaf.met_at_least, math.inf)

    # ------------------------------------------------------------------------------------------------------- parts

    def grades(self, name: str) -> list[str] | None:
        """The grades that a score can come to, best first; None where that can't be told."""
        score = self.scene.definition.scores.get(name)
        if score is None or not score.grades or self.scene.damaged("scores", name):
            return None
        low, high = self.scores.get(name, UNBOUNDED)
        found: list[str] = []
        ceiling: float = math.inf
        for index, (grade, bound) in enumerate(score.ladder):
            floor: float = -math.inf if index == len(score.ladder) - 1 else bound
            if high >= floor and low < ceiling:
                found.append(grade)
            ceiling = bound
        return found

    def chosen(self, leaf: GradeLeaf) -> frozenset[str] | None:
        """The grades that a leaf lets pass, reachable or not; None where it names unknown ones."""
        score = self.scene.definition.scores.get(leaf.grade)
        if score is None:
            return None
        rank = {grade: index for index, (grade, _) in enumerate(score.ladder)}
        passing = set(rank)
        for operator, operand in leaf.given().items():
            named: Sequence[str] = operand if isinstance(operand, tuple) else (operand,)
            if any(grade not in rank for grade in named):
                return None
            if operator in ("is", "in"):
                passing &= set(named)
            elif operator == "is_not":
                passing -= set(named)
            elif operator == "at_least":
                passing = {grade for grade in passing if rank[grade] <= rank[named[0]]}
            else:
                passing = {grade for grade in passing if rank[grade] >= rank[named[0]]}
        return frozenset(passing)

    def _score(self, name: str) -> None:
        score = self.scene.definition.scores[name]
        for index, rule in enumerate(score.rules):
            self.rules[name, index] = self._rule(rule)
        if self.scene.damaged("scores", name):
            self.raw[name] = self.scores[name] = UNBOUNDED
            return
        self.raw[name] = score_span(score, [self.rules[name, index] for index in range(len(score.rules))])
        self.scores[name] = bounded(self.raw[name], score)

    def _rule(self, rule: Rule) -> Span:
        kernel = rule.kernel(None)
        if isinstance(kernel, Cases):
            return cases_span(kernel, self.truths)
        return self._counted(kernel)

    def _counted(self, kernel: Counted) -> Span:
        if not self.can_happen(kernel.events, kernel.where):
            return NOTHING
        declared = self.scene.definition.properties.get(kernel.distinct or "")
        return counted_span(kernel, 2 if declared is not None and declared.type == "boolean" else None)

    def _criterion(self, name: str) -> States:
        criterion = self.scene.definition.all_criteria[name]
        if criterion is None:
            declared = name in self.scene.declared.get("criteria", frozenset()) | self.scene.declared.get(
                "profile", frozenset()
            )
            return ANY_STATE if declared else frozenset({"unknown"})
        met = self.truths(criterion.met)
        unmet = self.truths(criterion.unmet) if criterion.unmet is not None else logic.negation(met)
        found = set()
        if True in met:
            found.add("met")
        if True in unmet and met != ALWAYS:
            found.add("unmet")
        if met != ALWAYS and unmet != ALWAYS and (criterion.unmet is not None or None in met):
            found.add("unknown")
        return frozenset(found)

    def _framework(self, name: str) -> Letters:
        framework = self.scene.definition.used_frameworks[name]
        if self.scene.damaged("criteria") or self.scene.damaged("frameworks", name):
            return Letters(0, len(framework.letters), DECIDED)
        states = {letter: self.criteria.get(criterion, ANY_STATE) for letter, criterion in framework.letters}
        least = sum(found == {"met"} for found in states.values())
        most = sum("met" in found for found in states.values())
        ready = compared(least, most, framework.some, math.inf)
        required = [states.get(letter, ANY_STATE) for letter in framework.required]
        if any("met" not in found for found in required):
            ready = NEVER
        elif any(found != {"met"} for found in required):
            ready |= NEVER
        return Letters(least, most, ready)
