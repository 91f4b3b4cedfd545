"""What leads agreed to: now, with its proof, and what follows for profiling and mail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyrometer.app.consent.models import Consent
from pyrometer.app.consent.purposes import EMAIL, PROFILING

DOUBLE = "double opt-in"
"""The basis of a yes that counts only once the mail that asked for it was answered."""
MOST = 500


def said(root: int) -> list[Consent]:
    """All that a root and those that share it said, the latest first: the proof."""
    found = Consent.objects.filter(lead__root=root).select_related("purpose")
    return list(found.order_by("-at", "-pk")[:MOST])


def current(root: int) -> list[Consent]:
    """The word that counts for each purpose: the last one."""
    latest: dict[int, Consent] = {}
    for each in said(root):
        latest.setdefault(each.purpose_id, each)
    return sorted(latest.values(), key=lambda each: each.purpose.slug)


def counts(consent: Consent) -> bool:
    """Whether it is a yes: one by double opt-in is, once it was confirmed."""
    return consent.given and (consent.basis != DOUBLE or consent.confirmed_at is not None)


def may_profile(roots: Iterable[int]) -> set[int]:
    """Of some roots those that may be scored: all but those who said no to it last."""
    roots = set(roots)
    return roots - {root for root, last in _last(sorted(roots), PROFILING).items() if not last.given}


def may_mail(roots: Iterable[int], purpose: str = EMAIL) -> set[int]:
    """Of some roots those that may be written to: those whose last word is a yes, confirmed where it has to be."""
    return {root for root, last in _last(sorted(set(roots)), purpose).items() if counts(last)}


def _last(roots: Sequence[int], purpose: str) -> dict[int, Consent]:
    """The last word of each root to a purpose, whoever of those that share it said it."""
    found = Consent.objects.filter(lead__root__in=roots, purpose__slug=purpose).select_related("lead")
    return {each.lead.root_id: each for each in found.order_by("at", "pk")}
