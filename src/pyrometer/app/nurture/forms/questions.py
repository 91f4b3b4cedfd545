"""What a step asks, and texts in several languages, as fields of a form."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from pyrometer.app.nurture.forms.step import StepForm, choice_field, text_field
from pyrometer.app.nurture.forms.values import as_mapping, as_text
from pyrometer.errors import UsageError


def add_asking(form: StepForm, *, required: bool) -> None:
    """Add the fields of what is asked to a form."""
    known = form.known
    choices: list[tuple[str, Any]] = [("", gettext_lazy("Choose …") if required else gettext_lazy("nothing"))]
    choices += [(f"criterion:{name}", name) for name in known.criteria]
    choices += [(f"framework:{name}", _("what %(name)s asks next") % {"name": name}) for name in known.frameworks]
    choices.append(("own", gettext_lazy("a question of your own")))
    now = form.initial.get("asks")
    if now and now not in dict(choices):
        choices.append((now, now.partition(":")[2]))
    form.fields["asks"] = forms.ChoiceField(label=gettext_lazy("Asks about"), choices=choices, required=required)
    add_texts(form, "question", gettext_lazy("Your question"), required=False)
    form.fields["trait"] = choice_field(
        gettext_lazy("Its answer goes into"), known.traits, form.initial.get("trait"), required=False, empty="—"
    )


def read_asking(asked: object) -> dict[str, Any]:
    """What the fields show of what is asked."""
    if isinstance(asked, str):
        return {"asks": f"criterion:{asked}"}
    asked = as_mapping(asked)
    for name in ("criterion", "framework"):
        if name in asked:
            return {"asks": f"{name}:{as_text(asked[name])}"}
    if "question" in asked:
        return {"asks": "own", "trait": as_text(asked.get("trait")), **read_texts(asked["question"], "question")}
    return {}


def asking_of(given: Mapping[str, Any], before: object) -> Any:
    """What is asked, as the step says it. Raises UsageError."""
    asks = given["asks"]
    if not asks:
        return None
    kind, _colon, name = asks.partition(":")
    if kind == "criterion":
        return name
    if kind == "framework":
        return {"framework": name}
    question = texts_of(given, "question", as_mapping(before).get("question"))
    if not question:
        raise UsageError(_("Write your question."))
    return {"question": question} | ({"trait": given["trait"]} if given["trait"] else {})


def add_texts(form: StepForm, name: str, label: Any, *, required: bool) -> None:
    """Add a field for each language of the programme to a form."""
    for place, language in enumerate(form.known.languages):
        title = label if len(form.known.languages) == 1 else f"{label} ({language})"
        form.fields[f"{name}_{language}"] = text_field(title, required=required and place == 0, rows=2)


def read_texts(texts: object, name: str) -> dict[str, str]:
    """What the fields show of texts."""
    if isinstance(texts, str):
        return {f"{name}_en": texts}
    return {f"{name}_{language}": as_text(text) for language, text in as_mapping(texts).items()}


def texts_of(given: Mapping[str, Any], name: str, before: object) -> dict[str, str]:
    """The texts by language; those in languages that the form doesn't show stay."""
    shown = {key.removeprefix(f"{name}_"): text for key, text in given.items() if key.startswith(f"{name}_")}
    kept = {language: text for language, text in as_mapping(before).items() if language not in shown}
    return {**kept, **{language: text for language, text in shown.items() if text}}
