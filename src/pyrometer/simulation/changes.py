"""Where two definitions differ, in words, before any lead is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pyrometer.definition import Definition
from pyrometer.definition.criteria import Criterion
from pyrometer.definition.document import Framework
from pyrometer.definition.fingerprint import condition_meaning, meaning, rule_meaning
from pyrometer.definition.rules import Rule
from pyrometer.definition.scores import Score
from pyrometer.definition.values import spell_points
from pyrometer.definition.words import cooling_phrase, days, rule_sentence, sentence
from pyrometer.plan.build import top_items
from pyrometer.simulation.pairing import paired
from pyrometer.simulation.result import Change

Words = Callable[[Any, Definition], str]


def changes_between(old: Definition, new: Definition) -> tuple[Change, ...]:
    """Every place where the meaning differs, from the temperatures down to what is known of a lead."""
    return tuple(_changes(old, new))


def _changes(old: Definition, new: Definition) -> Iterator[Change]:
    for name in ("hot", "warm"):
        for kind in ("when", "stay"):
            mine, theirs = (_parts(each, name, kind) for each in (old, new))
            if mine.keys() != theirs.keys():
                what = name if kind == "when" else f"{name} stays"
                gone, come = (
                    "; ".join(words for asked, words in those.items() if asked not in others) or None
                    for those, others in ((mine, theirs), (theirs, mine))
                )
                if gone is None or come is None:
                    yield Change("temperature", what, gone, come)
                else:
                    yield _apart("temperature", what, gone, come)
    for name in dict.fromkeys([*new.scores, *old.scores]):
        yield from _score(name, old, new)
    meanings = meaning(old), meaning(new)
    parts: tuple[tuple[str, Mapping[str, Any], Mapping[str, Any], Words], ...] = (
        ("criteria", old.all_criteria, new.all_criteria, _criterion),
        ("frameworks", old.used_frameworks, new.used_frameworks, _framework),
        ("flags", old.flags, new.flags, sentence),
        ("profile", old.profile, new.profile, lambda trait, _: str(trait.type)),
        ("properties", old.properties, new.properties, lambda declared, _: str(declared.type)),
        ("events", old.events, new.events, lambda kind, _: ", ".join(kind.properties) or "declared"),
    )
    for where, before_parts, after_parts, words_of in parts:
        for name in dict.fromkeys([*after_parts, *before_parts]):
            if meanings[0][where].get(name) != meanings[1][where].get(name):
                before = words_of(before_parts[name], old) if name in before_parts else None
                after = words_of(after_parts[name], new) if name in after_parts else None
                yield Change(where, name, before, after)


def _parts(definition: Definition, name: str, kind: str) -> dict[str, str]:
    """The conditions that must all hold, in words, by what they ask."""
    condition = getattr(getattr(definition.temperature, name), kind, None)
    items = () if condition is None else top_items(condition)
    return {condition_meaning(item, definition): sentence(item, definition) for item in items}


def _apart(where: str, what: str, before: str, after: str) -> Change:
    """A change whose words leave out what both definitions say."""
    if before == after:
        return Change(where, what, before, f"{after}, with another meaning")
    parts = [words.split("; ") for words in (before, after)]
    kept = ["; ".join(part for part in mine if part not in theirs) for mine, theirs in (parts, parts[::-1])]
    if not any(kept):
        return Change(where, what, before, after)  # the same parts in another order, or as often
    return Change(where, what, kept[0] or "without that", kept[1] or "without that")


def _score(name: str, old: Definition, new: Definition) -> Iterator[Change]:
    before, after = old.scores.get(name), new.scores.get(name)
    if before is None or after is None:
        rules = [None if score is None else _rules(score) for score in (before, after)]
        yield Change("scores", name, rules[0], rules[1])
        return
    pairs = paired(
        before.rules,
        after.rules,
        (lambda rule: rule.name, lambda rule: rule.name),
        (lambda rule: _meaning(rule, before, old), lambda rule: _meaning(rule, after, new)),
    )
    partner = {there: here for here, there in pairs.both}
    for at, rule in enumerate(after.rules):
        if at not in partner:
            yield Change(name, rule.name, None, rule_sentence(rule, new))
            continue
        was = before.rules[partner[at]]
        if _meaning(was, before, old) != _meaning(rule, after, new):
            mine, theirs = _rule(was, old), _rule(rule, new)
            # What cools by the score's law is told once, for the score.
            if mine != theirs or before.default_cooling == after.default_cooling:
                yield _apart(name, rule.name, mine, theirs)
    for at in pairs.only_first:
        rule = before.rules[at]
        yield Change(name, rule.name, rule_sentence(rule, old), None)
    for what, words in _SCORE_PARTS:
        if words(before) != words(after):
            yield Change(name, what, words(before) or None, words(after) or None)


def _meaning(rule: Rule, score: Score, definition: Definition) -> str:
    return rule_meaning(rule, score.default_cooling, definition)


def _rule(rule: Rule, definition: Definition) -> str:
    """A rule in words, with its group; how it cools by its score is a change of the score."""
    said = rule_sentence(rule, definition)
    return said if rule.group is None else f"{said}, in group {rule.group}"


def _rules(score: Score) -> str:
    return "1 rule" if len(score.rules) == 1 else f"{len(score.rules)} rules"


_SCORE_PARTS: tuple[tuple[str, Callable[[Score], str]], ...] = (
    ("cooling", lambda score: cooling_phrase(score.default_cooling)),
    ("range", lambda score: " to ".join(map(spell_points, score.range))),
    ("grades", lambda score: ", ".join(f"{name} from {spell_points(units)}" for name, units in score.ladder)),
    (
        "caps of groups",
        lambda score: ", ".join(f"{name} {spell_points(group.cap)}" for name, group in sorted(score.groups.items())),
    ),
)


def _criterion(criterion: Criterion | None, definition: Definition) -> str:
    if criterion is None:
        return "nothing answers it"
    said = f"met if {sentence(criterion.met, definition)}"
    if criterion.unmet is not None:
        said += f", unmet if {sentence(criterion.unmet, definition)}"
    return said if criterion.stale_after is None else f"{said}; answers count for {days(criterion.stale_after)}"


def _framework(framework: Framework, _: Definition) -> str:
    required = f" with {' and '.join(framework.required)}" if framework.required else ""
    return f"ready at {framework.some} of {', '.join(letter for letter, _ in framework.letters)}{required}"
