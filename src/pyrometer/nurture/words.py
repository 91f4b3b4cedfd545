"""Conditions and steps of programmes as English sentences; a label wins over the words made from a part."""

from __future__ import annotations

from collections.abc import Mapping

from pyrometer.definition import Definition
from pyrometer.definition.temperature import Temperature
from pyrometer.definition.words import days, join
from pyrometer.definition.words import sentence as said
from pyrometer.nurture.conditions import (
    All,
    AnyOf,
    Condition,
    MissingLeaf,
    Not,
    ProgrammeLeaf,
    SentLeaf,
    Some,
    StageLeaf,
    TemperatureLeaf,
)
from pyrometer.nurture.steps import (
    AskStep,
    BranchStep,
    GoStep,
    LeaveStep,
    NotifyStep,
    OfferStep,
    Question,
    SendStep,
    SetStep,
    Step,
    Waiting,
    WaitStep,
)
from pyrometer.nurture.values import MINUTES, WEEKDAYS, spell_time

NAMELESS = Definition(format=1, name="none", temperature=Temperature())
"""A definition that declares nothing, for words without one."""

_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_STANDINGS = {"inside": "is inside", "finished": "finished", "left": "left"}


def text(texts: Mapping[str, str], language: str = "en") -> str:
    """A text in a language, else in English, else in the first there is; empty without one.

    >>> text({"en": "Hello", "sv": "Hej"}, "sv"), text({"en": "Hello"}, "ja"), text({})
    ('Hej', 'Hello', '')
    """
    return texts.get(language) or texts.get("en") or next(iter(texts.values()), "")


def sentence(condition: Condition, definition: Definition = NAMELESS) -> str:
    """A condition as people say it.

    >>> sentence(All(all=[TemperatureLeaf(temperature=["cool", "warm"]), MissingLeaf(missing="need")]))
    'cool or warm; and need is missing'
    """
    if condition.label is not None:
        return condition.label
    match condition:
        case TemperatureLeaf(temperature=wanted):
            return join(list(wanted), "or")
        case StageLeaf(stage=stages):
            return f"stage {join([stage.value.replace('_', ' ') for stage in stages], 'or')}"
        case MissingLeaf(missing=name):
            criterion = definition.criteria.get(name)
            return f"{criterion.label if criterion is not None and criterion.label else name} is missing"
        case ProgrammeLeaf(programme=name, is_=standing):
            return f"{_STANDINGS[standing]} {name}"
        case SentLeaf(sent=name, within=within):
            return f"got {name}" if within is None else f"got {name} within {days(within)}"
        case All(all=items):
            return _list("; and ", items, definition)
        case AnyOf(any=items):
            return _list("; or ", items, definition)
        case Some(some=count, of=items):
            return f"at least {count} of: {_list('; ', items, definition)}"
        case Not(not_=item):
            return f"not ({sentence(item, definition)})"
    return said(condition, definition)


def _list(link: str, items: tuple[Condition, ...], definition: Definition) -> str:
    spelled = [
        f"({words})" if isinstance(item, All | AnyOf | Some) and item.label is None and len(items) > 1 else words
        for item in items
        for words in [sentence(item, definition)]
    ]
    return link.join(spelled)


def step_words(step: Step, definition: Definition = NAMELESS, language: str = "en") -> str:
    """What a step does, in a few words; what stands inside a branch or a wait isn't told.

    >>> step_words(SendStep(send="what-plans-cost", asking="budget"))
    'send what-plans-cost, asking about budget'
    """
    if step.label:
        return text(step.label, language)
    match step:
        case SendStep(send=content, asking=asked):
            return f"send {content}" + (f", asking {_asked(asked, language)}" if asked is not None else "")
        case AskStep(ask=asked):
            return f"ask {_asked(asked, language)}"
        case OfferStep(offer=offer):
            what = f"coupon {offer.coupon}" if offer.content is None else f"{offer.content} in {offer.slot}"
            return f"offer {what}" + (f" for {span(offer.for_)}" if offer.for_ is not None else "")
        case WaitStep(wait=wait):
            return wait_words(wait, definition)
        case BranchStep():
            return "branch"
        case NotifyStep(notify=notice):
            return f"tell {'the rep' if notice.to == 'rep' else notice.to}: {text(notice.say, language)}"
        case SetStep(set=traits):
            return "note " + ", ".join(f"{trait}: {value}" for trait, value in traits.items())
        case LeaveStep(leave=leave):
            after = f"; recycled after {days(leave.after)}" if leave.after is not None else ""
            return f"leave: {leave.because}" + (after or ("; let go" if leave.then == "let_go" else ""))
        case GoStep(go=target):
            return f"go to {target}"


def _asked(asked: Question, language: str) -> str:
    if asked.question is not None:
        return f"“{text(asked.question, language)}”"
    return f"what {asked.framework} asks next" if asked.framework is not None else f"about {asked.criterion}"


def wait_words(wait: Waiting, definition: Definition = NAMELESS) -> str:
    """What is waited for.

    >>> wait_words(Waiting(day=["tue", "thu"], at="09:30")), wait_words(Waiting(date="trial_ends", before="3d"))
    ('wait until Tuesday or Thursday, 09:30', 'wait until 3 days before trial_ends')
    """
    limit = f", at most {span(wait.at_most)}" if wait.at_most is not None else ""
    if wait.for_ is not None:
        return f"wait {span(wait.for_)}"
    if wait.until is not None:
        return f"wait until {sentence(wait.until, definition)}{limit}"
    if wait.date is not None:
        away = wait.before or wait.after
        when = f"{days(away)} {'before' if wait.before else 'after'} " if away else ""
        return f"wait until {when}{wait.date}{limit}"
    named = join([_DAYS[WEEKDAYS.index(day)] for day in wait.day or ()], "or") if wait.day else ""
    return f"wait until {', '.join(filter(None, [named, '' if wait.at is None else spell_time(wait.at)]))}"


def span(minutes: int) -> str:
    """A duration as people say it.

    >>> span(1440), span(240), span(20160)
    ('1 day', '4 hours', '2 weeks')
    """
    for unit, word in (("w", "week"), ("d", "day"), ("h", "hour")):
        count, rest = divmod(minutes, MINUTES[unit])
        if count and not rest and (unit != "w" or count > 1):
            return f"{count} {word}{'s' if count > 1 else ''}"
    return f"{minutes} minutes"
