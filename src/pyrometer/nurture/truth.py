"""Conditions made ready to be answered from facts, thousands of times: true, false, or None for unknown."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from pyrometer.nurture.conditions import (
    All,
    AnyOf,
    Condition,
    Not,
    ProgrammeLeaf,
    SentLeaf,
    Some,
    StageLeaf,
    TemperatureLeaf,
    children,
    in_language,
)
from pyrometer.nurture.facts import Facts
from pyrometer.nurture.questions import Question, question

Sent = Mapping[str, datetime]
Truth = Callable[[Facts, Sent, datetime], bool | None]
"""Answers a condition from facts, from when each content was sent last, and from the time."""


class UnansweredError(KeyError):
    """Facts lack an answer, a date or a next question that `needs` names."""


def ready(condition: Condition) -> tuple[Truth, tuple[Question, ...]]:
    """The condition as a function, and the questions that its facts have to answer.

    The largest parts that the definition language can say are one question each.
    """
    whole = in_language(condition)
    if whole is not None:
        asked = question(whole)
        return _answered(asked.key), (asked,)
    if isinstance(condition, All | AnyOf | Some | Not):
        tests, asked_of = zip(*(ready(item) for _, item in children(condition)), strict=True)
        questions = tuple({asked.key: asked for group in asked_of for asked in group}.values())
        return _combined(condition, tests), questions
    return _own(condition), ()


def _answered(key: str) -> Truth:
    def truth(facts: Facts, sent: Sent, now: datetime) -> bool | None:
        try:
            return facts.answers[key]
        except KeyError:
            raise UnansweredError(f"the facts hold no answer with the key {key}; see `needs`") from None

    return truth


def _own(condition: Condition) -> Truth:
    match condition:
        case TemperatureLeaf(temperature=wanted):
            return lambda facts, sent, now: None if facts.temperature is None else facts.temperature in wanted
        case StageLeaf(stage=stages):
            return lambda facts, sent, now: facts.stage in stages
        case ProgrammeLeaf(programme=name, is_=standing):
            return lambda facts, sent, now: facts.programmes.get(name) == standing
        case SentLeaf(sent=name, within=days):
            return _sent(name, None if days is None else timedelta(days=days))
    raise AssertionError(f"{type(condition).__name__} is a question")


def _sent(name: str, within: timedelta | None) -> Truth:
    def truth(facts: Facts, sent: Sent, now: datetime) -> bool | None:
        moments = [moment for moment in (sent.get(name), facts.sent.get(name)) if moment is not None]
        return any(within is None or now - moment < within for moment in moments)

    return truth


def _combined(condition: All | AnyOf | Some | Not, tests: tuple[Truth, ...]) -> Truth:
    if isinstance(condition, Not):
        (test,) = tests
        return lambda facts, sent, now: None if (found := test(facts, sent, now)) is None else not found
    if isinstance(condition, All):
        return _some(tests, len(tests))
    return _some(tests, 1 if isinstance(condition, AnyOf) else condition.some)


def _some(tests: tuple[Truth, ...], count: int) -> Truth:
    """True when so many are true, false when so many can't be, else unknown."""
    spare = len(tests) - count

    def truth(facts: Facts, sent: Sent, now: datetime) -> bool | None:
        met = failed = 0
        for test in tests:
            found = test(facts, sent, now)
            if found:
                met += 1
                if met == count:
                    return True
            elif found is False:
                failed += 1
                if failed > spare:
                    return False
        return None

    return truth
