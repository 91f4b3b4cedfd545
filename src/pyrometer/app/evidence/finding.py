"""Whom somebody means: by number, by a handle, or by words that names, addresses and companies begin with."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Exists, F, OrderBy, OuterRef, Q, QuerySet

from pyrometer.app.evidence.handles import KINDS, BadHandleError, normalise
from pyrometer.app.evidence.models import Company, CompanyWord, Handle, Lead, LeadWord
from pyrometer.app.evidence.words import asked

LOOKED_AT = 250
"""Rows that are looked at behind a word; what begins so more often needs another word beside it."""
COMPANIES = 200


def by_handle(kind: str, value: str) -> Lead | None:
    """The root that a handle leads to, however it is spelled; None where nobody has it."""
    try:
        normal = normalise(kind, value, settings.REGION)
    except BadHandleError:
        return None
    owner = Handle.objects.filter(kind=kind, value=normal).select_related("lead__root").first()
    return None if owner is None else owner.lead.root


def search(text: str, limit: int = 20) -> list[Lead]:
    """The roots that somebody may mean, as `meant` finds them; those that were erased are left out."""
    found = meant(text, limit)
    rows = Lead.objects.filter(pk__in=found, erased_at__isnull=True).select_related("company").in_bulk()
    return [rows[root] for root in found if root in rows]


def meant(text: str, limit: int = 20) -> list[int]:
    """The numbers of the roots: by number and by exact handle first, then those that were seen last.

    Every word must begin a word of the lead's name or of its company's, an address, or the company's domain. Case and
    accents don't matter.
    """
    text = text.strip()[:254]
    if not text:
        return []
    found: dict[int, None] = {}
    if text.lstrip("#").isdecimal() and len(text) < 18:
        numbered = Lead.objects.filter(pk=int(text.lstrip("#")))
        found.update(dict.fromkeys(numbered.values_list("root_id", flat=True)))
    for kind in KINDS:
        exact = by_handle(kind, text)
        if exact is not None:
            found[exact.pk] = None
    if len(found) < limit and (words := asked(text)):
        found.update(dict.fromkeys(_having(words, limit)))
    return list(found)[:limit]


def _having(words: list[str], limit: int) -> list[int]:
    """Roots that have all of the words. The rarest leads the way, and the others are asked of each that it finds."""
    rows = {word: LeadWord.objects.filter(begins("word", word)) for word in words}
    rarest = min(words, key=lambda word: rows[word].order_by()[:LOOKED_AT].count()) if len(words) > 1 else words[0]
    companies = {word: _companies(word) for word in words}
    others = [word for word in words if word != rarest]
    own = rows[rarest].order_by(_along("word"), "lead")
    for word in others:
        own = own.filter(
            Exists(LeadWord.objects.filter(begins("word", word), lead=OuterRef("lead")))
            | Q(lead__company__in=companies[word])
        )
    found = list(own.values_list("lead__root", flat=True)[:LOOKED_AT])
    for each in words:
        # Of the company, whoever it is that works there: its words are few, and so are those who are asked.
        theirs = Lead.objects.filter(company__in=companies[each], root=F("pk")) if companies[each] else None
        if theirs is None or (each != rarest and len(found) >= limit):
            continue
        for word in (word for word in words if word != each):
            theirs = theirs.filter(
                Exists(LeadWord.objects.filter(begins("word", word), lead=OuterRef("pk")))
                | Q(company__in=companies[word])
            )
        found += theirs.values_list("pk", flat=True)[:LOOKED_AT]
    return _seen_last(found, limit)


def _seen_last(roots: list[int], limit: int) -> list[int]:
    latest = Lead.objects.filter(pk__in=set(roots), erased_at__isnull=True).order_by("-last_seen_at", "-pk")
    return list(latest.values_list("pk", flat=True)[:limit])


def _companies(word: str) -> list[int]:
    """Companies one of whose words, or whose domain, begins so."""
    named: QuerySet[Any] = CompanyWord.objects.filter(begins("word", word)).order_by(_along("word"))
    found = list(named.values_list("company", flat=True)[:COMPANIES])
    domains = Company.objects.filter(begins("domain", word)).order_by(_along("domain"))
    found += domains.values_list("pk", flat=True)[:COMPANIES]
    return list(dict.fromkeys(found))


class _Along(OrderBy):
    """The order of PostgreSQL's indexes that are made for the beginnings of texts; any other would be sorted first."""

    # Django looks for the word by which an order's direction is told.
    template = "%(expression)s USING ~<~ /* ASC */"


def _along(column: str) -> OrderBy:
    return F(column).asc() if connection.vendor == "sqlite" else _Along(F(column))


def begins(column: str, text: str) -> Q:
    """The condition that a column begins with a text, said so that the database can use its index."""
    if connection.vendor == "sqlite":
        return Q(**{f"{column}__gte": text, f"{column}__lt": text + chr(0x10FFFF)})
    return Q(**{f"{column}__startswith": text})
