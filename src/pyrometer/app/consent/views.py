"""Pages: purposes in the settings, a lead's word taken by hand, and the links in mails."""

from __future__ import annotations

import contextlib

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pyrometer.app.consent import actions, links
from pyrometer.app.consent.forms import PurposeForm
from pyrometer.app.consent.models import Purpose
from pyrometer.app.evidence.models import Lead
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.may import allowed, anybody
from pyrometer.errors import UsageError

MOST = 100


@allowed("consent.edit")
@require_safe
def purposes(request: HttpRequest) -> HttpResponse:
    """All purposes."""
    return render(request, "consent/purposes.html", {"purposes": Purpose.objects.order_by("-active", "slug")[:MOST]})


@allowed("consent.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Make a purpose."""
    form = PurposeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        slug = form.cleaned_data["slug"]
        if Purpose.objects.filter(slug=slug).exists():
            form.add_error("slug", _("There is a purpose of that name."))
        else:
            return _written(request, form, slug)
    return render(request, "consent/edit.html", {"form": form})


@allowed("consent.edit")
@require_http_methods(["GET", "HEAD", "POST"])
def edit(request: HttpRequest, slug: str) -> HttpResponse:
    """Change the words that ask for a purpose."""
    purpose = get_object_or_404(Purpose, slug=slug)
    known = {"active": purpose.active, **{f"text_{code}": text for code, text in purpose.texts.items()}}
    form = PurposeForm(request.POST if request.method == "POST" else None, purpose=purpose, initial=known)
    if request.method == "POST" and form.is_valid():
        return _written(request, form, slug)
    return render(request, "consent/edit.html", {"form": form, "purpose": purpose})


def _written(request: HttpRequest, form: PurposeForm, slug: str) -> HttpResponse:
    actions.write_purpose(
        slug=slug,
        texts=form.texts,
        active=form.cleaned_data["active"],
        actor=Actor.of(request.user),
        now=timezone.now(),
    )
    messages.success(request, _("The purpose was saved."))
    return redirect("consent:purposes")


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


@anybody
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """The link of a double opt-in. Looking at it confirms nothing: mail scanners look at every link."""
    found = links.confirmed(token)
    if found is None:
        return render(request, "consent/spent.html", status=404)
    done = found.confirmed_at is not None
    if request.method == "POST":
        actions.confirm(consent=found, now=timezone.now())
        done = True
    return render(request, "consent/confirm.html", {"consent": found, "done": done})


@anybody
@csrf_exempt  # the token is the authority, and mail programs post without a page (RFC 8058)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """The link in every mail. Looking at it changes nothing; a click on its page, or of the mail program, does."""
    found = links.unsubscribed(token)
    if found is None:
        return render(request, "consent/spent.html", status=404)
    lead, purpose = found
    done = request.method == "POST"
    if done:
        now = timezone.now()
        # Erased meanwhile is more than was asked for.
        with contextlib.suppress(UsageError):
            actions.record(lead=lead, purpose=purpose, given=False, text="", at=now, now=now, source="unsubscribe")
    return render(request, "consent/unsubscribe.html", {"done": done, "purpose": purpose})
