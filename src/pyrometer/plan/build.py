"""Builds the plan of a checked definition."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyrometer.definition.conditions import All, Condition, CriterionLeaf, FlagLeaf, TraitLeaf, walk
from pyrometer.definition.document import Definition
from pyrometer.definition.problems import Path
from pyrometer.definition.rules import BandRule, ConditionRule, TableRule
from pyrometer.definition.temperature import Band
from pyrometer.plan.labels import measure_labels
from pyrometer.plan.lower import Lowering
from pyrometer.plan.model import (
    AllOf,
    AtLeast,
    BandPlan,
    CasePoints,
    CountTest,
    CriterionPlan,
    CriterionTest,
    FlagTest,
    FrameworkPlan,
    FrameworkTest,
    Gate,
    GradeTest,
    Negation,
    Node,
    OneOf,
    Plan,
    RulePlan,
    ScorePlan,
    ScoreTest,
    TraitTest,
)
from pyrometer.plan.names import Names

Key = tuple[str, str]


def build_plan(definition: Definition) -> Plan:
    """The plan of a definition that `check` found no errors in."""
    lowering = Lowering(definition)
    names = Names()
    flags = {name: lowering.gate(condition) for name, condition in definition.flags.items()}
    scores = {name: _score(name, lowering, names) for name in definition.scores}
    criteria = {name: _criterion(name, lowering) for name in definition.all_criteria}
    frameworks = {name: _framework(name, definition) for name in definition.used_frameworks}
    hot, warm = (_band(band, lowering) for band in (definition.temperature.hot, definition.temperature.warm))
    columns = _columns(definition, names, scores.values(), criteria, frameworks)
    gates = _all_gates(definition, lowering)
    asked = frozenset(_asked(definition))
    return Plan(
        traits=tuple((name, trait.type) for name, trait in definition.profile.items()),
        dated_traits=frozenset(lowering.dated_traits),
        properties=tuple((name, declared.type) for name, declared in definition.properties.items()),
        events=tuple(definition.events),
        measures=tuple(lowering.measures),
        flags=flags,
        scores=scores,
        criteria=criteria,
        frameworks=frameworks,
        hot=hot,
        warm=warm,
        layers=_layers(list(_nodes(flags, scores, criteria, frameworks))),
        gates=gates,
        columns=columns,
        labels=measure_labels(flags, scores, criteria, {"hot": hot, "warm": warm}),
        asked=asked,
        asked_traits=frozenset(_asked_traits(definition, [gates[path] for path in asked])),
        asked_measures=frozenset(gate.measure for path in asked if isinstance(gate := gates[path], CountTest)),
    )


def _columns(
    definition: Definition,
    names: Names,
    scores: Iterable[ScorePlan],
    criteria: Iterable[str],
    frameworks: Iterable[str],
) -> dict[tuple[str, str], str]:
    """A column name of its own for everything that is computed: (kind, name) → column."""
    found: dict[tuple[str, str], str] = {}
    sections: tuple[tuple[str, Iterable[str], tuple[str, ...]], ...] = (
        ("trait", definition.profile, ("answered",)),
        ("property", definition.properties, ()),
        ("flag", definition.flags, ()),
        ("score", definition.scores, ("total", "range")),
        ("grade", definition.scores, ()),
        ("criterion", criteria, ()),
        ("framework", frameworks, ("met", "unmet", "unknown", "ready")),
    )
    for kind, section, aspects in sections:
        for name in section:
            found[kind, name] = names.take(kind, name)
            found |= {(aspect, name): names.take(kind, name, aspect) for aspect in aspects}
    for name, score in definition.scores.items():
        found |= {
            ("group", group_key(name, group)): names.take("score", name, "group", group) for group in score.groups
        }
    for rule in (rule for score in scores for rule in score.rules):
        found |= {(aspect, rule.column): names.take(rule.column, aspect) for aspect in ("cut", "hits", "days since")}
    return found


def group_key(score: str, group: str) -> str:
    """The name under which a score's group has its column."""
    return f"{score}\n{group}"


def _score(name: str, lowering: Lowering, names: Names) -> ScorePlan:
    score = lowering.definition.scores[name]
    rules = tuple(
        RulePlan(
            name,
            rule.name,
            rule.group,
            lowering.points(rule.kernel(score.default_cooling)),
            names.take("points", name, rule.name),
        )
        for rule in score.rules
    )
    groups = tuple((group, score.groups[group].cap) for group in score.groups)
    return ScorePlan(name, rules, groups, score.range[0], score.range[1], score.ladder)


def _criterion(name: str, lowering: Lowering) -> CriterionPlan:
    criterion = lowering.definition.all_criteria[name]
    if criterion is None:
        return CriterionPlan(name, None, None)
    met = lowering.gate(criterion.met, criterion.stale_after)
    unmet = None if criterion.unmet is None else lowering.gate(criterion.unmet, criterion.stale_after)
    return CriterionPlan(name, met, unmet)


def _framework(name: str, definition: Definition) -> FrameworkPlan:
    framework = definition.used_frameworks[name]
    letters = dict(framework.letters)
    return FrameworkPlan(
        name, tuple(letters.values()), framework.some, tuple(letters[letter] for letter in framework.required)
    )


def top_items(when: Condition) -> tuple[Condition, ...]:
    """The items that must all hold: those of a top-level `all`, else the condition itself."""
    return when.all if isinstance(when, All) else (when,)


def _band(band: Band | None, lowering: Lowering) -> BandPlan | None:
    if band is None:
        return None
    items = tuple(lowering.gate(item) for item in top_items(band.when))
    return BandPlan(items, None if band.stay is None else lowering.gate(band.stay))


def _all_gates(definition: Definition, lowering: Lowering) -> dict[Path, Gate]:
    """Every condition that an explanation shows, by its path: those of temperature, criteria, flags and rules."""
    found: dict[Path, Gate] = {}

    def add(path: Path, condition: Condition | None, stale_after: int | None = None) -> None:
        if condition is not None:
            for inner, item in walk(condition, path):
                found[inner] = lowering.gate(item, stale_after)

    for name in ("hot", "warm"):
        band = getattr(definition.temperature, name)
        if band is not None:
            add(("temperature", name, "when"), band.when)
            add(("temperature", name, "stay"), band.stay)
    for name, criterion in definition.all_criteria.items():
        if criterion is not None:
            add(("criteria", name, "met"), criterion.met, criterion.stale_after)
            add(("criteria", name, "unmet"), criterion.unmet, criterion.stale_after)
    for name, condition in definition.flags.items():
        add(("flags", name), condition)
    return found


def _asked(definition: Definition) -> Iterator[Path]:
    """The paths of the conditions behind the items of temperature: nested ones, and those of flags and criteria."""
    pending: list[tuple[Path, Condition]] = []
    for name in ("hot", "warm"):
        band = getattr(definition.temperature, name)
        if band is not None:
            pending.append((("temperature", name, "when"), band.when))
    seen: set[Path] = set()
    while pending:
        start, condition = pending.pop()
        if start in seen:
            continue
        seen.add(start)
        for path, item in walk(condition, start):
            yield path
            if isinstance(item, FlagLeaf):
                pending.append((("flags", item.flag), definition.flags[item.flag]))
            elif isinstance(item, CriterionLeaf):
                criterion = definition.all_criteria[item.criterion]
                if criterion is not None:
                    pending.append((("criteria", item.criterion, "met"), criterion.met))


def _asked_traits(definition: Definition, gates: list[Gate]) -> Iterator[str]:
    """The traits whose values say how far a lead is, and those that rules wait to learn."""
    for gate in gates:
        if isinstance(gate, TraitTest):
            yield gate.trait
    for score in definition.scores.values():
        for rule in score.rules:
            if isinstance(rule, BandRule | TableRule):
                yield rule.trait
            elif isinstance(rule, ConditionRule) and isinstance(rule.when, TraitLeaf):
                yield rule.when.trait


def _nodes(
    flags: dict[str, Gate],
    scores: dict[str, ScorePlan],
    criteria: dict[str, CriterionPlan],
    frameworks: dict[str, FrameworkPlan],
) -> Iterator[Node]:
    for name, gate in flags.items():
        yield Node("flag", name, _needs(gate))
    for score in scores.values():
        for rule in score.rules:
            gates = [gate for gate, _ in rule.points.cases] if isinstance(rule.points, CasePoints) else []
            yield Node("rule", rule.column, _needs(*gates))
        yield Node("score", score.name, frozenset(("rule", rule.column) for rule in score.rules))
    for criterion in criteria.values():
        given = [gate for gate in (criterion.met, criterion.unmet) if gate is not None]
        yield Node("criterion", criterion.name, _needs(*given))
    for framework in frameworks.values():
        yield Node("framework", framework.name, frozenset(("criterion", name) for name in framework.criteria))


def _needs(*gates: Gate) -> frozenset[Key]:
    found: set[Key] = set()
    for gate in gates:
        match gate:
            case AllOf(items) | OneOf(items) | AtLeast(_, items):
                found |= _needs(*items)
            case Negation(item):
                found |= _needs(item)
            case ScoreTest(score=name) | GradeTest(score=name):
                found.add(("score", name))
            case CriterionTest(criterion=name):
                found.add(("criterion", name))
            case FrameworkTest(framework=name):
                found.add(("framework", name))
            case FlagTest(flag=name):
                found.add(("flag", name))
    return frozenset(found)


def _layers(nodes: list[Node]) -> tuple[tuple[Node, ...], ...]:
    """The nodes by depth; raises ValueError on a circle (which `check` reports with its names)."""
    layers: list[tuple[Node, ...]] = []
    done: set[Key] = set()
    while nodes:
        ready = tuple(node for node in nodes if node.needs <= done)
        if not ready:
            raise ValueError("the definition refers to itself in a circle; check it before planning")
        layers.append(ready)
        done |= {(node.kind, node.name) for node in ready}
        nodes = [node for node in nodes if (node.kind, node.name) not in done]
    return tuple(layers)
