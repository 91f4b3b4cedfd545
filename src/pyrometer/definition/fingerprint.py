"""The identity of a definition: a hash of what it computes, not of how it is written.

Names of rules, labels, descriptions, questions, examples, comments, the order of keys and the many spellings of one
value don't count. What does: every trait and event with its type and column, every condition, number and threshold.
Two definitions with one fingerprint give the same readings. The reverse isn't promised: some rewritings that change no
result, such as a band split into two with the same points, do change the fingerprint.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
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
    Operators,
    ScoreLeaf,
    Some,
    TraitLeaf,
    Where,
)
from pyrometer.definition.cooling import Cooling
from pyrometer.definition.criteria import Criterion
from pyrometer.definition.document import Definition
from pyrometer.definition.operators import Mistake, typed_tests
from pyrometer.definition.pattern import Pattern
from pyrometer.definition.rules import Cases, Counted, Rule
from pyrometer.definition.scores import Score
from pyrometer.definition.temperature import Band
from pyrometer.definition.traits import Property, Trait

Json = Any


def fingerprint(definition: Definition) -> str:
    """SHA-256 of the canonical JSON of the meaning, in hexadecimal digits.

    >>> from pyrometer.definition.reading import load
    >>> def called(name, within):
    ...     hot = {"when": {"event": "call", "within": within}}
    ...     return load({"format": 1, "name": name, "events": {"call": {}}, "temperature": {"hot": hot}})
    >>> one = fingerprint(called("One", "28d"))
    >>> len(one), one == fingerprint(called("Two", "4w")), one == fingerprint(called("One", "30d"))
    (64, True, False)
    """
    return hashlib.sha256(_canonical(meaning(definition)).encode()).hexdigest()


def meaning(definition: Definition) -> dict[str, Json]:
    """What a definition computes, as JSON: defaults filled in, values typed, what has no order sorted."""
    spelled = _Meaning(definition)
    temperature = definition.temperature
    return {
        "format": definition.format,
        "profile": {name: _column(name, trait) for name, trait in definition.profile.items()},
        "properties": {name: _column(name, declared) for name, declared in definition.properties.items()},
        "events": {name: sorted(kind.properties) for name, kind in definition.events.items()},
        "flags": {name: spelled.condition(condition) for name, condition in definition.flags.items()},
        "scores": {name: spelled.score(score) for name, score in definition.scores.items()},
        "criteria": {name: spelled.criterion(criterion) for name, criterion in definition.all_criteria.items()},
        "frameworks": {
            name: {"letters": dict(used.letters), "some": used.some, "required": sorted(set(used.required))}
            for name, used in definition.used_frameworks.items()
        },
        "temperature": {"hot": spelled.band(temperature.hot), "warm": spelled.band(temperature.warm)},
    }


def condition_meaning(condition: Condition, definition: Definition) -> str:
    """What a condition asks, spelled so that two that ask the same are equal; what it refers to isn't looked into."""
    return _canonical(_Meaning(definition).condition(condition))


def rule_meaning(rule: Rule, default: Cooling | None, definition: Definition) -> str:
    """What a rule gives points for, under a score's law of cooling, spelled so that equal rules are equal."""
    return _canonical(_Meaning(definition).rule(rule, default))


def _canonical(value: Json) -> str:
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _sorted(items: Iterable[Json]) -> list[Json]:
    return sorted(items, key=_canonical)


def _column(name: str, declared: Trait | Property) -> Json:
    unknown = {text for text in declared.unknown if text.strip()}
    return {"type": declared.type, "column": declared.column or name, "unknown": sorted(unknown)}


def _value(value: object) -> Json:
    if isinstance(value, Pattern):
        return value.normalised
    if isinstance(value, date):
        return value.isoformat()
    return value + 0.0 if isinstance(value, float) else value  # -0.0 is 0.0


def _number(number: Decimal) -> str:
    return f"{number.normalize():f}"


class _Meaning:
    """Spells the parts of one definition, whose traits and properties tell the types of values."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition

    def condition(self, condition: Condition) -> Json:
        match condition:
            case All(all=items):
                return {"all": _sorted(self.condition(item) for item in items)}
            case AnyOf(any=items):
                return {"any": _sorted(self.condition(item) for item in items)}
            case Some(some=count, of=items):
                return {"some": count, "of": _sorted(self.condition(item) for item in items)}
            case Not(not_=item):
                return {"not": self.condition(item)}
            case TraitLeaf(trait=name):
                return {"trait": name, "tests": _tests(condition, self.definition.profile.get(name))}
            case EventLeaf():
                return self.events(condition)
            case ScoreLeaf(score=name):
                return {"score": name, "units": _between(condition)}
            case GradeLeaf(grade=name):
                return {"grade": name, "tests": _grades(condition)}
            case CriterionLeaf(criterion=name, is_=state):
                return {"criterion": name, "is": state}
            case FrameworkLeaf(framework=name, met_at_least=count):
                return {"framework": name, "met_at_least": count}
            case FlagLeaf(flag=name):
                return {"flag": name}

    def events(self, leaf: EventLeaf) -> Json:
        spelled = {"events": self.names(leaf.event), "where": self.where(leaf.where)}
        if leaf.last is not None:
            return {**spelled, "last": [leaf.last.older_than or 0, leaf.last.within_last]}
        return {**spelled, "within": leaf.within, "count": [leaf.minimum or 0, leaf.at_most]}

    def names(self, events: tuple[str, ...]) -> list[str]:
        return sorted(set(self.definition.event_names(events)))

    def where(self, where: Where) -> Json:
        return {name: _tests(operators, self.definition.properties.get(name)) for name, operators in where.items()}

    def score(self, score: Score) -> Json:
        return {
            "range": list(score.range),
            "groups": {name: group.cap for name, group in score.groups.items()},
            "grades": dict(score.grades),
            "rules": _sorted(self.rule(rule, score.default_cooling) for rule in score.rules),
        }

    def rule(self, rule: Rule, default: Cooling | None) -> Json:
        kernel = rule.kernel(default)
        spelled = self.cases(kernel) if isinstance(kernel, Cases) else self.counted(kernel)
        return {**spelled, "group": rule.group}

    def cases(self, kernel: Cases) -> Json:
        """In order, but for neighbours of which only one can hold."""
        runs: list[list[tuple[Json, int]]] = []
        for case in kernel.cases:
            spelled = self.condition(case.condition)
            if runs and all(_apart(spelled, other) for other, _ in runs[-1]):
                runs[-1].append((spelled, case.units))
            else:
                runs.append([(spelled, case.units)])
        return {"cases": [case for run in runs for case in _sorted(run)]}

    def counted(self, kernel: Counted) -> Json:
        return {
            "units": kernel.units,
            "events": self.names(kernel.events),
            "where": self.where(kernel.where),
            "cooling": _cooling(kernel.cooling),
            "within": kernel.within,
            "per": None if kernel.per is None else [kernel.per.property, _number(kernel.per.every), kernel.per.ceiling],
            "count": kernel.count,
            "distinct": kernel.distinct,
            "cap": kernel.cap,
        }

    def criterion(self, criterion: Criterion | None) -> Json:
        if criterion is None:
            return None
        return {
            "met": self.condition(criterion.met),
            "unmet": None if criterion.unmet is None else self.condition(criterion.unmet),
            "stale_after": criterion.stale_after,
        }

    def band(self, band: Band | None) -> Json:
        if band is None:
            return None
        return {"when": self.condition(band.when), "stay": None if band.stay is None else self.condition(band.stay)}


def _tests(operators: Operators, of: Trait | Property | None) -> Json:
    found: dict[str, Json] = {}
    for test in typed_tests(operators, of.type if of is not None else "text"):
        if isinstance(test, Mistake):
            found[test.operator] = ["as written", str(operators.given()[test.operator])]
        elif isinstance(test.operand, tuple):
            values = _sorted(map(_value, test.operand))
            alone = {"in": "is", "not_in": "is_not"}[test.operator] if len(values) == 1 else None
            if alone is None or found.setdefault(alone, values[0]) != values[0]:
                found[test.operator] = values
        else:
            found[test.operator] = _value(test.operand)
    return found


def _between(leaf: ScoreLeaf) -> list[int | None]:
    """The least and the most units that pass."""
    given = leaf.given()
    least = [given[key] + (key == "above") for key in ("at_least", "above") if key in given]
    most = [given[key] - (key == "below") for key in ("at_most", "below") if key in given]
    return [max(least, default=None), min(most, default=None)]


def _grades(leaf: GradeLeaf) -> Json:
    return {
        operator: sorted(set(operand)) if isinstance(operand, tuple) else operand
        for operator, operand in leaf.given().items()
    }


def _cooling(cooling: Cooling | None) -> Json:
    if cooling is None:
        return None
    steps = cooling.steps
    return {
        "half_life": cooling.half_life,
        "linear": cooling.linear,
        "steps": None if steps is None else [[start, _number(percent)] for start, percent in sorted(steps.items())],
        "hold": cooling.hold,
    }


def _apart(one: Json, other: Json) -> bool:
    """Whether two spelled conditions never hold together, as far as a single trait's values or bounds tell.

    What this can prove is part of the fingerprint: proving more would change the fingerprints of definitions.
    """
    if one.get("trait") is None or one["trait"] != other.get("trait"):
        return False
    tests, others = one["tests"], other["tests"]
    if tests.get("known") is False or others.get("known") is False:
        return bool(tests != others)
    values, other_values = _listed(tests), _listed(others)
    if values is not None and other_values is not None:
        return not any(value in other_values for value in values)
    return _ends_before(tests, others) or _ends_before(others, tests)


def _ends_before(tests: dict[str, Json], others: dict[str, Json]) -> bool:
    if not set(tests) | set(others) <= {"at_least", "below"} or "below" not in tests or "at_least" not in others:
        return False
    return bool(tests["below"] <= others["at_least"])


def _listed(tests: dict[str, Json]) -> list[Json] | None:
    if set(tests) == {"is"}:
        return [tests["is"]]
    return list(tests["in"]) if set(tests) == {"in"} else None
