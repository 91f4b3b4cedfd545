"""Conditions, rules and coolings as English sentences; a `label` wins over the words made from a part."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

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
from pyrometer.definition.rules import Cases, Counted, Rule
from pyrometer.definition.traits import ANY_EVENT
from pyrometer.definition.values import spell_points

if TYPE_CHECKING:
    from pyrometer.definition.document import Definition

_COUNTED = {"every": "", "daily": "at most once a day", "latest": "once, at its freshest"}


def sentence(condition: Condition, definition: Definition) -> str:
    """A condition as people say it.

    >>> from pyrometer.definition.conditions import EventLeaf, TraitLeaf, Not
    >>> from pyrometer.definition.reading import load
    >>> tiny = load("format: 1\\nname: Tiny\\nprofile: {employees: integer}\\nevents: {page_viewed: {properties:"
    ...             " {topic: text}}}\\ntemperature: {hot: {when: {event: page_viewed}}}\\n")
    >>> sentence(TraitLeaf(trait="employees", at_least="10"), tiny)
    'employees at least 10'
    >>> sentence(EventLeaf(event="page_viewed", where={"topic": "pricing"}, within="4w", at_least="5"), tiny)
    'at least 5 page viewed (topic pricing) within 28 days'
    >>> sentence(EventLeaf(event="any", within="60d", at_most="0"), tiny)
    'no event within 60 days'
    """
    if condition.label is not None:
        return condition.label
    match condition:
        case All(all=items):
            return _list("all of", items, definition)
        case AnyOf(any=items):
            return _list("any of", items, definition)
        case Some(some=count, of=items):
            return _list(f"at least {count} of", items, definition)
        case Not(not_=item):
            return f"not ({sentence(item, definition)})"
        case TraitLeaf(trait=name):
            trait = definition.profile.get(name)
            return tests(trait.label if trait is not None and trait.label else name, condition)
        case EventLeaf():
            return _events(condition, definition)
        case ScoreLeaf(score=name):
            bounds = " and ".join(f"{_plain(key)} {spell_points(units)}" for key, units in condition.given().items())
            return f"{_score(name, definition)} {bounds}"
        case GradeLeaf(grade=name):
            return f"{_score(name, definition)} grade {' and '.join(_grades(condition))}"
        case CriterionLeaf(criterion=name, is_=state):
            criterion = definition.criteria.get(name)
            return f"{criterion.label if criterion is not None and criterion.label else name} {state}"
        case FrameworkLeaf(framework=name, met_at_least=count):
            choice = definition.frameworks.get(name)
            noun = choice.label if choice is not None and choice.label else name
            return f"{noun} ready" if count is None else f"at least {count} of {noun} met"
        case FlagLeaf(flag=name):
            flag = definition.flags.get(name)
            return flag.label if flag is not None and flag.label else _plain(name)


def tests(noun: str, operators: Operators) -> str:
    """What is asked of a trait or property: `industry is software`, `employees at least 10 and below 50`."""
    return f"{noun} {' and '.join(_test(operator, operand) for operator, operand in operators.given().items())}"


def event_phrase(events: tuple[str, ...], where: Where, definition: Definition) -> str:
    """The events as a noun: `page viewed (topic pricing)`, `a demo request or trial started`, `event`."""
    if events == (ANY_EVENT,) and ANY_EVENT not in definition.events:
        noun = "event"
    else:
        noun = join([_event(name, definition) for name in events], "or")
    if not where:
        return noun
    details = [_detail(_property(name, definition), operators) for name, operators in where.items()]
    return f"{noun} ({', '.join(details)})"


def rule_sentence(rule: Rule, definition: Definition) -> str:
    """A rule without its name: `+8 for page viewed (topic pricing), halves every 14 days, at most 24`.

    Event rules without a cooling of their own say nothing of their score's.
    """
    kernel = rule.kernel(None)
    if isinstance(kernel, Counted):
        return _counted(kernel, definition)
    return _cases(kernel, definition)


def cooling_phrase(cooling: Cooling | None) -> str:
    """A law of cooling: `halves every 14 days`, `fades to nothing over 90 days`, `100% at first, 50% from day 30`.

    >>> cooling_phrase(Cooling(half_life="14d", hold="5d"))
    'halves every 14 days, after 5 days in full'
    >>> cooling_phrase(Cooling(steps={"0d": "100", "30d": "50", "90d": "0"}))
    '100% at first, 50% from day 30, nothing from day 90'
    """
    if cooling is None:
        return "does not cool"
    if cooling.half_life is not None:
        text = f"halves every {days(cooling.half_life)}"
    elif cooling.linear is not None:
        text = f"fades to nothing over {days(cooling.linear)}"
    else:
        parts = []
        for start, percent in sorted((cooling.steps or {}).items()):
            share = "nothing" if percent == 0 else f"{percent.normalize():f}%"
            parts.append(f"{share} from day {start}" if start else f"{share} at first")
        text = ", ".join(parts)
    return f"{text}, after {days(cooling.hold)} in full" if cooling.hold else text


def days(count: int) -> str:
    """A number of days.

    >>> days(1), days(28)
    ('1 day', '28 days')
    """
    return "1 day" if count == 1 else f"{count} days"


def signed(units: int) -> str:
    """Points with their sign.

    >>> signed(85000), signed(-100000), signed(0)
    ('+8.5', '-10', '0')
    """
    return f"+{spell_points(units)}" if units > 0 else spell_points(units)


def join(items: list[str], word: str) -> str:
    """A list as it is spoken; of a long one the beginning.

    >>> join(["a", "b", "c"], "or")
    'a, b or c'
    >>> join([str(number) for number in range(40)], "or")
    '0, 1, 2, 3, 4, 5, 6, 7 or 32 others'
    """
    if len(items) > 12:
        items = [*items[:8], f"{len(items) - 8} others"]
    return " ".join(filter(None, [", ".join(items[:-1]), word if items[:-1] else "", items[-1]]))


def _plain(name: str) -> str:
    return name.replace("_", " ")


def _list(word: str, items: tuple[Condition, ...], definition: Definition) -> str:
    if len(items) == 1:
        return sentence(items[0], definition)
    spelled = [sentence(item, definition) for item in items]
    combined = [isinstance(item, All | AnyOf | Some) and item.label is None for item in items]
    return f"{word}: " + "; ".join(
        f"({text})" if nested else text for text, nested in zip(spelled, combined, strict=True)
    )


_TESTS = {
    "is": "is {}",
    "is_not": "is not {}",
    "matches": "matches “{}”",
    "contains": "contains “{}”",
    "within_last": "within the last {}",
    "older_than": "{} ago or longer",
    "within_next": "within the next {}",
    "beyond": "more than {} ahead",
    "at_least": "at least {}",
    "above": "above {}",
    "at_most": "at most {}",
    "below": "below {}",
}


def _test(operator: str, operand: object) -> str:
    if operator in ("in", "not_in"):
        assert isinstance(operand, tuple)
        listed = join(list(operand), "or")
        return f"is {listed}" if operator == "in" else f"is not {listed}"
    if operator == "known":
        return "is known" if operand else "is not known"
    if isinstance(operand, int):
        return _TESTS[operator].format(days(operand))
    return _TESTS[operator].format(operand)


def _detail(noun: str, operators: Operators) -> str:
    """A filter in brackets, where `is` goes without saying."""
    given: Mapping[str, object] = operators.given()
    if set(given) == {"is"}:
        return f"{noun} {given['is']}"
    return tests(noun, operators).replace(" is ", " ", 1) if set(given) == {"in"} else tests(noun, operators)


def _event(name: str, definition: Definition) -> str:
    kind = definition.events.get(name)
    if kind is None or not kind.label:
        return _plain(name)
    label = kind.label
    # "A demo request" stands inside a sentence; "SEO visit" keeps its capitals.
    return label[0].lower() + label[1:] if label.startswith("A ") or label[1:2].islower() else label


def _property(name: str, definition: Definition) -> str:
    declared = definition.properties.get(name)
    return declared.label if declared is not None and declared.label else _plain(name)


def _score(name: str, definition: Definition) -> str:
    score = definition.scores.get(name)
    return score.label if score is not None and score.label else name


def _grades(leaf: GradeLeaf) -> list[str]:
    words = {"is": "{}", "is_not": "not {}", "at_least": "{} or better", "at_most": "{} or lower"}
    return [
        join(list(operand), "or") if isinstance(operand, tuple) else words[operator].format(operand)
        for operator, operand in leaf.given().items()
    ]


def _events(leaf: EventLeaf, definition: Definition) -> str:
    noun = event_phrase(leaf.event, leaf.where, definition)
    if leaf.last is not None:
        ages = [
            f"less than {days(leaf.last.within_last)} ago" if leaf.last.within_last else "",
            f"{days(leaf.last.older_than)} ago or longer" if leaf.last.older_than else "",
        ]
        return f"last {noun} {' and '.join(filter(None, ages))}"
    labelled = any(event in definition.events and definition.events[event].label for event in leaf.event)
    times = " ×" if labelled else ""
    least, most = leaf.minimum or 0, leaf.at_most
    if most == 0:
        text = f"no {noun.removeprefix('a ').removeprefix('an ')}"
    elif most is not None and least == most:
        text = f"exactly {most}{times} {noun}"
    elif most is not None and least:
        text = f"{least} to {most}{times} {noun}"
    elif most is not None:
        text = f"at most {most}{times} {noun}"
    elif least == 1:
        text = f"any {noun}" if ANY_EVENT in leaf.event else noun
    else:
        text = f"at least {least}{times} {noun}"
    return f"{text} within {days(leaf.within)}" if leaf.within is not None else text


def _counted(kernel: Counted, definition: Definition) -> str:
    text = f"{signed(kernel.units)} for {event_phrase(kernel.events, kernel.where, definition)}"
    parts = [_COUNTED.get(kernel.count, "")]
    if kernel.per is not None:
        every, noun = f"{kernel.per.every.normalize():f}", _property(kernel.per.property, definition)
        most = f", at most {kernel.per.up_to} times" if kernel.per.up_to is not None else ""
        parts.append(f"for every {every} {noun}{most}")
    if kernel.distinct is not None:
        parts.append(f"each {_property(kernel.distinct, definition)} once")
    if kernel.within is not None:
        parts.append(f"within {days(kernel.within)}")
    if kernel.cooling is not None:
        parts.append(cooling_phrase(kernel.cooling))
    if kernel.cap is not None:
        parts.append(f"at most {spell_points(kernel.cap if kernel.units >= 0 else -kernel.cap)} in all")
    return ", ".join([text, *filter(None, parts)])


def _cases(kernel: Cases, definition: Definition) -> str:
    parts = [
        f"{signed(case.units)} {_when(kernel, index, definition)}"
        for index, case in enumerate(kernel.cases)
        if case.units or len(kernel.cases) == 1
    ]
    return "; ".join(parts) or "0"


def _when(kernel: Cases, index: int, definition: Definition) -> str:
    """When a case gives its points: the last of a table holds for whatever is known and stands above in no case."""
    condition = kernel.cases[index].condition
    if index and isinstance(condition, TraitLeaf) and condition.given() == {"known": True}:
        return "otherwise"
    return f"if {sentence(condition, definition)}"
