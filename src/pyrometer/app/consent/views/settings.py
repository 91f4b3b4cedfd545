"""Settings: purposes, what the house decided, and what leads wait for."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from pyrometer.app.consent import actions, wanting
from pyrometer.app.consent.forms import HouseForm, PurposeForm, known
from pyrometer.app.consent.models import Basis, House, Purpose
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed, may
from pyrometer.errors import UsageError

MOST = 100
EDITIONS = 50


@allowed("consent.edit")
@require_safe
def purposes(request: HttpRequest) -> HttpResponse:
    """All purposes."""
    found = Purpose.objects.order_by("-active", "position", "slug")[:MOST]
    context = {
        "purposes": found,
        "decides": may(request.user, "consent.decide"),
        "wanted": wanting.waiting() if may(request.user, "lead.erase") else [],
    }
    return render(request, "consent/purposes.html", context)


@allowed("consent.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a purpose."""
    form = PurposeForm(request.POST if request.method == "POST" else None, decides=may(request.user, "consent.decide"))
    if request.method == "POST" and form.is_valid():
        slug = form.cleaned_data["slug"]
        if Purpose.objects.filter(slug=slug).exists():
            form.add_error("slug", _("There is a purpose of that name."))
        elif done := _written(request, form, slug):
            return done
    return render(request, "consent/edit.html", {"form": form}, status=422 if form.is_bound else 200)


@allowed("consent.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change a purpose; its former editions stand below."""
    purpose = get_object_or_404(Purpose, slug=slug)
    form = PurposeForm(
        request.POST if request.method == "POST" else None,
        purpose=purpose,
        decides=may(request.user, "consent.decide"),
        initial=known(purpose),
    )
    if request.method == "POST" and form.is_valid() and (done := _written(request, form, slug, purpose)):
        return done
    editions = purpose.editions.order_by("-number")[:EDITIONS]
    context = {"form": form, "purpose": purpose, "editions": editions}
    return render(request, "consent/edit.html", context, status=422 if form.is_bound else 200)


def _written(request: HttpRequest, form: PurposeForm, slug: str, purpose: Purpose | None = None) -> HttpResponse | None:
    """Where to go once it is written; None where it can't be, which the form says."""
    decides = may(request.user, "consent.decide")
    before = purpose or Purpose(basis=Basis.CONSENT)
    try:
        actions.write_purpose(
            slug=slug,
            names=form.written("name"),
            texts=form.written("text"),
            basis=form.cleaned_data["basis"] if decides else before.basis,
            reason=form.cleaned_data["reason"] if decides else before.reason,
            covers=form.covers if decides else before.covers,
            active=form.cleaned_data["active"],
            position=form.cleaned_data["position"],
            actor=Actor.of(request.user),
            now=timezone.now(),
        )
    except UsageError as error:
        form.add_error(None, str(error))
        return None
    messages.success(request, _("The purpose was saved."))
    return redirect("consent:purposes")


@allowed("consent.decide")
@require_http_methods(["GET", "HEAD", "POST"])
def house(request: HttpRequest) -> HttpResponse:
    """Who the house is to leads, and who carries out a wish to be erased."""
    form = HouseForm(request.POST or None, instance=House.objects.filter(pk=1).first() or House(pk=1))
    if request.method == "POST" and form.is_valid():
        actions.settle_house(**form.cleaned_data, actor=Actor.of(request.user), now=timezone.now())
        messages.success(request, _("Saved."))
        return redirect("consent:purposes")
    return render(request, "consent/house.html", {"form": form})
