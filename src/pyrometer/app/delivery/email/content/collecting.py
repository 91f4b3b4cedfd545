"""What is known of a lead, as a mail takes it; and by what a content is examined here."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.conf import settings

from pyrometer.app.consent import links
from pyrometer.app.consent.models import Consent, Purpose
from pyrometer.app.consent.queries import DOUBLE, counts, current
from pyrometer.app.delivery.email.content import told
from pyrometer.app.delivery.email.content.contents import SERVICE
from pyrometer.app.delivery.email.content.examining import Ground
from pyrometer.app.delivery.email.content.facts import Facts
from pyrometer.app.delivery.email.content.images.keeping import size_of
from pyrometer.app.evidence.models import Lead, TraitChange
from pyrometer.app.evidence.queries import said
from pyrometer.app.evidence.summary import FIRST_NAMES, LAST_NAMES


@dataclass(frozen=True)
class Wanted:
    """Of whom is asked what a mail may say: a root, with its company, the mail's purpose and its language."""

    root: Lead
    purpose: str
    language: str
    coupon: str = ""


def roots_of(leads: Iterable[int]) -> dict[int, Lead]:
    """The leads that some are part of, with their companies; those that were erased are left out."""
    found = Lead.objects.filter(pk__in=leads, erased_at__isnull=True).select_related("root__company")
    return {lead.pk: lead.root for lead in found if lead.root is not None}


def root_of(lead: int) -> Lead | None:
    """The lead that one is part of, with its company; None where it was erased."""
    return roots_of([lead]).get(lead)


def facts(lead: Lead, *, purpose: str, language: str, now: datetime, coupon: str = "") -> Facts:
    """What a mail for a purpose may say of a root, in a language."""
    return all_facts([Wanted(lead, purpose, language, coupon)], now)[0]


def all_facts(wanted: Sequence[Wanted], now: datetime) -> list[Facts]:
    """What mails may say, in the order of what is wanted; a few queries for all."""
    roots = {each.root.pk for each in wanted}
    answers, silent = _answers(roots), told.silences()
    rooms = told.told({each.root.pk: each.language for each in wanted}, now)
    waiting = _waiting(roots)
    found = []
    for each in wanted:
        root, said_here = each.root, answers.get(each.root.pk, {})
        traits = {trait: value for trait, value in said_here.items() if not silent(trait, value)}
        found.append(
            Facts(
                lead={
                    "name": root.name,
                    "first_name": _first(traits, FIRST_NAMES),
                    "last_name": _first(traits, LAST_NAMES),
                    "email": root.email,
                    "country": root.country,
                    "language": root.language,
                },
                traits=traits,
                company={"name": root.works_for, "domain": root.company.domain if root.company else ""},
                rep=rooms[root.pk].rep,
                question=rooms[root.pk].question,
                coupon=each.coupon,
                links=_links(root.pk, each.purpose, waiting.get(root.pk, []), now),
                forms=rooms[root.pk].forms,
            )
        )
    return found


def harmless(known: Facts) -> Facts:
    """The same with links that do nothing: whoever tries a mail decides nothing for the lead it is tried on."""
    links = {name: f"{settings.ORIGIN}/{_TRIED[name]}/preview/" for name in _TRIED}
    return replace(known, links=links, forms={slug: url.partition("?")[0] for slug, url in known.forms.items()})


def ground() -> Ground:
    """By what a content is examined here."""
    return Ground(
        known=told.known(),
        purposes=tuple(Purpose.objects.order_by("slug").values_list("slug", flat=True)),
        origin=settings.ORIGIN,
        size=size_of,
    )


_TRIED = {"unsubscribe": "unsubscribe", "preferences": "choices", "confirm": "confirm"}


def _first(traits: Mapping[str, object], names: Iterable[str]) -> object:
    return next((traits[name] for name in names if traits.get(name)), "")


def _answers(roots: Collection[int]) -> dict[int, dict[str, object]]:
    """The answers that count, by root and trait: those that were given last."""
    rows = TraitChange.objects.filter(lead__root__in=roots, retracted_at__isnull=True)
    found: dict[int, dict[str, object]] = {}
    for root, trait, value in rows.order_by("occurred_at", "received_at", "pk").values_list(
        "lead__root", "trait", "value"
    ):
        found.setdefault(root, {})[trait] = said(value)
    return found


def _waiting(roots: Collection[int]) -> dict[int, list[Consent]]:
    """The yes that wait for their mail to be answered, by root; few leads have one."""
    rows = Consent.objects.filter(lead__root__in=roots, given=True, basis=DOUBLE, confirmed_at__isnull=True)
    some = set(rows.values_list("lead__root", flat=True))
    return {
        root: [each for each in current(root) if each.given and each.basis == DOUBLE and not counts(each)]
        for root in some
    }


def _links(root: int, purpose: str, waiting: Sequence[Consent], now: datetime) -> dict[str, str]:
    """Where a lead decides about us."""
    paths = {"preferences": links.choices(root, now)}
    if purpose != SERVICE:
        paths["unsubscribe"] = links.unsubscribe(root, purpose)
    asked = [each for each in waiting if each.purpose.slug == purpose] or waiting
    if asked:
        paths["confirm"] = links.confirm(asked[0])
    return {name: settings.ORIGIN + path for name, path in paths.items()}
