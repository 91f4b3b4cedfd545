"""A lead's consent, as a section for its page: `{% load consents %}{% consents lead %}`."""

from __future__ import annotations

from typing import Any

from django import template

from pyrometer.app.consent import queries
from pyrometer.app.consent.choosing import mail_wish
from pyrometer.app.consent.models import Purpose, Wanted
from pyrometer.app.evidence.models import Lead
from pyrometer.app.people.may import may

register = template.Library()


@register.inclusion_tag("consent/parts/consents.html", takes_context=True)
def consents(context: template.Context, lead: Lead) -> dict[str, Any]:
    """What the lead says now to each purpose, the proof of it, and a form to note what it says."""
    request = context["request"]
    now = [(each, queries.counts(each)) for each in queries.current(lead.pk)]
    return {
        "lead": lead,
        "now": now,
        "proof": queries.said(lead.pk),
        "purposes": list(Purpose.objects.filter(active=True).order_by("position", "slug")[:50]),
        "may_edit": may(request.user, "lead.edit"),
        "may_hand_out": may(request.user, "consent.hand_out"),
        "may_erase": may(request.user, "lead.erase"),
        "wish": mail_wish(lead.pk),
        "open_erase": Wanted.objects.filter(
            lead__root=lead, kind=Wanted.Kind.ERASE, confirmed_at__isnull=False, refused_at=None
        ).first(),
        "csrf_token": context.get("csrf_token"),
    }
