"""Names that a programme uses and nobody declared, and values that don't fit."""

from __future__ import annotations

from collections.abc import Iterator

from pyrometer.definition.check import names as declared
from pyrometer.definition.check.types import check_types
from pyrometer.definition.operators import unknown_value
from pyrometer.definition.problems import Path, Problem, suggestion
from pyrometer.definition.values import parse_value
from pyrometer.nurture.check.scene import Stage
from pyrometer.nurture.conditions import MissingLeaf, ProgrammeLeaf, SentLeaf
from pyrometer.nurture.facts import RECYCLE_ON
from pyrometer.nurture.steps import AskStep, OfferStep, Question, SendStep, SetStep, WaitStep


def check_names(stage: Stage) -> Iterator[Problem]:
    """Every trait, event, criterion, framework, content and programme that is used exists, and values fit."""
    if stage.definition is not None:
        yield from declared.check_names(stage.scene)
        yield from check_types(stage.scene)
        yield from _defined(stage)
    for path, leaf in stage.leaves:
        if isinstance(leaf, SentLeaf):
            yield from _content(stage, (*path, "sent"), leaf.sent)
        elif isinstance(leaf, ProgrammeLeaf):
            yield from _programme(stage, (*path, "programme"), leaf.programme)
    for path, step in stage.steps:
        if isinstance(step, SendStep):
            yield from _content(stage, (*path, "send"), step.send, "send")
        elif isinstance(step, OfferStep) and step.offer.content is not None:
            yield from _content(stage, (*path, "offer", "content"), step.offer.content, "show")


def _defined(stage: Stage) -> Iterator[Problem]:
    scene = stage.scene
    for path, leaf in stage.leaves:
        if isinstance(leaf, MissingLeaf):
            yield from declared.criterion(scene, (*path, "missing"), leaf.missing)
    for path, step in stage.steps:
        if isinstance(step, WaitStep) and step.wait.date is not None:
            yield from _date(stage, (*path, "wait", "date"), step.wait.date)
        elif isinstance(step, SetStep):
            for trait, value in step.set.items():
                yield from _set(stage, (*path, "set", trait), trait, value)
        elif isinstance(step, AskStep):
            yield from _asked(stage, (*path, "ask"), step.ask)
        elif isinstance(step, SendStep) and step.asking is not None:
            yield from _asked(stage, (*path, "asking"), step.asking)


def _date(stage: Stage, path: Path, name: str) -> Iterator[Problem]:
    assert stage.definition is not None
    trait = stage.definition.profile.get(name)
    if trait is None and name != RECYCLE_ON:
        dates = [known for known, each in stage.definition.profile.items() if each.type == "date"]
        fix = suggestion(name, [*dates, RECYCLE_ON], kind="date")
        yield Problem("error", path, f"unknown date `{name}`", "a wait looks at a trait of type date", fix)
    elif trait is not None and trait.type != "date":
        yield Problem("error", path, f"`{name}` is no date", f"it is of type {trait.type}", "wait for a date trait")


def _set(stage: Stage, path: Path, name: str, value: str) -> Iterator[Problem]:
    assert stage.definition is not None
    missing = list(declared.trait(stage.scene, path, name))
    yield from missing
    if missing:
        return
    trait = stage.definition.profile[name]
    try:
        typed = parse_value(value, trait.type)
    except ValueError as error:
        yield Problem("error", path, str(error), f"`{name}` is of type {trait.type}")
        return
    if trait.values and typed not in [parse_value(known, trait.type) for known in trait.values]:
        what, why = f"unknown value `{value}` of `{name}`", f"`{name}` lists its values"
        yield Problem("error", path, what, why, unknown_value(value, trait.values))


def _asked(stage: Stage, path: Path, asked: Question) -> Iterator[Problem]:
    if asked.criterion is not None:
        yield from declared.criterion(stage.scene, path, asked.criterion)
    if asked.framework is not None:
        yield from declared.framework(stage.scene, (*path, "framework"), asked.framework)
    if asked.trait is not None:
        yield from declared.trait(stage.scene, (*path, "trait"), asked.trait)


def _content(stage: Stage, path: Path, name: str, use: str = "") -> Iterator[Problem]:
    if stage.contents is None:
        return
    content = stage.contents.get(name)
    if content is None:
        yield Problem("error", path, f"unknown content `{name}`", fix=suggestion(name, stage.contents, kind="content"))
    elif use == "show" and content.kind != "slot":
        why, fix = "a slot of the site shows slots", "name a content of that kind"
        yield Problem("error", path, f"`{name}` is a {content.kind}, not a slot", why, fix)
    elif use == "send" and content.kind == "slot":
        why = "`send` sends mails, also such as ask by a form"
        yield Problem("error", path, f"`{name}` is a slot, not a mail", why, "offer it in a slot")


def _programme(stage: Stage, path: Path, name: str) -> Iterator[Problem]:
    if stage.programmes is not None and name not in stage.programmes:
        fix = suggestion(name, sorted(stage.programmes), kind="programme")
        why = "only a programme that was begun has leads inside"
        yield Problem("error", path, f"unknown programme `{name}`", why, fix)
