"""A lead's word that somebody took by hand."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from pyrometer.app.consent import actions
from pyrometer.app.evidence.models import Lead
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed
from pyrometer.errors import UsageError


@allowed("lead.edit")
@require_POST
def by_hand(request: HttpRequest, lead: int) -> HttpResponse:
    """Take a lead's word that it gave on the phone or in writing."""
    root = get_object_or_404(Lead, pk=lead, erased_at__isnull=True)
    now = timezone.now()
    try:
        actions.record(
            lead=root.pk,
            purpose=request.POST.get("purpose", "")[:50],
            given=request.POST.get("given") == "yes",
            text=request.POST.get("text", ""),
            at=now,
            now=now,
            source="hand",
            actor=Actor.of(request.user),
        )
    except UsageError as error:
        messages.error(request, str(error))
    else:
        messages.success(request, _("What the lead said was noted."))
    return redirect(f"/leads/{root.root_id}/")
