"""Texts that are missing in a language that the programme speaks."""

from __future__ import annotations

from collections.abc import Collection, Iterator

from pyrometer.definition.problems import Path, Problem
from pyrometer.definition.words import join
from pyrometer.nurture.check.scene import Stage
from pyrometer.nurture.steps import AskStep, OfferStep, Question, SendStep
from pyrometer.reasons.questions import Questions


def check_languages(stage: Stage) -> Iterator[Problem]:
    """What leads read is there in all languages of the programme."""
    asked_in = None if stage.definition is None else Questions(stage.definition)
    for path, step in stage.steps:
        if isinstance(step, SendStep):
            yield from _content(stage, (*path, "send"), step.send)
        elif isinstance(step, OfferStep) and step.offer.content is not None:
            yield from _content(stage, (*path, "offer", "content"), step.offer.content)
        question = step.ask if isinstance(step, AskStep) else step.asking if isinstance(step, SendStep) else None
        if question is not None:
            here = (*path, "ask" if isinstance(step, AskStep) else "asking")
            yield from _question(stage, here, question, asked_in)


def _content(stage: Stage, path: Path, name: str) -> Iterator[Problem]:
    content = (stage.contents or {}).get(name)
    if content is not None:
        yield from _missing(stage, path, f"`{name}`", content.languages)


def _question(stage: Stage, path: Path, question: Question, asked_in: Questions | None) -> Iterator[Problem]:
    if question.question is not None:
        yield from _missing(stage, (*path, "question"), "the question", question.question)
    elif question.criterion is not None and asked_in is not None:
        assert stage.definition is not None
        if question.criterion not in stage.definition.all_criteria:
            return
        texts = asked_in.by_language(question.criterion)
        if texts:
            yield from _missing(stage, path, f"the question for `{question.criterion}`", texts)
        else:
            yield Problem(
                "error",
                path,
                f"there is no question for `{question.criterion}`",
                "neither the definition nor a framework has words for it",
                f"add `ask` to the criterion `{question.criterion}` of the definition",
            )


def _missing(stage: Stage, path: Path, what: str, there: Collection[str]) -> Iterator[Problem]:
    missing = [language for language in stage.programme.languages if language not in there]
    if missing:
        yield Problem(
            "warning",
            path,
            f"{what} is missing in {join(missing, 'and')}",
            f"the programme speaks {join(list(stage.programme.languages), 'and')}; who speaks the others gets it in "
            f"{next(iter(there), 'none')}",
            "translate it, or take the language out of `languages`",
        )
