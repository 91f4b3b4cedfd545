"""What a lead asked for, as those see it who work here: its data are handed out, and it is erased or told why not."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from pyrometer.app.consent import access, wanting
from pyrometer.app.consent.models import Wanted
from pyrometer.app.consent.views.public import page
from pyrometer.app.consent.views.yours import as_file
from pyrometer.app.consent.words import spoken
from pyrometer.app.evidence.models import Lead
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.audit import record as note
from pyrometer.app.people.may import allowed
from pyrometer.errors import UsageError


def root_of(lead: int) -> Lead:
    """A root that isn't erased. Raises Http404."""
    found = get_object_or_404(Lead.objects.select_related("root"), pk=lead)
    if found.root is None or found.root.erased_at is not None:
        raise Http404
    return found.root


@allowed("consent.hand_out")
@require_http_methods(["GET", "HEAD", "POST"])
def hand_out(request: HttpRequest, lead: int) -> HttpResponse:
    """The ways to give a lead its data, and what was given or asked for before. A POST mails it the link."""
    root = root_of(lead)
    if request.method == "POST":
        try:
            wanting.give(root=root, actor=Actor.of(request.user), now=timezone.now())
        except UsageError as error:
            messages.error(request, str(error))
        else:
            messages.success(request, _("The link is on its way to the lead."))
        return redirect("consent:data", root.pk)
    asked = Wanted.objects.filter(lead__root=root).order_by("-pk")[:50]
    return render(request, "consent/data.html", {"lead": root, "asked": asked, "now": timezone.now()})


@allowed("consent.hand_out")
@never_cache
@require_POST
def read(request: HttpRequest, lead: int) -> HttpResponse:
    """All that is known of a lead, as it would read it. A POST, since the audit log notes it."""
    root = root_of(lead)
    _noted(request, root, "page")
    return page(request, "data", spoken(root.language), languages=(), **_told(root))


@allowed("consent.hand_out")
@never_cache
@require_POST
def file(request: HttpRequest, lead: int) -> HttpResponse:
    """The same as a file."""
    root = root_of(lead)
    _noted(request, root, "file")
    return as_file(root, spoken(root.language), timezone.now())


def _told(root: Lead) -> dict[str, object]:
    return access.told(root, spoken(root.language), timezone.now())


def _noted(request: HttpRequest, root: Lead, form: str) -> None:
    actor = Actor.of(request.user)
    note(actor=actor, action="export.handed_out", subject=f"lead:{root.pk}", at=timezone.now(), detail={"form": form})


@allowed("lead.erase")
@require_http_methods(["GET", "HEAD", "POST"])
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Erase a lead that wants it, or say why not."""
    wanted = get_object_or_404(
        Wanted.objects.select_related("lead__root"), pk=pk, kind=Wanted.Kind.ERASE, confirmed_at__isnull=False
    )
    if request.method == "POST":
        actor, now = Actor.of(request.user), timezone.now()
        try:
            if request.POST.get("do") == "erase":
                wanting.carry_out(wanted=wanted, actor=actor, now=now)
                messages.success(request, _("Erased: nothing about this lead is kept."))
            else:
                wanting.refuse(wanted=wanted, why=request.POST.get("why", ""), actor=actor, now=now)
                messages.success(request, _("Refused. The lead is told why."))
        except UsageError as error:
            messages.error(request, str(error))
            return redirect("consent:decide", pk)
        return redirect("consent:purposes")
    return render(request, "consent/decide.html", {"wanted": wanted, "lead": wanted.lead.root})
