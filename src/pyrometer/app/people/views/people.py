"""Settings of people: who is in, with which role, and who is invited."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pyrometer.app.people import actions, factor, invitations, once
from pyrometer.app.people.audit import Actor
from pyrometer.app.people.forms import DeactivateForm, InviteForm, RoleForm
from pyrometer.app.people.keys import standing_secrets
from pyrometer.app.people.may import allowed
from pyrometer.app.people.models import Invitation, User

PAGE = 50
PENDING = 100
KEYS = 200


@allowed("settings.people")
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: HttpRequest) -> HttpResponse:
    """Everybody, and those invited; a POST invites."""
    now = timezone.now()
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"].lower()
        try:
            token = actions.invite(
                actor=Actor.of(request.user),
                email=email,
                role=form.cleaned_data["role"],
                language=request.user.language,
                now=now,
            )
        except actions.TakenError:
            form.add_error("email", _("Somebody with this address is here already; look in the list."))
        else:
            once.keep(request, "link", f"{email}\n{invitations.link(token)}")
            return redirect("people:people")
    email, _sep, link = (once.take(request, "link") or "").partition("\n") if request.method == "GET" else ("", "", "")
    pending = Invitation.objects.filter(used_at=None, user=None, expires_at__gt=now).exclude(email="")
    context = {
        "form": form,
        "page": Paginator(User.objects.order_by("-is_active", "name", "email"), PAGE).get_page(request.GET.get("page")),
        "pending": pending.order_by("-created_at")[:PENDING],
        "link": link,
        "email": email,
        "mails": settings.MAIL_SERVER is not None,
    }
    return render(request, "people/people.html", context)


@allowed("settings.people")
@never_cache
@require_safe
def person(request: HttpRequest, pk: int) -> HttpResponse:
    """One of them, and what can be done about them."""
    user = get_object_or_404(User, pk=pk)
    context = {
        "person": user,
        "form": RoleForm({"role": user.role}),
        "link": once.take(request, f"link {pk}"),
        "mails": settings.MAIL_SERVER is not None,
    }
    return render(request, "people/person.html", context)


@allowed("settings.people")
@require_POST
def role(request: HttpRequest, pk: int) -> HttpResponse:
    """Another role."""
    user = get_object_or_404(User, pk=pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        context = {"person": user, "form": form, "mails": settings.MAIL_SERVER is not None}
        return render(request, "people/person.html", context, status=422)
    try:
        actions.change_role(actor=Actor.of(request.user), user=user, role=form.cleaned_data["role"], now=timezone.now())
    except actions.LastAdminError:
        _last_admin(request, user)
        return redirect("people:person", pk)
    messages.success(request, _("%(name)s has another role now.") % {"name": user})
    # Who takes the rights from themselves can't come back to this page.
    return redirect("people:account") if user == request.user else redirect("people:person", pk)


@allowed("settings.people")
@require_http_methods(["GET", "HEAD", "POST"])
def deactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask first, then shut somebody out."""
    user = get_object_or_404(User, pk=pk, is_active=True)
    made = list(standing_secrets(user)[:KEYS])
    form = DeactivateForm(request.POST if request.method == "POST" else None, made=made)
    if not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "people/deactivate.html", {"person": user, "form": form}, status=status)
    revoked = [key for key in made if str(key.pk) in form.cleaned_data.get("revoked", ())]
    try:
        actions.deactivate(actor=Actor.of(request.user), user=user, now=timezone.now(), revoked=revoked)
    except actions.LastAdminError:
        _last_admin(request, user)
        return redirect("people:person", pk)
    messages.success(request, _("%(name)s is signed out everywhere and can't sign in any more.") % {"name": user})
    return redirect("people:people")


@allowed("settings.people")
@require_POST
def reactivate(request: HttpRequest, pk: int) -> HttpResponse:
    """Let somebody in again."""
    user = get_object_or_404(User, pk=pk)
    actions.reactivate(actor=Actor.of(request.user), user=user, now=timezone.now())
    messages.success(request, _("%(name)s can sign in again.") % {"name": user})
    return redirect("people:person", pk)


@allowed("settings.people")
@require_POST
def link_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Mail somebody a way back in, and show it once, too."""
    user = get_object_or_404(User, pk=pk, is_active=True)
    token = actions.link_back(actor=Actor.of(request.user), user=user, now=timezone.now())
    once.keep(request, f"link {pk}", invitations.link(token))
    return redirect("people:person", pk)


@allowed("settings.people")
@require_http_methods(["GET", "HEAD", "POST"])
def without_factor(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask first, then switch off the second factor of somebody who lost phone and codes."""
    user = get_object_or_404(User.objects.exclude(totp_secret=""), pk=pk)
    if request.method != "POST":
        return render(request, "people/without_factor.html", {"person": user})
    factor.switch_off(actor=Actor.of(request.user), user=user, now=timezone.now())
    messages.success(request, _("%(name)s signs in with the password alone now.") % {"name": user})
    return redirect("people:person", pk)


@allowed("settings.people")
@require_POST
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """End an invitation."""
    invitation = get_object_or_404(Invitation, pk=pk, user=None)
    actions.take_back(actor=Actor.of(request.user), invitation=invitation, now=timezone.now())
    messages.success(request, _("The invitation of %(email)s doesn't work any more.") % {"email": invitation.email})
    return redirect("people:people")


def _last_admin(request: HttpRequest, user: User) -> None:
    messages.error(
        request,
        _("%(name)s is the only administrator. Make somebody else one first; otherwise nobody could invite people.")
        % {"name": user},
    )
