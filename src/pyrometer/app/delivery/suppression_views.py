"""The pages of suppressions: whom no mail goes to, and why."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from pyrometer.app.delivery import addresses, suppressing
from pyrometer.app.delivery.forms import SuppressForm
from pyrometer.app.delivery.models import Reason, Suppression
from pyrometer.app.evidence.handles import BadHandleError
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed

PAGE = 50


@allowed("mail.suppress")
@require_http_methods(["GET", "HEAD", "POST"])
def suppressions(request: HttpRequest) -> HttpResponse:
    """All of them, or what is known of one address; and a form to add one."""
    form = SuppressForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            added = suppressing.suppress(
                actor=Actor.of(request.user), reason=Reason.HAND, now=timezone.now(), **form.cleaned_data
            )
        except BadHandleError as error:
            form.add_error("address", str(error))
        else:
            if added:
                messages.success(request, _("The address gets no more mail."))
            else:
                messages.info(request, _("The address gets no mail anyway."))
            return redirect("delivery:suppressions")
    found = Suppression.objects.select_related("proof").order_by("-since", "-pk")
    sought = request.GET.get("address", "").strip()[:254]
    if sought:
        # Of erased leads only the digest is there: who knows the address finds it, and nobody else.
        found = found.filter(digest__in=addresses.digests(sought))
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    context = {"page": page, "form": form, "sought": sought}
    return render(request, "delivery/suppressions/index.html", context)


@allowed("mail.suppress")
@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: HttpRequest, pk: int) -> HttpResponse:
    """Send an address mail again, once somebody has confirmed that."""
    found = get_object_or_404(Suppression, pk=pk)
    if request.method == "POST":
        suppressing.lift(suppression=found, actor=Actor.of(request.user), now=timezone.now())
        messages.success(request, _("The address gets mail again."))
        return redirect("delivery:suppressions")
    return render(request, "delivery/suppressions/lift.html", {"suppression": found})
