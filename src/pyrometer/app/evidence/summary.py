"""A root's row says in columns what lists show and sort by; it follows from the evidence of all of its leads."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from django.conf import settings

from pyrometer.app.evidence import bulk
from pyrometer.app.evidence.domains import company_domain
from pyrometer.app.evidence.handles import BadHandleError, normalise
from pyrometer.app.evidence.models import Company, CompanyWord, Handle, Lead, LeadWord, TraitChange
from pyrometer.app.evidence.words import words_of

FIRST_NAMES, LAST_NAMES = ("first_name", "firstName"), ("last_name", "lastName")
LANGUAGES = ("language", "locale")
COMPANY = "company"
TRAITS = frozenset({"name", "email", "phone", *FIRST_NAMES, *LAST_NAMES, *LANGUAGES, "country", "channel", COMPANY})
"""Answers that change the row."""

NO_NAMES = frozenset({"n/a", "na", "none", "null", "unknown"})

REACHING = ("email", "phone", "social")
_COLUMNS = ("company_name", "name", "email", "phone", "language", "country", "channel", "anonymous", "company_id")


def refresh(roots: Collection[int]) -> None:
    """Bring the rows of some roots up to date, with a few queries for all of them."""
    leads = {lead.pk: lead for lead in Lead.objects.filter(pk__in=roots, erased_at__isnull=True)}
    if not leads:
        return
    handles: dict[int, list[tuple[str, str]]] = {root: [] for root in leads}
    found = Handle.objects.filter(lead__root__in=leads).order_by("first_seen_at", "pk")
    for root, kind, value in found.values_list("lead__root_id", "kind", "value"):
        handles[root].append((kind, value))
    latest: dict[int, dict[str, object]] = {root: {} for root in leads}
    channels: dict[int, str] = {}
    first_named: dict[int, str] = {}
    answers = TraitChange.objects.filter(lead__root__in=leads, trait__in=TRAITS, retracted_at__isnull=True)
    answers = answers.order_by("occurred_at", "received_at", "pk")
    for root, trait, value in answers.values_list("lead__root_id", "trait", "value"):
        latest[root][trait] = value
        if trait == "channel" and value:
            channels.setdefault(root, str(value)[:60])
        if trait == COMPANY and (named := _company(value)):
            first_named.setdefault(root, named[:200])
    domains = {root: _domain(value for kind, value in handles[root] if kind == "email") for root in leads}
    companies = companies_of({domain for domain in domains.values() if domain}, first_named, domains)
    changed = []
    for root, lead in leads.items():
        before = [getattr(lead, column) for column in _COLUMNS]
        kinds = {kind for kind, _ in handles[root]}
        lead.company_name = _company(latest[root].get(COMPANY))[:200]
        lead.name = _name(latest[root])
        lead.email = _reach("email", handles[root], latest[root])
        lead.phone = _reach("phone", handles[root], latest[root])[:40]
        lead.language = _language(latest[root])
        lead.country = _country(latest[root].get("country"))
        lead.channel = channels.get(root, "")
        lead.anonymous = kinds.isdisjoint(REACHING)
        company = companies.get(domains[root] or "")
        lead.company_id = company.pk if company else None
        after = [getattr(lead, column) for column in _COLUMNS]
        if after != before:
            changed.append([*after, root])
    bulk.update(Lead, [column.removesuffix("_id") for column in _COLUMNS], changed)
    known = {company.pk: company.name for company in companies.values()}
    _spell(leads, handles, known)


def _spell(
    leads: Mapping[int, Lead], handles: Mapping[int, Iterable[tuple[str, str]]], companies: Mapping[int, str]
) -> None:
    """Write the words by which roots are found, where they are others than before."""
    before: dict[int, dict[str, int]] = {root: {} for root in leads}
    for pk, root, word in LeadWord.objects.filter(lead__in=leads).values_list("pk", "lead_id", "word"):
        before[root][word] = pk
    gone, new = [], []
    for root, lead in leads.items():
        # By a name that many share, the company is found, and they by it.
        own = lead.company_name if lead.company_name != companies.get(lead.company_id) else ""
        words = words_of(f"{lead.name} {own}", (value for kind, value in handles[root] if kind != "anonymous"))
        gone += [pk for word, pk in before[root].items() if word not in words]
        new += [(root, word) for word in sorted(words - before[root].keys())]
    if gone:
        LeadWord.objects.filter(pk__in=gone).delete()
    bulk.insert(LeadWord, ("lead", "word"), new)


def companies_of(
    wanted: Collection[str], named_by: Mapping[int, str], domains: Mapping[int, str | None]
) -> dict[str, Company]:
    """The companies by domain; those without a name get the one that was said first (`named_by` is in order)."""
    if not wanted:
        return {}
    known = {company.domain: company for company in Company.objects.filter(domain__in=wanted)}
    if new := [Company(domain=domain) for domain in sorted(wanted - known.keys())]:
        Company.objects.bulk_create(new, ignore_conflicts=True)
        known = {company.domain: company for company in Company.objects.filter(domain__in=wanted)}
    named: dict[int, str] = {}
    for root, name in named_by.items():
        company = known.get(domains[root] or "")
        if company is not None and not company.name:
            company.name = named[company.pk] = name
    bulk.update(Company, ["name"], [(name, company) for company, name in named.items()])
    words = [(company, word) for company, name in named.items() for word in sorted(words_of(name))]
    bulk.insert(CompanyWord, ("company", "word"), words)
    return known


def _reach(kind: str, handles: Iterable[tuple[str, str]], traits: dict[str, object]) -> str:
    """The handle of a kind that was said last, or else the first that was known."""
    values = [value for known, value in handles if known == kind]
    try:
        said = normalise(kind, str(traits.get(kind) or ""), settings.REGION)
    except BadHandleError:
        said = ""
    return said if said in values else values[0] if values else ""


def _domain(emails: Iterable[str]) -> str | None:
    return next((domain for email in emails if (domain := company_domain(email))), None)


def _name(traits: dict[str, object]) -> str:
    if name := _text(traits.get("name")):
        return name[:200]
    parts = [next((text for key in keys if (text := _text(traits.get(key)))), "") for keys in (FIRST_NAMES, LAST_NAMES)]
    return " ".join(part for part in parts if part)[:200]


def _language(traits: dict[str, object]) -> str:
    said = next((text for key in LANGUAGES if (text := _text(traits.get(key)))), "")
    found = re.match(r"[A-Za-z]{2,3}(?![A-Za-z])", said)
    return found[0].lower() if found else ""


def _country(value: object) -> str:
    """Two letters, or nothing: which country a word means isn't guessed."""
    text = _text(value)
    return text.upper() if re.fullmatch(r"[A-Za-z]{2}", text) else ""


def _company(value: object) -> str:
    """A company's name; nothing where somebody filled a field that had to be."""
    name = _text(value)
    return "" if name.lower() in NO_NAMES or not re.search(r"\w", name) else name


def _text(value: object) -> str:
    if isinstance(value, dict):
        value = value.get("name")
    return " ".join(value.split()) if isinstance(value, str) else ""
