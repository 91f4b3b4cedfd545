"""What leads agreed to: now, with its proof, and what follows for profiling and mail.

Not every row is a word. A yes that waits for its mail to be answered says nothing yet, so it neither gives nor takes
back; and what anybody can say for anybody, by a public key or a form, never outdoes what was said to a person or by the
link in a mail.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from pyrometer.app.consent.models import Consent
from pyrometer.app.consent.purposes import EMAIL, PROFILING

DOUBLE = "double opt-in"
"""The basis of a yes that counts only once the mail that asked for it was answered."""
LINK = "personal link"
"""The basis of a yes on a form that a personal link was followed to, without saying anew who one is."""
FIRM = ("hand", "unsubscribe", "complaint")
"""The sources of a no that no stranger takes back."""
MOST = 500


def said(root: int) -> list[Consent]:
    """All that a root and those that share it said, the latest first: the proof."""
    found = Consent.objects.filter(lead__root=root).select_related("purpose")
    return list(found.order_by("-at", "-pk")[:MOST])


def current(root: int) -> list[Consent]:
    """The word that counts for each purpose: the last one; a yes that waits, where there is no other."""
    rows: dict[int, list[Consent]] = {}
    for each in reversed(said(root)):
        rows.setdefault(each.purpose_id, []).append(each)
    words = [_word(each) or each[-1] for each in rows.values()]
    return sorted(words, key=lambda each: each.purpose.slug)


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
    rows: dict[int, list[Consent]] = {}
    found = Consent.objects.filter(lead__root__in=roots, purpose__slug=purpose).select_related("lead")
    for each in found.order_by("at", "pk"):
        rows.setdefault(each.lead.root_id, []).append(each)
    words = {root: _word(each) for root, each in rows.items()}
    return {root: word for root, word in words.items() if word is not None}


def _word(rows: Iterable[Consent]) -> Consent | None:
    """The last word of what was said to one purpose; a yes is said when it was confirmed."""
    last = None
    words = (each for each in rows if counts(each) or not each.given)
    for each in sorted(words, key=lambda each: (each.confirmed_at or each.at, each.pk)):
        refused = last is not None and not last.given and last.source in FIRM
        if not (refused and each.given and _anybodys(each)):
            last = each
    return last


def _anybodys(consent: Consent) -> bool:
    """Whether a stranger may have said it."""
    return consent.basis == "consent" and (consent.source == "wire" or consent.source.startswith("form:"))
