"""Criteria and frameworks: what can answer them, how many make them ready, and what is asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pyrometer.definition.check.possible import Possible
from pyrometer.definition.check.scene import Scene
from pyrometer.definition.conditions import TraitLeaf, walk
from pyrometer.definition.criteria import FrameworkChoice
from pyrometer.definition.document import Framework
from pyrometer.definition.frameworks import BUILT_IN
from pyrometer.definition.model import Texts
from pyrometer.definition.problems import Path, Problem, nearest, suggestion

_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*\Z", re.ASCII)


def check_qualification(possible: Possible) -> Iterator[Problem]:
    """Every framework has letters that something can answer, and can be ready."""
    scene = possible.scene
    for name, criterion in scene.definition.criteria.items():
        yield from _languages(("criteria", name, "ask"), criterion.ask)
    yield from _stale(scene)
    for name, choice in scene.definition.frameworks.items():
        framework = scene.definition.used_frameworks[name]
        path = ("frameworks", name)
        if not framework.letters:
            near = nearest(name, BUILT_IN)
            yield Problem(
                "error",
                path,
                f"unknown framework `{name}`",
                "it isn't built in, and has no `letters`",
                f"did you mean `{near}`?" if near else f"add `letters`, or use {_built_in()}",
            )
            continue
        yield from _letters(path, framework, choice)
        for letter, texts in choice.ask.items():
            yield from _languages((*path, "ask", letter), texts)
        yield from _answers(possible, path, framework)


def _built_in() -> str:
    return ", ".join(f"`{name}`" for name in BUILT_IN)


def _languages(path: Path, texts: Texts) -> Iterator[Problem]:
    for language, text in texts.items():
        if not _LANGUAGE.match(language):
            yield Problem(
                "warning",
                (*path, language),
                f"`{language}` is no code of a language",
                "questions are found by codes such as en, de, sv or ja",
                "use the two-letter code",
            )
        elif not text.strip():
            yield Problem("warning", (*path, language), "this question is blank", fix="write it, or remove the line")


def _stale(scene: Scene) -> Iterator[Problem]:
    dated = [
        (name, criterion) for name, criterion in scene.definition.criteria.items() if criterion.stale_after is not None
    ]
    for name, criterion in dated:
        conditions = [criterion.met, *([criterion.unmet] if criterion.unmet is not None else [])]
        if not any(isinstance(leaf, TraitLeaf) for condition in conditions for _, leaf in walk(condition)):
            yield Problem(
                "warning",
                ("criteria", name, "stale_after"),
                "`stale_after` changes nothing here",
                "it makes the answers of traits old, and this criterion asks no trait itself",
                "remove it, or ask the trait here instead of through a flag or another criterion",
            )
    if dated:
        yield Problem(
            "note",
            ("criteria", dated[0][0], "stale_after"),
            "answers only grow old where their dates are known",
            "the dated log of traits has them; a flat file of leads has none, so nothing in it is stale",
            "give the log with `--traits`",
        )


def _letters(path: Path, framework: Framework, choice: FrameworkChoice) -> Iterator[Problem]:
    letters = dict(framework.letters)
    known = list(dict.fromkeys([*letters, *letters.values()]))
    required = choice.ready.required if choice.ready is not None else ()
    for index, name in enumerate(required):
        if name not in known:
            yield Problem(
                "error",
                (*path, "ready", "required", index),
                f"unknown letter `{name}` of `{framework.name}`",
                fix=suggestion(name, known, kind="letter"),
            )
    for name in choice.ask:
        if name not in letters:
            by_criterion = next((letter for letter, criterion in letters.items() if criterion == name), None)
            fix = (
                f"questions stand by letter: `{by_criterion}`"
                if by_criterion
                else (suggestion(name, letters, kind="letter"))
            )
            yield Problem("error", (*path, "ask", name), f"unknown letter `{name}` of `{framework.name}`", fix=fix)
    if framework.some > len(letters):
        yield Problem(
            "error",
            (*path, "ready", "some"),
            f"`{framework.name}` can't have {framework.some} met",
            f"it has {len(letters)} letters",
            f"write {len(letters)} or less",
        )
    elif framework.some == 0 and not framework.required:
        yield Problem(
            "warning",
            (*path, "ready", "some"),
            f"`{framework.name}` is always ready",
            "`some: 0` asks nothing",
            "write 1 or more",
        )


def _answers(possible: Possible, path: Path, framework: Framework) -> Iterator[Problem]:
    scene = possible.scene
    if scene.damaged("criteria") or scene.damaged("profile"):
        return
    silent = [criterion for _, criterion in framework.letters if not _answered(scene, criterion)]
    if len(silent) == len(framework.letters):
        yield Problem(
            "warning",
            path,
            f"nothing answers `{framework.name}`",
            f"none of its criteria is defined: {', '.join(f'`{name}`' for name in dict.fromkeys(silent))}",
            "define them under `criteria`, or as traits with the values met and unmet",
        )
        return
    for name in dict.fromkeys(silent):
        trait = scene.definition.profile.get(name)
        why = (
            "no criterion and no trait of that name is defined"
            if trait is None
            else (f"there is no such criterion, and the trait `{name}` doesn't take the values met and unmet")
        )
        yield Problem(
            "note", path, f"`{name}` of `{framework.name}` stays unknown", why, f"define `{name}` under `criteria`"
        )
    if True not in possible.frameworks[framework.name].ready and framework.some <= len(framework.letters):
        letters = possible.frameworks[framework.name]
        yield Problem(
            "warning",
            path,
            f"`{framework.name}` can never be ready",
            f"it needs {framework.some} met"
            + (f", {', '.join(framework.required)} among them" if framework.required else "")
            + f", and {letters.most} of its letters can be met",
            "define what is missing under `criteria`, or ask for less with `ready`",
        )


def _answered(scene: Scene, criterion: str) -> bool:
    """Whether anything can meet a criterion; a trait's listed values tell whether it answers in these words."""
    if criterion in scene.definition.criteria:
        return True
    trait = scene.definition.profile.get(criterion)
    return (
        trait is not None
        and trait.type == "text"
        and (not trait.values or "met" in trait.values or "unmet" in trait.values)
    )
