"""What mails may say of a lead that only this room and those before it know: who has it, what to ask, which forms."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings

from pyrometer.app.capture.forms.tickets import link_for
from pyrometer.app.capture.models import Form
from pyrometer.app.delivery.email.content.told import Told
from pyrometer.app.delivery.email.content.variables import Known
from pyrometer.app.handoff.models import Assignment
from pyrometer.app.handoff.views import definition as agreed
from pyrometer.app.temperature.models import Reading

_EXAMPLES = {"integer": "120", "number": "12.5", "boolean": "true", "date": "2026-03-01", "text": "an answer"}
MOST = 200
"""Forms that can be named."""


def tell(root: int, language: str, now: datetime) -> Told:
    """What is said of a root in a mail."""
    assignment = Assignment.objects.filter(lead=root, ended_at__isnull=True).select_related("rep__user").first()
    user = assignment.rep.user if assignment is not None and assignment.rep is not None else None
    reading = Reading.objects.filter(pk=root).first()
    own = link_for(root, now)
    return Told(
        rep={"name": user.name, "email": user.email} if user is not None and user.is_active else {},
        question=agreed.next_question(agreed.live(), reading, language) if reading is not None else "",
        forms={slug: f"{settings.ORIGIN}/f/{slug}?k={own}" for slug in _forms()},
    )


def silent(trait: str, value: object) -> bool:
    """Whether the live definition reads an answer as unknown."""
    return agreed.says_nothing(agreed.live(), trait, value)


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
