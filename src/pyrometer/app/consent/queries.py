"""What leads agreed to: now, with its proof, and what follows for profiling and mail.

Not every row is a word. A yes that waits for its mail to be answered says nothing yet, so it neither gives nor takes
back; and what anybody can say for anybody, by a public key or a form, never outdoes what was said to a person or by the
link in a mail.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from django.db.models import F, Q

from pyrometer.app.consent.coverage import Purposes, allows
from pyrometer.app.consent.models import Consent, MailWish, Purpose
from pyrometer.app.consent.purposes import EMAIL, PROFILING
from pyrometer.app.evidence.withholding import Refusals, Refused

DOUBLE = "double opt-in"
"""The basis of a yes that counts only once the mail that asked for it was answered."""
LINK = "personal link"
"""The basis of a yes on a form that a personal link was followed to, without saying anew who one is."""
FIRM = ("hand", "unsubscribe", "preferences", "api", "complaint")
"""The sources of a no that no stranger takes back."""
MOST = 500

GAPS = {MailWish.Often.WEEK: timedelta(days=7), MailWish.Often.MONTH: timedelta(days=30)}
"""How long to wait after a mail to who wants few of them."""


def said(root: int) -> list[Consent]:
    """All that a root and those that share it said, the latest first: the proof."""
    found = Consent.objects.filter(lead__root=root).select_related("purpose", "edition")
    return list(found.order_by("-at", "-pk")[:MOST])


def current(root: int) -> list[Consent]:
    """The word that counts for each purpose: the last one; a yes that waits, where there is no other."""
    rows: dict[int, list[Consent]] = {}
    for each in reversed(said(root)):
        rows.setdefault(each.purpose_id, []).append(each)
    words = [_word(each) or each[-1] for each in rows.values()]
    return sorted(words, key=lambda each: (each.purpose.position, each.purpose.slug))


def waiting(root: int) -> dict[str, Consent]:
    """What a root said yes to last and hasn't confirmed, by purpose."""
    last: dict[str, Consent] = {}
    for each in said(root):
        last.setdefault(each.purpose.slug, each)
    return {slug: each for slug, each in last.items() if each.given and not counts(each)}


def refused_since(root: int, purpose: str) -> datetime | None:
    """When we learned of the first no that a root said to a purpose since its last yes that counts; None: no no."""
    since = None
    words = [each for each in said(root) if each.purpose.slug == purpose and (counts(each) or not each.given)]
    for each in sorted(words, key=lambda each: (each.confirmed_at or each.at, each.pk)):
        since = None if each.given else since or each.recorded_at or each.at
    return since


def counts(consent: Consent) -> bool:
    """Whether it is a yes: one by double opt-in is, once it was confirmed."""
    return consent.given and (consent.basis != DOUBLE or consent.confirmed_at is not None)


def in_order() -> list[Purpose]:
    """All purposes, as pages show them."""
    return list(Purpose.objects.order_by("position", "slug")[:MOST])


def purposes() -> Purposes:
    """All purposes as they are now."""
    return Purposes.of({purpose.slug: purpose for purpose in in_order()})


def may_profile(roots: Iterable[int]) -> set[int]:
    """Of some roots those whose evidence counts where it belongs to no purpose of its own."""
    return allowed(roots, PROFILING)


def may_mail(roots: Iterable[int], purpose: str = EMAIL, now: datetime | None = None) -> set[int]:
    """Of some roots those that may be written to: who agreed, by the purpose's basis, and doesn't pause.

    Without `now` every pause counts, over or not.
    """
    still = Q(paused_until__isnull=False) if now is None else Q(paused_until__gt=now)
    found = allowed(roots, purpose)
    return found - set(MailWish.objects.filter(still, lead__root__in=found).values_list("lead__root_id", flat=True))


def wishes(roots: Collection[int], last: Mapping[int, datetime], now: datetime) -> dict[int, datetime]:
    """Until when roots want no mail that they didn't ask for: those that paused, or want few of them.

    `last` is when each was written to; roots that want mail now are left out.
    """
    found: dict[int, datetime] = {}
    for root, until, often in MailWish.objects.filter(lead__root__in=roots).values_list(
        "lead__root", "paused_until", "often"
    ):
        gap = GAPS.get(often)
        later = [until, last[root] + gap if gap is not None and root in last else None]
        for moment in later:
            if moment is not None and moment > max(now, found.get(root, now)):
                found[root] = moment
    return found


def agreements(roots: Collection[int], purposes: Collection[str]) -> dict[int, dict[str, bool]]:
    """Whether data of roots may be used for purposes: True, False where they said no; else the purpose is left out."""
    bases = dict(Purpose.objects.filter(slug__in=purposes).values_list("slug", "basis"))
    words = words_of(roots, bases)
    found: dict[int, dict[str, bool]] = {}
    for root in roots:
        mine = words.get(root, {})
        for slug, basis in bases.items():
            given = mine[slug].given if slug in mine else None
            if allows(basis, given):
                found.setdefault(root, {})[slug] = True
            elif given is False:
                found.setdefault(root, {})[slug] = False
    return found


def pauses(roots: Iterable[int], now: datetime) -> dict[int, datetime]:
    """Of some roots those that pause, and until when."""
    found = MailWish.objects.filter(lead__root__in=set(roots), paused_until__gt=now)
    until: dict[int, datetime] = {}
    for root, end in found.values_list("lead__root_id", "paused_until"):
        until[root] = max(end, until.get(root, end))
    return until


def allowed(roots: Iterable[int], purpose: str) -> set[int]:
    """Of some roots those whose data may be used for a purpose; nobody where there is no such purpose."""
    roots = set(roots)
    basis = Purpose.objects.filter(slug=purpose).values_list("basis", flat=True).first()
    if basis is None:
        return set()
    rows: dict[int, list[Consent]] = {}
    found = Consent.objects.filter(lead__root__in=roots, purpose__slug=purpose).annotate(root=F("lead__root_id"))
    for each in found.only("given", "basis", "at", "confirmed_at", "source").order_by("at", "pk"):
        rows.setdefault(each.root, []).append(each)
    words = {root: word.given for root, some in rows.items() if (word := _word(some)) is not None}
    return {root for root in roots if allows(basis, words.get(root))}


def refusals(roots: Collection[int]) -> Refusals:
    """Of some roots those that don't agree to something that evidence belongs to, and since when."""
    known = purposes()
    asked = sorted(known.counted)
    words = words_of(roots, asked)
    found: dict[int, Refused] = {}
    for root in roots if any(not known.allow(slug, None) for slug in asked) else words:
        mine = words.get(root, {})
        out = {}
        for slug in asked:
            word = mine.get(slug)
            if not known.allow(slug, None if word is None else word.given):
                out[slug] = None if word is None else word.at
        if out:
            found[root] = out
    return Refusals(known.coverage, found)


def words_of(roots: Collection[int], slugs: Collection[str] | None = None) -> dict[int, dict[str, Consent]]:
    """The last word of each root to each purpose (of some: those with these names), whoever that shares it said it."""
    found = Consent.objects.filter(lead__root__in=roots).select_related("lead", "purpose")
    if slugs is not None:
        found = found.filter(purpose__slug__in=slugs)
    rows: dict[tuple[int, str], list[Consent]] = {}
    for each in found.order_by("at", "pk"):
        assert each.lead.root_id is not None
        rows.setdefault((each.lead.root_id, each.purpose.slug), []).append(each)
    words: dict[int, dict[str, Consent]] = {}
    for (root, slug), some in rows.items():
        if (word := _word(some)) is not None:
            words.setdefault(root, {})[slug] = word
    return words


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
