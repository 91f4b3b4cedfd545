"""The steps from measures to scores, criteria and frameworks, layer by layer of what refers to what."""

from __future__ import annotations

from dataclasses import dataclass, field

from sqlglot import exp

from pyrometer.definition.problems import Path
from pyrometer.plan.build import group_key
from pyrometer.plan.model import CasePoints, CountedPoints, Node, Plan, RulePlan, ScorePlan
from pyrometer.sql.build import (
    both,
    case,
    column,
    compare,
    greatest,
    integer,
    least,
    minus,
    named,
    table,
    text,
    total,
)
from pyrometer.sql.dialects.base import Dialect
from pyrometer.sql.gates import GateSql, criterion_state
from pyrometer.sql.measures import Ctes


@dataclass
class Layout:
    """Which column of the result holds what.

    `cuts` names the amounts before a rule's cap; like `hits` and `last` it is empty unless these are `explained`.
    """

    explained: bool = False
    points: dict[str, str] = field(default_factory=dict)
    cuts: dict[str, str] = field(default_factory=dict)
    hits: dict[str, str] = field(default_factory=dict)
    last: dict[str, str] = field(default_factory=dict)
    groups: dict[tuple[str, str], str] = field(default_factory=dict)
    ranges: dict[str, str] = field(default_factory=dict)
    items: dict[tuple[str, int], str] = field(default_factory=dict)
    gates: dict[Path, str] = field(default_factory=dict)
    columns: list[str] = field(default_factory=list)


Stage = dict[str, list[exp.Expr]]
"""Columns by what they are, none of which reads another."""


class Steps:
    """A chain of CTEs, each holding all columns of the one before and some new ones."""

    def __init__(self, ctes: Ctes, start: str, dialect: Dialect) -> None:
        self.ctes, self.current, self.dialect = ctes, start, dialect
        self.used = {name for name, _ in ctes}

    def add(self, stage: Stage) -> None:
        """One step with new columns, unless there are none; every further step copies all columns once more."""
        names = [name for name, columns in stage.items() if columns]
        if not names:
            return
        name, number = "_and_".join(names), 1
        unique = name
        while unique in self.used:
            number += 1
            unique = f"{name}_{number}"
        self.used.add(unique)
        shown = [item for columns in stage.values() for item in columns]
        step = exp.select(exp.Star(), *shown).from_(table(self.current))
        self.ctes.append((unique, self.dialect.fence(step)))
        self.current = unique


def pruned(ctes: Ctes, final: exp.Select) -> Ctes:
    """The steps with what is read later listed in the place of `*`: binding columns is most of a small query's work."""
    wanted = {item.name for item in final.find_all(exp.Column)}
    found: Ctes = []
    for name, step in reversed(ctes):
        first, *new = step.selects
        if isinstance(first, exp.Star):
            new = [item for item in new if item.alias in wanted]
            wanted -= {item.alias for item in new}
            wanted |= {item.name for each in new for item in each.find_all(exp.Column)}
            step = exp.select(*map(column, sorted(wanted)), *new).from_(step.args["from_"].this)
        elif name == "leads":
            step = step.select(*(item for item in step.selects if item.alias_or_name in wanted), append=False)
        found.append((name, step))
    return found[::-1]


def needed(ctes: Ctes, final: exp.Select) -> Ctes:
    """The steps, of whose `leads` only those columns are left that a later step reads."""
    at = next(number for number, (name, _) in enumerate(ctes) if name == "leads")
    read = {item.name for step in (*(step for _, step in ctes[at + 1 :]), final) for item in step.find_all(exp.Column)}
    leads = ctes[at][1]
    kept = leads.select(*(item for item in leads.selects if item.alias_or_name in read), append=False)
    return [*ctes[:at], ("leads", kept), *ctes[at + 1 :]]


def add_layer(
    layer: tuple[Node, ...],
    plan: Plan,
    rules: dict[str, RulePlan],
    gates: GateSql,
    steps: Steps,
    layout: Layout,
    *,
    explain: bool,
) -> None:
    """The steps for one layer of nodes, none of which refers to another."""
    kinds = {
        kind: [node.name for node in layer if node.kind == kind]
        for kind in ("flag", "rule", "score", "criterion", "framework")
    }
    flags = [named(gates.condition(plan.flags[name]), plan.columns["flag", name], name) for name in kinds["flag"]]
    points: list[exp.Expr] = []
    for name in kinds["rule"]:
        rule = rules[name]
        points.append(named(_points(rule, gates), rule.column, f"{rule.score}: {rule.name}"))
        layout.points[rule.column] = rule.column
        if isinstance(rule.points, CountedPoints) and explain:
            if rule.points.cap is not None:
                layout.cuts[rule.column] = f"m{rule.points.measure}"
            layout.hits[rule.column] = f"m{rule.points.hits}"
            layout.last[rule.column] = f"m{rule.points.last}"
    criteria = []
    for name in kinds["criterion"]:
        criterion = plan.criteria[name]
        state: exp.Expr = text("unknown")
        if criterion.met is not None:
            unmet = None if criterion.unmet is None else gates.condition(criterion.unmet)
            state = criterion_state(gates.condition(criterion.met), unmet)
        criteria.append(named(state, plan.columns["criterion", name], name))
    cuts, totals, scores, grades = _scores(plan, [plan.scores[name] for name in kinds["score"]], layout, gates.dialect)
    letters, frameworks = _frameworks(plan, kinds["framework"])
    for stage in (
        {"flags": flags, "points": points, "criteria": criteria, "groups": cuts, "letters": letters},
        {"totals": totals, "frameworks": frameworks},
        {"scores": scores},
        {"grades": grades},
    ):
        steps.add(stage)


def _points(rule: RulePlan, gates: GateSql) -> exp.Expr:
    long = gates.dialect.long
    if isinstance(rule.points, CasePoints):
        return case([(gates.condition(gate), long(number)) for gate, number in rule.points.cases], long(0))
    raw = column(f"m{rule.points.measure}")
    if rule.points.cap is None:
        return raw
    if rule.points.sign < 0:
        return greatest(raw, long(-rule.points.cap))
    return least(raw, long(rule.points.cap))


def _scores(plan: Plan, scores: list[ScorePlan], layout: Layout, dialect: Dialect) -> tuple[list[exp.Expr], ...]:
    """Group caps, totals, ranges and grades."""
    long = dialect.long
    cuts: list[exp.Expr] = []
    totals: list[exp.Expr] = []
    bounded: list[exp.Expr] = []
    after: list[exp.Expr] = []
    for score in scores:
        name, before, off = (plan.columns[kind, score.name] for kind in ("score", "total", "range"))
        lines = [column(rule.column) for rule in score.rules]
        for group, cap in score.groups:
            members = [column(rule.column) for rule in score.rules if rule.group == group]
            if members:
                over = least(minus(long(cap), exp.Paren(this=total(members))), long(0))
                cut = plan.columns["group", group_key(score.name, group)]
                layout.groups[score.name, group] = cut
                cuts.append(named(over, cut, f"{score.name}: cut by the cap of group {group}"))
                lines.append(column(cut))
        totals.append(named(total(lines) if lines else long(0), before, f"{score.name} before its range"))
        inside = least(greatest(column(before), long(score.lowest)), long(score.highest))
        bounded.append(named(inside, name, score.name))
        layout.ranges[score.name] = off
        after.append(named(minus(column(name), column(before)), off))
        if score.ladder:
            branches = [
                (compare("at_least", column(name), integer(bound)), text(grade)) for grade, bound in score.ladder[:-1]
            ]
            after.append(named(case(branches, text(score.ladder[-1][0])), plan.columns["grade", score.name]))
    return cuts, totals, bounded, after


def _frameworks(plan: Plan, names: list[str]) -> tuple[list[exp.Expr], list[exp.Expr]]:
    """How many letters are met and unmet, and whether that makes a framework ready."""
    counts: list[exp.Expr] = []
    ready: list[exp.Expr] = []
    for name in names:
        framework = plan.frameworks[name]
        states = [column(plan.columns["criterion", criterion]) for criterion in framework.criteria]
        for state in ("met", "unmet"):
            letters = [case([(compare("is", item.copy(), text(state)), integer(1))], integer(0)) for item in states]
            counts.append(named(total(letters), plan.columns[state, name], name))
        required = [compare("is", column(plan.columns["criterion", item]), text("met")) for item in framework.required]
        enough = compare("at_least", column(plan.columns["met", name]), integer(framework.some))
        ready.append(named(both([enough, *required]), plan.columns["ready", name], name))
    return counts, ready
