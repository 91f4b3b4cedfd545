"""A programme as it was written: read, checked against what is in force, and what is wrong with the contents it names."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from django.utils.translation import gettext as _

from pyrometer.app.agreement.queries import definition_of, live
from pyrometer.app.consent.models import Purpose
from pyrometer.app.delivery.email.content.collecting import ground
from pyrometer.app.delivery.email.content.examining import Ground
from pyrometer.app.delivery.email.content.examining import examine as examine_content
from pyrometer.app.delivery.email.content.reading import ContentError
from pyrometer.app.delivery.email.content.reading import read as read_content
from pyrometer.app.nurture.models import Content, Programme
from pyrometer.definition import Definition
from pyrometer.definition.problems import LEVELS, Problem
from pyrometer.definition.source import read_text
from pyrometer.errors import ProgrammeError
from pyrometer.nurture import SERVICE, read, shipped
from pyrometer.nurture import Programme as Read
from pyrometer.nurture.contents import Content as Known
from pyrometer.nurture.contents import read_content as read_known
from pyrometer.nurture.steps import AskStep, OfferStep, SendStep

LONGEST = 100_000
"""Letters of a programme; those that come with the package have two thousand."""


@dataclass(frozen=True)
class Examined:
    """What was found in a text: `programme` is None where it can't be read at all."""

    programme: Read | None
    problems: tuple[Problem, ...]
    broken: tuple[tuple[str, tuple[Problem, ...]], ...] = ()
    """The contents that it names and that can't be sent, each with its errors."""

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What has to be mended before it can be published."""
        return tuple(problem for problem in self.problems if problem.level == "error")

    @property
    def sound(self) -> bool:
        """Whether it can be published."""
        return self.programme is not None and not self.errors and not self.broken


def normal(text: str) -> str:
    """A text with the line ends of a file, and one at its end; what browsers send has others."""
    return text.replace("\r\n", "\n").replace("\r", "\n").rstrip() + "\n"


def definition() -> Definition | None:
    """The definition in force."""
    version = live()
    return None if version is None else definition_of(version)


def examine(text: str) -> Examined:
    """Read and check a text against the live definition, the contents, purposes and other programmes."""
    if len(text) > LONGEST:
        what = _("the programme has more than %(n)s letters") % {"n": f"{LONGEST:,}"}
        return Examined(None, (Problem("error", (), what, "", _("keep it to the steps; texts belong into contents")),))
    if "\0" in text:
        return Examined(None, (Problem("error", (), _("the text holds null characters"), "", _("remove them")),))
    text = normal(text)
    others = frozenset(Programme.objects.values_list("key", flat=True)) | shipped().keys()
    draft = read(text, definition(), known_contents(), others)
    problems = [*draft.problems, *_purposes(text, draft.programme)]
    problems.sort(key=lambda each: (LEVELS.index(each.level), each.line or 0, each.column or 0))
    broken = () if draft.programme is None else _broken(draft.programme)
    return Examined(draft.programme, tuple(problems), broken)


def known_contents() -> dict[str, Known]:
    """What `check` asks of contents: purpose, pitch and languages, by name."""
    rows = Content.objects.values_list("name", "text")
    return {name: found for name, text in rows if (found := _known(text)) is not None}


@lru_cache(maxsize=512)
def _known(text: str) -> Known | None:
    try:
        return read_known(text)
    except ProgrammeError:
        return None


def content_problems(text: str, by: Ground | None = None) -> tuple[Problem, ...]:
    """All that is wrong with a content, errors first."""
    try:
        content = read_content(text, None)
    except ContentError as error:
        return error.problems
    return examine_content(content, by or ground())


def named_by(programme: Read) -> tuple[str, ...]:
    """The contents that a programme sends or shows, in the order of its steps."""
    found: dict[str, None] = {}
    for node in programme.flow.nodes.values():
        match node.step:
            case SendStep(send=name):
                found[name] = None
            case OfferStep(offer=offer) if offer.content is not None:
                found[offer.content] = None
    return tuple(found)


def _broken(programme: Read) -> tuple[tuple[str, tuple[Problem, ...]], ...]:
    texts = dict(Content.objects.filter(name__in=named_by(programme)).values_list("name", "text"))
    by = ground()
    found = ((name, content_problems(text, by)) for name, text in texts.items())
    errors = ((name, tuple(each for each in problems if each.level == "error")) for name, problems in found)
    return tuple((name, each) for name, each in errors if each)


def _purposes(text: str, programme: Read | None) -> list[Problem]:
    """The purposes that it sends for and that nobody is asked for."""
    if programme is None:
        return []
    known = {*Purpose.objects.values_list("slug", flat=True), SERVICE}
    source = read_text(text, "programme")
    named = [(("purpose",), programme.purpose)]
    named += [
        ((*node.path, "purpose"), node.step.purpose)
        for node in programme.flow.nodes.values()
        if isinstance(node.step, SendStep | AskStep)
    ]
    found = []
    for path, purpose in named:
        if purpose is not None and purpose not in known:
            what = _("there is no purpose `%(name)s`") % {"name": purpose}
            why = _("nobody can agree to it")
            fix = _("there are %(names)s") % {"names": ", ".join(f"`{name}`" for name in sorted(known))}
            found.append(source.locate(Problem("error", path, what, why, fix)))
    return [replace(each, file=None) for each in found]


def name_of(text: str, language: str) -> str:
    """What a text calls itself in a language; empty where that can't be made out."""
    names = _names(text)
    if isinstance(names, str):
        return names[:200]
    if not isinstance(names, dict):
        return ""
    found = names.get(language) or names.get("en") or next(iter(names.values()), "")
    return found[:200] if isinstance(found, str) else ""


@lru_cache(maxsize=256)
def _names(text: str) -> object:
    if len(text) > LONGEST:
        return None
    tree = read_text(normal(text)).tree
    return tree.get("name") if isinstance(tree, dict) else None
