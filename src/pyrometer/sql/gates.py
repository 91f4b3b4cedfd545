"""Gates as three-valued SQL conditions over the columns of earlier steps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlglot import exp

from pyrometer.plan.model import (
    AllOf,
    AtLeast,
    CountTest,
    CriterionTest,
    FlagTest,
    FrameworkTest,
    Gate,
    GradeTest,
    LastTest,
    Negation,
    OneOf,
    Plan,
    ScoreTest,
    TraitTest,
)
from pyrometer.sql.build import (
    both,
    case,
    coalesce,
    column,
    compare,
    either,
    integer,
    minus,
    negated,
    not_null,
    text,
    total,
)
from pyrometer.sql.comparing import value_test
from pyrometer.sql.dialects.base import Dialect
from pyrometer.sql.signals import Moment


@dataclass(frozen=True)
class GateSql:
    """Turns gates into conditions; measures are columns named m<index>."""

    plan: Plan
    moment: Moment
    dialect: Dialect
    answered: Mapping[str, str]

    def condition(self, gate: Gate) -> exp.Expr:
        """The gate as a condition that is true, false or NULL (unknown)."""
        match gate:
            case AllOf(items):
                return exp.Paren(this=both([self.condition(item) for item in items]))
            case OneOf(items):
                return exp.Paren(this=either([self.condition(item) for item in items]))
            case Negation(item):
                return negated(self.condition(item))
            case AtLeast():
                return self._at_least(gate)
            case TraitTest():
                return self._trait(gate)
            case CountTest():
                return self._count(gate)
            case LastTest():
                return self._last(gate)
            case ScoreTest():
                score = column(self.plan.columns["score", gate.score])
                return both([compare(operator, score.copy(), integer(bound)) for operator, bound in gate.bounds])
            case GradeTest():
                names = [
                    text(name)
                    for rank, (name, _) in enumerate(self.plan.scores[gate.score].ladder)
                    if rank in gate.ranks
                ]
                grade = column(self.plan.columns["grade", gate.score])
                return exp.In(this=grade, expressions=names) if names else exp.false()
            case CriterionTest():
                return compare("is", column(self.plan.columns["criterion", gate.criterion]), text(gate.state))
            case FrameworkTest():
                if gate.met_at_least is None:
                    return column(self.plan.columns["ready", gate.framework])
                return compare("at_least", column(self.plan.columns["met", gate.framework]), integer(gate.met_at_least))
            case FlagTest():
                return column(self.plan.columns["flag", gate.flag])

    def _trait(self, gate: TraitTest) -> exp.Expr:
        value: exp.Expr = column(self.plan.columns["trait", gate.trait])
        if gate.stale_after is not None and gate.trait in self.answered:
            age = minus(self.moment.day.copy(), self.dialect.day_number(column(self.answered[gate.trait])))
            fresh = coalesce(compare("below", age, integer(gate.stale_after)), exp.true())
            value = case([(fresh, value)], None)
        return value_test(value, gate.type, gate.test, self.moment.day, self.dialect)

    def _count(self, gate: CountTest) -> exp.Expr:
        tests = []
        if gate.at_least is not None:
            tests.append(compare("at_least", column(f"m{gate.measure}"), integer(gate.at_least)))
        if gate.at_most is not None:
            tests.append(compare("at_most", column(f"m{gate.measure}"), integer(gate.at_most)))
        return both(tests)

    def _last(self, gate: LastTest) -> exp.Expr:
        age = column(f"m{gate.measure}")
        tests = [not_null(age)]
        if gate.within_last is not None:
            tests.append(compare("below", age.copy(), integer(gate.within_last)))
        if gate.older_than is not None:
            tests.append(compare("at_least", age.copy(), integer(gate.older_than)))
        return both(tests)

    def _at_least(self, gate: AtLeast) -> exp.Expr:
        """True when enough items are; false when too few are true or unknown."""
        conditions = [self.condition(item) for item in gate.items]
        met = total([case([(item, integer(1))], integer(0)) for item in conditions])
        possible = total([case([(negated(item.copy()), integer(0))], integer(1)) for item in conditions])
        enough = compare("at_least", exp.Paren(this=met), integer(gate.count))
        too_few = compare("below", exp.Paren(this=possible), integer(gate.count))
        return case([(enough, exp.true()), (too_few, exp.false())], None)


def criterion_state(met: exp.Expr, unmet: exp.Expr | None) -> exp.Expr:
    """met, unmet or unknown, from the gates' truth."""
    no = negated(met.copy()) if unmet is None else unmet
    return case([(met, text("met")), (no, text("unmet"))], text("unknown"))
