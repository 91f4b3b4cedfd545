"""Reads what the builder's page sends; a form is built in one language at a time, the others stay as they are."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from pyrometer.app.capture.forms.questions import LANGUAGES, TYPES, Option, Question, in_order, questions
from pyrometer.app.capture.forms.showing import origin
from pyrometer.app.capture.models import Form
from pyrometer.definition.frameworks import BUILT_IN

MOST_QUESTIONS = 40
MOST_CODES = 5000
SECONDS = 15
"""After so many a pop-up comes, where nobody says otherwise."""
TEXTS = ("title", "intro", "button", "thanks", "consent")

_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,48}")
_TRAIT = re.compile(r"[^\W\d]\w{0,119}")


@dataclass
class Draft:
    """A form as it would be kept, and what is wrong with it, by the name of the field."""

    form: Form
    problems: dict[str, str] = field(default_factory=dict)


def drafted(form: Form, sent: Mapping[str, str], language: str) -> Draft:
    """A form with what was sent; nothing is written."""
    draft = Draft(form)
    wrong = draft.problems
    form.name = sent.get("name", "").strip()[:100]
    if not form.name:
        wrong["name"] = _("Give it a name; visitors don't see it.")
    form.slug = sent.get("slug", "").strip().lower()
    if not _SLUG.fullmatch(form.slug):
        wrong["slug"] = _("Small letters, digits and hyphens: that is how its address ends.")
    elif Form.objects.filter(slug=form.slug).exclude(pk=form.pk).exists():
        wrong["slug"] = _("Another form has this address.")
    form.kind = Form.Kind.POPUP if sent.get("kind") == Form.Kind.POPUP else Form.Kind.FORM
    form.active = sent.get("active") == "yes"
    form.event = sent.get("event", "").strip() or "form_submitted"
    if not re.fullmatch(r"[\w.:-]{1,120}", form.event):
        wrong["event"] = _("Letters, digits and _ only, as your definition calls it.")
    form.shown = _number(sent, "shown", 1, MOST_QUESTIONS, wrong) or 3
    form.texts = _with_language(form.texts, language, {name: sent.get(name, "").strip()[:2000] for name in TEXTS})
    if form.language not in form.texts:
        form.language = in_order(form.texts, language)[0]
    form.purposes = [one for one in sent.get("purposes", "").split(",") if one]
    form.fields = [question.stored() for question in _questions(form, sent, language, wrong)]
    form.sites = _sites(sent, wrong)
    form.redirect = sent.get("redirect", "").strip()[:200]
    if form.redirect and origin(form.redirect) not in form.sites:
        wrong["redirect"] = _("It leads to a site that isn't in the list of sites.")
    form.offer = _offer(sent, wrong) if form.kind == Form.Kind.POPUP else {}
    return draft


def add_from_framework(form: Form, framework: str, letter: str) -> bool:
    """Add the first question of a framework's letter, in all languages; False where it is asked already."""
    found = BUILT_IN[framework].letter(letter)
    if any(one["trait"] == found.criterion for one in form.fields):
        return False
    label = {language: found.questions[language][0] for language in LANGUAGES if found.questions.get(language)}
    form.fields = [*form.fields, Question(found.criterion, label).stored()]
    return True


def suggestions(form: Form) -> list[tuple[str, list[tuple[str, str]]]]:
    """The frameworks, and the letters of each with its question and what that is about.

    A question that several share stands with the first of them; what the form asks already is left out.
    """
    asked = {one["trait"] for one in form.fields}
    said: set[str] = set()
    groups = []
    for name, framework in BUILT_IN.items():
        found = []
        for letter in framework.letters:
            question = next(iter(letter.questions.get("en") or (letter.name,)))
            if letter.criterion not in asked and question not in said:
                said.add(question)
                found.append((f"{name}:{letter.name}", f"{letter.criterion.replace('_', ' ')}: {question}"))
        if found:
            groups.append((framework.title, found))
    return groups


def written(form: Form, sent: Mapping[str, str] | None) -> dict[str, str]:
    """What stands in the fields that are read as something else: as it was sent, else as it is kept."""
    fields = {
        "shown": str(form.shown),
        "sites": "\n".join(form.sites),
        "redirect": form.redirect,
        "codes": "\n".join(form.offer.get("codes") or []),
        "limit": str(form.offer.get("limit", "")),
        "after_scroll": str(form.offer.get("after_scroll", "")),
        # A pop-up that is none yet is offered a moment to come at.
        "after_seconds": str(form.offer.get("after_seconds", "" if form.kind == Form.Kind.POPUP else SECONDS)),
    }
    return {name: text if sent is None else sent.get(name, text) for name, text in fields.items()}


def option_lines(question: Question, language: str) -> str:
    """The answers of a question as they are written in the builder: `value = label`, one a line."""
    lines = []
    for option in question.options:
        label = option.label.get(language, "")
        lines.append(option.value if label in ("", option.value) else f"{option.value} = {label}")
    return "\n".join(lines)


def _with_language(texts: Mapping[str, Any], language: str, own: Mapping[str, str]) -> dict[str, Any]:
    """The texts with those of one language; those of the others stay."""
    known = dict(texts)
    if any(own.values()) or not known:
        known[language] = dict(own)
    elif language in known and len(known) > 1:
        del known[language]
    else:
        known[language] = dict(own)
    return known


def _questions(form: Form, sent: Mapping[str, str], language: str, wrong: dict[str, str]) -> list[Question]:
    before = {question.trait: question for question in questions(form.fields)}
    places = sorted({int(name[6:]) for name in sent if re.fullmatch(r"trait-\d{1,3}", name)})[:MOST_QUESTIONS]
    found: list[tuple[float, Question]] = []
    for place in places:
        trait = sent.get(f"trait-{place}", "").strip().lower().replace(" ", "_")
        if not trait or sent.get(f"drop-{place}"):
            continue
        if not _TRAIT.fullmatch(trait):
            wrong[f"trait-{place}"] = _("Letters, digits and _, beginning with a letter.")
        if any(question.trait == trait for _place, question in found):
            wrong[f"trait-{place}"] = _("Another question is about this trait.")
        kind = sent.get(f"type-{place}", "text")
        kind = kind if kind in TYPES else "text"
        # A renamed trait keeps its texts in the other languages.
        old = before.get(sent.get(f"was-{place}", ""))
        label = {**(old.label if old else {}), language: sent.get(f"label-{place}", "").strip()[:300]}
        options = _options(sent.get(f"options-{place}", ""), old, language) if kind == "choice" else ()
        if kind == "choice" and not options:
            wrong[f"options-{place}"] = _("Write the answers to choose from, one a line.")
        if trait in ("email", "phone"):
            kind = trait
        question = Question(trait, {key: text for key, text in label.items() if text}, kind,
                            sent.get(f"required-{place}") == "yes", options)  # fmt: skip
        try:
            order = float(sent.get(f"order-{place}") or place + 1)
        except ValueError:
            order = place + 1
        found.append((order, question))
    return [question for _order, question in sorted(found, key=lambda each: each[0])]


def _options(text: str, old: Question | None, language: str) -> tuple[Option, ...]:
    labels = {option.value: option.label for option in (old.options if old else ())}
    made: dict[str, Option] = {}
    for line in text.splitlines()[:100]:
        value, _sign, label = (part.strip() for part in line.partition("="))
        if value:
            said = label or value
            made.setdefault(value[:200], Option(value[:200], {**labels.get(value, {}), language: said[:300]}))
    return tuple(made.values())


def _sites(sent: Mapping[str, str], wrong: dict[str, str]) -> list[str]:
    sites = []
    for line in sent.get("sites", "").split():
        found = origin(line)
        if found is None:
            wrong["sites"] = _("“%s” is no site; write https://example.org.") % line[:80]
        elif found not in sites:
            sites.append(found)
    return sites[:50]


def _offer(sent: Mapping[str, str], wrong: dict[str, str]) -> dict[str, Any]:
    codes = list(dict.fromkeys(code[:60] for code in sent.get("codes", "").split()))
    if len(codes) > MOST_CODES:
        wrong["codes"] = _("At most %d codes.") % MOST_CODES
    offer: dict[str, Any] = {"codes": codes[:MOST_CODES]}
    for name, most in (("limit", 10_000_000), ("after_seconds", 3600), ("after_scroll", 100)):
        number = _number(sent, name, 0, most, wrong)
        if number is not None:
            offer[name] = number
    if sent.get("on_leave") == "yes":
        offer["on_leave"] = True
    if not {"after_seconds", "after_scroll", "on_leave"} & {*offer, *wrong}:
        wrong["after_seconds"] = _("Say when it comes: after some seconds, after scrolling, or on leaving.")
    return offer


def _number(sent: Mapping[str, str], name: str, least: int, most: int, wrong: dict[str, str]) -> int | None:
    text = sent.get(name, "").strip()
    if not text:
        return None
    if not text.isdecimal() or not least <= int(text) <= most:
        wrong[name] = _("A whole number from %(least)d to %(most)d.") % {"least": least, "most": most}
        return None
    return int(text)
