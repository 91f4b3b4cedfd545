"""The question after a question: a short form that asks only what isn't known, and isn't long."""

from __future__ import annotations

from pyrometer.app.evidence.queries import profile
from pyrometer.app.handoff.views import definition as agreed
from pyrometer.app.nurture.models import Asked
from pyrometer.app.nurture.surveys.traits import trait_of
from pyrometer.app.temperature.models import Reading
from pyrometer.reasons import Questions

MOST_IN_A_ROW = 3
"""Questions, with the one of the mail: it said that there is one."""


def next_open(first: Asked) -> str | None:
    """The criterion that may be asked after those that were; None where nothing is left, or it is enough.

    It is the next one of a framework that the first belongs to, of which nothing is known: neither by the lead's
    reading, which may be a little behind, nor by an answer.
    """
    definition = agreed.live()
    asked = {first.criterion, *first.followed_by.values_list("criterion", flat=True)}
    if definition is None or not first.criterion or len(asked) >= MOST_IN_A_ROW:
        return None
    root = first.lead.root_id
    assert root is not None
    reading = Reading.objects.filter(pk=root).first()
    states = reading.criteria if reading is not None else {}
    answers = profile(root)
    known = {name for name, each in answers.items() if each.value not in (None, "")}
    known = {name for name in known if not agreed.says_nothing(definition, name, answers[name].value)}
    questions = Questions(definition)
    for framework in definition.used_frameworks.values():
        criteria = [criterion for _, criterion in framework.letters]
        if first.criterion not in criteria:
            continue
        for criterion in criteria:
            trait = trait_of(definition, criterion)
            if (
                criterion not in asked
                and states.get(criterion, "unknown") == "unknown"
                and trait is not None
                and trait not in known
                and questions.ask(criterion)
            ):
                return criterion
    return None
