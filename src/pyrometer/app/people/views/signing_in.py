"""Signing in, by password and second factor, and out."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from axes.handlers.proxy import AxesProxyHandler
from django.conf import settings
from django.contrib.auth import authenticate, login, logout
from django.contrib.auth.signals import user_login_failed
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from pyrometer.app.people import factor
from pyrometer.app.people.forms import CodeForm, SignInForm
from pyrometer.app.people.may import anybody
from pyrometer.app.people.models import User

BACKEND = "django.contrib.auth.backends.ModelBackend"
PATIENCE = 600
"""Seconds between the password and the code."""
_PENDING = "second_factor"


@anybody
@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def sign_in(request: HttpRequest) -> HttpResponse:
    """Ask for email and password; say no more than that they don't fit."""
    onward = safe_onward(request)
    if request.user.is_authenticated:
        return redirect(onward)
    form = SignInForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        # In one spelling, so that an address in capitals doesn't get eight tries of its own.
        email = form.cleaned_data["email"].lower()
        user = authenticate(request, email=email, password=form.cleaned_data["password"])
        if isinstance(user, User):
            return enter(request, user, onward)
        form.add_error(None, _("Email and password don't fit together, or this account is closed."))
    return render(request, "people/sign_in.html", {"form": form, "next": onward})


@anybody
@never_cache
@sensitive_post_parameters("code")
@require_http_methods(["GET", "HEAD", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """Ask who knew the password for the second factor."""
    now = timezone.now()
    pending = request.session.get(_PENDING)
    user = _waiting(pending, now)
    if user is None:
        request.session.pop(_PENDING, None)
        return redirect("people:sign-in")
    credentials = {settings.AXES_USERNAME_FORM_FIELD: user.email}
    if not AxesProxyHandler.is_allowed(request, credentials):
        return locked_out(request)
    form = CodeForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        if factor.passes(user=user, given=form.cleaned_data["code"], now=now):
            del request.session[_PENDING]
            return _in(request, user, pending["onward"])
        if factor.resting(User.objects.get(pk=user.pk), now):
            form.add_error(None, _("There were too many wrong codes. Wait a quarter of an hour, then sign in again."))
        else:
            form.add_error("code", _("This code isn't right, or was used already. Wait for the next one."))
        # Counted like a wrong password.
        user_login_failed.send(sender=__name__, credentials=credentials, request=request)
    return render(request, "people/code.html", {"form": form})


@anybody
@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    """End the session."""
    logout(request)
    return redirect("people:sign-in")


def enter(request: HttpRequest, user: User, onward: str) -> HttpResponse:
    """Let in whoever has shown to be a user; by way of the second factor, where there is one."""
    if not user.totp_secret:
        return _in(request, user, onward)
    logout(request)
    request.session[_PENDING] = {
        "user": user.pk,
        "hash": user.get_session_auth_hash(),
        "at": timezone.now().timestamp(),
        "onward": onward,
    }
    return redirect("people:code")


def safe_onward(request: HttpRequest) -> str:
    """Where to go afterwards: `next`, if that is a page of ours."""
    wanted = request.POST.get("next") or request.GET.get("next") or ""
    ours = url_has_allowed_host_and_scheme(
        wanted, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return wanted if ours else resolve_url(settings.LOGIN_REDIRECT_URL)


def locked_out(request: HttpRequest, *_args: Any) -> HttpResponse:
    """What to say after too many failures; the same for addresses that nobody has."""
    response = render(request, "people/locked_out.html", status=429)
    response.headers["Retry-After"] = str(int(settings.AXES_COOLOFF_TIME * 3600))
    return response


def _waiting(pending: dict[str, Any] | None, now: datetime) -> User | None:
    """Who waits for the second factor; nobody, where that took too long, or the account has changed meanwhile."""
    if not pending or not 0 <= now.timestamp() - pending["at"] <= PATIENCE:
        return None
    user = User.objects.filter(pk=pending["user"], is_active=True).first()
    return user if user and user.totp_secret and user.get_session_auth_hash() == pending["hash"] else None


def _in(request: HttpRequest, user: User, onward: str) -> HttpResponse:
    # A session of somebody else ends here, and an empty one gets a new key.
    login(request, user, backend=BACKEND)
    return redirect(onward)
