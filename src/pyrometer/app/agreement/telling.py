"""A definition in words, part by part, as both teams read it."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _

from pyrometer.definition import Definition
from pyrometer.definition.conditions import All, AnyOf, Condition, Not, Some, children
from pyrometer.definition.values import spell_points
from pyrometer.definition.words import cooling_phrase, days, rule_sentence, sentence
from pyrometer.reasons import Questions


@dataclass(frozen=True)
class Said:
    """A condition: its own words, and the conditions inside it."""

    text: str
    parts: tuple[Said, ...] = ()


@dataclass(frozen=True)
class TemperatureSaid:
    """When a lead has a temperature, and what lets it keep that."""

    name: str
    when: Said
    stay: Said | None


@dataclass(frozen=True)
class RuleSaid:
    """A rule's name and what it says."""

    name: str
    text: str
    group: str = ""


@dataclass(frozen=True)
class ScoreSaid:
    """A score with its rules; `facts` are its range, cooling, caps of groups and grades."""

    name: str
    facts: tuple[str, ...]
    rules: tuple[RuleSaid, ...]


@dataclass(frozen=True)
class CriterionSaid:
    """When a criterion is met and unmet, and the question that asks for it."""

    name: str
    met: Said | None
    unmet: Said | None
    stale: str
    question: str


@dataclass(frozen=True)
class Told:
    """A whole definition. `flags` are conditions with a name; `frameworks` say what makes each ready."""

    name: str
    description: str
    temperatures: tuple[TemperatureSaid, ...]
    scores: tuple[ScoreSaid, ...]
    criteria: tuple[CriterionSaid, ...]
    frameworks: tuple[RuleSaid, ...]
    flags: tuple[tuple[str, Said], ...]


def tell(definition: Definition, language: str = "en") -> Told:
    """The definition in words; questions are in the language, else in English."""
    return Told(
        name=definition.name,
        description=definition.description or "",
        temperatures=tuple(
            TemperatureSaid(
                name, said(band.when, definition), None if band.stay is None else said(band.stay, definition)
            )
            for name in ("hot", "warm")
            if (band := getattr(definition.temperature, name)) is not None
        ),
        scores=tuple(_score(name, definition) for name in definition.scores),
        criteria=tuple(_criteria(definition, language)),
        frameworks=tuple(_frameworks(definition)),
        flags=tuple((name, said(condition, definition)) for name, condition in definition.flags.items()),
    )


def said(condition: Condition, definition: Definition) -> Said:
    """A condition with those inside it; one that has a label of its own is told by that."""
    whole = sentence(condition, definition)
    if condition.label is not None:
        return Said(whole)
    parts = tuple(said(item, definition) for _, item in children(condition))
    match condition:
        case All() if len(parts) > 1:
            return Said(_("all of"), parts)
        case AnyOf() if len(parts) > 1:
            return Said(_("any of"), parts)
        case Some():
            return Said(_("at least %(count)d of") % {"count": condition.some}, parts)
        case Not() if parts[0].parts:
            return Said(_("not"), parts)
        case _:
            return Said(whole)


def _score(name: str, definition: Definition) -> ScoreSaid:
    score = definition.scores[name]
    lowest, highest = map(spell_points, score.range)
    facts = [_("from %(lowest)s to %(highest)s points") % {"lowest": lowest, "highest": highest}]
    if score.default_cooling is not None:
        facts.append(_("what isn't said to cool otherwise %(law)s") % {"law": cooling_phrase(score.default_cooling)})
    facts += [
        _("group %(group)s gives at most %(cap)s") % {"group": group, "cap": spell_points(each.cap)}
        for group, each in score.groups.items()
    ]
    if score.ladder:
        grades = ", ".join(f"{grade} ≥ {spell_points(units)}" for grade, units in score.ladder)
        facts.append(_("grades: %(grades)s") % {"grades": grades})
    rules = tuple(RuleSaid(rule.name, rule_sentence(rule, definition), rule.group or "") for rule in score.rules)
    return ScoreSaid(score.label or name, tuple(facts), rules)


def _criteria(definition: Definition, language: str) -> list[CriterionSaid]:
    questions = Questions(definition)
    found = []
    for name, criterion in definition.all_criteria.items():
        question = questions.ask(name, language) or ""
        if criterion is None:
            found.append(CriterionSaid(name, None, None, "", question))
            continue
        unmet = None if criterion.unmet is None else said(criterion.unmet, definition)
        stale = "" if criterion.stale_after is None else days(criterion.stale_after)
        found.append(CriterionSaid(criterion.label or name, said(criterion.met, definition), unmet, stale, question))
    return found


def _frameworks(definition: Definition) -> list[RuleSaid]:
    found = []
    for name, framework in definition.used_frameworks.items():
        letters = ", ".join(letter for letter, _ in framework.letters)
        text = _("ready when %(some)d of %(letters)s are met") % {"some": framework.some, "letters": letters}
        if framework.required:
            text += _(", %(required)s among them") % {"required": ", ".join(framework.required)}
        found.append(RuleSaid(definition.frameworks[name].label or name, text))
    return found
