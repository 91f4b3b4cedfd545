"""A programme as it was written, as its pages show it: read, checked, and its problems sorted by where they stand."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache

from pyrometer import nurture
from pyrometer.app.agreement.queries import definition_of, live
from pyrometer.app.consent.models import Purpose
from pyrometer.app.nurture.examining import LONGEST, examine, normal
from pyrometer.app.nurture.models import Content, CouponList, Programme, Slot
from pyrometer.definition import Definition
from pyrometer.definition.problems import Problem
from pyrometer.definition.source import read_text


@dataclass(frozen=True)
class Review:
    """What was found in a text: `programme` is None where it can't be read at all."""

    programme: nurture.Programme | None
    problems: tuple[Problem, ...]

    @property
    def own(self) -> tuple[Problem, ...]:
        """Those of the text itself."""
        return tuple(problem for problem in self.problems if problem.file is None)

    @property
    def of_contents(self) -> dict[str, list[Problem]]:
        """Those of the contents that it names, by content."""
        found: dict[str, list[Problem]] = {}
        for problem in self.problems:
            if problem.file is not None:
                found.setdefault(problem.file, []).append(problem)
        return found

    @property
    def errors(self) -> tuple[Problem, ...]:
        """What has to be mended before it can be published."""
        return tuple(problem for problem in self.problems if problem.level == "error")

    @property
    def sound(self) -> bool:
        """Whether it can be published."""
        return self.programme is not None and not self.errors

    @property
    def countable(self) -> bool:
        """Whether it can be said whom it would reach: what is wrong stands in its steps, or in contents."""
        inside = all(problem.file is not None or problem.path[:1] == ("steps",) for problem in self.errors)
        return self.programme is not None and inside


def definition() -> Definition | None:
    """The definition in force."""
    version = live()
    return None if version is None else definition_of(version)


def review(text: str) -> Review:
    """Read and check a text against the live definition, the contents, purposes and other programmes."""
    found = examine(text)
    problems = (replace(each, file=None) if each.file == "programme" else each for each in found.problems)
    return Review(found.programme, tuple(problems))


Scene = tuple[object, ...]
"""What a check depends on, so that it needn't be done anew while that stays."""


def scene() -> Scene:
    """The live definition, and the contents, purposes, programmes, slots and lists of coupons: six queries."""
    version = live()
    return (
        None if version is None else (version.pk, version.fingerprint),
        tuple(Content.objects.order_by("pk").values_list("pk", "number", "at")),
        tuple(Purpose.objects.order_by("pk").values_list("slug", flat=True)),
        tuple(Programme.objects.order_by("pk").values_list("key", flat=True)),
        tuple(Slot.objects.order_by("pk").values_list("name", flat=True)),
        tuple(CouponList.objects.order_by("pk").values_list("name", flat=True)),
    )


@lru_cache(maxsize=512)
def weighed(text: str, by: Scene) -> tuple[int, int]:
    """How many errors and warnings a text has, kept ready for lists. Who publishes has it checked anew."""
    found = review(text)
    return len(found.errors), sum(problem.level == "warning" for problem in found.problems)


@lru_cache(maxsize=512)
def unchecked(text: str) -> nurture.Programme | None:
    """The programme that a text says, whatever else is wrong with it; None where it can't be read."""
    return nurture.read(normal(text)).programme if len(text) <= LONGEST else None


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
