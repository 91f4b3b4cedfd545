"""What is known of a lead, as a mail takes it; and by what a content is examined here."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from django.conf import settings

from pyrometer.app.consent import links
from pyrometer.app.consent.models import Purpose
from pyrometer.app.consent.queries import DOUBLE, counts, current
from pyrometer.app.delivery.email.content import told
from pyrometer.app.delivery.email.content.contents import SERVICE
from pyrometer.app.delivery.email.content.examining import Ground
from pyrometer.app.delivery.email.content.facts import Facts
from pyrometer.app.delivery.email.content.images.keeping import size_of
from pyrometer.app.evidence.models import Lead
from pyrometer.app.evidence.queries import profile, said
from pyrometer.app.evidence.summary import FIRST_NAMES, LAST_NAMES


def root_of(lead: int) -> Lead | None:
    """The lead that one is part of, with its company; None where it was erased."""
    found = Lead.objects.filter(pk=lead, erased_at__isnull=True).select_related("root__company").first()
    return found.root if found is not None else None


def facts(lead: Lead, *, purpose: str, language: str, now: datetime, coupon: str = "") -> Facts:
    """What a mail for a purpose may say of a root, in a language."""
    answers = {trait: said(answer.value) for trait, answer in profile(lead.pk).items()}
    traits = {trait: value for trait, value in answers.items() if not told.silent(trait, value)}
    rooms = told.told(lead.pk, language, now)
    return Facts(
        lead={
            "name": lead.name,
            "first_name": _first(traits, FIRST_NAMES),
            "last_name": _first(traits, LAST_NAMES),
            "email": lead.email,
            "country": lead.country,
            "language": lead.language,
        },
        traits=traits,
        company={"name": lead.works_for, "domain": lead.company.domain if lead.company else ""},
        rep=rooms.rep,
        question=rooms.question,
        coupon=coupon,
        links=_links(lead.pk, purpose, now),
        forms=rooms.forms,
    )


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


def _links(root: int, purpose: str, now: datetime) -> dict[str, str]:
    """Where a lead decides about us."""
    paths = {"preferences": links.choices(root, now)}
    if purpose != SERVICE:
        paths["unsubscribe"] = links.unsubscribe(root, purpose)
    waiting = [each for each in current(root) if each.given and each.basis == DOUBLE and not counts(each)]
    asked = [each for each in waiting if each.purpose.slug == purpose] or waiting
    if asked:
        paths["confirm"] = links.confirm(asked[0])
    return {name: settings.ORIGIN + path for name, path in paths.items()}
