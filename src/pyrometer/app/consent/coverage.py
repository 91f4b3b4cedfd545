"""Which evidence belongs to which purpose, and whether a basis lets it count: plain facts, without a database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from pyrometer.app.consent.models import Basis, Kept
from pyrometer.app.consent.purposes import PROFILING
from pyrometer.app.evidence.withholding import ANSWER, EVENT, KINDS, SOURCES, Coverage

NAMED = {"events": EVENT, "traits": ANSWER}
"""What a purpose calls evidence that it covers by name, and of which kind that is."""
MOST = 200


@dataclass(frozen=True)
class Purposes:
    """All purposes at one moment: what belongs to each, and on which basis it may be used."""

    coverage: Coverage
    bases: Mapping[str, str]

    @classmethod
    def of(cls, kept: Mapping[str, Kept]) -> Purposes:
        """Purposes by name, the first before the others: evidence that two claim is the first one's."""
        names: dict[tuple[str, str], str] = {}
        sources: dict[str, str] = {}
        kinds: dict[str, str] = {}
        for slug, purpose in kept.items():
            for what, kind in NAMED.items():
                for name in purpose.covers.get(what, ()):
                    names.setdefault((kind, name), slug)
            for source in purpose.covers.get("sources", ()):
                sources.setdefault(source, slug)
            for kind in purpose.covers.get("kinds", ()):
                kinds.setdefault(kind, slug)
        return cls(Coverage(names, sources, kinds, PROFILING), {slug: each.basis for slug, each in kept.items()})

    @property
    def counted(self) -> set[str]:
        """The purposes that some evidence belongs to and a lead may refuse."""
        coverage = self.coverage
        used = {coverage.rest, *coverage.names.values(), *coverage.sources.values(), *coverage.kinds.values()}
        return {slug for slug in used if may_refuse(self.bases.get(slug, ""))}

    def allow(self, slug: str, said: bool | None) -> bool:
        """Whether what belongs to a purpose counts of a lead that said yes, no, or (None) nothing to it."""
        return allows(self.bases.get(slug, ""), said)


def may_refuse(basis: str) -> bool:
    """Whether a lead's word changes anything: what a contract or a law demands is done all the same."""
    return basis in (Basis.CONSENT, Basis.INTEREST)


def allows(basis: str, said: bool | None) -> bool:
    """Whether data may be used on a basis, by what the lead said.

    >>> [allows("consent", said) for said in (True, None, False)]
    [True, False, False]
    >>> [allows("interest", said) for said in (True, None, False)], allows("duty", False)
    ([True, True, False], True)
    """
    if basis == Basis.CONSENT:
        return said is True
    return said is not False or basis != Basis.INTEREST


def wrong_with(covers: Mapping[str, Any], others: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """What is wrong with what a purpose is to cover beside `others`, in words for the person who wrote it."""
    found = []
    known = {"sources": SOURCES, "kinds": KINDS}
    for what, each in covers.items():
        if what not in (*NAMED, *known):
            found.append(f"`{what}` is nothing that a purpose covers; there are events, traits, sources and kinds")
            continue
        if len(each) > MOST:
            found.append(f"a purpose covers at most {MOST} {what}; cover their source or kind instead")
        found += [f"there is no {what[:-1]} `{one}`; there are {', '.join(known[what])}"
                  for one in each if what in known and one not in known[what]]  # fmt: skip
        for slug, other in others.items():
            found += [f"{what[:-1]} `{one}` belongs to `{slug}` already; take it out there first"
                      for one in each if one in other.get(what, ())]  # fmt: skip
    return found


def tidy(covers: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """What a purpose covers, each once and in order, without what is empty."""
    lists = {what: sorted({str(one).strip() for one in each} - {""}) for what, each in covers.items()}
    return {what: each for what, each in sorted(lists.items()) if each}
