"""Everything that is wrong with a programme as things stand: the definition, the contents, the other programmes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from pyrometer import nurture
from pyrometer.app.agreement.queries import definition_of, live
from pyrometer.app.consent.models import Purpose
from pyrometer.app.delivery.email.content import collecting
from pyrometer.app.delivery.email.content.contents import likely
from pyrometer.app.delivery.email.content.examining import examine as examine_content
from pyrometer.app.delivery.email.content.reading import ContentError
from pyrometer.app.delivery.email.content.reading import read as read_content
from pyrometer.app.nurture.models import Content, CouponList, Programme, Slot
from pyrometer.app.nurture.texts import contents
from pyrometer.definition.problems import LEVELS, Path, Problem
from pyrometer.definition.source import read_text
from pyrometer.nurture.steps import AskStep, OfferStep, SendStep

LONGEST = 200_000
"""Letters of a programme."""


@dataclass(frozen=True)
class Examined:
    """A text as it was read: the programme, where it is one, and its problems, errors first."""

    programme: nurture.Programme | None
    problems: tuple[Problem, ...]

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What keeps it from being published."""
        return tuple(problem for problem in self.problems if problem.level == "error")


def examine(text: str) -> Examined:
    """A programme's text with all that is wrong with it: its own mistakes, and those of the contents that it names."""
    if len(text) > LONGEST:
        what = f"the programme has {len(text):,} letters, and may have {LONGEST:,}"
        return Examined(None, (Problem("error", (), what, "", "split it"),))
    version = live()
    draft = nurture.read(
        normal(text),
        None if version is None else definition_of(version),
        contents(),
        Programme.objects.values_list("key", flat=True),
    )
    found = [*draft.problems]
    if draft.programme is not None:
        source = read_text(normal(text), "programme")
        known = [*_of_purposes(draft.programme), *_of_offers(draft.programme)]
        found += [*(source.locate(problem) for problem in known), *_of_contents(draft.programme)]
    if version is None:
        what = "there is no live definition, so nobody has a temperature or answers a condition"
        found.append(Problem("warning", (), what, "", "publish a definition first"))
    found.sort(key=lambda problem: (LEVELS.index(problem.level), problem.line or 0, problem.column or 0))
    return Examined(draft.programme, tuple(found))


def normal(text: str) -> str:
    """The text as it is kept: line ends as elsewhere, one at its end, nothing that no text has."""
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "").strip("\n") + "\n"


def examined_content(text: str) -> tuple[Problem, ...]:
    """The problems of a content's text, by what can be named here."""
    try:
        return examine_content(read_content(text), collecting.ground())
    except ContentError as error:
        return error.problems


def named(programme: nurture.Programme) -> list[str]:
    """The contents that a programme names, each once, in file order."""
    found: list[str] = []
    for node in programme.flow.nodes.values():
        step = node.step
        name = getattr(step, "send", None) or getattr(getattr(step, "offer", None), "content", None)
        if name and name not in found:
            found.append(name)
    return found


def _of_purposes(programme: nurture.Programme) -> Iterator[Problem]:
    """Purposes that it sends for and that nobody is asked for."""
    known = [*Purpose.objects.order_by("slug").values_list("slug", flat=True), nurture.SERVICE]
    named: list[tuple[Path, str | None]] = [(("purpose",), programme.purpose)]
    for node in programme.flow.nodes.values():
        if isinstance(node.step, SendStep | AskStep):
            named.append(((*node.path, "purpose"), node.step.purpose))
    for path, purpose in named:
        if purpose is not None and purpose not in known:
            fix = likely(purpose, known, "purpose")
            yield Problem("error", path, f"there is no purpose `{purpose}`", "nobody can agree to it", fix)


def _of_offers(programme: nurture.Programme) -> Iterator[Problem]:
    """Slots and lists of coupons that aren't there."""
    slots, lists = (list(kind.objects.values_list("name", flat=True)) for kind in (Slot, CouponList))
    for node in programme.flow.nodes.values():
        if isinstance(node.step, OfferStep):
            offer = node.step.offer
            for field, said, what, known in (
                ("slot", offer.slot, "slot", slots),
                ("coupon", offer.coupon, "list of coupons", lists),
            ):
                if said is not None and said not in known:
                    fix = likely(said, known, what) if known else f"make the {what} first"
                    yield Problem("error", (*node.path, "offer", field), f"there is no {what} `{said}`", "", fix)


def _of_contents(programme: nurture.Programme) -> Iterator[Problem]:
    for content in Content.objects.filter(name__in=named(programme)):
        for problem in examined_content(content.text):
            if problem.level == "error":
                yield replace(problem, what=f"content `{content.name}`: {problem.what}", path=(), file=content.name)
