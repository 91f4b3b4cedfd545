"""What mails may say of a lead that only this room and those before it know: who has it, what to ask, which forms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings

from pyrometer.app.capture.forms.tickets import link_for
from pyrometer.app.capture.models import Form
from pyrometer.app.delivery.email.content.told import Silent, Told
from pyrometer.app.delivery.email.content.variables import Known
from pyrometer.app.handoff.models import Assignment
from pyrometer.app.handoff.views import definition as agreed
from pyrometer.app.temperature.models import Reading

_EXAMPLES = {"integer": "120", "number": "12.5", "boolean": "true", "date": "2026-03-01", "text": "an answer"}
MOST = 200
"""Forms that can be named."""


def tell(languages: Mapping[int, str], now: datetime) -> dict[int, Told]:
    """What is said of some roots in mails, each in its language."""
    held = Assignment.objects.filter(lead__in=languages, ended_at__isnull=True).select_related("rep__user")
    users = {each.lead_id: each.rep.user for each in held if each.rep is not None and each.rep.user.is_active}
    readings = Reading.objects.in_bulk(languages)
    definition, forms = agreed.live(), _forms()
    found = {}
    for root, language in languages.items():
        user, reading, own = users.get(root), readings.get(root), link_for(root, now) if forms else ""
        found[root] = Told(
            rep={"name": user.name, "email": user.email} if user is not None else {},
            question=agreed.next_question(definition, reading, language) if reading is not None else "",
            forms={slug: f"{settings.ORIGIN}/f/{slug}?k={own}" for slug in forms},
        )
    return found


def silences() -> Silent:
    """Whether the live definition reads an answer as unknown."""
    definition = agreed.live()
    return lambda trait, value: agreed.says_nothing(definition, trait, value)


def known() -> Known:
    """What contents may name: the traits of the live definition, any before there is one, and the forms."""
    definition = agreed.live()
    if definition is None:
        return Known(None, _forms())
    traits = {name: str((trait.values or [_EXAMPLES[trait.type]])[0]) for name, trait in definition.profile.items()}
    return Known(traits, _forms())


def _forms() -> tuple[str, ...]:
    forms = Form.objects.filter(active=True, kind=Form.Kind.FORM).order_by("slug")
    return tuple(forms.values_list("slug", flat=True)[:MOST])
