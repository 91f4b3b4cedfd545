"""Settings of API keys."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render, resolve_url
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from pyrometer.app.people import keys as actions
from pyrometer.app.people import once
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.forms import SecretKeyForm, WriteKeyForm
from pyrometer.app.people.may import allowed
from pyrometer.app.people.models import ApiKey, KeyKind

PAGE = 50


@allowed("settings.keys")
@never_cache
@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """All keys, those that work first; a new secret key, once; a new write key with what to do with it."""
    name, _sep, token = (once.take(request, "key") or "").rpartition("\n")
    found = ApiKey.objects.select_related("created_by").order_by("revoked_at", "-created_at")
    working = found.filter(revoked_at=None)
    made = request.GET.get("made", "")
    context = {
        "made": working.filter(kind=KeyKind.WRITE, pk=made).first() if made.isdecimal() and len(made) < 18 else None,
        "page": Paginator(working, PAGE).get_page(request.GET.get("page")),
        "revoked": ApiKey.objects.exclude(revoked_at=None).order_by("-revoked_at")[:PAGE],
        "name": name,
        "token": token,
    }
    return render(request, "people/keys.html", context)


@allowed("settings.keys")
@require_http_methods(["GET", "HEAD", "POST"])
def new_write(request: HttpRequest) -> HttpResponse:
    """Make a write key."""
    form = WriteKeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = actions.create(
            actor=Actor.of(request.user),
            kind=KeyKind.WRITE,
            name=form.cleaned_data["name"],
            origins=form.cleaned_data["origins"],
            now=timezone.now(),
        )
        return redirect(f"{resolve_url('people:keys')}?made={made.key.pk}")
    return render(request, "people/new_key.html", {"form": form, "kind": KeyKind.WRITE})


@allowed("settings.keys")
@require_http_methods(["GET", "HEAD", "POST"])
def new_secret(request: HttpRequest) -> HttpResponse:
    """Make a secret key; the next page shows it, and no other ever."""
    form = SecretKeyForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        made = actions.create(
            actor=Actor.of(request.user),
            kind=KeyKind.SECRET,
            name=form.cleaned_data["name"],
            scopes=form.cleaned_data["scopes"],
            now=timezone.now(),
        )
        once.keep(request, "key", f"{made.key.name}\n{made.token}")
        return redirect("people:keys")
    return render(request, "people/new_key.html", {"form": form, "kind": KeyKind.SECRET})


@allowed("settings.keys")
@require_http_methods(["GET", "HEAD", "POST"])
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask first, then end a key."""
    key = get_object_or_404(ApiKey, pk=pk, revoked_at=None)
    if request.method != "POST":
        return render(request, "people/revoke.html", {"key": key})
    actions.revoke(actor=Actor.of(request.user), key=key, now=timezone.now())
    messages.success(request, _("“%(name)s” is refused from now on.") % {"name": key.name})
    return redirect("people:keys")
